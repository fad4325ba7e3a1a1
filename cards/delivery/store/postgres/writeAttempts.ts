import type { PgBoss } from 'pg-boss';
import { idOfReference } from '../../forget.ts';
import type { WriteOf, Written } from './cardWrite.ts';
import type { Sql } from './database.ts';
import { cardQueue, deadQueue, jobOf, shareTransaction } from './jobs.ts';
import { schema } from './schema.ts';

/** Ends the way of cards, each with its one final audit entry; a dead letter's job goes to the dead letter queue. */
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
  const isOurs = new Set(changed.map((row) => row.message_id));
  // Also the job of a card that another instance finished, or has just taken over: the card is final, no matter which instance holds it.
  await boss.deleteJob(
    cardQueue,
    writes.map(({ claim }) => claim.job.id),
    shareTransaction(sql),
  );
  const [ours, late] = split(writes, ({ entry }) => isOurs.has(entry.messageId));
  const dead = ours.filter(({ entry }) => entry.event !== 'accepted');
  if (dead.length > 0) {
    const jobs = dead.map(({ claim }) => ({ id: claim.job.id, ...jobOf(claim.underWay.card) }));
    await boss.insert(deadQueue, jobs, shareTransaction(sql));
  }
  for (const write of ours) {
    results.set(write, 'done');
    entries.push(write.entry);
  }
  if (late.length > 0) await findOwnSettles(sql, late, { results });
}

/** A card that was settled by this very write, whose commit succeeded and nobody heard of it, is ours after all. */
async function findOwnSettles(
  sql: Sql,
  writes: readonly WriteOf<'settle'>[],
  { results }: Pick<Written, 'results'>,
): Promise<void> {
  const known = await sql.query(
    `SELECT message_id, state, attempts FROM ${schema}.cards WHERE message_id = ANY($1)`,
    [writes.map(({ entry }) => entry.messageId)],
  );
  const settled = new Set(known.map((row) => [row.message_id, row.state, row.attempts].join()));
  for (const write of writes) {
    const { messageId, event, attempts } = write.entry;
    const isOurs = settled.has([messageId, event, attempts].join());
    results.set(write, isOurs ? 'done' : 'late');
  }
}

/** Ends cards as little as possible, so that those behind them go on: an operator finds them among the dead letters. */
export async function abandonCards(
  sql: Sql,
  boss: PgBoss,
  writes: readonly WriteOf<'abandon'>[],
): Promise<void> {
  for (const { claim, state } of writes) {
    await sql.query(
      `UPDATE ${schema}.cards SET state = $2::text, code = 'delivery.fault', settled_at = ${schema}.now_ms(),
         body = CASE WHEN $2 = 'accepted' THEN NULL ELSE body END,
         text = CASE WHEN $2 = 'accepted' THEN NULL ELSE text END WHERE message_id = $1 AND state IN ('pending', 'sending')`,
      [claim.underWay.card.messageId, state],
    );
    await boss.deleteJob(cardQueue, claim.job.id, shareTransaction(sql));
  }
}

/** Notes attempts that were not the last, and lets the cards be due again after their wait. */
export async function tryAgain(
  sql: Sql,
  boss: PgBoss,
  writes: readonly WriteOf<'again'>[],
  { entries }: Written,
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
  await boss.fail(
    cardQueue,
    writes.map(({ claim }) => claim.job),
    null,
    shareTransaction(sql),
  );
  for (const write of writes) {
    const { claim, entry, waitMs } = write;
    // pg-boss puts a failed job back for at once; when it is due is for our own retry timing to say, to the millisecond.
    if (waitMs > 0) {
      await boss.update(cardQueue, undefined, {
        id: claim.job.id,
        startAfter: waitMs / 1_000,
        ...shareTransaction(sql),
      });
    }
    if (entry !== undefined && isChanged.has(claim.underWay.card.messageId)) entries.push(entry);
  }
}

/** Marks cards that are about to be sent: `late` when another instance has finished one. */
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
    results.set(write, isMarked.has(write.claim.underWay.card.messageId) ? 'done' : 'late');
}

/** Notes that nothing is sent for a time, for instances that do not listen now. */
export async function notePause(sql: Sql, route: string, ms: number): Promise<void> {
  await sql.query(
    `INSERT INTO ${schema}.pauses AS p VALUES ($1, now() + $2 * interval '1 millisecond')
     ON CONFLICT (route) DO UPDATE SET until = greatest(p.until, excluded.until)`,
    [route, ms],
  );
}

function split<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
