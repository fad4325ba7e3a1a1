import type { PgBoss } from 'pg-boss';
import { CodedError } from '../../../errors.ts';
import { sequentialId } from '../../../sequentialId.ts';
import { type AuditRow, type AuditVerdict, auditEntry, type ChainPlace, checkChainKey } from '../../audit.ts';
import { toCard, toDeadCode, toRecord, toText } from '../../cardRow.ts';
import { type CardFilter, deadCodesSql, filterSql, isDead, isUnderWay, newestSql } from '../../cardSets.ts';
import { type Chart, type ChartSpan, toChart } from '../../figures.ts';
import type { Forgotten } from '../../forget.ts';
import {
  type CardPage,
  type CardRecord,
  lastHour,
  type OperatorStore,
  type PruneBounds,
  type Pruned,
  type ReplayResult,
  type ResolveResult,
  type ShownCard,
  type StoreStatus,
} from '../../operatorStore.ts';
import { replayBatches } from '../../replayBatches.ts';
import { deriveKeyring, type StoreKeyring } from '../../storeKeys.ts';
import { append, lockHead, PostgresAuditLog, readHead } from './auditLog.ts';
import { Database, type DatabaseLimits, defaultLimits, type Sql } from './database.ts';
import { readFigures } from './figures.ts';
import { forgetConversation } from './forget.ts';
import { readHealthNotes } from './healthNotes.ts';
import { cardQueue, createBoss, deadQueue, jobOf, within } from './jobs.ts';
import { pruneStore } from './prune.ts';
import { schema } from './schema.ts';
import { readStoreSecret } from './storeSecret.ts';

/** The operator's view of a store in PostgreSQL, beside running bots. */
export class PostgresOperatorStore implements OperatorStore {
  readonly #database: Database;
  readonly #boss: PgBoss;
  readonly #audit: PostgresAuditLog;
  readonly #secrets: readonly string[];

  private constructor(url: string, secrets: readonly string[], limits: DatabaseLimits) {
    this.#secrets = secrets;
    this.#database = new Database({ url, maxConnections: 2, limits });
    this.#boss = createBoss(url, { isOperator: true, limits });
    this.#boss.on('error', () => {});
    this.#audit = new PostgresAuditLog(this.#database);
  }

  /**
   * @param secrets the operator's secrets, the newest first; default: none, only the store's own counts
   * @throws CodedError `store.unavailable` when the database cannot be reached or no bot of this version has used it yet
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
      await store.#boss.start();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async status(): Promise<StoreStatus> {
    const rows = await this.#database.query(
      `SELECT state, count(*) AS n, ${schema}.now_ms() - min(started_at) AS age FROM ${schema}.cards
       WHERE ${isUnderWay} GROUP BY state
       UNION ALL SELECT state, count(*), NULL FROM ${schema}.cards WHERE ${isDead} GROUP BY state`,
    );
    const of = (state: string) => rows.find((row) => row.state === state);
    const count = (state: string) => Number(of(state)?.n ?? 0);
    const ages = [of('pending'), of('sending')].flatMap((row) =>
      row === undefined ? [] : [Number(row.age)],
    );
    return {
      pending: count('pending'),
      sending: count('sending'),
      deadLetters: { rejected: count('rejected'), unknown: count('unknown'), failed: count('failed') },
      oldestPendingMs: ages.length === 0 ? null : Math.max(0, ...ages),
      lastHour: lastHour(await readFigures(this.#database, 'hour', Date.now())),
    };
  }

  health(): Promise<string[]> {
    return readHealthNotes(this.#database);
  }

  deadLetters(limit: number, after = 0, filter: CardFilter = {}): Promise<CardPage> {
    return this.#page(isDead, limit, after, filter);
  }

  async deadCodes() {
    return (await this.#database.query(deadCodesSql(`${schema}.cards`))).map(toDeadCode);
  }

  waiting(limit: number, after = 0, filter: CardFilter = {}): Promise<CardPage> {
    return this.#page(isUnderWay, limit, after, filter);
  }

  async #page(set: string, limit: number, after: number, filter: CardFilter): Promise<CardPage> {
    const { sql, values } = filterSql(filter, (number) => `$${number + 2}`);
    const rows = await this.#database.query(
      `SELECT * FROM ${schema}.cards WHERE ${set} AND seq > $1${sql} ORDER BY seq LIMIT $2`,
      [after, limit, ...values],
    );
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { cards: rows.map(toRecord), next: last === undefined ? null : Number(last.seq) };
  }

  async resolve(messageIds: readonly string[], reason: string): Promise<ResolveResult> {
    const keys = await this.#keys();
    const result: Record<keyof ResolveResult, string[]> = { resolved: [], notFound: [], notDead: [] };
    for await (const ids of replayBatches(this, messageIds)) {
      const known = await this.#database.transaction((sql) => resolveBatch(sql, keys, ids, reason));
      for (const id of ids) {
        const isResolved = known.get(id);
        result[isResolved === undefined ? 'notFound' : isResolved ? 'resolved' : 'notDead'].push(id);
      }
    }
    return result;
  }

  async recent(limit: number, filter: CardFilter = {}): Promise<CardRecord[]> {
    const { sql, values } = filterSql(filter, (number) => `$${number + 1}`);
    const rows = await this.#database.query(
      `SELECT * FROM ${newestSql(`${schema}.cards`, filter)} WHERE seq > 0${sql} ORDER BY seq DESC LIMIT $1`,
      [limit, ...values],
    );
    return rows.map(toRecord);
  }

  async chart(span: ChartSpan): Promise<Chart> {
    const now = Date.now();
    return toChart(span, now, await readFigures(this.#database, span, now));
  }

  async reveal(messageId: string): Promise<ShownCard | undefined> {
    const keys = await this.#keys();
    await this.#database.transaction(async (sql) => {
      const [row] = await sql.query(`SELECT * FROM ${schema}.cards WHERE message_id = $1`, [messageId]);
      if (row === undefined) return;
      checkChainKey((await lockHead(sql)).hash, keys);
      await append(sql, keys, [auditEntry('revealed', toCard(row), Date.now())], []);
    });
    return this.show(messageId, true);
  }

  async show(messageId: string, withContent = false): Promise<ShownCard | undefined> {
    const [row] = await this.#database.query(`SELECT * FROM ${schema}.cards WHERE message_id = $1`, [
      messageId,
    ]);
    if (row === undefined) return undefined;
    const content = { body: toText(row.body), text: toText(row.text) };
    const audit = await this.#audit.of(messageId);
    return { card: toRecord(row), ...(withContent ? { content } : {}), audit };
  }

  async replay(messageIds: readonly string[] | 'all'): Promise<ReplayResult> {
    const keys = await this.#keys();
    const replayed: string[] = [];
    const notFound: string[] = [];
    const notDead: string[] = [];
    for await (const ids of replayBatches(this, messageIds)) {
      const known = await this.#database.transaction((sql) => replayBatch(sql, this.#boss, keys, ids));
      for (const id of ids) {
        const isReplayed = known.get(id);
        (isReplayed === undefined ? notFound : isReplayed ? replayed : notDead).push(id);
      }
    }
    return { replayed, notFound, notDead };
  }

  auditAfter(seq: number, count: number): Promise<AuditRow[]> {
    return this.#audit.after(seq, count);
  }

  async verifyAudit(noted?: ChainPlace): Promise<AuditVerdict> {
    return this.#audit.verify(await this.#keys(), noted);
  }

  auditHead(): Promise<ChainPlace> {
    return readHead(this.#database);
  }

  async forget(conversationId: string): Promise<Forgotten> {
    const [database, boss, keys] = [this.#database, this.#boss, await this.#keys()];
    return forgetConversation({ database, boss, keys, now: Date.now }, conversationId);
  }

  prune(bounds: PruneBounds): Promise<Pruned> {
    return pruneStore({ database: this.#database, boss: this.#boss }, bounds);
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false }).catch(() => {});
    await this.#database.close();
  }

  async #keys(): Promise<StoreKeyring> {
    return deriveKeyring({ given: this.#secrets, own: await readStoreSecret(this.#database) });
  }
}

/**
 * Moves dead letters back into the queue; says of each card that there is whether it was replayed.
 *
 * Not by pg-boss' own `redrive`: it gives jobs of one call a random order, and those of one conversation must keep theirs.
 */
async function replayBatch(
  sql: Sql,
  boss: PgBoss,
  keys: StoreKeyring,
  ids: readonly string[],
): Promise<Map<unknown, boolean>> {
  const rows = await sql.query(
    `SELECT * FROM ${schema}.cards WHERE message_id = ANY($1) ORDER BY seq FOR UPDATE`,
    [ids],
  );
  const dead = rows.filter(({ state }) => state === 'rejected' || state === 'unknown' || state === 'failed');
  const isReplayed = new Map<unknown, boolean>(rows.map((row) => [row.message_id, dead.includes(row)]));
  if (dead.length === 0) return isReplayed;
  const jobs = dead.map((row) => ({ id: sequentialId(), ...jobOf(toCard(row)) }));
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
    within(sql),
  );
  await boss.insert(cardQueue, jobs, within(sql));
  const now = Date.now();
  const entries = dead.map((row) => auditEntry('replayed', toCard(row), now));
  checkChainKey((await lockHead(sql)).hash, keys);
  await append(sql, keys, entries, ['work']);
  return isReplayed;
}

/** Closes dead letters; says of each card that there is whether it was closed. */
async function resolveBatch(
  sql: Sql,
  keys: StoreKeyring,
  ids: readonly string[],
  reason: string,
): Promise<Map<unknown, boolean>> {
  const known = await sql.query(`SELECT message_id FROM ${schema}.cards WHERE message_id = ANY($1)`, [ids]);
  const resolved = await sql.query(
    `UPDATE ${schema}.cards SET resolved_at = ${schema}.now_ms() WHERE message_id = ANY($1) AND ${isDead} RETURNING *`,
    [ids],
  );
  const isResolved = new Set(resolved.map((row) => row.message_id));
  if (resolved.length > 0) {
    const now = Date.now();
    const entries = resolved.map((row) => auditEntry('resolved', toCard(row), now, { reason }));
    checkChainKey((await lockHead(sql)).hash, keys);
    await append(sql, keys, entries, []);
  }
  return new Map(known.map((row) => [row.message_id, isResolved.has(row.message_id)]));
}
