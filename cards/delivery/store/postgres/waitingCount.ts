import { CodedError } from '../../../errors.ts';
import type { Database } from './database.ts';
import { schema } from './schema.ts';

/** How often the waiting cards are counted, in milliseconds. */
const countEveryMs = 1_000;

/** Bounds the waiting cards of all instances: counts them in the database now and then, and its own changes in between. */
export class WaitingCount {
  readonly #database: Pick<Database, 'query'>;
  readonly #max: number;
  readonly #now: () => number;
  #waiting = 0;
  #entering = 0;
  #countedAt = Number.NEGATIVE_INFINITY;

  /** @param now monotonic milliseconds */
  constructor(database: Pick<Database, 'query'>, max: number, now: () => number) {
    this.#database = database;
    this.#max = max;
    this.#now = now;
  }

  /**
   * Stores cards unless too many wait.
   *
   * @param store resolves to true when it stored the cards, to false when they were stored before
   * @throws CodedError `store.full` over the bound, and the errors of `store`
   */
  async enter(store: () => Promise<boolean>, cards = 1): Promise<void> {
    // Not awaited: later cards would overtake this one.
    if (this.#now() - this.#countedAt >= countEveryMs) void this.count();
    const waiting = this.#waiting + this.#entering;
    if (waiting + cards > this.#max)
      throw new CodedError('store.full', `${waiting} cards are waiting; the limit is reached.`);
    this.#entering += cards;
    try {
      if (await store()) this.#waiting += cards;
    } finally {
      this.#entering -= cards;
    }
  }

  /** Call it when cards are settled. */
  leave(count: number): void {
    this.#waiting -= count;
  }

  /** Counts the cards in the database. */
  async count(): Promise<void> {
    this.#countedAt = this.#now();
    try {
      const [row] = await this.#database.query(
        `SELECT count(*) AS n FROM ${schema}.cards WHERE state IN ('pending', 'sending')`,
      );
      this.#waiting = Number(row?.n ?? 0);
    } catch {
      // The database is away: the write of the card reports it.
    }
  }
}
