import {
  type AuditEntry,
  type AuditRow,
  type AuditVerdict,
  type ChainPlace,
  createAuditEntry,
  toAuditRow,
} from '../audit.ts';
import { type CardRow, toCard, toDeadCode, toRecord, toText } from '../cardRow.ts';
import {
  type CardFilter,
  filterSql,
  isDead,
  isUnderWay,
  writeDeadCodesSql,
  writeNewestSql,
} from '../cardSets.ts';
import { type Chart, type ChartSpan, type Figure, toChart } from '../figures.ts';
import type { Forgotten } from '../forget.ts';
import {
  type CardPage,
  type CardRecord,
  type OperatorStore,
  type PruneBounds,
  type Pruned,
  type ReplayResult,
  type ResolveResult,
  type ShownCard,
  type StoreStatus,
  summarizeLastHour,
} from '../operatorStore.ts';

/** The tables of a store, to be read: they have the same columns in SQLite and in PostgreSQL. */
export interface Tables {
  /** What stands before the name of a table. */
  readonly prefix: string;
  /** SQL for the present time: wall clock in milliseconds. */
  nowMs(): string;
  /** @param values those of `$1`, `$2` … @throws CodedError `store.unavailable` */
  query(sql: string, values?: readonly (string | number)[]): Promise<CardRow[]>;
}

/** For each card that there is, whether it was a dead letter and therefore changed. */
export type ChangedCards = ReadonlyMap<string, boolean>;

/** Cards of one transaction: a running bot never waits long for its turn to write. */
const batch = 500;

/**
 * The operator's view of a store, beside running bots: its questions in SQL that both backends take. What changes the store, and
 * what they keep in different ways, each backend adds.
 */
export abstract class TablesOperator implements OperatorStore {
  protected abstract readonly tables: Tables;
  /** Wall clock in milliseconds. */
  protected abstract now(): number;
  /** The figures of a chart that ends now. */
  protected abstract readFigures(span: ChartSpan): Promise<Omit<Figure, 'step'>[]>;
  /** Adds an entry about a card that is not changed to the audit log. */
  protected abstract note(entry: AuditEntry): Promise<void>;
  /** Closes dead letters, in one transaction. */
  protected abstract resolveBatch(messageIds: readonly string[], reason: string): Promise<ChangedCards>;
  /** Lets dead letters be sent once more, in one transaction. */
  protected abstract replayBatch(messageIds: readonly string[]): Promise<ChangedCards>;
  abstract health(): Promise<string[]>;
  abstract check(): Promise<void>;
  abstract verifyAudit(noted?: ChainPlace): Promise<AuditVerdict>;
  abstract auditHead(): Promise<ChainPlace>;
  abstract forget(conversationId: string): Promise<Forgotten>;
  abstract prune(bounds: PruneBounds): Promise<Pruned>;
  abstract close(): Promise<void>;

  get #cards(): string {
    return `${this.tables.prefix}cards`;
  }

  async status(): Promise<StoreStatus> {
    const rows = await this.tables.query(
      `SELECT state, count(*) AS n, ${this.tables.nowMs()} - min(started_at) AS age FROM ${this.#cards}
       WHERE ${isUnderWay} GROUP BY state
       UNION ALL SELECT state, count(*), NULL FROM ${this.#cards} WHERE ${isDead} GROUP BY state`,
    );
    const count = (state: string) => Number(rows.find((row) => row.state === state)?.n ?? 0);
    const ages = rows.filter(({ age }) => age !== null).map(({ age }) => Number(age));
    return {
      pending: count('pending'),
      sending: count('sending'),
      deadLetters: { rejected: count('rejected'), unknown: count('unknown'), failed: count('failed') },
      oldestPendingMs: ages.length === 0 ? null : Math.max(0, ...ages),
      lastHour: summarizeLastHour(await this.readFigures('hour')),
    };
  }

  deadLetters(limit: number, after = 0, filter: CardFilter = {}): Promise<CardPage> {
    return this.#page(isDead, limit, after, filter);
  }

  async deadCodes() {
    return (await this.tables.query(writeDeadCodesSql(this.#cards))).map(toDeadCode);
  }

  waiting(limit: number, after = 0, filter: CardFilter = {}): Promise<CardPage> {
    return this.#page(isUnderWay, limit, after, filter);
  }

  async #page(set: string, limit: number, after: number, filter: CardFilter): Promise<CardPage> {
    const { sql, values } = filterSql(filter, [after, limit]);
    const rows = await this.tables.query(
      `SELECT * FROM ${this.#cards} WHERE ${set} AND seq > $1${sql} ORDER BY seq LIMIT $2`,
      values,
    );
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { cards: rows.map(toRecord), next: last === undefined ? null : Number(last.seq) };
  }

  async recent(limit: number, filter: CardFilter = {}): Promise<CardRecord[]> {
    const { sql, values } = filterSql(filter, [limit]);
    const rows = await this.tables.query(
      `SELECT * FROM ${writeNewestSql(this.#cards, filter)} WHERE seq > 0${sql} ORDER BY seq DESC LIMIT $1`,
      values,
    );
    return rows.map(toRecord);
  }

  async chart(span: ChartSpan): Promise<Chart> {
    return toChart(span, this.now(), await this.readFigures(span));
  }

  async resolve(messageIds: readonly string[], reason: string): Promise<ResolveResult> {
    const { changed, ...others } = await this.#change(messageIds, (ids) => this.resolveBatch(ids, reason));
    return { resolved: changed, ...others };
  }

  async replay(messageIds: readonly string[] | 'all'): Promise<ReplayResult> {
    const { changed, ...others } = await this.#change(messageIds, (ids) => this.replayBatch(ids));
    return { replayed: changed, ...others };
  }

  async #change(
    messageIds: readonly string[] | 'all',
    change: (ids: readonly string[]) => Promise<ChangedCards>,
  ): Promise<Record<'changed' | 'notFound' | 'notDead', readonly string[]>> {
    const changed: string[] = [];
    const notFound: string[] = [];
    const notDead: string[] = [];
    for await (const ids of this.#batches(messageIds)) {
      const known = await change(ids);
      for (const id of ids) {
        const isChanged = known.get(id);
        (isChanged === undefined ? notFound : isChanged ? changed : notDead).push(id);
      }
    }
    return { changed, notFound, notDead };
  }

  /** Each id once. With `all`, each dead letter once: one that dies again in the meantime keeps its place, which lies behind. */
  async *#batches(messageIds: readonly string[] | 'all'): AsyncGenerator<readonly string[]> {
    if (messageIds !== 'all') {
      const ids = [...new Set(messageIds)];
      for (let i = 0; i < ids.length; i += batch) yield ids.slice(i, i + batch);
      return;
    }
    for (let after: number | null = 0; after !== null; ) {
      const { cards, next } = await this.deadLetters(batch, after);
      yield cards.map((card) => card.messageId);
      after = next;
    }
  }

  async reveal(messageId: string): Promise<ShownCard | undefined> {
    const row = await this.#find(messageId);
    if (row === undefined) return undefined;
    await this.note(createAuditEntry('revealed', toCard(row), this.now()));
    return this.show(messageId, true);
  }

  async show(messageId: string, withContent = false): Promise<ShownCard | undefined> {
    const row = await this.#find(messageId);
    if (row === undefined) return undefined;
    const content = { body: toText(row.body), text: toText(row.text) };
    const audit = await this.#audit('message_id = $1 ORDER BY seq LIMIT 1000', [messageId]);
    return { card: toRecord(row), ...(withContent ? { content } : {}), audit };
  }

  async #find(messageId: string): Promise<CardRow | undefined> {
    return (await this.tables.query(`SELECT * FROM ${this.#cards} WHERE message_id = $1`, [messageId]))[0];
  }

  auditAfter(seq: number, count: number): Promise<AuditRow[]> {
    return this.#audit('seq > $1 ORDER BY seq LIMIT $2', [seq, count]);
  }

  async #audit(where: string, values: readonly (string | number)[]): Promise<AuditRow[]> {
    const rows = await this.tables.query(
      `SELECT seq, entry, hash, seal FROM ${this.tables.prefix}audit WHERE ${where}`,
      values,
    );
    return rows.map(toAuditRow);
  }
}
