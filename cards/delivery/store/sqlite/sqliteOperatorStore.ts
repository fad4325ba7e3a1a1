import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../../errors.ts';
import { type AuditRow, type AuditVerdict, auditEntry, type ChainPlace, checkChainKey } from '../../audit.ts';
import { type CardRow, toCard, toDeadCode, toRecord, toText } from '../../cardRow.ts';
import {
  type CardFilter,
  deadCodesSql,
  filterSql,
  isDead,
  isEnded,
  isUnderWay,
  newestSql,
} from '../../cardSets.ts';
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
import { CardStore, openDatabase } from './cardStore.ts';
import { SqliteFigures } from './figures.ts';
import { forgetConversation } from './forget.ts';
import { asStoreError } from './groupCommit.ts';
import { readHealthNotes } from './healthNotes.ts';
import { pruneStore } from './prune.ts';

/** The operator's view of a store in SQLite, beside a running bot: its write-ahead log lets both work at once. */
export class SqliteOperatorStore implements OperatorStore {
  readonly #db: DatabaseSync;
  readonly #store: CardStore;
  readonly #now: () => number;

  /**
   * @param secrets the operator's secrets, the newest first; default: none, only the store's own counts
   * @throws CodedError `store.unavailable` when there is no store yet, or it cannot be opened
   */
  constructor(dataDir: string, secrets: readonly string[] = [], now: () => number = Date.now) {
    if (dataDir !== ':memory:' && !existsSync(join(dataDir, 'cards.sqlite'))) {
      throw new CodedError('store.unavailable', 'DATA_DIR has no card store.', {
        hint: 'Start the bot once, or set the same DATA_DIR or DATABASE_URL as the bot.',
      });
    }
    this.#db = openDatabase(dataDir);
    this.#store = new CardStore(this.#db, now, secrets);
    this.#now = now;
  }

  status(): Promise<StoreStatus> {
    return this.#read(() => {
      const count = new Map<unknown, number>();
      let oldest: number | null = null;
      for (const row of this.#all(
        `SELECT state, count(*) AS n, min(started_at) AS oldest FROM cards WHERE ${isUnderWay} GROUP BY state`,
      )) {
        count.set(row.state, Number(row.n));
        oldest = Math.min(oldest ?? Number.POSITIVE_INFINITY, Number(row.oldest));
      }
      for (const row of this.#all(`SELECT state, count(*) AS n FROM cards WHERE ${isDead} GROUP BY state`))
        count.set(row.state, Number(row.n));
      const of = (state: string) => count.get(state) ?? 0;
      return {
        pending: of('pending'),
        sending: of('sending'),
        deadLetters: { rejected: of('rejected'), unknown: of('unknown'), failed: of('failed') },
        oldestPendingMs: oldest === null ? null : Math.max(0, this.#now() - oldest),
        lastHour: lastHour(new SqliteFigures(this.#db).read('hour', this.#now())),
      };
    });
  }

  health(): Promise<string[]> {
    return this.#read(() => readHealthNotes(this.#db));
  }

  deadLetters(limit: number, after = 0, filter: CardFilter = {}): Promise<CardPage> {
    return this.#page(isDead, limit, after, filter);
  }

  deadCodes() {
    return this.#read(() => this.#all(deadCodesSql('cards')).map(toDeadCode));
  }

  waiting(limit: number, after = 0, filter: CardFilter = {}): Promise<CardPage> {
    return this.#page(isUnderWay, limit, after, filter);
  }

  #page(set: string, limit: number, after: number, filter: CardFilter): Promise<CardPage> {
    return this.#read(() => {
      const { sql, values } = filterSql(filter, () => '?');
      const rows = this.#all(
        `SELECT * FROM cards WHERE ${set} AND seq > ?${sql} ORDER BY seq LIMIT ?`,
        after,
        ...values,
        limit,
      );
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return { cards: rows.map(toRecord), next: last === undefined ? null : Number(last.seq) };
    });
  }

  async resolve(messageIds: readonly string[], reason: string): Promise<ResolveResult> {
    this.#checkKey();
    const result: Record<keyof ResolveResult, string[]> = { resolved: [], notFound: [], notDead: [] };
    for await (const ids of replayBatches(this, messageIds)) {
      await this.#store.commits.run(() => {
        for (const id of ids) result[this.#resolveOne(id, reason)].push(id);
      });
    }
    return result;
  }

  recent(limit: number, filter: CardFilter = {}): Promise<CardRecord[]> {
    return this.#read(() => {
      const { sql, values } = filterSql(filter, () => '?');
      const cards = newestSql('cards', filter);
      return this.#all(
        `SELECT * FROM ${cards} WHERE seq > 0${sql} ORDER BY seq DESC LIMIT ?`,
        ...values,
        limit,
      ).map(toRecord);
    });
  }

  chart(span: ChartSpan): Promise<Chart> {
    return this.#read(() => toChart(span, this.#now(), new SqliteFigures(this.#db).read(span, this.#now())));
  }

  async reveal(messageId: string): Promise<ShownCard | undefined> {
    this.#checkKey();
    const row = this.#all('SELECT * FROM cards WHERE message_id = ?', messageId)[0];
    if (row === undefined) return undefined;
    await this.#store.note('revealed', toCard(row));
    return this.show(messageId, true);
  }

  show(messageId: string, withContent = false): Promise<ShownCard | undefined> {
    return this.#read(() => {
      const row = this.#all('SELECT * FROM cards WHERE message_id = ?', messageId)[0];
      if (row === undefined) return undefined;
      const content = { body: toText(row.body), text: toText(row.text) };
      const audit = this.#store.audit.of(messageId);
      return { card: toRecord(row), ...(withContent ? { content } : {}), audit };
    });
  }

  async replay(messageIds: readonly string[] | 'all'): Promise<ReplayResult> {
    this.#checkKey();
    const result: Record<keyof ReplayResult, string[]> = { replayed: [], notFound: [], notDead: [] };
    for await (const ids of replayBatches(this, messageIds)) {
      await this.#store.commits.run(() => {
        for (const id of ids) result[this.#replayOne(id)].push(id);
      });
    }
    return result;
  }

  auditAfter(seq: number, count: number): Promise<AuditRow[]> {
    return this.#read(() => this.#store.audit.after(seq, count));
  }

  verifyAudit(noted?: ChainPlace): Promise<AuditVerdict> {
    return this.#read(() => this.#store.audit.verify(noted));
  }

  auditHead(): Promise<ChainPlace> {
    return this.#read(() => this.#store.audit.head());
  }

  async forget(conversationId: string): Promise<Forgotten> {
    this.#checkKey();
    const { commits, audit } = this.#store;
    return forgetConversation({ db: this.#db, commits, audit }, conversationId, this.#now()).finally(() =>
      this.#store.emptyLog(),
    );
  }

  prune(bounds: PruneBounds): Promise<Pruned> {
    const { commits, audit } = this.#store;
    return pruneStore({ db: this.#db, commits, audit }, bounds, this.#now());
  }

  async close(): Promise<void> {
    this.#store.close();
  }

  #replayOne(messageId: string): keyof ReplayResult {
    const now = this.#now();
    const row = this.#db
      .prepare(
        `UPDATE cards SET state = 'pending', attempts = 0, replays = replays + 1, started_at = ?, settled_at = NULL,
          counted = 0, is_doubtful = 0, last_code = NULL, in_a_row = 0, due_at = 0, code = NULL, status = NULL, correlation_id = NULL, resolved_at = NULL
         WHERE message_id = ? AND ${isEnded} RETURNING *`,
      )
      .get(now, messageId);
    if (row !== undefined) {
      this.#store.audit.append(auditEntry('replayed', toCard(row), now));
      return 'replayed';
    }
    return this.#whyNot(messageId);
  }

  #resolveOne(messageId: string, reason: string): keyof ResolveResult {
    const now = this.#now();
    const row = this.#db
      .prepare(`UPDATE cards SET resolved_at = ? WHERE message_id = ? AND ${isDead} RETURNING *`)
      .get(now, messageId);
    if (row === undefined) return this.#whyNot(messageId);
    this.#store.audit.append(auditEntry('resolved', toCard(row), now, { reason }));
    return 'resolved';
  }

  #whyNot(messageId: string): 'notDead' | 'notFound' {
    const isKnown = this.#db.prepare('SELECT 1 FROM cards WHERE message_id = ?').get(messageId) !== undefined;
    return isKnown ? 'notDead' : 'notFound';
  }

  #all(sql: string, ...values: (string | number)[]): CardRow[] {
    return this.#db.prepare(sql).all(...values);
  }

  /** What this process adds to the audit log must go on with its chain. */
  #checkKey(): void {
    checkChainKey(this.#store.audit.head().hash, this.#store.keys);
  }

  async #read<T>(read: () => T | Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw asStoreError(error);
    }
  }
}
