import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { withCircuitBreaker } from '../../cards/delivery/circuitBreaker.ts';
import type { Attempt, CardRoute } from '../../cards/delivery/outbox.ts';
import { RateLimit } from '../../cards/delivery/rateLimit.ts';
import { CardStore } from '../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../cards/delivery/store/sqlite/database.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import { openOutbox } from './openOutbox.ts';
import { virtualClock } from './virtualClock.ts';

const hour = 3_600_000;
const busy: Attempt = { result: 'retry', code: 'genesys.unavailable', status: 503 };

for (const [name, jump] of [
  ['forward', hour],
  ['back', -hour],
] as const) {
  test(`a wall clock that jumps an hour ${name} neither ends a card early nor changes its waits`, async (t) => {
    let wall = Date.parse('2026-11-23T10:00:00Z');
    t.mock.method(Date, 'now', () => wall);
    const attempts: Attempt[] = [busy, busy, { result: 'accepted' }];
    const sentAt: number[] = [];
    const { outbox, clock, settled } = await openOutbox(t, (made) => ({
      name: 'guest',
      dropsRepeats: true,
      send: async () => {
        sentAt.push(made.now());
        wall += jump;
        return attempts.shift() ?? busy;
      },
    }));
    await outbox.submit(outgoingCard());
    await clock.runUntil(() => settled.size === 1);
    assert.equal(settled.get('m-1')?.outcome, 'accepted');
    assert.deepEqual(sentAt, [0, 250, 750]);
  });

  test(`an open circuit probes after four seconds at the latest although the wall clock jumps an hour ${name}`, async (t) => {
    let wall = Date.parse('2026-11-23T10:00:00Z');
    let time = 0;
    t.mock.method(Date, 'now', () => wall);
    let sent = 0;
    let isAway = true;
    const route = withCircuitBreaker(
      {
        name: 'guest',
        dropsRepeats: true,
        send: async (): Promise<Attempt> => {
          sent += 1;
          return isAway ? busy : { result: 'accepted' };
        },
      },
      () => time,
    );
    for (let i = 0; i < 5; i += 1) await route.send(outgoingCard());
    assert.equal(sent, 5);
    isAway = false;
    wall += jump;
    time += 4_000;
    // The first of them may be what notices that the clocks disagree.
    await route.send(outgoingCard());
    assert.equal((await route.send(outgoingCard())).result, 'accepted');
  });
}

test('the circuit opens after five failures in a row and lets one card probe', async (t) => {
  let time = 1_000_000;
  t.mock.method(Date, 'now', () => time);
  let sent = 0;
  const route = withCircuitBreaker(
    {
      name: 'guest',
      dropsRepeats: true,
      send: async (): Promise<Attempt> => {
        sent += 1;
        return busy;
      },
    },
    () => time,
  );
  const sendTen = () => Promise.all(Array.from({ length: 10 }, () => route.send(outgoingCard())));
  for (let i = 0; i < 5; i += 1) await route.send(outgoingCard());
  time += 500;
  const refused = await route.send(outgoingCard());
  assert.deepEqual([sent, refused.isUntried, refused.retryAfterMs], [5, true, 1_500]);
  time += 1_500;
  const attempts = await sendTen();
  assert.equal(sent, 6);
  assert.equal(attempts.filter((attempt) => attempt.isUntried === true).length, 9);
});

test('an open circuit stays open until its time, by the monotonic clock alone', async () => {
  let time = 0;
  let sent = 0;
  const send = async (): Promise<Attempt> => {
    sent += 1;
    return busy;
  };
  const route = withCircuitBreaker({ name: 'guest', dropsRepeats: true, send }, () => time);
  const sendTen = () => Promise.all(Array.from({ length: 10 }, () => route.send(outgoingCard())));
  for (let i = 0; i < 5; i += 1) await route.send(outgoingCard());
  time += 1_999;
  const [early] = await sendTen();
  assert.deepEqual([sent, early?.isUntried, early?.retryAfterMs], [5, true, 1]);
  time += 1;
  await sendTen();
  assert.equal(sent, 6);
});

for (const [what, late] of [
  ['failure', busy],
  ['success', { result: 'accepted' }],
] as const) {
  test(`a late ${what} of a card that was sent before the circuit opened neither closes it nor delays the probe`, async () => {
    const before = Promise.withResolvers<Attempt>();
    let time = 0;
    let sent = 0;
    const route = withCircuitBreaker(
      {
        name: 'guest',
        dropsRepeats: true,
        send: () => {
          sent += 1;
          return sent === 1 ? before.promise : Promise.resolve(busy);
        },
      },
      () => time,
    );
    const first = route.send(outgoingCard());
    for (let i = 0; i < 5; i += 1) await route.send(outgoingCard());
    time += 1_500;
    before.resolve(late);
    await first;
    const { isUntried, retryAfterMs } = await route.send(outgoingCard());
    assert.deepEqual([sent, isUntried, retryAfterMs], [6, true, 500]);
    time += 500;
    await route.send(outgoingCard());
    assert.equal(sent, 7);
  });
}

test('a card that is not wanted any more waits for no slot, be the circuit closed or open', async () => {
  const wanted: (boolean | undefined)[] = [];
  let time = 0;
  const route = withCircuitBreaker(
    {
      name: 'guest',
      dropsRepeats: true,
      acquireSlot: async (isWanted) => void wanted.push(isWanted?.()),
      send: async () => busy,
    },
    () => time,
  );
  await route.acquireSlot?.(() => false);
  for (let i = 0; i < 5; i += 1) await route.send(outgoingCard());
  time += 2_000;
  await route.acquireSlot?.(() => false);
  assert.deepEqual(wanted, [false, false]);
});

test('cards that come while one probes wait outside, and each takes a slot when the circuit is closed', async (t) => {
  const probe = Promise.withResolvers<Attempt>();
  let time = 1_000_000;
  t.mock.method(Date, 'now', () => time);
  let slots = 0;
  let sent = 0;
  const acquireSlot = async () => {
    slots += 1;
  };
  const post = async (): Promise<Attempt> => {
    sent += 1;
    if (sent <= 5) return busy;
    return sent === 6 ? probe.promise : { result: 'accepted' };
  };
  const route = withCircuitBreaker(
    { name: 'guest', dropsRepeats: true, acquireSlot, send: post },
    () => time,
  );
  const told: Attempt[] = [];
  const send = async () => {
    await route.acquireSlot?.();
    told.push(await route.send(outgoingCard()));
  };
  for (let i = 0; i < 5; i += 1) await send();
  assert.equal(slots, 5);
  told.length = 0;
  time += 2_000;
  const all = Array.from({ length: 11 }, send);
  while (told.length < 10) await new Promise(setImmediate);
  assert.deepEqual(
    told.map(({ isUntried, pauseAll, retryAfterMs }) => [isUntried, pauseAll, retryAfterMs]),
    told.map(() => [true, true, 250]),
  );
  assert.deepEqual([sent, slots], [6, 6]);
  probe.resolve({ result: 'accepted' });
  await Promise.all(all);
  await send();
  assert.deepEqual([sent, slots], [7, 7]);
});

test('a limiter that goes by a wall clock set back an hour delays a slot by one window, not by an hour', async () => {
  const clock = virtualClock();
  let refusals = 1;
  const limiter = {
    consume: async () => {
      refusals -= 1;
      if (refusals >= 0) throw new RateLimiterRes(0, hour, 43, false);
      return new RateLimiterRes(1, 10_000, 1, true);
    },
  };
  const limit = new RateLimit({ limiter, perMinute: 300, now: clock.now, sleep: clock.sleep });
  let hasSlot = false;
  void limit.acquireSlot().then(() => {
    hasSlot = true;
  });
  await clock.runUntil(() => hasSlot);
  assert.equal(clock.now(), 10_000);
});

test('no wait that was ever asked for is negative', async (t) => {
  const attempts: Attempt[] = [
    { ...busy, retryAfterMs: 0 },
    { result: 'retry', code: 'genesys.rateLimited', pauseAll: true, retryAfterMs: 0 },
    { result: 'unknown', code: 'genesys.unknownOutcome' },
  ];
  const { outbox, clock, settled } = await openOutbox(t, () => ({
    name: 'guest',
    dropsRepeats: true,
    send: async () => attempts.shift() ?? { result: 'accepted' },
  }));
  await outbox.submit(outgoingCard());
  await clock.runUntil(() => settled.size === 1);
  assert.ok(
    clock.waits.every((ms) => ms >= 0),
    String(clock.waits),
  );
});

test('a card that an hour of downtime left behind gets one attempt, and no more when that fails', async (t) => {
  const sent: string[] = [];
  const { clock, settled, dataDir } = await openOutbox(
    t,
    (): CardRoute => ({
      name: 'guest',
      dropsRepeats: true,
      send: async ({ messageId }) => {
        sent.push(messageId);
        return busy;
      },
    }),
    { watchMs: 5 },
  );
  const before = new CardStore(openDatabase(dataDir), () => Date.now() - hour);
  await before.add(outgoingCard());
  before.close();
  await clock.runUntil(() => settled.size === 1);
  assert.deepEqual([settled.get('m-1')?.outcome, sent], ['failed', ['m-1']]);
});
