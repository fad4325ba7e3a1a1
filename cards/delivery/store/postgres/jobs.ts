import { type Job, PgBoss } from 'pg-boss';
import type { AuditedCard } from '../../audit.ts';
import { type DatabaseLimits, defaultLimits, type Sql, StoreError } from './database.ts';
import { schemaOf } from './schema.ts';

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

/**
 * Makes pg-boss: it keeps the queues and their maintenance, on two connections of its own.
 *
 * @param options.isOperator true for a program beside the bot, which does no maintenance
 */
export function createBoss(
  url: string,
  { isOperator = false, limits = defaultLimits }: { isOperator?: boolean; limits?: DatabaseLimits } = {},
): PgBoss {
  return new PgBoss({
    connectionString: url,
    schema: `${schemaOf(url)}_queue`,
    application_name: 'genesys-card-bot queue',
    max: 2,
    connectionTimeoutMillis: limits.connectMs,
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

/** Makes the queues where they are missing. */
export async function createQueues(boss: PgBoss): Promise<void> {
  await boss.createQueue(deadQueue, { retentionSeconds: tenYears });
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

/** Lets pg-boss write in a transaction of ours. */
export function shareTransaction(sql: Sql) {
  return {
    db: {
      executeSql: async (text: string, values?: unknown[]) => {
        try {
          return { rows: await sql.query(text, values) };
        } catch (error) {
          // Two instances that reach for the same card: pg-boss knows this one by its code.
          if (error instanceof StoreError && error.sqlState === '23505') throw error.cause;
          throw error;
        }
      },
    },
  };
}
