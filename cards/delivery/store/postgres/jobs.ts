import { type Db, type Job, PgBoss } from 'pg-boss';
import type { AuditedCard } from '../../cardEvents.ts';
import type { Database, Sql } from './database.ts';
import { StoreError } from './storeError.ts';

/** The queue of cards: strict order for each conversation, also through retries. */
export const cardQueue = 'cards';

/** The queue in which the jobs of dead letters wait for an operator. */
export const deadQueue = 'dead-cards';

/** The data of a job; the card itself is in our table, written in the same transaction. */
export interface CardJob {
  readonly messageId: string;
}

/** The job of a card: its conversation is the key that keeps the order. */
export function jobOf(card: AuditedCard): { data: CardJob; singletonKey: string } {
  return { data: { messageId: card.messageId }, singletonKey: card.conversationId };
}

/** A job that this instance works on; `retryCount` distinguishes this claim from the claims of other instances. */
export interface JobClaim {
  readonly id: string;
  readonly retryCount: number;
}

const tenYears = 10 * 365 * 24 * 3_600;

/** How long a job may go without a heartbeat before another instance takes it over, in seconds: the least that pg-boss allows. */
export const heartbeatSeconds = 10;

/** Our own policy decides when a card is given up, so pg-boss never does. */
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
    // Nobody listens to its warnings.
    monitorVacuum: false,
    migrate: !isOperator,
    createSchema: !isOperator,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
    superviseIntervalSeconds: 3,
    monitorIntervalSeconds: 3,
    maintenanceIntervalSeconds: 3_600,
    // Our jobs do not depend on each other; by default pg-boss looks for such jobs every 5 seconds.
    flowIntervalSeconds: 3_600,
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
 * Claims the first job of each conversation that has none under way: the oldest, at most `count`.
 *
 * Without nested loops: PostgreSQL counts the jobs of a table a minute late at best. Until then it plans for the queue that
 * was empty, and compares each job with each: 20,000 jobs take more than 5 seconds.
 */
export function claimJobs(boss: PgBoss, sql: Sql, count: number): Promise<Job<CardJob>[]> {
  const withoutLoops: Sql = {
    schema: sql.schema,
    query: (text, values) => sql.query(`SET LOCAL enable_nestloop = off; ${text}`, values),
  };
  return boss.fetch<CardJob>(cardQueue, { batchSize: count, ...withSql(withoutLoops) });
}

/** Returns the option with which a call of pg-boss uses our transaction, or the time limit of our statements. */
export function withSql(sql: Sql): { db: Db } {
  return { db: toQueueDb((text, values) => sql.query(text, values)) };
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
