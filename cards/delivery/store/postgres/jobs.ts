import { type Db, type Job, PgBoss } from 'pg-boss';
import type { AuditedCard } from '../../audit.ts';
import type { Database, Sql } from './database.ts';
import { StoreError } from './storeError.ts';

/** The queue of cards: strict order for each conversation, also through retries. */
export const cardQueue = 'cards';

/** Where the jobs of dead letters wait for an operator. */
export const deadQueue = 'dead-cards';

/** What a job says; the card itself is in our table, written in the same transaction. */
export interface CardJob {
  readonly messageId: string;
}

/** The job of a card: its conversation is the key that keeps the order. */
export function jobOf(card: AuditedCard): { data: { messageId: string }; singletonKey: string } {
  return { data: { messageId: card.messageId }, singletonKey: card.conversationId };
}

/** A card that this instance works on, as pg-boss knows it; `retryCount` distinguishes this attempt from those of other instances. */
export interface JobClaim {
  readonly id: string;
  readonly retryCount: number;
}

const tenYears = 10 * 365 * 24 * 3_600;

/** How long a job may be without a sign of life before another instance takes it, in seconds: pg-boss's least. */
export const heartbeatSeconds = 10;

/** Our own policy says when a card is over; pg-boss only never ends it by itself. */
const ownDeadline = { retryLimit: 2_000_000_000, retryDelay: 0, retentionSeconds: tenYears };

/** A statement of pg-boss' own, such as a migration, may take longer than one of ours: this many milliseconds. */
const ownStatementMs = 60_000;

/**
 * Creates pg-boss, which keeps the queues and their maintenance, on the connections of the store.
 *
 * @param options.isOperator true for a program beside the bot, which does no maintenance
 */
export function createBoss(database: Database, { isOperator = false } = {}): PgBoss {
  return new PgBoss({
    db: toQueueDb((text, values) => database.query(text, values, ownStatementMs)),
    schema: `${database.schema}_queue`,
    supervise: !isOperator,
    migrate: !isOperator,
    createSchema: !isOperator,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
    superviseIntervalSeconds: 3,
    monitorIntervalSeconds: 3,
    maintenanceIntervalSeconds: 3_600,
  });
}

/** Creates the queues that are missing. */
export async function createQueues(boss: PgBoss): Promise<void> {
  const known = new Set((await boss.getQueues()).map(({ name }) => name));
  if (!known.has(deadQueue)) await boss.createQueue(deadQueue, { retentionSeconds: tenYears });
  if (known.has(cardQueue)) return;
  await boss.createQueue(cardQueue, {
    policy: 'key_strict_fifo',
    partition: true,
    deadLetter: deadQueue,
    heartbeatSeconds,
    expireInSeconds: 24 * 3_600 - 1,
    ...ownDeadline,
  });
}

/**
 * Claims the first card of each conversation that has none under way: the oldest, at most `count`.
 *
 * Without nested loops. PostgreSQL learns how many jobs there are when it next counts them, a minute later at best; until then
 * it takes a queue that was empty for an empty one and compares each job with each: 20,000 take it more than 5 seconds.
 */
export function claimJobs(boss: PgBoss, sql: Sql, count: number): Promise<Job<CardJob>[]> {
  const withoutLoops: Sql = {
    schema: sql.schema,
    query: (text, values) => sql.query(`SET LOCAL enable_nestloop = off; ${text}`, values),
  };
  return boss.fetch<CardJob>(cardQueue, { batchSize: count, ...shareTransaction(withoutLoops) });
}

/** The option with which a call of pg-boss writes in a transaction of ours. */
export function shareTransaction(sql: Sql): { db: Db } {
  return { db: toQueueDb(sql.query) };
}

/**
 * SQLSTATEs that pg-boss handles itself, so that it must see the driver's error: another instance claimed the same card, or
 * created or migrated the tables at the same time.
 */
const handledStates = /^(23505|42P0[67]|42710|42723|22012)$/;

function toQueueDb(query: Sql['query']): Db {
  return {
    executeSql: async (text, values) => {
      try {
        return { rows: await query(text, values) };
      } catch (error) {
        throw error instanceof StoreError && handledStates.test(error.sqlState ?? '') ? error.cause : error;
      }
    },
  };
}
