import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { withCircuitBreaker } from '../../cards/delivery/circuitBreaker.ts';
import type { Attempt } from '../../cards/delivery/outbox.ts';
import { RateLimit } from '../../cards/delivery/rateLimit.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import { openOutbox } from './openOutbox.ts';

const busy: Attempt = { result: 'retry', code: 'genesys.unavailable', status: 503 };
const minute = 60_000;

test('at the default rate a short outage is probed all the time, and over soon after its end', async (t) => {
  const perWindow = 14;
  const windowMs = 10_000;
  const awayMs = 18_000;
  const postedAt: number[] = [];
  let firstAccepted = Number.POSITIVE_INFINITY;
  const { outbox, clock } = await openOutbox(t, (made) => {
    t.mock.method(Date, 'now', () => 1_790_000_000_000 + made.now());
    const used = new Map<number, number>();
    const limiter = {
      consume: async () => {
        const window = Math.floor(made.now() / windowMs);
        const count = used.get(window) ?? 0;
        const left = (window + 1) * windowMs - made.now();
        if (count >= perWindow) throw new RateLimiterRes(0, left, count, false);
        used.set(window, count + 1);
        return new RateLimiterRes(perWindow - count - 1, left, count + 1, false);
      },
    };
    const limit = new RateLimit({ limiter, perMinute: 100, now: made.now, sleep: made.sleep });
    const send = async (): Promise<Attempt> => {
      postedAt.push(made.now());
      await made.sleep(20);
      if (made.now() < awayMs) return busy;
      firstAccepted = Math.min(firstAccepted, made.now());
      return { result: 'accepted', status: 200 };
    };
    const acquireSlot = (isWanted?: () => boolean) => limit.acquireSlot(isWanted);
    return withCircuitBreaker({ name: 'guest', dropsRepeats: true, acquireSlot, send }, made.now);
  });
  for (let i = 0; i < 100; i += 1) {
    const [messageId, conversationId] = [`m-${i}`, `c-${i}`];
    await outbox.submit(outgoingCard({ messageId, conversationId }));
  }
  await clock.runUntil(() => clock.now() > 4 * windowMs);
  assert.ok(firstAccepted <= awayMs + 4_000, `first accepted at ${firstAccepted} ms`);
  const probes = postedAt.filter((at) => at > 0 && at < awayMs);
  assert.ok(probes.length >= 2, `probes at ${probes}`);
  for (const window of [0, 1, 2, 3])
    assert.ok(postedAt.filter((at) => Math.floor(at / windowMs) === window).length <= perWindow);
});

const outages: [minutes: number, cards: number, outcome: string][] = [
  [2, 1, 'accepted'],
  [2, 10, 'accepted'],
  [14, 10, 'accepted'],
  [20, 10, 'failed'],
];
for (const [minutes, count, outcome] of outages) {
  test(`${count} cards that wait through an outage of ${minutes} minutes end as ${outcome}`, async (t) => {
    let posts = 0;
    const { outbox, clock, settled } = await openOutbox(t, (made) => {
      t.mock.method(Date, 'now', () => 1_790_000_000_000 + made.now());
      const send = async (): Promise<Attempt> => {
        posts += 1;
        return made.now() < minutes * minute ? busy : { result: 'accepted', status: 200 };
      };
      return withCircuitBreaker({ name: 'guest', dropsRepeats: true, send }, made.now);
    });
    for (let i = 0; i < count; i += 1) {
      const [messageId, conversationId] = [`m-${i}`, `c-${i % 5}`];
      await outbox.submit(outgoingCard({ messageId, conversationId }));
    }
    await clock.runUntil(() => settled.size === count);
    assert.deepEqual(
      [...settled.values()].map((delivery) => delivery.outcome),
      Array.from({ length: count }, () => outcome),
    );
    if (outcome === 'accepted')
      assert.ok(clock.now() < (minutes + 0.5) * minute, `over after ${clock.now()} ms`);
    // At most one probe in two seconds, and what was under way when it began.
    assert.ok(posts <= (minutes * minute) / 2_000 + 2 * count + 5, `${posts} posts`);
  });
}
