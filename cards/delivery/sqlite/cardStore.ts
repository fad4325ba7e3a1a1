import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CodedError, type ErrorCode, errorCodes } from '../../errors.ts';
import type { AuditEntry, AuditEvent } from '../audit.ts';
import type { Attempt, CardState, Delivery, OutgoingCard } from '../outbox.ts';
import { AuditLog } from './auditLog.ts';
import { asStoreError, GroupCommit } from './groupCommit.ts';
import { migrate } from './schema.ts';

/** Opens a store's database: write-ahead log, synced at each commit, safe against a kill and against a power cut. */
export function openDatabase(dataDir: string): DatabaseSync {
  try {
    if (dataDir !== ':memory:') mkdirSync(dataDir, { recursive: true });
    const db = new DatabaseSync(dataDir === ':memory:' ? dataDir : join(dataDir, 'cards.sqlite'), {
      timeout: 5_000,
    });
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    migrate(db);
    return db;
  } catch (error) {
    throw new CodedError('store.unavailable', 'The store cannot be opened.', { cause: error });
  }
}

/** A card as the store knows it. */
export interface StoredCard extends OutgoingCard {
  readonly state: CardState;
  readonly attempts: number;
  /** When it was stored, and when its present life began (stored or replayed): wall clock in milliseconds. */
  readonly storedAt: number;
  readonly startedAt: number;
}

/** The cards and their audit entries in SQLite; every change is one with its audit entry, and shares its commit. */
export class CardStore {
  readonly audit: AuditLog;
  readonly commits: GroupCommit;
  readonly #db: DatabaseSync;
  readonly #now: () => number;
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #settle: StatementSync;
  readonly #progress: StatementSync;

  constructor(db: DatabaseSync, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
    this.commits = new GroupCommit(db);
    this.audit = new AuditLog(db, this.commits);
    this.#find = db.prepare('SELECT * FROM cards WHERE message_id = ?');
    this.#insert = db.prepare(
      `INSERT INTO cards (message_id, conversation_id, route, state, body, body_hash, bytes, text, template_id,
        template_version, template_hash, operation_id, reference, stored_at, started_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#settle = db.prepare(
      `UPDATE cards SET state = ?1, attempts = ?2, settled_at = ?3, code = ?4, status = ?5, correlation_id = ?6,
        body = CASE WHEN ?1 = 'accepted' THEN NULL ELSE body END,
        text = CASE WHEN ?1 = 'accepted' THEN NULL ELSE text END WHERE message_id = ?7`,
    );
    this.#progress = db.prepare('UPDATE cards SET state = ?, attempts = ? WHERE message_id = ?');
  }

  /**
   * Stores a card; resolves after the commit. Gives the card that is stored, which is the first one when it is a repeat.
   *
   * @throws CodedError `store.conflict` when another card has its messageId, `store.unavailable` when it cannot be stored.
   */
  add(card: OutgoingCard, state: 'pending' | 'sending'): Promise<{ stored: StoredCard; isRepeat: boolean }> {
    return this.commits.run(() => {
      const bodyHash = hash('sha256', `${card.conversationId}\n${card.body}`);
      const known = this.#find.get(card.messageId);
      if (known !== undefined) {
        if (known.body_hash === bodyHash) return { stored: toCard(known), isRepeat: true };
        throw new CodedError('store.conflict', 'Another card has this messageId.', { path: '$.messageId' });
      }
      const now = this.#now();
      const bytes = Buffer.byteLength(card.body);
      this.#insert.run(
        card.messageId,
        card.conversationId,
        card.route,
        state,
        card.body,
        bodyHash,
        bytes,
        card.text,
        card.templateId,
        card.templateVersion,
        card.templateHash,
        card.operationId,
        card.reference,
        now,
        now,
      );
      this.audit.append(this.#entry('stored', card, { bytes }));
      return { stored: { ...card, state, attempts: 0, storedAt: now, startedAt: now }, isRepeat: false };
    });
  }

  /** Marks that a card is about to be sent, before it is: needed only where a repeat would be shown twice. */
  markSending(card: StoredCard): Promise<void> {
    return this.commits.run(() => {
      this.#progress.run('sending', card.attempts, card.messageId);
    });
  }

  /** Notes an attempt that was not the last. */
  noteAttempt(card: StoredCard, attempts: number, attempt: Attempt): Promise<void> {
    return this.commits.run(() => {
      this.#progress.run('pending', attempts, card.messageId);
      this.audit.append(
        this.#entry('attempted', card, { ...answerOf(attempt), attempts, ms: this.#now() - card.startedAt }),
      );
    });
  }

  /** Ends a card's way with its one final audit entry; the text of an accepted card is erased. */
  settle(
    card: StoredCard,
    state: 'accepted' | 'rejected' | 'unknown' | 'failed',
    attempts: number,
    attempt: Attempt,
  ): Promise<Delivery> {
    return this.commits.run(() => {
      const now = this.#now();
      this.#settle.run(
        state,
        attempts,
        now,
        attempt.code ?? null,
        attempt.status ?? null,
        attempt.correlationId ?? null,
        card.messageId,
      );
      const ms = now - card.startedAt;
      this.audit.append(this.#entry(state, card, { ...answerOf(attempt), attempts, ms }));
      return { messageId: card.messageId, outcome: state, attempts, durationMs: ms, ...answerOf(attempt) };
    });
  }

  /** Notes something about a card that was never stored, or that happened beside its way. */
  note(
    event: AuditEvent,
    card: Omit<OutgoingCard, 'body' | 'text' | 'reference'>,
    more: Partial<AuditEntry> = {},
  ): Promise<void> {
    return this.commits.run(() => {
      this.audit.append(this.#entry(event, card, more));
    });
  }

  /** The cards under way with a sequence number above `after`, oldest first, at most `count`. */
  underWay(after: number, count: number): { seq: number; card: StoredCard }[] {
    return this.#db
      .prepare("SELECT * FROM cards WHERE state IN ('pending', 'sending') AND seq > ? ORDER BY seq LIMIT ?")
      .all(after, count)
      .map((row) => ({ seq: Number(row.seq), card: toCard(row) }));
  }

  /** What is known of a card's delivery, or undefined when there is no such card. */
  deliveryOf(messageId: string): Delivery | undefined {
    const row = this.#find.get(messageId);
    if (row === undefined) return undefined;
    const state = toState(row.state);
    return {
      messageId,
      outcome: state === 'sending' ? 'pending' : state,
      attempts: Number(row.attempts),
      code: toCode(row.code),
      status: row.status === null ? undefined : Number(row.status),
      correlationId: row.correlation_id === null ? undefined : String(row.correlation_id),
      durationMs: row.settled_at === null ? undefined : Number(row.settled_at) - Number(row.started_at),
    };
  }

  /** A number that changes whenever another process writes to the store. */
  dataVersion(): number {
    return Number(this.#db.prepare('PRAGMA data_version').get()?.data_version);
  }

  /** Commits what waits and closes the database. */
  close(): void {
    this.commits.flush();
    this.#db.close();
  }

  /** @throws CodedError `store.unavailable` when the store cannot be read. */
  ping(): void {
    try {
      this.#db.prepare('SELECT 1').get();
    } catch (error) {
      throw asStoreError(error);
    }
  }

  #entry(
    event: AuditEvent,
    card: Omit<OutgoingCard, 'body' | 'text' | 'reference'>,
    more: Partial<AuditEntry>,
  ): AuditEntry {
    return {
      at: new Date(this.#now()).toISOString(),
      event,
      messageId: card.messageId,
      conversationId: card.conversationId,
      route: card.route,
      templateId: card.templateId,
      templateVersion: card.templateVersion,
      templateHash: card.templateHash,
      bytes: 0,
      operationId: card.operationId,
      ...more,
    };
  }
}

function answerOf({ code, status, correlationId }: Attempt) {
  return {
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}

type Row = Record<string, unknown>;

function toCard(row: Row): StoredCard {
  return {
    messageId: String(row.message_id),
    conversationId: String(row.conversation_id),
    route: String(row.route),
    body: String(row.body ?? ''),
    text: String(row.text ?? ''),
    templateId: String(row.template_id),
    templateVersion: String(row.template_version),
    templateHash: String(row.template_hash),
    operationId: String(row.operation_id),
    reference: String(row.reference ?? ''),
    state: toState(row.state),
    attempts: Number(row.attempts),
    storedAt: Number(row.stored_at),
    startedAt: Number(row.started_at),
  };
}

const states: readonly CardState[] = ['pending', 'sending', 'accepted', 'rejected', 'unknown', 'failed'];

function toState(value: unknown): CardState {
  return states.find((state) => state === value) ?? 'unknown';
}

function toCode(value: unknown): ErrorCode | undefined {
  return Object.keys(errorCodes).find((code): code is ErrorCode => code === value);
}
