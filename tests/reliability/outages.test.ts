import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withCircuitBreaker } from '../../cards/delivery/circuitBreaker.ts';
import type { Attempt } from '../../cards/delivery/outbox.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import { openOutbox } from './openOutbox.ts';

const busy: Attempt = { result: 'retry', code: 'genesys.unavailable', status: 503 };
const minute = 60_000;

const outages: [minutes: number, cards: number, outcome: string][] = [
  [2, 1, 'accepted'],
  [2, 20, 'accepted'],
  [14, 20, 'accepted'],
  [20, 20, 'failed'],
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
      const [messageId, conversationId] = [`m-${i}`, `c-${i % 10}`];
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
