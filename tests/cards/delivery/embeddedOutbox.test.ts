import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { outboxContract, scriptedRoute, silentRoute } from './outboxContract.ts';
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
