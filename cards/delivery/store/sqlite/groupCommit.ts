import type { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../../errors.ts';
import { asStoreError } from './storeFailure.ts';

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
  readonly #file: string | null;
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  /** When the last commit succeeded; undefined when it failed, or when there was none. */
  #lastDoneAt: number | undefined;
  #refusal: { why: unknown } | undefined;
  #lastWrite: () => void = () => {};
  #transaction = 0;
  #commits = 0;
  #writes = 0;

  /** @param now monotonic milliseconds; default `performance.now` */
  constructor(db: DatabaseSync, now: () => number = () => performance.now()) {
    this.#db = db;
    this.#file = db.location();
    this.#now = now;
  }

  /** Whether the last commit succeeded, and that within so many milliseconds. */
  hasCommittedWithin(ms: number): boolean {
    return this.#lastDoneAt !== undefined && this.#now() - this.#lastDoneAt <= ms;
  }

  /** The number of the transaction that runs, or ran last: what was read in it holds until there is another. */
  get transaction(): number {
    return this.#transaction;
  }

  /** Adds a write that ends each transaction. */
  endEachWith(write: () => void): void {
    this.#lastWrite = write;
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
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal.why);
    return new Promise<T>((resolve, reject) => {
      // T is kept by the closure pair: what write returns is what resolve takes.
      this.#waiting.push({ write, resolve: resolve as (value: unknown) => void, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Takes no write from now on: each is refused with `why`. */
  refuse(why: unknown): void {
    this.#refusal = { why };
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
      this.#lastWrite();
      isWriting = false;
      this.#db.exec('COMMIT');
      this.#lastDoneAt = this.#now();
      this.#commits += 1;
      this.#writes += group.length;
    } catch (error) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK');
      if (isWriting && group.length > 1) {
        // One of them cannot be written: alone, each of the others can.
        for (const one of group) this.#commit([one]);
        return;
      }
      const told = asStoreError(error, 'written', this.#file);
      if (told instanceof CodedError) this.#lastDoneAt = undefined;
      for (const { reject } of group) reject(told);
      return;
    }
    for (const done of settle) done();
  }
}
