import type { PgBoss } from 'pg-boss';
import { hasBodyHash, hashBody, type StoreKeys } from '../../storeKeys.ts';
import type { CardWrite, NewCard, WriteOf, Written } from './cardWrite.ts';
import type { Row, Sql } from './database.ts';
import { cardQueue, jobOf, shareTransaction } from './jobs.ts';
import { schema } from './schema.ts';

/**
 * Stores cards with their jobs; says of each write whether its cards are new, a repeat, or in conflict with another: then none
 * of them is stored.
 */
export async function addCards(
  sql: Sql,
  boss: PgBoss,
  keys: StoreKeys,
  writes: readonly WriteOf<'add'>[],
  { results, entries }: Written,
): Promise<void> {
  const all = writes.flatMap((write) => write.cards.map((one) => ({ ...one, write })));
  const rows = all.map(({ card, jobId, write: { origin } }) => ({
    message_id: card.messageId,
    conversation_id: card.conversationId,
    route: card.route,
    body: card.body,
    body_hash: hashBody(card, keys),
    bytes: Buffer.byteLength(card.body),
    text: card.text,
    template_id: card.templateId,
    template_version: card.templateVersion,
    template_hash: card.templateHash,
    operation_id: card.operationId,
    reference: card.reference,
    job_id: jobId,
    origin,
  }));
  const stored = await sql.query(
    `INSERT INTO ${schema}.cards (message_id, conversation_id, route, state, body, body_hash, bytes, text, template_id,
       template_version, template_hash, operation_id, reference, stored_at, started_at, job_id, origin)
     SELECT message_id, conversation_id, route, 'pending', body, body_hash, bytes, text, template_id,
       template_version, template_hash, operation_id, reference, ${schema}.now_ms(), ${schema}.now_ms(), job_id, origin
     FROM json_to_recordset($1) AS new (message_id text, conversation_id text, route text, body text, body_hash text,
       bytes integer, text text, template_id text, template_version text, template_hash text, operation_id text,
       reference text, job_id uuid, origin uuid)
     ON CONFLICT (message_id) DO NOTHING RETURNING job_id`,
    [JSON.stringify(rows)],
  );
  const isNew = new Set(stored.map((row) => row.job_id));
  const others = all.filter(({ jobId }) => !isNew.has(jobId));
  const known = others.length === 0 ? new Map() : await findKnownCards(sql, others);
  const resultOf = ({ card, jobId }: NewCard) => {
    const row = known.get(card.messageId);
    // Stored now, or by this very write: its first commit succeeded and nobody heard of it.
    if (isNew.has(jobId) || row?.job_id === jobId) return 'done';
    return row !== undefined && hasBodyHash(row.body_hash, card, keys) ? 'repeat' : 'conflict';
  };
  for (const write of writes) {
    const each = new Set(write.cards.map(resultOf));
    results.set(write, order.find((result) => each.has(result)) ?? 'repeat');
  }
  const fresh = all.filter(({ jobId }) => isNew.has(jobId));
  const isKept = ({ write }: { write: CardWrite }) => results.get(write) !== 'conflict';
  const [kept, undone] = [fresh.filter(isKept), fresh.filter((one) => !isKept(one))];
  if (undone.length > 0)
    await sql.query(`DELETE FROM ${schema}.cards WHERE job_id = ANY($1)`, [undone.map(({ jobId }) => jobId)]);
  if (kept.length === 0) return;
  entries.push(...kept.map(({ entry }) => entry));
  const jobs = kept.map(({ card, jobId }) => ({ id: jobId, ...jobOf(card) }));
  await boss.insert(cardQueue, jobs, shareTransaction(sql));
}

/** What a write comes to follows from the first of these that one of its cards came to. */
const order = ['conflict', 'done', 'repeat'] as const;

/** The stored cards that have the messageIds of others. */
async function findKnownCards(sql: Sql, others: readonly NewCard[]): Promise<Map<unknown, Row>> {
  const rows = await sql.query(
    `SELECT message_id, body_hash, job_id FROM ${schema}.cards WHERE message_id = ANY($1)`,
    [others.map(({ card }) => card.messageId)],
  );
  return new Map(rows.map((row) => [row.message_id, row]));
}
