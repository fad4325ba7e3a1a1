import { type AuditRow, type AuditVerdict, type ChainPlace, toAuditRow } from './audit.ts';
import { type AuditEntry, createAuditEntry } from './cardEvents.ts';
import {
  type CardFilter,
  type CardRecord,
  type CardRow,
  type DeadState,
  filterSql,
  isDead,
  isUnderWay,
  type Tables,
  toCard,
  toCode,
  toRecord,
  toText,
  writeNewestSql,
} from './cardTable.ts';
import {
  type Chart,
  type ChartSpan,
  type Figure,
  type LastHour,
  summarizeLastHour,
  toChart,
} from './figures.ts';
import type { Forgotten, PruneBounds, Pruned } from './store/store.ts';

/** The state of a store at one moment. */
export interface StoreStatus {
  /** Cards that wait for their first or next attempt. */
  readonly pending: number;
  /** Cards marked as being on the wire; only routes that show repeats twice are marked. */
  readonly sending: number;
  readonly deadLetters: Readonly<Record<DeadState, number>>;
  /** Age of the oldest card under way, in milliseconds; null when none is. */
  readonly oldestPendingMs: number | null;
  readonly lastHour: LastHour;
}

/** A page of cards. */
export interface CardPage {
  /** Oldest first. */
  readonly cards: readonly CardRecord[];
  /** Where the next page begins; null at the end. */
  readonly next: number | null;
}

/** A card with its history. */
export interface ShownCard {
  readonly card: CardRecord;
  /** The text for the customer: only when asked for, and null once the card was accepted. */
  readonly content?: { readonly body: string | null; readonly text: string | null };
  /** Oldest first, at most 1,000. */
  readonly audit: readonly AuditRow[];
}

/** The messageIds of a change: the changed cards, the ids without a card, and the cards that are no dead letters. */
type ChangeResult<Changed extends string> = Readonly<
  Record<Changed | 'notFound' | 'notDead', readonly string[]>
>;

/** For each card that there is, whether it was a dead letter and therefore changed. */
export type ChangedCards = ReadonlyMap<string, boolean>;

/** Cards of one transaction: a running bot never waits long for its turn to write. */
const batch = 500;

/**
 * A store as an operator uses it, beside a running bot and in a process of its own. Its queries are SQL that both backends
 * take; each backend adds how it changes and checks its store.
 *
 * Every method throws CodedError `store.unavailable` when the store cannot be reached; `replay`, `resolve` and `forget` throw
 * `config.invalid` without the secret that signed the audit log.
 */
export abstract class OperatorStore {
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

  /** The last health record of each process of the bot, newest first: JSON text, of the last day. */
  abstract health(): Promise<string[]>;
  /** Writes to the store. @throws CodedError `store.*` that says why it cannot be written */
  abstract check(): Promise<void>;
  /** Recomputes the audit log's chain; see `ChainCheck`. */
  abstract verifyAudit(noted?: ChainPlace): Promise<AuditVerdict>;
  /** The place of the newest entry of the audit log: noted elsewhere, it proves later that the log was not written anew. */
  abstract auditHead(): Promise<ChainPlace>;
  /**
   * Removes one conversation, named by its id in Genesys, its session with Architect or its Bot Framework conversation: its
   * cards, also those that wait, and its state are deleted, and the audit log has a random handle in its place. A bot may be
   * running; a turn or a card that is under way just then may still come to its end.
   */
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

  /**
   * Dead letters: neither those that an operator closed, nor cards for a customer who had left.
   *
   * @param after the `next` of the page before; default: from the oldest
   * @param filter default: all of them
   */
  deadLetters(limit: number, after = 0, filter: CardFilter = {}): Promise<CardPage> {
    return this.#page(isDead, limit, after, filter);
  }

  /** How many dead letters each error code has, the most first. */
  async deadCodes(): Promise<{ readonly code: string; readonly cards: number }[]> {
    const rows = await this.tables.query(
      `SELECT code, count(*) AS cards FROM ${this.#cards} WHERE ${isDead} GROUP BY code ORDER BY cards DESC, code`,
    );
    return rows.map(({ code, cards }) => ({ code: toCode(code) ?? 'other', cards: Number(cards) }));
  }

  /** Cards that wait or are on the wire; see `deadLetters`. */
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

  /** Cards of any state, newest first; for a template alone the newest 20,000 are searched. */
  async recent(limit: number, filter: CardFilter = {}): Promise<CardRecord[]> {
    const { sql, values } = filterSql(filter, [limit]);
    const rows = await this.tables.query(
      `SELECT * FROM ${writeNewestSql(this.#cards, filter)} WHERE seq > 0${sql} ORDER BY seq DESC LIMIT $1`,
      values,
    );
    return rows.map(toRecord);
  }

  /** Outcomes, times and samples of a span up to now. */
  async chart(span: ChartSpan): Promise<Chart> {
    return toChart(span, this.now(), await this.readFigures(span));
  }

  /** Closes dead letters: they are kept and shown, but no longer listed. The audit log gets `resolved` with the reason for each. */
  async resolve(messageIds: readonly string[], reason: string): Promise<ChangeResult<'resolved'>> {
    const { changed, ...others } = await this.#change(messageIds, (ids) => this.resolveBatch(ids, reason));
    return { resolved: changed, ...others };
  }

  /**
   * Sends dead letters once more, under the messageId that they have: their attempts and their time start anew, the audit
   * log gets an entry `replayed` for each, and a running bot takes them up within seconds.
   */
  async replay(messageIds: readonly string[] | 'all'): Promise<ChangeResult<'replayed'>> {
    const { changed, ...others } = await this.#change(messageIds, (ids) => this.replayBatch(ids));
    return { replayed: changed, ...others };
  }

  async #change(
    messageIds: readonly string[] | 'all',
    change: (ids: readonly string[]) => Promise<ChangedCards>,
  ): Promise<ChangeResult<'changed'>> {
    const result: Record<'changed' | 'notFound' | 'notDead', string[]> = {
      changed: [],
      notFound: [],
      notDead: [],
    };
    for await (const ids of this.#batches(messageIds)) {
      const known = await change(ids);
      for (const id of ids) {
        const isChanged = known.get(id);
        result[isChanged === undefined ? 'notFound' : isChanged ? 'changed' : 'notDead'].push(id);
      }
    }
    return result;
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

  /** As `show` with the content, which the audit log notes as `revealed`; undefined when there is no such card. */
  async reveal(messageId: string): Promise<ShownCard | undefined> {
    const row = await this.#find(messageId);
    if (row === undefined) return undefined;
    await this.note(createAuditEntry('revealed', toCard(row), this.now()));
    return this.show(messageId, true);
  }

  /** @param withContent true to read the card's body and text, too, which hold the customer's text */
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

  /** Audit entries with a number above `seq`, oldest first. */
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
