import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DatabaseError } from 'pg';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { AnalyticsFeed } from '../../../../../cards/delivery/analytics.ts';
import { createAuditEntry } from '../../../../../cards/delivery/cardEvents.ts';
import { noAttempts } from '../../../../../cards/delivery/cardTable.ts';
import { CardUnderWay } from '../../../../../cards/delivery/cardUnderWay.ts';
import type { Attempt } from '../../../../../cards/delivery/outbox.ts';
import { windowFor } from '../../../../../cards/delivery/rateLimit.ts';
import { openOperatorStore } from '../../../../../cards/delivery/store/openStore.ts';
import { Database } from '../../../../../cards/delivery/store/postgres/database.ts';
import { type CardJob, cardQueue } from '../../../../../cards/delivery/store/postgres/jobs.ts';
import { PostgresOperatorStore } from '../../../../../cards/delivery/store/postgres/postgresOperatorStore.ts';
import { PostgresStorage } from '../../../../../cards/delivery/store/postgres/postgresStorage.ts';
import { PostgresStore } from '../../../../../cards/delivery/store/postgres/postgresStore.ts';
import { PostgresTurnGate } from '../../../../../cards/delivery/store/postgres/postgresTurnGate.ts';
import type { CardWrite } from '../../../../../cards/delivery/store/postgres/runCardWrites.ts';
import { runCardWrites } from '../../../../../cards/delivery/store/postgres/runCardWrites.ts';
import { migrate, steps } from '../../../../../cards/delivery/store/postgres/schema.ts';
import { createSharedLimiter } from '../../../../../cards/delivery/store/postgres/sharedLimiter.ts';
import { StoreError } from '../../../../../cards/delivery/store/postgres/storeError.ts';
import { makeSequentialId } from '../../../../../cards/sequentialId.ts';
import { outgoingCard } from '../../../../fakes/outgoingCard.ts';
import { patientLimits } from '../../../../fakes/postgres.ts';
import { auditOf, scriptedRoute } from '../../outboxContract.ts';
import { TestDatabase, type TestDatabases } from './testDatabases.ts';

/** What instances share besides the cards: audit log, webhook, rate limit, tables. */
export function sharedTests(databases: () => TestDatabases): void {
  test('instances that write at once make one chain without gaps', async (t) => {
    const db = await databases().take(t);
    const operator = await db.openOperator();
    const instances = await Promise.all([1, 2, 3].map(() => db.startInstance([])));
    const notes = Array.from({ length: 150 }, (_, i) => ({
      store: instances[i % instances.length]?.store,
      entry: createAuditEntry('refused', outgoingCard({ messageId: `m-${i}` }), Date.now(), {
        code: 'card.limit',
      }),
    }));
    await Promise.all(notes.map(({ store, entry }) => store?.note(entry)));
    assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 150 });
    const seen = (await auditOf(operator)).map((entry) => entry.messageId);
    assert.equal(new Set(seen).size, 150);
    assert.equal((await operator.status()).lastHour.refused, 150);
  });

  test('a group that runs again, because nobody heard of its commit, writes nothing twice', async (t) => {
    const db = await databases().take(t);
    const operator = await db.openOperator();
    const { store } = await db.startInstance([], { concurrency: 0 });
    const { database, boss, keys, instance } = store;
    const card = outgoingCard();
    const noted = outgoingCard({ messageId: 'm-2' });
    const writes: CardWrite[] = [
      {
        kind: 'add',
        cards: [{ card, jobId: makeSequentialId(), entry: createAuditEntry('stored', card, Date.now()) }],
        origin: instance,
      },
      { kind: 'note', entry: createAuditEntry('refused', noted, Date.now()) },
    ];
    const run = (group: CardWrite[]) => runCardWrites({ database, boss, keys, instance }, group);
    assert.deepEqual(await run(writes), ['done', 'done']);
    assert.deepEqual(await run(writes), ['done', 'done']);
    const [job] = await boss.fetch<CardJob>(cardQueue);
    if (job === undefined) throw new Error('There is a job.');
    const stored = {
      ...card,
      state: 'pending' as const,
      attempts: 0,
      storedAt: 0,
      startedAt: 0,
      tally: noAttempts,
    };
    const underWay = new CardUnderWay(stored, 5, () => 0);
    const claim = { job, origin: instance, underWay, isLost: false };
    const failed: Attempt = { result: 'retry', code: 'genesys.unavailable' };
    underWay.record(failed);
    const again: CardWrite[] = [
      {
        kind: 'again',
        claim,
        pauseAllMs: undefined,
        waitMs: 1,
        entry: createAuditEntry('attempted', card, Date.now()),
      },
    ];
    await run(again);
    await run(again);
    underWay.record({ result: 'accepted' });
    const end: CardWrite[] = [
      {
        kind: 'settle',
        claim,
        entry: createAuditEntry('accepted', card, 1, { attempts: 2 }),
      },
    ];
    assert.deepEqual(await run(end), ['done']);
    assert.deepEqual(await run(end), ['done']);
    assert.deepEqual(
      (await auditOf(operator)).map(({ event, messageId }) => [event, messageId]),
      [
        ['stored', 'm-1'],
        ['refused', 'm-2'],
        ['attempted', 'm-1'],
        ['accepted', 'm-1'],
      ],
    );
    assert.deepEqual(await boss.findJobs(cardQueue), []);
  });

  test('two schemas of one database share nothing: cards, pauses, limits, audit chains, jobs, notifications', async (t) => {
    const { url } = await databases().takeNew(t);
    const urls = [url, `${url}?schema=genesys_cards_acme`, `${url}?schema=genesys_cards_globex`];
    const stores = [];
    for (const [i, one] of urls.entries()) {
      const db = new TestDatabase(one);
      t.after(() => db.close());
      const { route, sent } = scriptedRoute();
      const { store, outbox } = await db.startInstance([{ ...route, name: `route-${i}` }], {
        secrets: [`the-secret-of-store-${i}`],
      });
      stores.push({ store, outbox, sent, operator: await db.openOperator() });
    }
    for (const [i, { outbox }] of stores.entries())
      for (const messageId of ['m-1', `only-${i}`])
        await outbox.submit(outgoingCard({ messageId, route: `route-${i}`, body: `{"store":${i}}` }));
    for (const [i, { store, outbox, sent, operator }] of stores.entries()) {
      for (const messageId of ['m-1', `only-${i}`])
        assert.equal((await outbox.outcomeOf(messageId, 60_000)).outcome, 'accepted');
      assert.deepEqual(sent, ['m-1', `only-${i}`]);
      assert.deepEqual(
        (await auditOf(operator)).map(({ event, messageId }) => `${event} ${messageId}`).toSorted(),
        ['accepted m-1', `accepted only-${i}`, 'stored m-1', `stored only-${i}`].toSorted(),
      );
      assert.deepEqual(await store.database.query('SELECT count(*)::int AS n FROM genesys_cards.cards'), [
        { n: 2 },
      ]);
      assert.equal(await store.session.lock('analytics'), true);
    }
    const [first, second] = stores.map(({ store }) => createSharedLimiter(store.database, 1));
    await first?.consume('genesys');
    await assert.rejects(Promise.resolve(first?.consume('genesys')), RateLimiterRes);
    await second?.consume('genesys');
  });

  const tampering: [what: string, sql: string, seq: number][] = [
    [
      'an entry that was changed',
      "UPDATE genesys_cards.audit SET entry = replace(entry, 'm-2', 'm-9') WHERE seq = 3",
      3,
    ],
    ['an entry that was taken out', 'DELETE FROM genesys_cards.audit WHERE seq = 2', 3],
    ['an end that was cut off', 'DELETE FROM genesys_cards.audit WHERE seq >= 4', 4],
    ['a start that was cut off', 'DELETE FROM genesys_cards.audit WHERE seq = 1', 2],
    [
      'entries that were exchanged',
      'UPDATE genesys_cards.audit AS a SET entry = b.entry FROM genesys_cards.audit AS b WHERE a.seq + b.seq = 5 AND a.seq IN (2, 3)',
      2,
    ],
  ];
  for (const [what, sql, seq] of tampering) {
    test(`the audit log shows ${what}`, async (t) => {
      const db = await databases().take(t);
      const operator = await db.openOperator();
      const { store, outbox } = await db.startInstance([scriptedRoute().route]);
      for (const messageId of ['m-1', 'm-2']) {
        await outbox.submit(outgoingCard({ messageId }));
        await outbox.outcomeOf(messageId, 60_000);
      }
      assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 4 });
      await store.database.query(sql);
      const verdict = await operator.verifyAudit();
      assert.equal(verdict.ok === false && verdict.seq, seq);
    });
  }

  test('each event reaches the webhook once, whichever instance feeds it, also when that one is gone', async (t) => {
    const db = await databases().takeNew(t);
    const [first, second] = [await db.startStore(), await db.startStore()];
    const taken: number[] = [];
    const feeds = [first, second].map(
      ({ analytics }) =>
        new AnalyticsFeed({
          url: 'http://localhost/',
          secrets: ['secret'],
          source: analytics,
          http: async ({ body = '[]' }) => {
            for (const { sequence } of JSON.parse(body)) taken.push(Number(sequence));
            return { kind: 'answer', status: 200, headers: new Headers(), body: '', broken: false };
          },
        }),
    );
    const note = (messageId: string) =>
      second.note(createAuditEntry('refused', outgoingCard({ messageId }), Date.now()));
    await Promise.all([note('m-1'), note('m-2')]);
    await feeds[0]?.stop();
    await feeds[1]?.stop();
    assert.deepEqual(taken, [1, 2]);
    await note('m-3');
    await first.session.stop();
    const next = new AnalyticsFeed({
      url: 'http://localhost/',
      secrets: ['secret'],
      source: second.analytics,
      http: async ({ body = '[]' }) => {
        for (const { sequence } of JSON.parse(body)) taken.push(Number(sequence));
        return { kind: 'answer', status: 200, headers: new Headers(), body: '', broken: false };
      },
    });
    await next.stop();
    assert.deepEqual(taken, [1, 2, 3]);
  });

  for (const perMinute of [7, 100, 7_000]) {
    test(`instances share a rate limit of ${perMinute} a minute`, async (t) => {
      const db = await databases().take(t);
      const { points } = windowFor(perMinute);
      const stores = [await db.startStore(), await db.startStore()];
      const limiters = stores.map(({ database }) => createSharedLimiter(database, perMinute));
      const asked = Array.from({ length: points + 60 }, (_, i) => consume(limiters[i % 2]));
      const taken = (await Promise.all(asked)).filter((refused) => refused === undefined).length;
      assert.ok(taken <= points && taken >= points * 0.9 - 1, `${taken} of ${points}`);
      const refused = await consume(limiters[0]);
      assert.ok(refused !== undefined && refused.msBeforeNext > 0);
    });
  }

  test('items that two instances write at once in different orders are all stored', async (t) => {
    const db = await databases().take(t);
    const [one, other] = [await db.startStore(), await db.startStore()].map(
      ({ database }) => new PostgresStorage(database),
    );
    const writes = Array.from({ length: 20 }, () => [
      one?.write({ a: { n: 1 }, b: { n: 1 } }),
      other?.write({ b: { n: 2 }, a: { n: 2 } }),
    ]);
    await Promise.all(writes.flat());
    const rows = await db.database.query('SELECT etag::int FROM genesys_cards.bot_state');
    assert.deepEqual(rows, [{ etag: 40 }, { etag: 40 }]);
  });

  test('state whose write or deletion ended a deadlock is written, or deleted, once more', async (t) => {
    const { database } = await (await databases().take(t)).startStore();
    const storage = new PostgresStorage(database);
    const deadlock = new DatabaseError('deadlock detected', 0, 'error');
    deadlock.code = '40P01';
    const collide = () => Promise.reject(new StoreError(deadlock));
    t.mock.method(database, 'transaction', collide, { times: 1 });
    await storage.write({ a: { n: 1 }, b: { n: 1 } });
    const keys = async () => (await database.query('SELECT key FROM genesys_cards.bot_state')).length;
    assert.equal(await keys(), 2);
    t.mock.method(database, 'query', collide, { times: 1 });
    await storage.delete(['a', 'b']);
    assert.equal(await keys(), 0);
    // A second collision ends the tries: the state stays in memory, as while the database is away.
    t.mock.method(database, 'transaction', collide, { times: 2 });
    await storage.write({ a: { n: 2 }, b: { n: 2 } });
    assert.equal(await keys(), 0);
    assert.deepEqual(await storage.read(['a']), { a: { n: 2 } });
  });

  test('turns that need not be remembered any more are deleted, and the others stay', async (t) => {
    const db = await databases().take(t);
    const gate = new PostgresTurnGate(await db.startStore());
    await db.database.query(
      "INSERT INTO genesys_cards.turns VALUES ('old', now() - interval '1 second'), ('new', now() + interval '1 hour')",
    );
    await gate.prune();
    const rows = await db.database.query("SELECT encode(key, 'escape') AS key FROM genesys_cards.turns");
    assert.deepEqual(rows, [{ key: 'new' }]);
  });

  test('while the database is away no turn of the rate limit is given', async () => {
    const database = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    const refused = await consume(createSharedLimiter(database, 1_000));
    assert.ok(refused !== undefined && refused.msBeforeNext > 0);
    await database.close();
  });

  test('where no bot has run there is no store for an operator', async (t) => {
    const { url: databaseUrl } = await databases().takeBare(t);
    const opened = openOperatorStore({ databaseUrl, dataDir: 'unused' });
    await assert.rejects(opened, { code: 'store.unavailable', message: /has no card store/ });
  });

  test('an operator of another version of the queue reads the store, and is told why it cannot replay', async (t) => {
    const db = await databases().take(t);
    const operator = await PostgresOperatorStore.open(db.url, [], patientLimits);
    t.after(() => operator.close());
    const setVersion = (sql: string) =>
      db.database.query(`UPDATE genesys_cards_queue.version SET version = version ${sql}`);
    await setVersion('+ 1');
    try {
      assert.equal((await operator.status()).pending, 0);
      await assert.rejects(operator.replay(['m-1']), {
        code: 'store.unavailable',
        message: /another version/,
      });
    } finally {
      await setVersion('- 1');
    }
    assert.deepEqual((await operator.replay(['m-1'])).notFound, ['m-1']);
  });

  test('instances that start together on an empty database make its tables once', async (t) => {
    const db = await databases().takeBare(t);
    await Promise.all([1, 2, 3, 4].map(() => db.startStore()));
    const rows = await db.database.query('SELECT version FROM genesys_cards.schema_version');
    assert.deepEqual(rows, [{ version: steps.length }]);
  });

  test('a database of the first version opens with its cards, its audit log and its state', async (t) => {
    const db = await databases().takeBare(t);
    const old = db.database;
    await migrate(old, steps.slice(0, 1));
    const now = Date.now();
    const cards = ['accepted', 'failed', 'pending'].map((state, i) => ({
      state,
      card: outgoingCard({ messageId: `m-${i + 1}` }),
    }));
    for (const { state, card } of cards) {
      await old.query(
        `INSERT INTO genesys_cards.cards (message_id, conversation_id, route, state, body, body_hash, bytes, text, template_id,
           template_version, template_hash, operation_id, reference, stored_at, started_at, settled_at, job_id, origin)
         VALUES ($1, $2, 'guest', $3, $4, encode(sha256(convert_to($2 || E'\\n' || $4, 'UTF8')), 'hex'), 1, 'text', 't', '1',
           'h', 'op', '', 0, $6, $5, gen_random_uuid(), gen_random_uuid())`,
        [
          card.messageId,
          card.conversationId,
          state,
          card.body,
          state === 'pending' ? null : now,
          now - 1_000,
        ],
      );
      const entry = createAuditEntry('stored', card, 0);
      await old.query('SELECT genesys_cards.append_audit($1, $2, $3, $4)', [
        [0],
        [card.messageId],
        ['stored'],
        [JSON.stringify(entry)],
      ]);
    }
    await old.query("INSERT INTO genesys_cards.meta VALUES ('analytics.cursor', '2')");
    await old.query("INSERT INTO genesys_cards.bot_state (key, etag, item) VALUES ('k', 7, '{\"n\":1}')");

    const { store, outbox } = await db.startInstance([scriptedRoute().route]);
    const operator = await db.openOperator();
    const { pending, deadLetters, lastHour } = await operator.status();
    assert.deepEqual([pending, deadLetters], [1, { rejected: 0, unknown: 0, failed: 1 }]);
    assert.deepEqual([lastHour.accepted, lastHour.failed], [1, 1]);
    assert.ok(Math.abs((lastHour.p50Ms ?? 0) - 1_000) <= 100);
    assert.equal(await store.analytics.cursor(), 2);
    assert.deepEqual(await new PostgresStorage(old).read(['k']), { k: { n: 1, eTag: '7' } });
    assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 3 });
    // A card that comes again is known by its hash, which has no key; the chain goes on with one.
    await outbox.submit(outgoingCard({ messageId: 'm-1' }));
    await assert.rejects(outbox.submit(outgoingCard({ messageId: 'm-1', body: '{}' })), {
      code: 'store.conflict',
    });
    await outbox.submit(outgoingCard({ messageId: 'm-4', conversationId: 'c-4' }));
    assert.equal((await outbox.outcomeOf('m-4', 60_000)).outcome, 'accepted');
    assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 5 });
  });

  test('an older instance beside a newer one goes on, and starts, until a step ends it', async (t) => {
    const db = await databases().takeNew(t);
    const { outbox } = await db.startInstance([scriptedRoute().route]);
    const newer = db.database;
    const further = [...steps, { sql: 'ALTER TABLE genesys_cards.cards ADD COLUMN colour text' }];
    await migrate(newer, further);
    await outbox.submit(outgoingCard());
    assert.equal((await outbox.outcomeOf('m-1', 60_000)).outcome, 'accepted');
    const again = await db.startInstance([scriptedRoute().route]);
    await again.outbox.submit(outgoingCard({ messageId: 'm-2' }));
    assert.equal((await again.outbox.outcomeOf('m-2', 60_000)).outcome, 'accepted');

    await migrate(newer, [
      ...further,
      { sql: 'ALTER TABLE genesys_cards.cards DROP COLUMN colour', endsOlder: true },
    ]);
    const late = new PostgresStore({ url: db.url, limits: patientLimits });
    await assert.rejects(late.start(), { code: 'store.unavailable', message: /newer version/ });
    await late.close();
  });

  test('the queue has the tables beside which instances of the version before were tried', async (t) => {
    const { database } = await databases().take(t);
    const rows = await database.query('SELECT version FROM genesys_cards_queue.version');
    // Another one comes with a new pg-boss, which changes its tables as it likes: docs/scaling.md says how it is deployed.
    assert.deepEqual(rows, [{ version: 46 }]);
  });

  test('a step that fails leaves the tables as they were', async (t) => {
    const { database } = await databases().take(t);
    const broken = [
      ...steps,
      { sql: 'CREATE TABLE genesys_cards.half (a int)' },
      { sql: 'SELECT no_such_function()' },
    ];
    await assert.rejects(migrate(database, broken), { code: 'store.unavailable' });
    assert.deepEqual(await database.query("SELECT to_regclass('genesys_cards.half') AS half"), [
      { half: null },
    ]);
    assert.deepEqual(await database.query('SELECT version FROM genesys_cards.schema_version'), [
      { version: steps.length },
    ]);
  });
}

/** Takes one point; gives the refusal when there is none. */
async function consume(limiter: ReturnType<typeof createSharedLimiter>): Promise<RateLimiterRes | undefined> {
  try {
    await limiter?.consume('genesys');
    return undefined;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  }
}
