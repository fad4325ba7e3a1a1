import type { PgBoss } from 'pg-boss';
import { bodyHash, hasBodyHash } from '../../bodyHash.ts';
import type { StoreKeys } from '../../storeKeys.ts';
import type { WriteOf, Written } from './cardWrite.ts';
import type { Sql } from './database.ts';
import { cardQueue, jobOf, within } from './jobs.ts';
import { schema } from './schema.ts';

/** Stores cards with their jobs; says of each whether it is new, a repeat, or in conflict with another. */
export async function addCards(
  sql: Sql,
  boss: PgBoss,
  keys: StoreKeys,
  writes: readonly WriteOf<'add'>[],
  { results, entries }: Written,
): Promise<void> {
  const rows = writes.map(({ card, jobId, origin }) => ({
    message_id: card.messageId,
    conversation_id: card.conversationId,
    route: card.route,
    body: card.body,
    body_hash: bodyHash(card, keys),
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
  const fresh = writes.filter(({ jobId }) => isNew.has(jobId));
  for (const write of fresh) {
    results.set(write, 'done');
    entries.push(write.entry);
  }
  if (fresh.length > 0) {
    const jobs = fresh.map(({ card, jobId }) => ({ id: jobId, ...jobOf(card) }));
    await boss.insert(cardQueue, jobs, within(sql));
  }
  const others = writes.filter(({ jobId }) => !isNew.has(jobId));
  if (others.length === 0) return;
  const known = await sql.query(
    `SELECT message_id, body_hash, job_id FROM ${schema}.cards WHERE message_id = ANY($1)`,
    [others.map(({ card }) => card.messageId)],
  );
  const rowOf = new Map(known.map((row) => [row.message_id, row]));
  for (const write of others) {
    const row = rowOf.get(write.card.messageId);
    const isSame = row !== undefined && hasBodyHash(row.body_hash, write.card, keys);
    // Stored by this very write: its first commit succeeded and nobody heard of it.
    if (row?.job_id === write.jobId) results.set(write, 'done');
    else results.set(write, isSame ? 'repeat' : 'conflict');
  }
}
