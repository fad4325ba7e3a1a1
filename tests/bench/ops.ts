import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperatorStore } from '../../cards/delivery/operatorStore.ts';
import { Database } from '../../cards/delivery/store/postgres/database.ts';
import { PostgresOperatorStore } from '../../cards/delivery/store/postgres/postgresOperatorStore.ts';
import { PostgresStore } from '../../cards/delivery/store/postgres/postgresStore.ts';
import { migrate as migratePostgres, steps } from '../../cards/delivery/store/postgres/schema.ts';
import { openDatabase } from '../../cards/delivery/store/sqlite/database.ts';
import { migrate as migrateSqlite } from '../../cards/delivery/store/sqlite/schema.ts';
import { SqliteOperatorStore } from '../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { patientLimits, startPostgres } from '../fakes/postgres.ts';
import { median, printLine } from './figures.ts';
import { Flags } from './flags.ts';

const weekMs = 7 * 24 * 3_600_000;

/** Cards of one week: one in a hundred is a dead letter, of one in a thousand the customer had left, ten wait. */
const columns = `message_id, conversation_id, route, state, body_hash, bytes, template_id, template_version, template_hash,
  operation_id, attempts, stored_at, started_at, settled_at, code`;
const card = (
  i: string,
  { now, cards, text }: { now: number; cards: number; text: (sql: string) => string },
) => {
  const at = `${now - weekMs} + ${i} * ${Math.floor(weekMs / cards)}`;
  const state = `CASE WHEN ${i} > ${cards} - 10 THEN 'pending' WHEN ${i} % 1000 = 7 THEN 'rejected' WHEN ${i} % 100 = 3 THEN 'failed' ELSE 'accepted' END`;
  const code = `CASE WHEN ${i} > ${cards} - 10 THEN NULL WHEN ${i} % 1000 = 7 THEN 'genesys.conversationEnded' WHEN ${i} % 100 = 3 THEN 'genesys.unavailable' END`;
  const settled = `CASE WHEN ${i} > ${cards} - 10 THEN NULL ELSE ${at} + 20 + ${i} % 2000 END`;
  return `'m-' || ${text(i)}, 'c-' || ${text(`${i} / 4`)}, 'guest', ${state}, 'h', 1000, CASE WHEN ${i} = 5 THEN 'rare-v1' ELSE 'order-status-v1' END,
    '1', 'h', 'op', 1, ${at}, ${at}, ${settled}, ${code}`;
};

/** Measures what the operator's page and `status` ask of a store with many cards. */
export async function run(args: string[]): Promise<void> {
  const flags = new Flags(args, ['cards', 'rounds', 'store']);
  const options = { cards: flags.count('cards', 1_000_000, 1_000), rounds: flags.count('rounds', 21) };
  const store = flags.choice('store', ['both', 'sqlite', 'postgres']);
  if (store !== 'postgres') await measureSqlite(options);
  if (store !== 'sqlite') await measurePostgres(options);
}

interface Options {
  readonly cards: number;
  readonly rounds: number;
}

async function measureSqlite(options: Options): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'ops-'));
  const db = openDatabase(dir);
  try {
    db.exec('DROP TABLE figures; DROP INDEX cards_ended_codes; PRAGMA user_version = 4');
    const rows = card('i', { ...options, now: Date.now(), text: (sql) => sql });
    db.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${options.cards})
       INSERT INTO cards (${columns}) SELECT ${rows} FROM n`,
    );
    await measure('sqlite', 'upgrade', { ...options, rounds: 1 }, async () => migrateSqlite(db));
    const operator = new SqliteOperatorStore(dir);
    await measureAll('sqlite', operator, options);
    await operator.close();
  } finally {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measurePostgres(options: Options): Promise<void> {
  const server = await startPostgres();
  try {
    const url = await server.createDatabase();
    const database = new Database({
      url,
      maxConnections: 1,
      limits: { connectMs: 60_000, queryMs: 600_000 },
    });
    await migratePostgres(database, steps.slice(0, 3));
    const rows = card('i', { ...options, now: Date.now(), text: (sql) => `(${sql})::text` });
    await database.query(
      `INSERT INTO genesys_cards.cards (${columns}, job_id, origin)
       SELECT ${rows}, gen_random_uuid(), gen_random_uuid() FROM generate_series(1::bigint, ${options.cards}) AS n (i)`,
    );
    await measure('postgres', 'upgrade', { ...options, rounds: 1 }, () => migratePostgres(database));
    // As autovacuum does in production.
    await database.query('VACUUM ANALYZE');
    await database.close();
    const store = new PostgresStore({ url, limits: patientLimits });
    await store.start();
    const operator = await PostgresOperatorStore.open(url, [], patientLimits);
    await measureAll('postgres', operator, options);
    await operator.close();
    await store.close();
  } finally {
    await server.close();
  }
}

async function measureAll(store: string, operator: OperatorStore, options: Options): Promise<void> {
  const queries: [query: string, ask: () => Promise<unknown>][] = [
    ['status', () => operator.status()],
    ['chart hour', () => operator.chart('hour')],
    ['chart day', () => operator.chart('day')],
    ['chart week', () => operator.chart('week')],
    ['dead letters by code', () => operator.deadCodes()],
    ['newest cards', () => operator.recent(100)],
    ['by message', () => operator.recent(100, { message: 'm-77' })],
    ['by conversation', () => operator.recent(100, { conversation: 'c-77' })],
    ['by a rare template', () => operator.recent(100, { template: 'rare' })],
    ['by code', () => operator.recent(100, { code: 'genesys.unavailable' })],
    ['by state pending', () => operator.recent(100, { state: 'pending' })],
    ['by state failed', () => operator.recent(100, { state: 'failed' })],
    ['page of dead letters', () => operator.deadLetters(100)],
    ['what waits', () => operator.waiting(100)],
    ['one card', () => operator.show('m-77')],
  ];
  for (const [query, ask] of queries) await measure(store, query, options, ask);
}

/** Prints how long a query takes: at best, in the middle, at worst. */
async function measure(
  store: string,
  query: string,
  { cards, rounds }: Options,
  ask: () => Promise<unknown>,
): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  printLine({
    bench: 'ops',
    store,
    query,
    cards,
    min_ms: Math.min(...times),
    p50_ms: median(times),
    max_ms: Math.max(...times),
  });
}
