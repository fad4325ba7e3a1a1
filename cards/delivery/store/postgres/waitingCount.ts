import { CodedError } from '../../../errors.ts';
import type { Database } from './database.ts';
import { schema } from './schema.ts';

/** How often the cards that wait are counted, in milliseconds. */
const countEveryMs = 1_000;

/** How many cards of all instances wait: counted in the database now and then, with our own steps in between. */
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
   * Lets cards in while they are being stored.
   *
   * @throws CodedError `store.full` over the bound, and what `store` throws
   */
  async enter(store: () => Promise<boolean>, cards = 1): Promise<void> {
    // Beside it, not before it: a wait would let later cards overtake this one.
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

  /** Says that cards have left. */
  leave(count: number): void {
    this.#waiting -= count;
  }

  /** Counts anew. */
  async count(): Promise<void> {
    this.#countedAt = this.#now();
    try {
      const [row] = await this.#database.query(
        `SELECT count(*) AS n FROM ${schema}.cards WHERE state IN ('pending', 'sending')`,
      );
      this.#waiting = Number(row?.n ?? 0);
    } catch {
      // The database is away: storing the card says so.
    }
  }
}
