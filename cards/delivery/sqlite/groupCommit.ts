import type { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../errors.ts';

interface Waiting {
  write: () => unknown;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/**
 * Writes of many cards in one transaction: each caller goes on when the commit that holds its write is on disk, so the
 * price of a sync is shared by all who wait for it.
 */
export class GroupCommit {
  readonly #db: DatabaseSync;
  #waiting: Waiting[] = [];
  #commits = 0;
  #writes = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** How many commits and writes there were, for the benchmark. */
  get counts(): { commits: number; writes: number } {
    return { commits: this.#commits, writes: this.#writes };
  }

  /**
   * Runs `write` in the next transaction and gives what it returned. A write that throws must do so before it writes.
   *
   * @throws what `write` threw, or CodedError `store.unavailable` when the commit failed
   */
  run<T>(write: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // T is kept by the closure pair: what write returns is what resolve takes.
      this.#waiting.push({ write, resolve: resolve as (value: unknown) => void, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Commits what waits now. */
  flush(): void {
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length === 0) return;
    const settle: (() => void)[] = [];
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const { write, resolve, reject } of group) {
        try {
          const value = write();
          settle.push(() => resolve(value));
        } catch (error) {
          if (!this.#db.isTransaction) throw error;
          settle.push(() => reject(asStoreError(error)));
        }
      }
      this.#db.exec('COMMIT');
      this.#commits += 1;
      this.#writes += group.length;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      for (const { reject } of group) reject(asStoreError(error));
      return;
    }
    for (const done of settle) done();
  }
}

/** Keeps our own errors as they are and makes `store.unavailable` of everything else. */
export function asStoreError(error: unknown): CodedError {
  return error instanceof CodedError
    ? error
    : new CodedError('store.unavailable', 'The store cannot be written.', { cause: error });
}
