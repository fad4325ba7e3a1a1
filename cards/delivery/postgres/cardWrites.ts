import { hash } from 'node:crypto';
import type { PgBoss } from 'pg-boss';
import { type AuditEntry, type AuditEvent, type AuditedCard, answerOf, auditEntry } from '../audit.ts';
import type { CardUnderWay } from '../cardUnderWay.ts';
import type { Attempt, OutgoingCard } from '../outbox.ts';
import { append } from './auditLog.ts';
import type { Database, Sql } from './database.ts';
import { cardQueue, deadQueue, type JobClaim, within } from './jobs.ts';
import { schema } from './schema.ts';

/** A card that this instance works on. */
export interface Claim {
  readonly job: JobClaim;
  /** The instance that a turn gave the card to: it may be waiting for the outcome. */
  readonly origin: string;
  readonly underWay: CardUnderWay;
  /** True when another instance took the card over, because this one was silent for too long. */
  isLost: boolean;
}

/** A change of the store; `at` is wall clock in milliseconds, for the audit log. */
export type CardWrite =
  | { kind: 'add'; card: OutgoingCard; jobId: string; origin: string; at: number }
  /** Marked before it is sent, where repeats are shown. */
  | { kind: 'sending'; claim: Claim }
  | { kind: 'again'; claim: Claim; attempt: Attempt; waitMs: number; at: number }
  | {
      kind: 'settle';
      claim: Claim;
      state: 'accepted' | 'rejected' | 'unknown' | 'failed';
      attempt: Attempt;
      at: number;
    }
  /** Something about a card that was never stored, or beside its way. */
  | { kind: 'note'; entry: AuditEntry }
  /** No card of any instance is sent for this long. */
  | { kind: 'pause'; route: string; ms: number };

/**
 * What came of a change. `repeat`: the same card is stored already. `conflict`: another card has its messageId. `late`: the
 * card was finished, or taken over, by another instance; nothing was changed.
 */
export type WriteResult = 'done' | 'repeat' | 'conflict' | 'late';

type Of<K extends CardWrite['kind']> = Extract<CardWrite, { kind: K }>;

/** How the writes of cards reach the database. */
export interface CardWritesOptions {
  database: Database;
  boss: PgBoss;
  /** This instance. */
  instance: string;
}

/**
 * Runs a group of changes in one transaction: cards, their jobs, their audit entries and what other instances are told.
 * Every statement does nothing when it is run a second time.
 */
export async function runCardWrites(
  { database, boss, instance }: CardWritesOptions,
  writes: readonly CardWrite[],
): Promise<WriteResult[]> {
  return database.transaction(async (sql) => {
    const results = new Map<CardWrite, WriteResult>();
    const entries: AuditEntry[] = [];
    const told: string[] = [];
    const of = <K extends CardWrite['kind']>(kind: K) =>
      writes.filter((write): write is Of<K> => write.kind === kind);

    const added = of('add');
    if (added.length > 0) await add(sql, boss, added, results, entries);
    if ([...results.values()].includes('done')) told.push(`work ${instance}`);

    const settled = of('settle');
    if (settled.length > 0) await settle(sql, boss, settled, results, entries);
    told.push(...outcomes(settled.filter(({ claim }) => claim.origin !== instance)));

    const again = of('again');
    if (again.length > 0) await tryAgain(sql, boss, again, entries);
    if (again.some((write) => write.waitMs === 0)) told.push(`work ${instance}`);

    const sending = of('sending');
    if (sending.length > 0) await markSending(sql, sending, results);

    for (const { route, ms } of of('pause')) {
      await pause(sql, route, ms);
      told.push(`pause ${Math.ceil(ms)}`);
    }
    entries.push(...of('note').map((write) => write.entry));
    // Last, for from here to the commit no other instance can write its entries.
    await append(sql, entries, told);
    return writes.map((write) => results.get(write) ?? 'done');
  });
}

async function add(
  sql: Sql,
  boss: PgBoss,
  writes: readonly Of<'add'>[],
  results: Map<CardWrite, WriteResult>,
  entries: AuditEntry[],
): Promise<void> {
  const rows = writes.map(({ card, jobId, origin }) => ({
    message_id: card.messageId,
    conversation_id: card.conversationId,
    route: card.route,
    body: card.body,
    body_hash: bodyHash(card),
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
    const bytes = Buffer.byteLength(write.card.body);
    entries.push(auditEntry('stored', write.card, write.at, { bytes }));
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
    const isSame = row?.body_hash === bodyHash(write.card);
    // Stored by this very write: its first commit succeeded and nobody heard of it.
    if (row?.job_id === write.jobId) results.set(write, 'done');
    else results.set(write, isSame ? 'repeat' : 'conflict');
  }
}

async function settle(
  sql: Sql,
  boss: PgBoss,
  writes: readonly Of<'settle'>[],
  results: Map<CardWrite, WriteResult>,
  entries: AuditEntry[],
): Promise<void> {
  const rows = writes.map(({ claim: { underWay }, state, attempt }) => ({
    message_id: underWay.card.messageId,
    state,
    attempts: underWay.progress.attempts,
    code: attempt.code ?? null,
    status: attempt.status ?? null,
    correlation_id: attempt.correlationId ?? null,
  }));
  const changed = await sql.query(
    `UPDATE ${schema}.cards AS c SET state = s.state, attempts = s.attempts, settled_at = ${schema}.now_ms(),
       code = s.code, status = s.status, correlation_id = s.correlation_id,
       body = CASE WHEN s.state = 'accepted' THEN NULL ELSE c.body END,
       text = CASE WHEN s.state = 'accepted' THEN NULL ELSE c.text END
     FROM json_to_recordset($1) AS s (message_id text, state text, attempts integer, code text, status integer,
       correlation_id text)
     WHERE c.message_id = s.message_id AND c.state IN ('pending', 'sending') RETURNING c.message_id`,
    [JSON.stringify(rows)],
  );
  const isOurs = new Set(changed.map((row) => row.message_id));
  // Also the job of a card that another instance finished, or has just taken over: the card is final, whoever holds it.
  await boss.deleteJob(
    cardQueue,
    writes.map(({ claim }) => claim.job.id),
    within(sql),
  );
  const [ours, late] = split(writes, ({ claim }) => isOurs.has(claim.underWay.card.messageId));
  const dead = ours.filter(({ state }) => state !== 'accepted');
  if (dead.length > 0) {
    const jobs = dead.map(({ claim }) => ({ id: claim.job.id, ...jobOf(claim.underWay.card) }));
    await boss.insert(deadQueue, jobs, within(sql));
  }
  for (const write of ours) {
    results.set(write, 'done');
    entries.push(attemptEntry(write.state, write));
  }
  if (late.length > 0) await findOwnSettles(sql, late, results);
}

/** A card that was settled by this very write, whose commit succeeded and nobody heard of it, is ours after all. */
async function findOwnSettles(
  sql: Sql,
  writes: readonly Of<'settle'>[],
  results: Map<CardWrite, WriteResult>,
): Promise<void> {
  const known = await sql.query(
    `SELECT message_id, state, attempts FROM ${schema}.cards WHERE message_id = ANY($1)`,
    [writes.map(({ claim }) => claim.underWay.card.messageId)],
  );
  const settled = new Set(known.map((row) => [row.message_id, row.state, row.attempts].join()));
  for (const write of writes) {
    const { card, progress } = write.claim.underWay;
    const isOurs = settled.has([card.messageId, write.state, progress.attempts].join());
    results.set(write, isOurs ? 'done' : 'late');
  }
}

async function tryAgain(
  sql: Sql,
  boss: PgBoss,
  writes: readonly Of<'again'>[],
  entries: AuditEntry[],
): Promise<void> {
  const rows = writes.map(({ claim: { underWay } }) => ({
    message_id: underWay.card.messageId,
    attempts: underWay.progress.attempts,
    counted: underWay.tally.counted,
    is_doubtful: underWay.tally.isDoubtful,
    last_code: underWay.tally.lastCode ?? null,
    in_a_row: underWay.tally.inARow,
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
    within(sql),
  );
  for (const write of writes) {
    const { claim, attempt, waitMs } = write;
    // pg-boss puts a failed job back for at once; when it is due is for our own retry timing to say, to the millisecond.
    if (waitMs > 0) {
      await boss.update(cardQueue, undefined, {
        id: claim.job.id,
        startAfter: waitMs / 1_000,
        ...within(sql),
      });
    }
    if (attempt.isUntried === true || !isChanged.has(claim.underWay.card.messageId)) continue;
    entries.push(attemptEntry('attempted', write));
  }
}

function attemptEntry(event: AuditEvent, { claim, attempt, at }: Of<'settle'> | Of<'again'>): AuditEntry {
  const { card, progress } = claim.underWay;
  const { attempts, ageMs } = progress;
  return auditEntry(event, card, at, { ...answerOf(attempt), attempts, ms: Math.round(ageMs) });
}

async function markSending(
  sql: Sql,
  writes: readonly Of<'sending'>[],
  results: Map<CardWrite, WriteResult>,
): Promise<void> {
  const marked = await sql.query(
    `UPDATE ${schema}.cards SET state = 'sending' WHERE message_id = ANY($1) AND state = 'pending' RETURNING message_id`,
    [writes.map(({ claim }) => claim.underWay.card.messageId)],
  );
  const isMarked = new Set(marked.map((row) => row.message_id));
  for (const write of writes)
    results.set(write, isMarked.has(write.claim.underWay.card.messageId) ? 'done' : 'late');
}

async function pause(sql: Sql, route: string, ms: number): Promise<void> {
  await sql.query(
    `INSERT INTO ${schema}.pauses AS p VALUES ($1, now() + $2 * interval '1 millisecond')
     ON CONFLICT (route) DO UPDATE SET until = greatest(p.until, excluded.until)`,
    [route, ms],
  );
}

/** The job of a card: its conversation is the key that keeps the order. */
export function jobOf(card: AuditedCard): { data: { messageId: string }; singletonKey: string } {
  return { data: { messageId: card.messageId }, singletonKey: card.conversationId };
}

/** As the embedded store has it: the same card again is one with the same conversation and body. */
function bodyHash({ conversationId, body }: OutgoingCard): string {
  return hash('sha256', `${conversationId}\n${body}`);
}

/** Notifications hold 8,000 bytes at most: outcomes are told by instance, some forty at a time. */
function outcomes(writes: readonly Of<'settle'>[]): string[] {
  const told: string[] = [];
  for (const [origin, group] of Map.groupBy(writes, ({ claim }) => claim.origin)) {
    for (let i = 0; i < group.length; i += 40) {
      const ids = group.slice(i, i + 40).map(({ claim }) => claim.underWay.card.messageId);
      told.push(`settled ${origin} ${ids.join(' ')}`);
    }
  }
  return told;
}

function split<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
