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
  #transaction = 0;
  #commits = 0;
  #writes = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** The number of the transaction that runs, or ran last: what was read in it holds until there is another. */
  get transaction(): number {
    return this.#transaction;
  }

  /** How many commits and writes there were, for the benchmark. */
  get counts(): { commits: number; writes: number } {
    return { commits: this.#commits, writes: this.#writes };
  }

  /**
   * Runs `write` in the next transaction and gives what it returned. A write runs again, alone,
   * when another one of its group failed.
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
    if (group.length > 0) this.#commit(group);
  }

  #commit(group: readonly Waiting[]): void {
    const settle: (() => void)[] = [];
    let isWriting = false;
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      this.#transaction += 1;
      isWriting = true;
      for (const { write, resolve, reject } of group) {
        try {
          const value = write();
          settle.push(() => resolve(value));
        } catch (error) {
          // Our own errors come before anything is written; any other may leave half of a write behind.
          if (!(error instanceof CodedError)) throw error;
          settle.push(() => reject(error));
        }
      }
      isWriting = false;
      this.#db.exec('COMMIT');
      this.#commits += 1;
      this.#writes += group.length;
    } catch (error) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK');
      if (isWriting && group.length > 1) {
        // One of them cannot be written: alone, each of the others can.
        for (const one of group) this.#commit([one]);
        return;
      }
      for (const { reject } of group) reject(asStoreError(error));
      return;
    }
    for (const done of settle) done();
  }
}

/** Keeps our own errors and bugs as they are and makes `store.unavailable` of everything else, which is what SQLite throws. */
export function asStoreError(error: unknown): Error {
  const isBug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return error instanceof CodedError || isBug
    ? error
    : new CodedError('store.unavailable', 'The store cannot be written.', { cause: error });
}
