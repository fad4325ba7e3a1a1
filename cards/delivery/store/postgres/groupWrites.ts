import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../../errors.ts';
import type { CardWrite, WriteResult } from './runCardWrites.ts';
import { isPassing } from './storeError.ts';

interface Waiting {
  readonly write: CardWrite;
  /** Monotonic time after which the write is not retried. */
  readonly until: number;
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Wait before a group is retried, in milliseconds. */
const retryMs = 250;

/** Writes of one group. */
const maxWrites = 200;

/**
 * Gathers writes while a transaction is under way, and runs them in the next transaction: one after the other, so that
 * writes happen in the order of the calls, and many share the price of a commit.
 *
 * While the database is away, a group is retried until the patience of its writes ends. A write must therefore do no
 * harm when it runs twice: its first commit may have succeeded although the answer was lost.
 */
export class GroupWrites {
  readonly #run: (writes: readonly CardWrite[]) => Promise<readonly WriteResult[]>;
  #waiting: Waiting[] = [];
  #underWay: Promise<void> | undefined;
  #lastError: unknown;
  #isStopped = false;
  #groups = 0;
  #writes = 0;

  /** @param run runs a group in one transaction, and returns a result for each write, in their order */
  constructor(run: (writes: readonly CardWrite[]) => Promise<readonly WriteResult[]>) {
    this.#run = run;
  }

  /** How many transactions and writes there were, for the benchmark. */
  get counts(): { groups: number; writes: number } {
    return { groups: this.#groups, writes: this.#writes };
  }

  /** Writes that wait for their transaction. */
  get size(): number {
    return this.#waiting.length;
  }

  /**
   * Runs a write in the next transaction.
   *
   * @param patienceMs how long the write is retried while the database is away
   * @throws CodedError `store.unavailable`
   */
  write(write: CardWrite, patienceMs: number): Promise<WriteResult> {
    const { promise, resolve, reject } = Promise.withResolvers<WriteResult>();
    this.#waiting.push({ write, until: performance.now() + patienceMs, resolve, reject });
    this.#underWay ??= this.#flush();
    return promise;
  }

  /** Runs the waiting writes without patience, and resolves when none is left. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    while (this.#underWay !== undefined) await this.#underWay;
  }

  async #flush(): Promise<void> {
    // A turn of the event loop gathers the writes of the same moment.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, maxWrites);
      const again = await this.#runGroup(group);
      if (again.length === 0) continue;
      this.#waiting.unshift(...again);
      this.#rejectOverdue();
      if (this.#waiting.length > 0) await sleep(retryMs);
    }
    this.#underWay = undefined;
  }

  /** Returns the writes that are to be retried. */
  async #runGroup(group: readonly Waiting[]): Promise<readonly Waiting[]> {
    try {
      const results = await this.#run(group.map(({ write }) => write));
      this.#groups += 1;
      this.#writes += group.length;
      for (const [i, { resolve, reject }] of group.entries()) {
        const result = results[i];
        if (result === undefined) reject(new CodedError('store.unavailable', 'A write has no result.'));
        else resolve(result);
      }
      return [];
    } catch (error) {
      if (isPassing(error)) {
        this.#lastError = error;
        return group;
      }
      const [first, ...others] = group;
      if (others.length === 0) {
        first?.reject(error);
        return [];
      }
      // One bad write must not fail the other writes of its group.
      const again: Waiting[] = [];
      for (const one of group) again.push(...(await this.#runGroup([one])));
      return again;
    }
  }

  #rejectOverdue(): void {
    const now = performance.now();
    const { overdue = [], inTime = [] } = Object.groupBy(this.#waiting, ({ until }) =>
      this.#isStopped || now >= until ? 'overdue' : 'inTime',
    );
    this.#waiting = inTime;
    for (const { reject } of overdue) reject(this.#lastError);
  }
}
