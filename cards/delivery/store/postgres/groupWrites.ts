import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../../errors.ts';
import { isPassing } from './database.ts';

interface Waiting<W, R> {
  readonly write: W;
  /** Monotonic time after which it is no longer tried. */
  readonly until: number;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/** Wait before a group is tried again, in milliseconds. */
const retryMs = 250;

/** How writes are gathered. */
export interface GroupWritesOptions<W, R> {
  /** Runs a group in one transaction and gives a result for each write, in their order. */
  run: (writes: readonly W[]) => Promise<readonly R[]>;
  /** Writes of one group; default 200. */
  max?: number;
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
}

/**
 * Gathers writes while a transaction is under way, and runs what has gathered in the next: one after the other, so that
 * writes happen in the order in which they were asked for, and many share the price of a commit.
 *
 * While the database is away a group is tried again until its writes have had their time. A write must therefore do no
 * harm when it is run twice: a commit may have succeeded of which nobody heard.
 */
export class GroupWrites<W, R> {
  readonly #run: GroupWritesOptions<W, R>['run'];
  readonly #max: number;
  readonly #now: () => number;
  #waiting: Waiting<W, R>[] = [];
  #underWay: Promise<void> | undefined;
  #why: unknown;
  #isStopped = false;
  #groups = 0;
  #writes = 0;

  constructor({ run, max = 200, now = () => performance.now() }: GroupWritesOptions<W, R>) {
    this.#run = run;
    this.#max = max;
    this.#now = now;
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
   * @param patienceMs for how long it is tried again while the database is away
   * @throws CodedError `store.unavailable`
   */
  write(write: W, patienceMs: number): Promise<R> {
    const until = this.#now() + patienceMs;
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ write, until, resolve, reject });
      this.#underWay ??= this.#flush();
    });
  }

  /** Runs what waits, without patience, and resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    while (this.#underWay !== undefined) await this.#underWay;
  }

  async #flush(): Promise<void> {
    // A turn of the event loop gathers what is asked for at the same moment.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#max);
      const again = await this.#runGroup(group);
      if (again.length === 0) continue;
      this.#waiting.unshift(...again);
      this.#rejectOverdue();
      if (this.#waiting.length > 0) await sleep(retryMs);
    }
    this.#underWay = undefined;
  }

  /** Gives the writes that are to be tried again. */
  async #runGroup(group: readonly Waiting<W, R>[]): Promise<readonly Waiting<W, R>[]> {
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
        this.#why = error;
        return group;
      }
      if (group.length === 1) group[0]?.reject(error);
      if (group.length <= 1) return [];
      // One bad write must not take the others of its group with it.
      const again: Waiting<W, R>[] = [];
      for (const one of group) again.push(...(await this.#runGroup([one])));
      return again;
    }
  }

  #rejectOverdue(): void {
    const now = this.#now();
    const isOverdue = ({ until }: Waiting<W, R>) => this.#isStopped || now >= until;
    for (const { reject } of this.#waiting.filter(isOverdue)) reject(this.#why);
    this.#waiting = this.#waiting.filter((one) => !isOverdue(one));
  }
}
