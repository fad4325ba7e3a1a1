import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LaneResult, Lanes } from '../../../cards/delivery/lanes.ts';

/** A clock whose timers run when the test says so. */
function fakeClock() {
  let time = 0;
  let timers: { at: number; callback: () => void }[] = [];
  return {
    now: () => time,
    after: (ms: number, callback: () => void) => {
      const timer = { at: time + ms, callback };
      timers.push(timer);
      return {
        cancel: () => {
          timers = timers.filter((t) => t !== timer);
        },
      };
    },
    async advance(ms: number) {
      time += ms;
      const due = timers.filter((t) => t.at <= time).sort((a, b) => a.at - b.at);
      timers = timers.filter((t) => t.at > time);
      for (const { callback } of due) callback();
      await settled();
    },
  };
}

/** Work that notes what it is given and is done. */
const noting = (order: string[]) => async (item: string) => {
  order.push(item);
  return { done: true } as const;
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('the cards of one conversation go one after the other, those of others do not wait', async () => {
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const lanes = new Lanes<string>({
    work: (item) => {
      order.push(item);
      return new Promise((resolve) => ends.push(() => resolve({ done: true })));
    },
  });
  lanes.push('a', 'a1');
  lanes.push('a', 'a2');
  lanes.push('b', 'b1');
  assert.deepEqual(order, ['a1', 'b1']);
  ends[0]?.();
  await settled();
  assert.deepEqual(order, ['a1', 'b1', 'a2']);
});

/** A lane of two cards; the first one waits 100 ms after its first attempt. */
function laneWithWait() {
  const clock = fakeClock();
  const order: string[] = [];
  const results: LaneResult[] = [{ done: false, afterMs: 100 }];
  const lanes = new Lanes<string>({
    ...clock,
    work: async (item) => {
      order.push(item);
      return results.shift() ?? { done: true };
    },
  });
  lanes.push('a', 'a1');
  lanes.push('a', 'a2');
  return { clock, order, lanes };
}

test('a card that waits for its next attempt keeps those behind it waiting', async () => {
  const { clock, order } = laneWithWait();
  await settled();
  await clock.advance(99);
  assert.deepEqual(order, ['a1']);
  await clock.advance(1);
  assert.deepEqual(order, ['a1', 'a1', 'a2']);
});

test('a wait that is ended lets the card be worked on at once, and no second time when its timer fires', async () => {
  const { clock, order, lanes } = laneWithWait();
  // Its work is under way: there is no wait yet.
  lanes.hurry('a');
  await settled();
  assert.deepEqual(order, ['a1']);
  lanes.hurry('a');
  lanes.hurry('a');
  lanes.hurry('b');
  await settled();
  await clock.advance(100);
  assert.deepEqual(order, ['a1', 'a1', 'a2']);
});

test('lanes take turns: a conversation with many cards does not hold up the others', async () => {
  const order: string[] = [];
  const lanes = new Lanes<string>({
    concurrency: 1,
    work: noting(order),
  });
  for (let i = 1; i <= 3; i += 1) lanes.push('long', `long${i}`);
  lanes.push('short', 'short1');
  await settled();
  assert.deepEqual(order, ['long1', 'short1', 'long2', 'long3']);
});

test('no more cards are worked on at once than allowed', async () => {
  let running = 0;
  let most = 0;
  const lanes = new Lanes<number>({
    concurrency: 3,
    work: async () => {
      running += 1;
      most = Math.max(most, running);
      await settled();
      running -= 1;
      return { done: true };
    },
  });
  for (let i = 0; i < 20; i += 1) lanes.push(`c${i}`, i);
  while (lanes.size > 0) await settled();
  assert.equal(most, 3);
});

test('a pause holds back the cards of its route alone, each until its own end, in their order', async () => {
  const clock = fakeClock();
  const order: string[] = [];
  const until: Record<string, number> = { a: 1_000, b: 400 };
  const lanes = new Lanes<string>({
    ...clock,
    work: noting(order),
    pausedMs: (item) => Math.max(0, (until[item[0] ?? ''] ?? 0) - clock.now()),
  });
  for (const item of ['a1', 'b1', 'a2', 'c1']) lanes.push(item, item);
  await clock.advance(399);
  assert.deepEqual(order, ['c1']);
  await clock.advance(1);
  assert.deepEqual(order, ['c1', 'b1']);
  await clock.advance(599);
  assert.deepEqual(order, ['c1', 'b1']);
  await clock.advance(1);
  assert.deepEqual(order, ['c1', 'b1', 'a1', 'a2']);
});

test('stopping begins nothing more and waits for what runs', async () => {
  const order: string[] = [];
  let end: (() => void) | undefined;
  const lanes = new Lanes<string>({
    work: (item) => {
      order.push(item);
      return new Promise((resolve) => {
        end = () => resolve({ done: true });
      });
    },
  });
  lanes.push('a', 'a1');
  lanes.push('a', 'a2');
  let isStopped = false;
  const stopping = lanes.stop().then(() => {
    isStopped = true;
  });
  await settled();
  assert.equal(isStopped, false);
  end?.();
  await stopping;
  assert.deepEqual(order, ['a1']);
});
