import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { OperatorStore } from '../../../cards/delivery/operatorStore.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { auditOf, outboxContract, scriptedRoute, silentRoute } from './outboxContract.ts';
import { createSqliteRig } from './sqliteRig.ts';

outboxContract('SQLite', createSqliteRig);

test('a card that a former process was sending where repeats are shown is held, not sent again', async (t) => {
  const { open } = await createSqliteRig(t);
  const former = silentRoute(false);
  const first = await open([former.route]);
  await first.submit(outgoingCard());
  await former.isSending;
  await first.stop(0);

  const { route, sent } = scriptedRoute({}, false);
  const second = await open([route]);
  assert.equal((await second.outcomeOf('m-1', 60_000)).outcome, 'unknown');
  assert.deepEqual(sent, []);
});

test('waiting cards share commits', async (t) => {
  const { open, storeOf } = await createSqliteRig(t);
  const outbox = await open([scriptedRoute().route]);
  await Promise.all(
    Array.from({ length: 64 }, (_, i) =>
      outbox.submit(outgoingCard({ messageId: `m-${i}`, conversationId: `c-${i}` })),
    ),
  );
  const { commits, writes } = storeOf(outbox).commits.counts;
  assert.ok(writes >= 64 && commits <= writes / 8, `${writes} writes in ${commits} commits`);
});

test('charts count each card once, also when another write of its transaction failed', async (t) => {
  const { open, storeOf, operator } = await createSqliteRig(t);
  const route = silentRoute().route;
  const store = storeOf(await open([route]));
  const refused = (i: number) => store.note('refused', outgoingCard({ messageId: `m-${i}` }));
  const broken = store.commits.run(() => {
    throw new TypeError('a bug');
  });
  await Promise.all([refused(1), assert.rejects(broken, /a bug/), refused(2), refused(3)]);
  await store.commits.run(() => undefined);
  const { series } = await operator.chart('hour');
  assert.equal(
    series.refused?.reduce((sum, count) => sum + count, 0),
    3,
  );
});

test('a wait that a former process began ends when the conversation of its card is forgotten', async (t) => {
  const { open, operator } = await createSqliteRig(t);
  const busy = { result: 'retry', code: 'genesys.unavailable', status: 503, retryAfterMs: 90_000 } as const;
  const former = await open([scriptedRoute({ 'm-1': [busy] }).route]);
  await former.submit(outgoingCard());
  await untilAttempted(operator);
  await former.stop();

  const { route, sent } = scriptedRoute();
  const outbox = await open([route]);
  await operator.forget('c-1');
  await outbox.submit(outgoingCard({ messageId: 'm-2' }));
  assert.equal((await outbox.outcomeOf('m-2', 60_000)).outcome, 'accepted');
  assert.deepEqual(sent, ['m-2']);
});

async function untilAttempted(operator: OperatorStore): Promise<void> {
  while (!(await auditOf(operator)).some(({ event }) => event === 'attempted')) await setImmediate();
}
