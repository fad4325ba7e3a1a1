import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CodedError } from '../../../errors.ts';
import { checkChainKey } from '../../audit.ts';
import {
  type AuditEntry,
  type AuditEvent,
  type AuditedCard,
  answerOf,
  createAuditEntry,
} from '../../cardEvents.ts';
import { noAttempts, type StoredCard, toCard, toDelivery } from '../../cardTable.ts';
import type { CardUnderWay } from '../../cardUnderWay.ts';
import {
  type Attempt,
  type Delivery,
  type FinalState,
  idOfReference,
  type OutgoingCard,
} from '../../outbox.ts';
import { deriveKeyring, hasBodyHash, hashBody, type StoreKeyring } from '../../storeKeys.ts';
import { AuditLog } from './auditLog.ts';
import { emptyLog, openDatabase } from './database.ts';
import { GroupCommit } from './groupCommit.ts';
import { readStoreSecret } from './privateFiles.ts';
import { readStore, storeFailure } from './storeFailure.ts';
import { StoreFiles } from './storeFiles.ts';

/** A card that is stored, and the audit entry of a new one. */
interface AddedCard {
  readonly stored: StoredCard;
  readonly entry?: AuditEntry;
}

/** The cards and their audit entries in SQLite; every change is in one transaction with its audit entry. */
export class CardStore {
  readonly audit: AuditLog;
  readonly commits: GroupCommit;
  readonly keys: StoreKeyring;
  readonly db: DatabaseSync;
  readonly files: StoreFiles;
  readonly #now: () => number;
  readonly #find: StatementSync;
  readonly #has: StatementSync;
  readonly #insert: StatementSync;
  readonly #settle: StatementSync;
  readonly #mark: StatementSync;
  readonly #again: StatementSync;
  readonly #pause: StatementSync;

  /** @param secrets the operator's secrets, the newest first; default: none, only the store's own counts */
  constructor(db: DatabaseSync, now: () => number = Date.now, secrets: readonly string[] = []) {
    this.db = db;
    this.#now = now;
    this.commits = new GroupCommit(db);
    this.files = new StoreFiles(db, this.commits);
    this.keys = deriveKeyring({ given: secrets, own: readStoreSecret(db.location()) });
    this.audit = new AuditLog(db, this.commits, this.keys);
    this.#find = db.prepare('SELECT * FROM cards WHERE message_id = ?');
    this.#has = db.prepare('SELECT 1 FROM cards WHERE message_id = ?');
    this.#insert = db.prepare(
      `INSERT INTO cards (message_id, conversation_id, route, state, body, body_hash, bytes, text, template_id,
        template_version, template_hash, operation_id, reference, stored_at, started_at)
       VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_id) DO NOTHING`,
    );
    this.#settle = db.prepare(
      `UPDATE cards SET state = ?1, attempts = ?2, settled_at = ?3, code = ?4, status = ?5, correlation_id = ?6,
        body = CASE WHEN ?1 = 'accepted' THEN NULL ELSE body END,
        text = CASE WHEN ?1 = 'accepted' THEN NULL ELSE text END,
        reference = CASE WHEN ?1 = 'accepted' THEN ?7 ELSE reference END WHERE message_id = ?8`,
    );
    this.#mark = db.prepare('UPDATE cards SET state = ?, attempts = ? WHERE message_id = ?');
    this.#again = db.prepare(
      `UPDATE cards SET state = 'pending', attempts = ?, counted = ?, is_doubtful = ?, last_code = ?, in_a_row = ?,
        due_at = ? WHERE message_id = ?`,
    );
    this.#pause = db.prepare(
      `INSERT INTO pauses VALUES (?1, ?2) ON CONFLICT (route) DO UPDATE SET until = max(until, ?2)`,
    );
  }

  /**
   * Stores cards, all or none. Resolves after the commit to the stored cards: the first one in place of a repeat, which has no
   * new entry.
   *
   * @throws CodedError `store.conflict` when another card has one of their messageIds, `store.unavailable` when they cannot be stored
   */
  add(...cards: readonly OutgoingCard[]): Promise<AddedCard[]> {
    return this.commits.run(() => {
      // Before anything is written: a write that throws must have changed nothing.
      if (cards.length > 1) for (const card of cards) this.#checkConflicts(card, cards);
      return cards.map((card) => this.#add(card));
    });
  }

  #add(card: OutgoingCard): AddedCard {
    const now = this.#now();
    const { changes } = this.#insert.run(
      card.messageId,
      card.conversationId,
      card.route,
      card.body,
      hashBody(card, this.keys.body),
      Buffer.byteLength(card.body),
      card.text,
      card.templateId,
      card.templateVersion,
      card.templateHash,
      card.operationId,
      card.reference,
      now,
      now,
    );
    const known = changes === 0 ? this.#knownAs(card) : undefined;
    if (known !== undefined) return { stored: known };
    return {
      stored: { ...card, state: 'pending', attempts: 0, storedAt: now, startedAt: now, tally: noAttempts },
      entry: this.audit.append(createAuditEntry('stored', card, now)),
    };
  }

  /** @throws CodedError `store.conflict` when a stored card or one of the others is another card with the same messageId */
  #checkConflicts(card: OutgoingCard, others: readonly OutgoingCard[]): void {
    this.#knownAs(card);
    const first = others.find(({ messageId }) => messageId === card.messageId) ?? card;
    if (first !== card) this.#requireRepeat(hashBody(first, this.keys.body), card);
  }

  /** The stored card that a card repeats; undefined when there is none. @throws CodedError `store.conflict` */
  #knownAs(card: OutgoingCard): StoredCard | undefined {
    const known = this.#find.get(card.messageId);
    if (known === undefined) return undefined;
    this.#requireRepeat(known.body_hash, card);
    return toCard(known);
  }

  #requireRepeat(bodyHash: unknown, card: OutgoingCard): void {
    if (hasBodyHash(bodyHash, card, this.keys.body)) return;
    throw new CodedError('store.conflict', 'Another card has this messageId.', { path: '$.messageId' });
  }

  /**
   * Marks a card before it is sent (`sending`), or when nothing was sent after all: needed only where a repeat would be shown
   * twice.
   */
  mark(card: StoredCard, state: 'sending' | 'pending'): Promise<void> {
    return this.commits.run(() => {
      this.#mark.run(state, card.attempts, card.messageId);
    });
  }

  /**
   * Notes an attempt that was not the last, also for the next process. Returns no entry for a card that was deleted.
   *
   * @param waitMs until the card is due again, in milliseconds
   * @param pauseAllMs pause of its whole route, in milliseconds; default: none
   */
  noteAttempt(
    { card, progress }: CardUnderWay,
    attempt: Attempt,
    waitMs: number,
    pauseAllMs = 0,
  ): Promise<AuditEntry | undefined> {
    const { attempts, counted, isDoubtful, lastCode, inARow } = progress;
    return this.commits.run(() => {
      const now = this.#now();
      const { changes } = this.#again.run(
        attempts,
        counted,
        Number(isDoubtful),
        lastCode ?? null,
        inARow,
        Math.ceil(now + waitMs),
        card.messageId,
      );
      // A card that was deleted meanwhile, because its conversation was forgotten, leaves no trace.
      if (changes === 0) return undefined;
      if (pauseAllMs > 0) this.#pause.run(card.route, Math.ceil(now + pauseAllMs));
      const ms = now - card.startedAt;
      return this.audit.append(
        createAuditEntry('attempted', card, now, { ...answerOf(attempt), attempts, ms }),
      );
    });
  }

  /** Ends a card's delivery with its one final audit entry; erases the text of an accepted card. Returns no entry for a deleted card. */
  settle(
    card: StoredCard,
    state: FinalState,
    attempts: number,
    attempt: Attempt,
  ): Promise<AuditEntry | undefined> {
    return this.commits.run(() => {
      const { entry, isStored } = this.#end(card, state, attempts, attempt);
      return isStored ? this.audit.append(entry) : undefined;
    });
  }

  /** Ends a card's delivery without writing its audit entry, which it returns, where an error in this program forbids more. */
  abandon(card: StoredCard, state: FinalState, attempts: number, attempt: Attempt): Promise<AuditEntry> {
    return this.commits.run(() => this.#end(card, state, attempts, attempt).entry);
  }

  #end(card: StoredCard, state: FinalState, attempts: number, attempt: Attempt) {
    const now = this.#now();
    const { code, status, correlationId } = attempt;
    const { changes } = this.#settle.run(
      state,
      attempts,
      now,
      code ?? null,
      status ?? null,
      correlationId ?? null,
      idOfReference(card.reference),
      card.messageId,
    );
    const more = { ...answerOf(attempt), attempts, ms: now - card.startedAt };
    return { entry: createAuditEntry(state, card, now, more), isStored: changes > 0 };
  }

  /** Adds an entry to the audit log about a card that was never stored, or beside its delivery. */
  note(event: AuditEvent, card: AuditedCard, more: Partial<AuditEntry> = {}): Promise<AuditEntry> {
    return this.commits.run(() => this.audit.append(createAuditEntry(event, card, this.#now(), more)));
  }

  /** The cards under way with a sequence number above `after`, oldest first, at most `count`. */
  underWay(after: number, count: number): { seq: number; card: StoredCard; dueAt: number }[] {
    return this.db
      .prepare("SELECT * FROM cards WHERE state IN ('pending', 'sending') AND seq > ? ORDER BY seq LIMIT ?")
      .all(after, count)
      .map((row) => ({ seq: Number(row.seq), card: toCard(row), dueAt: Number(row.due_at) }));
  }

  /** The end of each route's pause: wall clock in milliseconds. */
  pauses(): { route: string; until: number }[] {
    return this.db
      .prepare('SELECT route, until FROM pauses WHERE until > ?')
      .all(this.#now())
      .map((row) => ({ route: String(row.route), until: Number(row.until) }));
  }

  /** The delivery of a card; undefined when there is no such card. @throws CodedError `store.*` */
  deliveryOf(messageId: string): Delivery | undefined {
    const row = readStore(() => this.#find.get(messageId));
    return row === undefined ? undefined : toDelivery(row);
  }

  /** False for a card that is not stored, or no longer. */
  has(messageId: string): boolean {
    return this.#has.get(messageId) !== undefined;
  }

  /** A number that changes whenever another process writes to the store. */
  dataVersion(): number {
    return Number(this.db.prepare('PRAGMA data_version').get()?.data_version);
  }

  /** Commits what waits, then empties the write-ahead log; see `emptyLog`. */
  emptyLog(): boolean {
    this.commits.flush();
    return emptyLog(this.db);
  }

  /** Commits what waits and closes the database. */
  close(): void {
    this.commits.flush();
    this.db.close();
  }
}

/** How the cards of a store are opened. */
interface OpenOptions {
  /** The operator's secrets, the newest first. */
  readonly secrets: readonly string[];
  /** See `openDatabase`. */
  readonly onTornLog?: () => void;
  /** Wall clock in milliseconds; default `Date.now`. */
  readonly now?: () => number;
  /** True to open them also without the secret that signed the audit log; default false. */
  readonly isForReading?: boolean;
}

/** Opens the cards of a store. A failure leaves nothing open. @throws CodedError `store.*`, `config.invalid` */
export function openCardStore(
  dataDir: string,
  { secrets, onTornLog, now = Date.now, isForReading = false }: OpenOptions,
): CardStore {
  const db = openDatabase(dataDir, onTornLog);
  try {
    const store = new CardStore(db, now, secrets);
    if (!isForReading) checkChainKey(store.audit.head().hash, store.keys);
    return store;
  } catch (error) {
    db.close();
    throw storeFailure(error, 'opened', dataDir);
  }
}
