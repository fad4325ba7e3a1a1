import type { PgBoss } from 'pg-boss';
import { idOfReference } from '../../outbox.ts';
import { hasBodyHash, hashBody, type StoreKeys } from '../../storeKeys.ts';
import type { Row, Sql } from './database.ts';
import { cardQueue, deadQueue, jobOf, withSql } from './jobs.ts';
import type { NewCard, WriteOf, Written } from './runCardWrites.ts';
import { schema } from './schema.ts';

// The changes of cards and of their jobs, each in the transaction of its group: see `runCardWrites`.

/** Several cards of one write have the first of these results that one of them has. */
const addResults = ['conflict', 'done', 'repeat'] as const;

/**
 * Stores cards with their jobs. The result of a write reports whether its cards are new, a repeat, or in conflict with another
 * card: then none of them is stored.
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
  const known = await findKnownCards(
    sql,
    others.map(({ card }) => card.messageId),
  );
  const resultOf = ({ card, jobId }: NewCard) => {
    const row = known.get(card.messageId);
    // Stored now, or by this very write before: the answer to its first commit was lost.
    if (isNew.has(jobId) || row?.job_id === jobId) return 'done';
    return row !== undefined && hasBodyHash(row.body_hash, card, keys) ? 'repeat' : 'conflict';
  };
  for (const write of writes) {
    const each = new Set(write.cards.map(resultOf));
    results.set(write, addResults.find((result) => each.has(result)) ?? 'repeat');
  }
  const { kept = [], undone = [] } = Object.groupBy(
    all.filter(({ jobId }) => isNew.has(jobId)),
    ({ write }) => (results.get(write) === 'conflict' ? 'undone' : 'kept'),
  );
  if (undone.length > 0)
    await sql.query(`DELETE FROM ${schema}.cards WHERE job_id = ANY($1)`, [undone.map(({ jobId }) => jobId)]);
  if (kept.length === 0) return;
  entries.push(...kept.map(({ entry }) => entry));
  const jobs = kept.map(({ card, jobId }) => ({ id: jobId, ...jobOf(card) }));
  await boss.insert(cardQueue, jobs, withSql(sql));
}

/** Returns the stored cards among some, by their messageIds. */
async function findKnownCards(sql: Sql, messageIds: readonly string[]): Promise<Map<unknown, Row>> {
  if (messageIds.length === 0) return new Map();
  const rows = await sql.query(
    `SELECT message_id, state, attempts, body_hash, job_id FROM ${schema}.cards WHERE message_id = ANY($1)`,
    [messageIds],
  );
  return new Map(rows.map((row) => [row.message_id, row]));
}

/** Marks cards that are about to be sent: `late` when another instance has finished a card. */
export async function markSending(
  sql: Sql,
  writes: readonly WriteOf<'sending'>[],
  { results }: Pick<Written, 'results'>,
): Promise<void> {
  const marked = await sql.query(
    `UPDATE ${schema}.cards SET state = 'sending' WHERE message_id = ANY($1) AND state = 'pending' RETURNING message_id`,
    [writes.map(({ claim }) => claim.underWay.card.messageId)],
  );
  const isMarked = new Set(marked.map((row) => row.message_id));
  for (const write of writes)
    if (!isMarked.has(write.claim.underWay.card.messageId)) results.set(write, 'late');
}

/** Stores attempts that were not the last, and makes the cards due again after their wait. */
export async function tryAgain(
  sql: Sql,
  boss: PgBoss,
  writes: readonly WriteOf<'again'>[],
  { results, entries }: Written,
): Promise<void> {
  const rows = writes.map(({ claim: { underWay } }) => ({
    message_id: underWay.card.messageId,
    attempts: underWay.progress.attempts,
    counted: underWay.progress.counted,
    is_doubtful: underWay.progress.isDoubtful,
    last_code: underWay.progress.lastCode ?? null,
    in_a_row: underWay.progress.inARow,
  }));
  const changed = await sql.query(
    `UPDATE ${schema}.cards AS c SET state = 'pending', attempts = s.attempts, counted = s.counted,
       is_doubtful = s.is_doubtful, last_code = s.last_code, in_a_row = s.in_a_row
     FROM json_to_recordset($1) AS s (message_id text, attempts integer, counted integer, is_doubtful boolean,
       last_code text, in_a_row integer)
     WHERE c.message_id = s.message_id AND (c.state IN ('pending', 'sending') AND s.attempts > c.attempts
       OR c.state = 'sending' AND s.attempts = c.attempts) RETURNING c.message_id`,
    [JSON.stringify(rows)],
  );
  const isChanged = new Set(changed.map((row) => row.message_id));
  const attempted = writes.flatMap(({ entry }) => (entry === undefined ? [] : [entry.messageId]));
  // A card that is stored and did not change has this attempt already: the answer to its first commit was lost.
  const isStored = await findKnownCards(
    sql,
    attempted.filter((messageId) => !isChanged.has(messageId)),
  );
  const jobs = writes.map(({ claim }) => claim.job);
  await boss.fail(cardQueue, jobs, null, withSql(sql));
  for (const write of writes) {
    const { claim, entry, waitMs } = write;
    // pg-boss makes a failed job due at once; our own retry timing decides, to the millisecond.
    if (waitMs > 0) {
      const due = { id: claim.job.id, startAfter: waitMs / 1_000 };
      await boss.update(cardQueue, undefined, { ...due, ...withSql(sql) });
    }
    if (entry === undefined) continue;
    if (isChanged.has(entry.messageId)) entries.push(entry);
    else if (!isStored.has(entry.messageId)) results.set(write, 'late');
  }
}

/** Stores for how long a route sends nothing, for instances that do not listen now. */
export async function notePause(sql: Sql, route: string, ms: number): Promise<void> {
  await sql.query(
    `INSERT INTO ${schema}.pauses AS p VALUES ($1, now() + $2 * interval '1 millisecond')
     ON CONFLICT (route) DO UPDATE SET until = greatest(p.until, excluded.until)`,
    [route, ms],
  );
}

/** Settles cards, each with its one final audit entry; the job of a dead letter goes to the dead letter queue. */
export async function settleCards(
  sql: Sql,
  boss: PgBoss,
  writes: readonly WriteOf<'settle'>[],
  { results, entries }: Written,
): Promise<void> {
  const rows = writes.map(({ claim, entry }) => ({
    message_id: entry.messageId,
    state: entry.event,
    attempts: entry.attempts,
    code: entry.code ?? null,
    status: entry.status ?? null,
    correlation_id: entry.correlationId ?? null,
    reference: idOfReference(claim.underWay.card.reference),
  }));
  const changed = await sql.query(
    `UPDATE ${schema}.cards AS c SET state = s.state, attempts = s.attempts, settled_at = ${schema}.now_ms(),
       code = s.code, status = s.status, correlation_id = s.correlation_id,
       body = CASE WHEN s.state = 'accepted' THEN NULL ELSE c.body END,
       text = CASE WHEN s.state = 'accepted' THEN NULL ELSE c.text END,
       reference = CASE WHEN s.state = 'accepted' THEN s.reference ELSE c.reference END
     FROM json_to_recordset($1) AS s (message_id text, state text, attempts integer, code text, status integer,
       correlation_id text, reference text)
     WHERE c.message_id = s.message_id AND c.state IN ('pending', 'sending') RETURNING c.message_id`,
    [JSON.stringify(rows)],
  );
  const isSettled = new Set(changed.map((row) => row.message_id));
  // Also the job of a card that another instance has finished or has just taken over: the card is final.
  const jobIds = writes.map(({ claim }) => claim.job.id);
  await boss.deleteJob(cardQueue, jobIds, withSql(sql));
  const { ours = [], late = [] } = Object.groupBy(writes, ({ entry }) =>
    isSettled.has(entry.messageId) ? 'ours' : 'late',
  );
  entries.push(...ours.map(({ entry }) => entry));
  const dead = ours.filter(({ entry }) => entry.event !== 'accepted');
  if (dead.length > 0) {
    const jobs = dead.map(({ claim }) => ({ id: claim.job.id, ...jobOf(claim.underWay.card) }));
    await boss.insert(deadQueue, jobs, withSql(sql));
  }
  const known = await findKnownCards(
    sql,
    late.map(({ entry }) => entry.messageId),
  );
  for (const write of late) {
    const { messageId, event, attempts } = write.entry;
    const row = known.get(messageId);
    // One that is stored already succeeded before: the answer to its commit was lost.
    if (row?.state !== event || row.attempts !== attempts) results.set(write, 'late');
  }
}

/** Ends cards with the fewest changes, so that the cards behind them are sent: an operator finds them among the dead letters. */
export async function abandonCards(
  sql: Sql,
  boss: PgBoss,
  writes: readonly WriteOf<'abandon'>[],
): Promise<void> {
  for (const { claim, state } of writes) {
    const { card, progress } = claim.underWay;
    await sql.query(
      `UPDATE ${schema}.cards SET state = $2::text, attempts = $3, code = 'delivery.fault', settled_at = ${schema}.now_ms(),
         body = CASE WHEN $2 = 'accepted' THEN NULL ELSE body END,
         text = CASE WHEN $2 = 'accepted' THEN NULL ELSE text END,
         reference = CASE WHEN $2 = 'accepted' THEN $4 ELSE reference END
       WHERE message_id = $1 AND state IN ('pending', 'sending')`,
      [card.messageId, state, progress.attempts, idOfReference(card.reference)],
    );
    await boss.deleteJob(cardQueue, claim.job.id, withSql(sql));
  }
}
