import type { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../../errors.ts';
import { asStoreError } from './storeFailure.ts';

interface Waiting {
  write: () => unknown;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/**
 * Writes many cards in one transaction: each caller continues when the commit with its write is on disk, so all callers share
 * the price of a sync.
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

  /** Whether the last commit succeeded, within the last `ms` milliseconds. */
  hasCommittedWithin(ms: number): boolean {
    return this.#lastDoneAt !== undefined && this.#now() - this.#lastDoneAt <= ms;
  }

  /** The number of the present or last transaction: values read in it are valid until the next one. */
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
   * Runs `write` in the next transaction and resolves to its result. A write runs again, alone, when another one of its group
   * failed.
   *
   * @throws the error of `write`, or CodedError `store.unavailable` when the commit failed
   */
  run<T>(write: () => T): Promise<T> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal.why);
    return new Promise<T>((resolve, reject) => {
      // `resolve` gets only the result of this `write`, which is a T.
      this.#waiting.push({ write, resolve: resolve as (value: unknown) => void, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Refuses every write from now on with the error `why`. */
  refuse(why: unknown): void {
    this.#refusal = { why };
  }

  /** Commits the waiting writes now. */
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
      const failure = asStoreError(error, 'written', this.#file);
      if (failure instanceof CodedError) this.#lastDoneAt = undefined;
      for (const { reject } of group) reject(failure);
      return;
    }
    for (const done of settle) done();
  }
}
