import { isDeepStrictEqual } from 'node:util';
import type { PgBoss } from 'pg-boss';
import { checkChainKey } from '../../audit.ts';
import { createForgottenEntries, type Forgotten, nameIn, namesInKeys, renameRows } from '../../forget.ts';
import type { StoreKeyring } from '../../storeKeys.ts';
import { append, lockHead, readEntriesNaming } from './auditLog.ts';
import type { Database, Sql } from './database.ts';
import { cardQueue, deadQueue, withSql } from './jobs.ts';
import { schema } from './schema.ts';

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
