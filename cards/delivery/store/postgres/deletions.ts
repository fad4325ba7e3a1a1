import { isDeepStrictEqual } from 'node:util';
import type { PgBoss } from 'pg-boss';
import { checkChainKey, createForgottenEntries, nameIn, renameRows } from '../../audit.ts';
import type { StoreKeyring } from '../../storeKeys.ts';
import { namesInKeys } from '../stateStorage.ts';
import { type Forgotten, type PruneBounds, type Pruned, removeInBatches } from '../store.ts';
import { append, lockHead, readEntriesNaming } from './auditLog.ts';
import type { Database, Sql } from './database.ts';
import { pruneFigures } from './figures.ts';
import { cardQueue, deadQueue, withSql } from './jobs.ts';
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

/** Removes one conversation from a store in PostgreSQL, in one transaction. */
export async function forgetConversation(
  { database, boss, keys, now }: { database: Database; boss: PgBoss; keys: StoreKeyring; now: () => number },
  conversationId: string,
): Promise<Forgotten> {
  // The log is long: its present entries are read before the transaction, without holding up the bots.
  const before = await findNames(database, conversationId);
  const read = await readEntriesNaming(database, before.map(nameIn));
  return database.transaction(async (sql) => {
    const names = await findNames(sql, conversationId);
    const states = await deleteStates(sql, names);
    const cards = await deleteCards(sql, boss, names);
    // From here on no entry is appended. Last, because every other writer locks the head after its cards.
    checkChainKey((await lockHead(sql)).hash, keys);
    const isSame = isDeepStrictEqual(new Set(names), new Set(before));
    const known = isSame ? read : { rows: [], last: 0 };
    const { rows: others } = await readEntriesNaming(sql, names.map(nameIn), known.last);
    const rows = [...known.rows, ...others];
    const renamed = renameRows(rows, keys.seal);
    await sql.query(
      `UPDATE ${schema}.audit AS a SET entry = r.entry, seal = r.seal
       FROM unnest($1::bigint[], $2::text[], $3::text[]) AS r (seq, entry, seal) WHERE a.seq = r.seq`,
      [renamed.map(({ seq }) => seq), renamed.map(({ entry }) => entry), renamed.map(({ seal }) => seal)],
    );
    await append(sql, keys, createForgottenEntries(renamed, now()), ['work']);
    return { cards, states, auditEntries: rows.length };
  });
}

/** Returns every id of the conversation, also of its sessions and its Bot Framework conversation, as stored sessions and cards connect them. */
async function findNames(sql: Sql, conversationId: string): Promise<string[]> {
  const names = new Set([conversationId]);
  for (let size = 0; size < names.size; ) {
    size = names.size;
    const pairs = await sql.query(
      `SELECT item::json #>> '{address,sessionId}' AS a, item::json #>> '{address,conversationId}' AS b
         FROM ${schema}.bot_state, unnest($1::text[]) AS name
         WHERE key LIKE 'genesys/%/sessions/%' AND strpos(item, to_json(name)::text) > 0
       UNION SELECT conversation_id, reference::json #>> '{conversation,id}' FROM ${schema}.cards, unnest($1::text[]) AS name
         WHERE conversation_id = name AND reference LIKE '{%'
       UNION SELECT conversation_id, reference::json #>> '{conversation,id}' FROM ${schema}.cards, unnest($1::text[]) AS name
         WHERE reference LIKE '{%' AND strpos(reference, to_json(name)::text) > 0`,
      [[...names]],
    );
    for (const { a, b } of pairs) {
      // A name may stand elsewhere in an item: only a session or a card of this conversation connects ids.
      if (!names.has(String(a)) && !names.has(String(b))) continue;
      for (const name of [a, b]) if (typeof name === 'string') names.add(name);
    }
  }
  return [...names];
}

async function deleteStates(sql: Sql, names: readonly string[]): Promise<number> {
  const gone = await sql.query(
    `DELETE FROM ${schema}.bot_state WHERE EXISTS (SELECT 1 FROM unnest($2::text[]) AS name
       WHERE strpos(key || '/', '/conversations/' || name || '/') > 0)
       OR key LIKE 'genesys/%/sessions/%' AND item::json #>> '{address,sessionId}' = ANY($1) RETURNING 1`,
    [names, namesInKeys(names)],
  );
  return gone.length;
}

async function deleteCards(sql: Sql, boss: PgBoss, names: readonly string[]): Promise<number> {
  const gone = await sql.query(
    `DELETE FROM ${schema}.cards WHERE conversation_id = ANY($1) RETURNING job_id`,
    [names],
  );
  const jobs = gone.map((row) => String(row.job_id));
  if (jobs.length > 0) {
    await boss.deleteJob(cardQueue, jobs, withSql(sql));
    await boss.deleteJob(deadQueue, jobs, withSql(sql));
  }
  return gone.length;
}
