import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type AuditEntry, chainHash, chainStart } from '../audit.ts';

/** One row of the audit log. */
export interface AuditRow {
  readonly seq: number;
  /** JSON text of an AuditEntry, exactly as it was hashed. */
  readonly entry: string;
  readonly hash: string;
}

/** The append-only audit log in SQLite: numbered without gaps, each entry chained to the one before by its hash. */
export class AuditLog {
  readonly #insert: StatementSync;
  readonly #last: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO audit (at, message_id, entry, hash) VALUES (?, ?, ?, ?)');
    this.#last = db.prepare('SELECT hash FROM audit ORDER BY seq DESC LIMIT 1');
  }

  /** Appends an entry; must be called inside a transaction, which keeps other writers from forking the chain. */
  append(entry: AuditEntry): void {
    const json = JSON.stringify(entry);
    // Read at each append, not remembered: the operator's command line appends to a running bot's log, too.
    const previous = this.#last.get()?.hash;
    const hash = chainHash(typeof previous === 'string' ? previous : chainStart, json);
    this.#insert.run(Date.parse(entry.at), entry.messageId, json, hash);
  }
}
