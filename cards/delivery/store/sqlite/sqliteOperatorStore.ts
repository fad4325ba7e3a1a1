import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../../errors.ts';
import { type AuditVerdict, type ChainPlace, checkChainKey } from '../../audit.ts';
import { type AuditEntry, createAuditEntry } from '../../cardEvents.ts';
import { isDead, isEnded, type Tables, toCard } from '../../cardTable.ts';
import type { ChartSpan } from '../../figures.ts';
import { type ChangedCards, OperatorStore } from '../../operatorStore.ts';
import type { Forgotten, PruneBounds, Pruned } from '../store.ts';
import { type CardStore, openCardStore } from './cardStore.ts';
import { readMeta } from './database.ts';
import { forgetConversation, pruneStore } from './deletions.ts';
import { readStore } from './storeFailure.ts';

/** The tables of a store in SQLite. @param now wall clock in milliseconds */
export function createSqliteTables(db: DatabaseSync, now: () => number = Date.now): Tables {
  return {
    prefix: '',
    nowMs: () => String(now()),
    query: (sql, values = []) => read(() => db.prepare(sql.replaceAll(/\$(?=\d)/g, '?')).all(...values)),
  };
}

async function read<T>(readNow: () => T): Promise<T> {
  return readStore(readNow);
}

/** The operator's view of a store in SQLite, beside a running bot: its write-ahead log lets both work at once. */
export class SqliteOperatorStore extends OperatorStore {
  readonly #store: CardStore;
  protected readonly tables: Tables;
  protected readonly now: () => number;

  /**
   * @param secrets the operator's secrets, the newest first; default: none, only the store's own counts
   * @throws CodedError `store.unavailable` when there is no store yet, or it cannot be opened
   */
  constructor(dataDir: string, secrets: readonly string[] = [], now: () => number = Date.now) {
    super();
    if (dataDir !== ':memory:' && !existsSync(join(dataDir, 'cards.sqlite'))) {
      throw new CodedError('store.unavailable', 'DATA_DIR has no card store.', {
        hint: 'Start the bot once, or set the same DATA_DIR or DATABASE_URL as the bot.',
      });
    }
    this.#store = openCardStore(dataDir, { secrets, now, isForReading: true });
    this.tables = createSqliteTables(this.#store.db, now);
    this.now = now;
  }

  health(): Promise<string[]> {
    return read(() => {
      const text = readMeta(this.#store.db, 'health');
      return text === undefined ? [] : [text];
    });
  }

  check(): Promise<void> {
    return this.#store.files.check();
  }

  protected readFigures(span: ChartSpan) {
    return read(() => this.#store.audit.figures.read(span, this.now()));
  }

  verifyAudit(noted?: ChainPlace): Promise<AuditVerdict> {
    return read(() => this.#store.audit.verify(noted));
  }

  auditHead(): Promise<ChainPlace> {
    return read(() => this.#store.audit.head());
  }

  protected async note(entry: AuditEntry): Promise<void> {
    await this.#write(() => this.#store.audit.append(entry));
  }

  protected resolveBatch(messageIds: readonly string[], reason: string): Promise<ChangedCards> {
    const now = this.now();
    const resolve = this.#store.db.prepare(
      `UPDATE cards SET resolved_at = ? WHERE message_id = ? AND ${isDead} RETURNING *`,
    );
    return this.#changeBatch(messageIds, (messageId) => {
      const row = resolve.get(now, messageId);
      return row === undefined ? undefined : createAuditEntry('resolved', toCard(row), now, { reason });
    });
  }

  protected replayBatch(messageIds: readonly string[]): Promise<ChangedCards> {
    const now = this.now();
    const replay = this.#store.db.prepare(
      `UPDATE cards SET state = 'pending', attempts = 0, replays = replays + 1, started_at = ?, settled_at = NULL,
        counted = 0, is_doubtful = 0, last_code = NULL, in_a_row = 0, due_at = 0, code = NULL, status = NULL, correlation_id = NULL, resolved_at = NULL
       WHERE message_id = ? AND ${isEnded} RETURNING *`,
    );
    return this.#changeBatch(messageIds, (messageId) => {
      const row = replay.get(now, messageId);
      return row === undefined ? undefined : createAuditEntry('replayed', toCard(row), now);
    });
  }

  /** @param change changes a card; returns undefined when there is none, or it may not be changed */
  #changeBatch(
    messageIds: readonly string[],
    change: (messageId: string) => AuditEntry | undefined,
  ): Promise<ChangedCards> {
    return this.#write(() => {
      const changed = new Map<string, boolean>();
      for (const messageId of messageIds) {
        const entry = change(messageId);
        if (entry !== undefined) this.#store.audit.append(entry);
        if (entry !== undefined || this.#store.has(messageId)) changed.set(messageId, entry !== undefined);
      }
      return changed;
    });
  }

  async forget(conversationId: string): Promise<Forgotten> {
    this.#checkKey();
    try {
      return await forgetConversation(this.#store, conversationId, this.now());
    } finally {
      this.#store.emptyLog();
    }
  }

  prune(bounds: PruneBounds): Promise<Pruned> {
    return pruneStore(this.#store, bounds, this.now());
  }

  async close(): Promise<void> {
    this.#store.close();
  }

  async #write<T>(write: () => T): Promise<T> {
    this.#checkKey();
    return this.#store.commits.run(write);
  }

  /** Entries of this process must continue the chain of the audit log. */
  #checkKey(): void {
    checkChainKey(this.#store.audit.head().hash, this.#store.keys);
  }
}
