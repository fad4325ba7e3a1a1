import type { DatabaseSync } from 'node:sqlite';
import { type Forgotten, namesInKeys } from '../../forget.ts';
import type { AuditLog } from './auditLog.ts';
import type { GroupCommit } from './groupCommit.ts';

/** Removes one conversation from a store in SQLite, in one transaction. */
export async function forgetConversation(
  { db, commits, audit }: { db: DatabaseSync; commits: GroupCommit; audit: AuditLog },
  conversationId: string,
  now: number,
): Promise<Forgotten> {
  // The log is long: what is in it by now is read without holding up the bot.
  const before = findNames(db, conversationId);
  const known = audit.naming(before, 0);
  const last = known.at(-1)?.seq ?? 0;
  return commits.run(() => {
    const names = findNames(db, conversationId);
    const isSame = names.length === before.length;
    const rows = isSame ? [...known, ...audit.naming(names, last)] : audit.naming(names, 0);
    const json = JSON.stringify(names);
    const { cards, states } = deleteRows(db, json, JSON.stringify(namesInKeys(names)));
    if (rows.length > 0) audit.rename(rows, now);
    return { cards, states, auditEntries: rows.length };
  });
}

/**
 * Every id that the conversation goes by: Genesys', those of its sessions with Architect and of its Bot Framework
 * conversation, as far as stored sessions and cards tie them together.
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

function deleteRows(db: DatabaseSync, names: string, inKeys: string): { cards: number; states: number } {
  const states = db
    .prepare(
      `DELETE FROM bot_state WHERE
         EXISTS (SELECT 1 FROM json_each(?2) WHERE instr(bot_state.key || '/', '/conversations/' || value || '/') > 0)
         OR bot_state.key LIKE 'genesys/%/sessions/%'
           AND json_extract(item, '$.address.sessionId') IN (SELECT value FROM json_each(?1))`,
    )
    .run(names, inKeys);
  const cards = db
    .prepare('DELETE FROM cards WHERE conversation_id IN (SELECT value FROM json_each(?))')
    .run(names);
  return { cards: Number(cards.changes), states: Number(states.changes) };
}
