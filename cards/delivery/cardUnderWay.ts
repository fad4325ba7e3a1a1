import { CodedError } from '../errors.ts';
import type { StoredCard, Tally } from './cardTable.ts';
import type { Attempt, FinalState } from './outbox.ts';
import { chooseBackoffMs, type RetryPolicy, waitMs } from './retryTiming.ts';

/** An attempt whose result is not known. */
export const doubt: Attempt = { result: 'unknown', code: 'genesys.unknownOutcome' };

/** A card under way in this process, with the results of its attempts. */
export class CardUnderWay {
  readonly card: StoredCard;
  readonly #startedAt: number;
  #dueAt: number;
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
    if (card.state === 'sending') this.record(doubt);
  }

  /** The card with the attempts made so far, also by a former process. */
  get current(): StoredCard {
    return { ...this.card, attempts: this.#attempts };
  }

  get progress(): CardProgress {
    return { ...this.#tally, attempts: this.#attempts, ageMs: this.#now() - this.#startedAt };
  }

  /** The rest of the wait that a former process began, in milliseconds. */
  get waitMs(): number {
    return Math.max(0, this.#dueAt - this.#now());
  }

  /** Ends that wait. */
  endWait(): void {
    this.#dueAt = this.#now();
  }

  /** The last attempt, until it is written: a card is not sent again because the disk was full. */
  get unwritten(): Attempt | undefined {
    return this.#unwritten;
  }

  /** Records the result of an attempt. */
  record(attempt: Attempt): void {
    this.#unwritten = attempt;
    if (attempt.isUntried === true) return;
    this.#attempts += 1;
    const { counted, isDoubtful, lastCode, inARow } = this.#tally;
    // An attempt that is no fault of the card, such as a failed login, is not in a row with one that may be.
    const code = isCounted(attempt) ? attempt.code : undefined;
    this.#tally = {
      counted: counted + Number(isCounted(attempt)),
      isDoubtful: isDoubtful || attempt.result === 'unknown',
      lastCode: code,
      inARow: code === lastCode ? inARow + 1 : 1,
    };
  }

  /** Notes that the last attempt is written. */
  markWritten(): void {
    this.#unwritten = undefined;
  }
}

/** The next step of a card after an attempt: its delivery ends, or the card is retried after a wait. */
export type NextStep =
  | { readonly kind: 'settle'; readonly state: FinalState }
  | {
      readonly kind: 'again';
      readonly waitMs: number;
      /** How long every card of the route waits; undefined when only this one does. */
      readonly pauseAllMs?: number;
    };

/** The attempts and the age of a card, the latest attempt included. */
export interface CardProgress extends Tally {
  /** Attempts made, also by a former process. */
  readonly attempts: number;
  /** Since the card was stored or replayed, in milliseconds. */
  readonly ageMs: number;
}

/** The rules for the next step. */
export interface StepRules {
  readonly retry: RetryPolicy;
  /** Whether the receiver shows a messageId once, however often it arrives. */
  readonly dropsRepeats: boolean;
  /** For a card that may have arrived, where repeats are shown. */
  readonly onUnknown: 'hold' | 'resend';
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Whether an attempt uses up one of its card's attempts: while every card has to wait, none is to blame. */
export function isCounted(attempt: Attempt): boolean {
  return attempt.pauseAll !== true && attempt.isUntried !== true && attempt.isProbe !== true;
}

/** Decides the next step of a card after an attempt. Pure. */
export function decideNextStep(attempt: Attempt, card: CardProgress, rules: StepRules): NextStep {
  const { retry, dropsRepeats, onUnknown, random } = rules;
  if (attempt.result === 'accepted' || attempt.result === 'rejected') {
    return { kind: 'settle', state: attempt.result };
  }
  if (attempt.result === 'unknown' && !dropsRepeats && onUnknown === 'hold') {
    return { kind: 'settle', state: 'unknown' };
  }
  // Probes are spaced by the circuit breaker: the card's own waits grow no further with them.
  const made = Math.max(1, attempt.isProbe === true ? card.counted : card.attempts);
  // Nothing was sent, so there is nothing to back off from: the card waits as long as its route asks.
  const wait =
    attempt.isUntried === true
      ? (attempt.retryAfterMs ?? 0)
      : waitMs(made, attempt.retryAfterMs, retry, random);
  const isOver =
    card.counted >= retry.maxAttempts ||
    card.inARow >= (attempt.mostInARow ?? Number.POSITIVE_INFINITY) ||
    card.ageMs + wait > retry.totalMs;
  if (isOver) return { kind: 'settle', state: card.isDoubtful ? 'unknown' : 'failed' };
  if (attempt.pauseAll !== true) return { kind: 'again', waitMs: wait };
  return {
    kind: 'again',
    waitMs: wait,
    pauseAllMs: attempt.retryAfterMs ?? chooseBackoffMs(made, retry, random),
  };
}

/** A retry rarely cures a bug: a card fails after this many in a row. */
const mostFaults = 3;

/** An attempt that an error of our own code ended before anything was sent. */
export const faultBeforeSending: Attempt = {
  result: 'retry',
  code: 'delivery.fault',
  mostInARow: mostFaults,
};

/** An attempt that an error of our own code ended while a route was sending: the card may have arrived. */
export const faultWhileSending: Attempt = { ...faultBeforeSending, result: 'unknown' };

/** Whether the store failed, which passes; any other error is a bug. */
export function isStoreFailure(error: unknown): boolean {
  return error instanceof CodedError && error.code.startsWith('store.');
}

/** The final state of a card whose next step cannot be decided or written. @param made its last attempt */
export function endAfterFault(made: Attempt | undefined, isDoubtful: boolean): FinalState {
  if (made?.result === 'accepted' || made?.result === 'rejected') return made.result;
  return isDoubtful ? 'unknown' : 'failed';
}
