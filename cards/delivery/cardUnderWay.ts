import { type CardProgress, isCounted } from './afterAttempt.ts';
import type { StoredCard, Tally } from './cardRow.ts';
import type { Attempt } from './outbox.ts';

/** What is known of an attempt that nobody saw the end of. */
export const doubt: Attempt = { result: 'unknown', code: 'genesys.unknownOutcome' };

/** A card under way in this process, and what its attempts came to. */
export class CardUnderWay {
  readonly card: StoredCard;
  readonly #startedAt: number;
  readonly #dueAt: number;
  readonly #now: () => number;
  #attempts: number;
  #tally: Tally;
  #unwritten: Attempt | undefined;

  /**
   * @param ageMs time since it was stored or replayed
   * @param now monotonic milliseconds
   * @param waitMs how long it still waits for its next attempt; default 0
   */
  constructor(card: StoredCard, ageMs: number, now: () => number, waitMs = 0) {
    this.card = card;
    this.#attempts = card.attempts;
    this.#tally = card.tally;
    this.#startedAt = now() - ageMs;
    this.#dueAt = now() + waitMs;
    this.#now = now;
    // Only where repeats are shown is a card marked before it is sent: a former process may have sent it.
    if (card.state === 'sending') this.take(doubt);
  }

  /** The card with the attempts made so far, also by a former process. */
  get current(): StoredCard {
    return { ...this.card, attempts: this.#attempts };
  }

  get progress(): CardProgress {
    return { ...this.#tally, attempts: this.#attempts, ageMs: this.#now() - this.#startedAt };
  }

  /** How long the wait that a former process began still lasts, in milliseconds. */
  get waitMs(): number {
    return Math.max(0, this.#dueAt - this.#now());
  }

  /** What came of the last attempt, until it is written: a card is not sent again because the disk was full. */
  get unwritten(): Attempt | undefined {
    return this.#unwritten;
  }

  /** Takes note of what came of an attempt. */
  take(attempt: Attempt): void {
    this.#unwritten = attempt;
    if (attempt.isUntried === true) return;
    this.#attempts += 1;
    const { counted, isDoubtful, lastCode, inARow } = this.#tally;
    // What is no fault of the card, such as a login that fails, is not in a row with what may be one.
    const code = isCounted(attempt) ? attempt.code : undefined;
    this.#tally = {
      counted: counted + Number(isCounted(attempt)),
      isDoubtful: isDoubtful || attempt.result === 'unknown',
      lastCode: code,
      inARow: code === lastCode ? inARow + 1 : 1,
    };
  }

  /** The last attempt is written. */
  written(): void {
    this.#unwritten = undefined;
  }
}
