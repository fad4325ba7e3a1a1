import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { RateLimiterRes } from 'rate-limiter-flexible';
import type { Attempt } from '../../../cards/delivery/outbox.ts';
import { RateLimit, windowFor } from '../../../cards/delivery/rateLimit.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { openOutbox } from '../../reliability/openOutbox.ts';
import { type VirtualClock, virtualClock } from '../../reliability/virtualClock.ts';

/** Counts as the server does: so many slots in each window of the clock. */
function limitOn(clock: VirtualClock, perMinute = 100): RateLimit {
  const { points, seconds } = windowFor(perMinute);
  const used = new Map<number, number>();
  const consume = async () => {
    const window = Math.floor(clock.now() / (seconds * 1_000));
    const count = used.get(window) ?? 0;
    if (count >= points) throw new RateLimiterRes(0, (window + 1) * seconds * 1_000 - clock.now());
    used.set(window, count + 1);
    return new RateLimiterRes();
  };
  return new RateLimit({ limiter: { consume }, perMinute, now: clock.now, sleep: clock.sleep });
}

/** Asks for a slot; tells in `order` who got one, and when. */
function ask(limit: RateLimit, clock: VirtualClock, order: [who: string, at: number][]) {
  return (who: string, isWanted?: () => boolean) =>
    void limit.acquireSlot(isWanted, who).then(() => order.push([who, clock.now()]));
}

test('a conversation that asks for 300 slots leaves a quarter of each window to others', async () => {
  const clock = virtualClock();
  const order: [who: string, at: number][] = [];
  const acquire = ask(limitOn(clock), clock, order);
  for (let count = 0; count < 300; count += 1) acquire('loud');
  await clock.runUntil(() => order.length === 11 || clock.now() > 0);
  acquire('honest');
  await clock.runUntil(() => order.some(([who]) => who === 'honest'));
  // Of 14 slots it had 11; the honest one came afterwards, and waited for nothing.
  assert.deepEqual(order.slice(0, 12), [
    ...Array.from({ length: 11 }, () => ['loud', 0]),
    ['honest', clock.now()],
  ]);
  assert.equal(clock.now(), 0);
  await clock.runUntil(() => order.filter(([who]) => who === 'loud').length === 300);
  for (const start of new Set(order.map(([, at]) => Math.floor(at / 10_000))))
    assert.ok(order.filter(([who, at]) => who === 'loud' && Math.floor(at / 10_000) === start).length <= 11);
});

test('in a window that is used up, who had the fewest slots is served first', async () => {
  const clock = virtualClock();
  const order: [who: string, at: number][] = [];
  const acquire = ask(limitOn(clock, 1), clock, order);
  for (const who of ['a', 'a', 'a', 'b', 'c']) acquire(who);
  await clock.runUntil(() => order.length === 5);
  assert.deepEqual(
    order.map(([who]) => who),
    ['a', 'a', 'a', 'b', 'c'],
  );
});

test('conversations that ask at once get their slots in turn', async () => {
  const clock = virtualClock();
  const order: [who: string, at: number][] = [];
  const acquire = ask(limitOn(clock), clock, order);
  for (const who of ['a', 'a', 'a', 'b', 'c', 'c']) acquire(who);
  await clock.runUntil(() => order.length === 6);
  assert.equal(order.map(([who]) => who).join(''), 'abcaca');
});

test('a request that is not wanted any more takes no slot and waits no longer than the window', async () => {
  const clock = virtualClock();
  const order: [who: string, at: number][] = [];
  const acquire = ask(limitOn(clock), clock, order);
  let isWanted = true;
  for (let count = 0; count < 30; count += 1) acquire('loud', () => isWanted);
  await clock.runUntil(() => order.length === 11);
  isWanted = false;
  await clock.runUntil(() => order.length === 30);
  assert.equal(order.at(-1)?.[1], 10_000);
});

test('requests that are nobody’s keep to the limit alone', async () => {
  const clock = virtualClock();
  const limit = limitOn(clock);
  let slots = 0;
  for (let count = 0; count < 20; count += 1) void limit.acquireSlot().then(() => (slots += 1));
  await clock.runUntil(() => slots === 14);
  assert.equal(clock.now(), 0);
  await clock.runUntil(() => slots === 20);
  assert.equal(clock.now(), 10_000);
});

/** An outbox whose route keeps to the limit of Genesys; gives the moment at which each card was sent. */
async function openLimited(t: TestContext) {
  const sentAt = new Map<string, number>();
  const opened = await openOutbox(t, (clock) => {
    const limit = limitOn(clock);
    return {
      name: 'guest',
      dropsRepeats: true,
      acquireSlot: (isWanted, card) => limit.acquireSlot(isWanted, card?.conversationId),
      send: async ({ messageId }): Promise<Attempt> => {
        sentAt.set(messageId, clock.now());
        return { result: 'accepted', status: 200 };
      },
    };
  });
  return { ...opened, sentAt };
}

test("an honest customer's card leaves at once while another's 300 cards wait", async (t) => {
  const { outbox, clock, sentAt } = await openLimited(t);
  const cards = Array.from({ length: 300 }, (_, index) => `loud-${index}`);
  await Promise.all(
    cards.map((messageId) => outbox.submit(outgoingCard({ messageId, conversationId: 'loud' }))),
  );
  await clock.runUntil(() => clock.now() >= 25_000);
  const begun = clock.now();
  await outbox.submit(outgoingCard({ messageId: 'honest', conversationId: 'honest' }));
  await clock.runUntil(() => sentAt.has('honest'));
  assert.ok((sentAt.get('honest') ?? 0) - begun <= 2_000, `it left after ${clock.now() - begun} ms`);
  assert.ok(sentAt.size < 50);
});
