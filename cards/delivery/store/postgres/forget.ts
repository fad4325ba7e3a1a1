import type { PgBoss } from 'pg-boss';
import { checkChainKey } from '../../audit.ts';
import { createForgottenEntries, type Forgotten, nameIn, namesInKeys, renameRows } from '../../forget.ts';
import type { StoreKeyring } from '../../storeKeys.ts';
import { append, lockHead, readEntriesNaming } from './auditLog.ts';
import type { Database, Sql } from './database.ts';
import { cardQueue, deadQueue, shareTransaction } from './jobs.ts';
import { schema } from './schema.ts';

/** Removes one conversation from a store in PostgreSQL, in one transaction. */
export async function forgetConversation(
  { database, boss, keys, now }: { database: Database; boss: PgBoss; keys: StoreKeyring; now: () => number },
  conversationId: string,
): Promise<Forgotten> {
  // The log is long: what is in it by now is read without holding up the bots.
  const before = await findNames(database, conversationId);
  const known = await readEntriesNaming(database, before.map(nameIn));
  return database.transaction(async (sql) => {
    const names = await findNames(sql, conversationId);
    const states = await deleteStates(sql, names);
    const cards = await deleteCards(sql, boss, names);
    // From here on no entry is added: last, for every other writer takes the head after its cards.
    checkChainKey((await lockHead(sql)).hash, keys);
    const isSame = names.length === before.length;
    const rows = isSame
      ? [...known.rows, ...(await readEntriesNaming(sql, names.map(nameIn), known.last)).rows]
      : (await readEntriesNaming(sql, names.map(nameIn))).rows;
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

/** See `findNames` of SQLite: the ids by which the conversation goes. */
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
      // A name may stand elsewhere in an item: only a session or a card of this conversation ties ids together.
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
    await boss.deleteJob(cardQueue, jobs, shareTransaction(sql));
    await boss.deleteJob(deadQueue, jobs, shareTransaction(sql));
  }
  return gone.length;
}
