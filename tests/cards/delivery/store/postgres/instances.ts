import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attempt, CardRoute } from '../../../../../cards/delivery/outbox.ts';
import type { Sql } from '../../../../../cards/delivery/store/postgres/database.ts';
import {
  type CardJob,
  cardQueue,
  claimJobs,
  deadQueue,
  withSql,
} from '../../../../../cards/delivery/store/postgres/jobs.ts';
import type { PostgresStore } from '../../../../../cards/delivery/store/postgres/postgresStore.ts';
import { onEnd } from '../../../../fakes/cardEvent.ts';
import { finalEvents } from '../../../../fakes/finalEvents.ts';
import { outgoingCard } from '../../../../fakes/outgoingCard.ts';
import { auditOf, scriptedRoute, silentRoute } from '../../outboxContract.ts';
import type { Instance, TestDatabases } from './testDatabases.ts';

/** Lets the cards that an instance works on for the first time look as if it had been silent for too long. */
async function silence({ database, boss }: PostgresStore): Promise<void> {
  await database.query(
    // Not the claim of the instance that has taken one over meanwhile.
    "UPDATE genesys_cards_queue.job SET heartbeat_on = now() - interval '1 minute' WHERE state = 'active' AND retry_count = 0",
  );
  await database.query("UPDATE genesys_cards_queue.queue SET monitor_on = now() - interval '1 minute'");
  await boss.supervise();
}

/** The outcome of a card that a silent instance has: it is silenced again if it gave a sign of life in between. */
async function outcomeInSilence({ store, outbox }: Instance, messageId: string): Promise<string> {
  for (;;) {
    await silence(store);
    const { outcome } = await outbox.outcomeOf(messageId, 500);
    if (outcome !== 'pending') return outcome;
  }
}

/** Several instances on one database. */
export function instancesTests(databases: () => TestDatabases): void {
  test('two instances share the cards, and each conversation keeps its order', async (t) => {
    const db = await databases().take(t);
    const shown: string[] = [];
    const by = new Map<string, number>();
    const route = (name: string): CardRoute => ({
      name: 'guest',
      dropsRepeats: true,
      send: async ({ messageId }) => {
        shown.push(messageId);
        by.set(name, (by.get(name) ?? 0) + 1);
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        return { result: 'accepted', status: 200 };
      },
    });
    const a = await db.startInstance([route('a')], { concurrency: 2 });
    const b = await db.startInstance([route('b')], { concurrency: 2 });
    const conversations = Array.from({ length: 8 }, (_, c) => `c-${c}`);
    await Promise.all(
      conversations.map(async (conversationId, c) => {
        for (let n = 0; n < 8; n += 1) {
          const { outbox } = (c + n) % 2 === 0 ? a : b;
          await outbox.submit(outgoingCard({ messageId: `${conversationId}-${n}`, conversationId }));
        }
      }),
    );
    for (const conversationId of conversations) {
      assert.equal((await a.outbox.outcomeOf(`${conversationId}-7`, 60_000)).outcome, 'accepted');
      assert.deepEqual(
        shown.filter((id) => id.startsWith(`${conversationId}-`)),
        Array.from({ length: 8 }, (_, n) => `${conversationId}-${n}`),
      );
    }
    assert.equal(shown.length, 64);
    assert.deepEqual([...by.keys()].sort(), ['a', 'b']);
  });

  test('a turn hears the outcome of its card whichever instance works on it', async (t) => {
    const db = await databases().take(t);
    const giver = await db.startInstance([], { concurrency: 0, pollMs: 60_000 });
    await db.startInstance([
      scriptedRoute({ 'm-1': [{ result: 'rejected', code: 'genesys.rejected' }] }).route,
    ]);
    await giver.outbox.submit(outgoingCard());
    const { outcome, code } = await giver.outbox.outcomeOf('m-1', 60_000);
    assert.deepEqual([outcome, code], ['rejected', 'genesys.rejected']);
  });

  test('a pause that Genesys asked one instance for holds for all, also for one that starts later', async (t) => {
    const db = await databases().take(t);
    const tooFast: Attempt = {
      result: 'retry',
      code: 'genesys.rateLimited',
      pauseAll: true,
      retryAfterMs: 60_000,
    };
    // Either of the two may be the one that sends it.
    const { route, sent } = scriptedRoute({ 'm-1': [tooFast] });
    const open = () => db.startInstance([route], { pollMs: 60_000 });
    const a = await open();
    const b = await open();
    const isHeard = untilHeard(b.store, 'pause');
    await a.outbox.submit(outgoingCard());
    await isHeard;
    await b.outbox.submit(outgoingCard({ messageId: 'm-2', conversationId: 'c-2' }));
    const c = await open();
    assert.equal((await c.outbox.outcomeOf('m-2', 200)).outcome, 'pending');
    assert.deepEqual(sent, ['m-1']);
  });

  test('an instance that is killed leaves its cards to the others, where repeats are dropped', async (t) => {
    const db = await databases().take(t);
    const dying = silentRoute();
    const a = await db.startInstance([dying.route], { concurrency: 1 });
    await a.outbox.submit(outgoingCard({ messageId: 'm-1' }));
    await a.outbox.submit(outgoingCard({ messageId: 'm-2' }));
    await dying.isSending;
    const { route, sent } = scriptedRoute();
    const b = await db.startInstance([route]);
    assert.equal(await outcomeInSilence(b, 'm-2'), 'accepted');
    assert.deepEqual(sent, ['m-1', 'm-2']);
  });

  test('where repeats are shown, a card that a killed instance was sending is held for the operator', async (t) => {
    const db = await databases().take(t);
    const dying = silentRoute(false);
    const a = await db.startInstance([dying.route], { concurrency: 1 });
    await a.outbox.submit(outgoingCard());
    await dying.isSending;
    const { route, sent } = scriptedRoute({}, false);
    const b = await db.startInstance([route]);
    assert.equal(await outcomeInSilence(b, 'm-1'), 'unknown');
    assert.deepEqual(sent, []);
  });

  test('an instance that was only silent does not give a card a second end', async (t) => {
    const db = await databases().take(t);
    const operator = await db.openOperator();
    const { promise: answer, resolve } = Promise.withResolvers<Attempt>();
    const { promise: isSending, resolve: begin } = Promise.withResolvers<void>();
    const slow: CardRoute = {
      name: 'guest',
      dropsRepeats: true,
      send: () => {
        begin();
        return answer;
      },
    };
    const settled: string[] = [];
    const a = await db.startInstance([slow], {
      concurrency: 1,
      listeners: [onEnd(() => settled.push('a'))],
    });
    await a.outbox.submit(outgoingCard());
    await isSending;
    const b = await db.startInstance([scriptedRoute().route], {
      listeners: [onEnd(() => settled.push('b'))],
    });
    assert.equal(await outcomeInSilence(b, 'm-1'), 'accepted');
    resolve({ result: 'rejected', code: 'genesys.rejected', status: 410 });
    await a.outbox.submit(outgoingCard({ messageId: 'm-2', conversationId: 'c-2' }));
    await a.outbox.stop();
    const finals = (await auditOf(operator)).filter(
      ({ event, messageId }) => messageId === 'm-1' && finalEvents.has(event),
    );
    assert.deepEqual(
      finals.map((entry) => entry.event),
      ['accepted'],
    );
    assert.ok(!settled.includes('a') || settled.filter((name) => name === 'a').length === 1);
    assert.equal((await operator.show('m-1'))?.card.state, 'accepted');
  });

  test('a card of a route that only a newer instance knows is left to that one', async (t) => {
    const db = await databases().take(t);
    const older = await db.startInstance([scriptedRoute().route], { random: Math.random });
    await older.outbox.submit(outgoingCard({ route: 'newest' }));
    const { route, sent } = scriptedRoute();
    await db.startInstance([{ ...route, name: 'newest' }], { pollMs: 20 });
    assert.equal((await older.outbox.outcomeOf('m-1', 60_000)).outcome, 'accepted');
    assert.deepEqual(sent, ['m-1']);
  });

  test('the bound on waiting cards is for all instances together', async (t) => {
    const db = await databases().take(t);
    const a = await db.startInstance([silentRoute().route], { maxWaiting: 2 });
    await a.outbox.submit(outgoingCard({ messageId: 'm-1' }));
    await a.outbox.submit(outgoingCard({ messageId: 'm-2' }));
    const b = await db.startInstance([silentRoute().route], { maxWaiting: 2 });
    await assert.rejects(b.outbox.submit(outgoingCard({ messageId: 'm-3' })), { code: 'store.full' });
  });

  test('cards that came all at once, which the database has not yet counted, are not compared each with each', async (t) => {
    const db = await databases().takeNew(t);
    const { boss, database } = await db.startStore();
    const [queue] = await database.query(
      `SELECT table_name FROM genesys_cards_queue.queue WHERE name = '${cardQueue}'`,
    );
    const table = `genesys_cards_queue.${queue?.table_name}`;
    const arrive = (count: number) =>
      boss.insert(
        cardQueue,
        Array.from({ length: count }, (_, i) => ({
          data: { messageId: `m-${i}` },
          singletonKey: `c-${i % 300}`,
        })),
      );
    await database.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
    await arrive(500);
    await database.query(`ANALYZE ${table}`);
    await database.query(`DELETE FROM ${table}`);
    await database.query(`ANALYZE ${table}`);
    await arrive(3_000);
    const plan: unknown[] = [];
    const explaining: Sql = {
      schema: database.schema,
      query: async (sql, values) => {
        const [setting, statement] = sql.split(/;(.*)/s);
        plan.push(...(await database.query(`${setting}; EXPLAIN ${statement}`, values)));
        return database.query(sql, values);
      },
    };
    assert.equal((await claimJobs(boss, explaining, 64)).length, 64);
    assert.match(JSON.stringify(plan), /Join/);
    assert.doesNotMatch(JSON.stringify(plan), /Nested Loop/);
  });

  test('an error of this program while cards are claimed is reported, and the cards are delivered', async (t) => {
    const db = await databases().take(t);
    const bug = new TypeError('a bug');
    const faults: unknown[] = [];
    const { outbox, store } = await db.startInstance([scriptedRoute().route], {
      pollMs: 20,
      onFault: (error) => faults.push(error),
    });
    t.mock.method(store.boss, 'fetch', () => Promise.reject(bug), { times: 1 });
    await outbox.submit(outgoingCard());
    assert.equal((await outbox.outcomeOf('m-1', 60_000)).outcome, 'accepted');
    assert.deepEqual(faults, [bug]);
  });

  test('the heartbeat of a claim, and the removal of a job without a card, reach the database', async (t) => {
    const db = await databases().take(t);
    const { boss, database } = await db.startStore();
    const insert = (name: string) =>
      boss.insert(cardQueue, [{ data: { messageId: name }, singletonKey: name }]);
    await insert('m-1');
    const claims = (await claimJobs(boss, database, 1)).map(({ id, retryCount }) => ({ id, retryCount }));
    assert.equal(claims.length, 1);
    const response = await boss.touch(cardQueue, claims, withSql(database));
    assert.deepEqual('settled' in response && response.settled, [claims[0]?.id]);
    await insert('m-2');
    const faults: unknown[] = [];
    await db.startInstance([scriptedRoute().route], { pollMs: 20, onFault: (error) => faults.push(error) });
    const orphan = "SELECT 1 FROM genesys_cards_queue.job WHERE data->>'messageId' = 'm-2'";
    while ((await database.query(orphan)).length > 0) assert.deepEqual(faults, []);
  });

  test('a repeat given to another instance is the same card', async (t) => {
    const db = await databases().take(t);
    const { route, sent } = scriptedRoute();
    const a = await db.startInstance([route]);
    const b = await db.startInstance([route]);
    await Promise.all([a, b, a, b].map(({ outbox }) => outbox.submit(outgoingCard())));
    assert.equal((await b.outbox.outcomeOf('m-1', 60_000)).outcome, 'accepted');
    await assert.rejects(b.outbox.submit(outgoingCard({ body: '{}' })), { code: 'store.conflict' });
    assert.deepEqual(sent, ['m-1']);
  });

  test('a dead letter waits in the dead letter queue until it is replayed or pruned', async (t) => {
    const db = await databases().take(t);
    const operator = await db.openOperator();
    const rejected: Attempt = { result: 'rejected', code: 'genesys.rejected', status: 400 };
    const { route } = scriptedRoute({ 'm-1': [rejected], 'm-2': [rejected] });
    const { store, outbox } = await db.startInstance([route]);
    for (const messageId of ['m-1', 'm-2', 'm-3']) await outbox.submit(outgoingCard({ messageId }));
    await outbox.outcomeOf('m-3', 60_000);
    const waiting = async () =>
      (await store.boss.findJobs<CardJob>(deadQueue)).map(({ data }) => data.messageId);
    assert.deepEqual((await waiting()).sort(), ['m-1', 'm-2']);
    assert.deepEqual(await store.boss.findJobs(cardQueue), []);
    await operator.replay(['m-1']);
    assert.deepEqual(await waiting(), ['m-2']);
    await operator.prune({ cardsBefore: Date.now() + 60_000, auditBefore: 0, hasAnalytics: false });
    assert.deepEqual(await waiting(), []);
  });

  test('a card of which the database cannot take a byte is refused, and those beside it are stored', async (t) => {
    const db = await databases().take(t);
    const { outbox } = await db.startInstance([scriptedRoute().route]);
    const [bad, good] = await Promise.allSettled([
      outbox.submit(outgoingCard({ messageId: 'm-1', text: 'a\u0000b' })),
      outbox.submit(outgoingCard({ messageId: 'm-2' })),
    ]);
    assert.equal(bad.status === 'rejected' && bad.reason.code, 'store.unavailable');
    assert.equal(good.status, 'fulfilled');
    assert.equal((await outbox.outcomeOf('m-2', 60_000)).outcome, 'accepted');
  });
}

/** Waits until an instance is told something that begins with a word. */
async function untilHeard(store: PostgresStore, word: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  store.session.on('notification', (payload) => {
    if (payload.startsWith(word)) resolve();
  });
  await promise;
}
