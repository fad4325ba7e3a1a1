import type { PgBoss } from 'pg-boss';
import { type PruneBounds, type Pruned, removeInBatches } from '../store.ts';
import type { Database, Sql } from './database.ts';
import { pruneFigures } from './figures.ts';
import { deadQueue, withSql } from './jobs.ts';
import { readCursor } from './meta.ts';
import { schema } from './schema.ts';

/** Cards, and audit entries, that one transaction deletes. */
const cardBatch = 500;
const auditBatch = 10_000;

/** Deletes old cards and audit entries from a store in PostgreSQL, a batch in each transaction. */
export async function pruneStore(
  { database, boss }: { database: Database; boss: PgBoss },
  { cardsBefore, auditBefore, hasAnalytics }: PruneBounds,
): Promise<Pruned> {
  const alone = (removeBatch: (sql: Sql) => Promise<number>) =>
    removeInBatches(() =>
      database.transaction(async (sql) => {
        // One at a time: a slower instance must not set the beginning of the chain back.
        await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('genesys_cards.prune', 0))");
        return removeBatch(sql);
      }),
    );
  const cards = await alone((sql) => removeCards(sql, boss, cardsBefore));
  const auditEntries = await alone((sql) => removeEntries(sql, auditBefore, hasAnalytics));
  await pruneFigures(database);
  return { cards, auditEntries };
}

async function removeCards(sql: Sql, boss: PgBoss, before: number): Promise<number> {
  const rows = await sql.query(
    `DELETE FROM ${schema}.cards WHERE seq IN
       (SELECT seq FROM ${schema}.cards WHERE settled_at IS NOT NULL AND settled_at < $1 LIMIT $2)
       -- Once more: a card may be replayed after it was found.
       AND settled_at IS NOT NULL AND settled_at < $1
     RETURNING state, job_id`,
    [before, cardBatch],
  );
  const dead = rows.filter((row) => row.state !== 'accepted').map((row) => String(row.job_id));
  if (dead.length > 0) await boss.deleteJob(deadQueue, dead, withSql(sql));
  return rows.length;
}

/** Deletes a batch of entries; the chain then begins after the last one. */
async function removeEntries(sql: Sql, before: number, hasAnalytics: boolean): Promise<number> {
  const bound = hasAnalytics ? await readCursor(sql) : Number.MAX_SAFE_INTEGER;
  const [last] = await sql.query(
    `SELECT seq, hash FROM ${schema}.audit
     WHERE at < $1 AND seq <= $2 AND seq <= (SELECT start_seq + $3 FROM ${schema}.audit_head) ORDER BY seq DESC LIMIT 1`,
    [before, bound, auditBatch],
  );
  if (last === undefined) return 0;
  const [gone] = await sql.query(
    `WITH gone AS (DELETE FROM ${schema}.audit WHERE seq <= $1 RETURNING 1) SELECT count(*) AS n FROM gone`,
    [last.seq],
  );
  await sql.query(`UPDATE ${schema}.audit_head SET start_seq = $1, start_hash = $2`, [last.seq, last.hash]);
  return Number(gone?.n ?? 0);
}
