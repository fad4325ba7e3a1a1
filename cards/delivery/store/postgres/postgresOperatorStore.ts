import type { PgBoss } from 'pg-boss';
import { CodedError } from '../../../errors.ts';
import { makeSequentialId } from '../../../sequentialId.ts';
import type { AuditVerdict, ChainPlace } from '../../audit.ts';
import { type AuditEntry, createAuditEntry } from '../../cardEvents.ts';
import { deadStates, isDead, type Tables, toCard } from '../../cardTable.ts';
import type { ChartSpan } from '../../figures.ts';
import { type ChangedCards, OperatorStore } from '../../operatorStore.ts';
import { deriveKeyring, type StoreKeyring } from '../../storeKeys.ts';
import type { Forgotten, PruneBounds, Pruned } from '../store.ts';
import { appendByOperator, readHead, verifyAudit } from './auditLog.ts';
import { Database, type DatabaseLimits, defaultLimits, type Sql } from './database.ts';
import { forgetConversation, pruneStore } from './deletions.ts';
import { readFigures } from './figures.ts';
import { cardQueue, createBoss, deadQueue, jobOf, withSql } from './jobs.ts';
import { readHealthNotes, readStoreSecret, tryWrite } from './meta.ts';
import { schema } from './schema.ts';

/** The tables of a store in PostgreSQL. */
export function createPostgresTables(database: Database): Tables {
  return {
    prefix: `${schema}.`,
    nowMs: () => `${schema}.now_ms()`,
    query: (sql, values) => database.query(sql, values),
  };
}

/** The operator's view of a store in PostgreSQL, beside running bots. */
export class PostgresOperatorStore extends OperatorStore {
  readonly #database: Database;
  readonly #boss: PgBoss;
  readonly #secrets: readonly string[];
  protected readonly tables: Tables;

  private constructor(url: string, secrets: readonly string[], limits: DatabaseLimits) {
    super();
    this.#secrets = secrets;
    this.#database = new Database({ url, maxConnections: 2, limits });
    this.#boss = createBoss(this.#database, { isOperator: true });
    this.#boss.on('error', () => {});
    this.tables = createPostgresTables(this.#database);
  }

  /**
   * @param secrets the operator's secrets, the newest first; default: none, the store's own secret signs
   * @throws CodedError `store.unavailable` when the database cannot be reached, or no bot has used it yet
   */
  static async open(
    url: string,
    secrets: readonly string[] = [],
    limits = defaultLimits,
  ): Promise<PostgresOperatorStore> {
    const store = new PostgresOperatorStore(url, secrets, limits);
    try {
      const [row] = await store.#database.query('SELECT to_regclass($1) AS cards', [
        `${store.#database.schema}.cards`,
      ]);
      if (row?.cards === null) {
        throw new CodedError('store.unavailable', 'This database has no card store.', {
          hint: 'Start the bot once, or set the same DATABASE_URL as the bot.',
        });
      }
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  check(): Promise<void> {
    return tryWrite(this.#database);
  }

  health(): Promise<string[]> {
    return readHealthNotes(this.#database);
  }

  protected now(): number {
    return Date.now();
  }

  protected readFigures(span: ChartSpan) {
    return readFigures(this.#database, span, this.now());
  }

  protected note(entry: AuditEntry): Promise<void> {
    return this.#write((sql, keys) => appendByOperator(sql, keys, [entry], []));
  }

  protected resolveBatch(messageIds: readonly string[], reason: string): Promise<ChangedCards> {
    return this.#write((sql, keys) => resolveBatch(sql, keys, messageIds, reason));
  }

  protected async replayBatch(messageIds: readonly string[]): Promise<ChangedCards> {
    const boss = await this.#startBoss();
    return this.#write((sql, keys) => replayBatch(sql, boss, keys, messageIds));
  }

  async verifyAudit(noted?: ChainPlace): Promise<AuditVerdict> {
    return verifyAudit(this.#database, await this.#keys(), noted);
  }

  auditHead(): Promise<ChainPlace> {
    return readHead(this.#database);
  }

  async forget(conversationId: string): Promise<Forgotten> {
    const [boss, keys] = [await this.#startBoss(), await this.#keys()];
    return forgetConversation({ database: this.#database, boss, keys, now: Date.now }, conversationId);
  }

  async prune(bounds: PruneBounds): Promise<Pruned> {
    return pruneStore({ database: this.#database, boss: await this.#startBoss() }, bounds);
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false }).catch(() => {});
    await this.#database.close();
  }

  /** Starts pg-boss, unless it runs. @throws CodedError `store.unavailable` when another version of it made the queue's tables */
  async #startBoss(): Promise<PgBoss> {
    try {
      return await this.#boss.start();
    } catch (cause) {
      if (cause instanceof CodedError) throw cause;
      throw new CodedError(
        'store.unavailable',
        'The queue in the database belongs to another version of the bot.',
        {
          hint: 'Run the command with the version of the bot that is deployed.',
          cause,
        },
      );
    }
  }

  async #write<T>(write: (sql: Sql, keys: StoreKeyring) => Promise<T>): Promise<T> {
    const keys = await this.#keys();
    return this.#database.transaction((sql) => write(sql, keys));
  }

  async #keys(): Promise<StoreKeyring> {
    return deriveKeyring({ given: this.#secrets, own: await readStoreSecret(this.#database) });
  }
}

/**
 * Moves dead letters back into the queue; returns for each card that exists whether it was replayed.
 *
 * Not by pg-boss' `redrive`: it puts the jobs of one call into a random order, and a conversation must keep its order.
 */
async function replayBatch(
  sql: Sql,
  boss: PgBoss,
  keys: StoreKeyring,
  ids: readonly string[],
): Promise<ChangedCards> {
  const rows = await sql.query(
    `SELECT * FROM ${schema}.cards WHERE message_id = ANY($1) ORDER BY seq FOR UPDATE`,
    [ids],
  );
  const dead = rows.filter(({ state }) => deadStates.some((one) => one === state));
  const isReplayed = new Map(rows.map((row) => [String(row.message_id), dead.includes(row)]));
  if (dead.length === 0) return isReplayed;
  const jobs = dead.map((row) => ({ id: makeSequentialId(), ...jobOf(toCard(row)) }));
  await sql.query(
    `UPDATE ${schema}.cards AS c SET state = 'pending', attempts = 0, counted = 0, is_doubtful = false, last_code = NULL,
       in_a_row = 0, replays = replays + 1, started_at = ${schema}.now_ms(), settled_at = NULL, code = NULL,
       status = NULL, correlation_id = NULL, resolved_at = NULL, job_id = r.job_id
     FROM unnest($1::text[], $2::uuid[]) AS r (message_id, job_id) WHERE c.message_id = r.message_id`,
    [dead.map((row) => row.message_id), jobs.map((job) => job.id)],
  );
  await boss.deleteJob(
    deadQueue,
    dead.map((row) => String(row.job_id)),
    withSql(sql),
  );
  await boss.insert(cardQueue, jobs, withSql(sql));
  const now = Date.now();
  const entries = dead.map((row) => createAuditEntry('replayed', toCard(row), now));
  await appendByOperator(sql, keys, entries, ['work']);
  return isReplayed;
}

/** Closes dead letters; returns for each card that exists whether it was closed. */
async function resolveBatch(
  sql: Sql,
  keys: StoreKeyring,
  ids: readonly string[],
  reason: string,
): Promise<ChangedCards> {
  const known = await sql.query(`SELECT message_id FROM ${schema}.cards WHERE message_id = ANY($1)`, [ids]);
  const resolved = await sql.query(
    `UPDATE ${schema}.cards SET resolved_at = ${schema}.now_ms() WHERE message_id = ANY($1) AND ${isDead} RETURNING *`,
    [ids],
  );
  const isResolved = new Set(resolved.map((row) => row.message_id));
  if (resolved.length > 0) {
    const now = Date.now();
    const entries = resolved.map((row) => createAuditEntry('resolved', toCard(row), now, { reason }));
    await appendByOperator(sql, keys, entries, []);
  }
  return new Map(known.map((row) => [String(row.message_id), isResolved.has(row.message_id)]));
}
