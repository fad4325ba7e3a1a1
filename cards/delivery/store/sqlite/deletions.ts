import type { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { namesInKeys } from '../stateStorage.ts';
import { type Forgotten, type PruneBounds, type Pruned, removeInBatches } from '../store.ts';
import type { CardStore } from './cardStore.ts';

/** Cards of one transaction: a running bot never waits long for its turn to write. */
const batch = 500;

/**
 * Deletes old cards and audit entries, a batch in each transaction, and figures that no chart shows.
 *
 * @param now wall clock in milliseconds
 */
export async function pruneStore(
  { db, commits, audit }: CardStore,
  { cardsBefore, auditBefore, hasAnalytics }: PruneBounds,
  now: number,
): Promise<Pruned> {
  const removeCards = db.prepare(
    'DELETE FROM cards WHERE seq IN (SELECT seq FROM cards WHERE settled_at IS NOT NULL AND settled_at < ? LIMIT ?)',
  );
  const cards = await removeInBatches(() =>
    commits.run(() => Number(removeCards.run(cardsBefore, batch).changes)),
  );
  const auditEntries = await removeInBatches(() => audit.prunePage(auditBefore, hasAnalytics));
  await commits.run(() => audit.figures.prune(now));
  return { cards, auditEntries };
}

/** Removes one conversation, in one transaction. */
export async function forgetConversation(
  { db, commits, audit }: CardStore,
  conversationId: string,
  now: number,
): Promise<Forgotten> {
  // The log is long: its present entries are read without holding up the bot.
  const before = findNames(db, conversationId);
  const known = audit.naming(before, 0);
  const last = known.at(-1)?.seq ?? 0;
  return commits.run(() => {
    const names = findNames(db, conversationId);
    const isSame = isDeepStrictEqual(new Set(names), new Set(before));
    const rows = isSame ? [...known, ...audit.naming(names, last)] : audit.naming(names, 0);
    const deleted = deleteRows(db, names);
    if (rows.length > 0) audit.rename(rows, now);
    return { ...deleted, auditEntries: rows.length };
  });
}

/**
 * Every id of the conversation: Genesys', those of its sessions with Architect and of its Bot Framework conversation, as far
 * as stored sessions and cards tie them together.
 */
function findNames(db: DatabaseSync, conversationId: string): string[] {
  const pairs = db.prepare(
    `SELECT json_extract(item, '$.address.sessionId') AS a, json_extract(item, '$.address.conversationId') AS b
       FROM bot_state WHERE key LIKE 'genesys/%/sessions/%'
         AND (a IN (SELECT value FROM json_each(?1)) OR b IN (SELECT value FROM json_each(?1)))
     UNION SELECT conversation_id, json_extract(reference, '$.conversation.id') FROM cards
       WHERE json_valid(reference) AND (conversation_id IN (SELECT value FROM json_each(?1))
         OR json_extract(reference, '$.conversation.id') IN (SELECT value FROM json_each(?1)))`,
  );
  const names = new Set([conversationId]);
  for (let size = 0; size < names.size; ) {
    size = names.size;
    for (const { a, b } of pairs.all(JSON.stringify([...names])))
      for (const name of [a, b]) if (typeof name === 'string') names.add(name);
  }
  return [...names];
}

function deleteRows(db: DatabaseSync, names: readonly string[]): { cards: number; states: number } {
  const json = JSON.stringify(names);
  const states = db
    .prepare(
      `DELETE FROM bot_state WHERE
         EXISTS (SELECT 1 FROM json_each(?2) WHERE instr(bot_state.key || '/', '/conversations/' || value || '/') > 0)
         OR bot_state.key LIKE 'genesys/%/sessions/%'
           AND json_extract(item, '$.address.sessionId') IN (SELECT value FROM json_each(?1))`,
    )
    .run(json, JSON.stringify(namesInKeys(names)));
  const cards = db
    .prepare('DELETE FROM cards WHERE conversation_id IN (SELECT value FROM json_each(?))')
    .run(json);
  return { cards: Number(cards.changes), states: Number(states.changes) };
}
