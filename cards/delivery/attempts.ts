import { type AuditEntry, CardStream, deliveryOf, isFinal, type Listeners } from './cardEvents.ts';
import {
  type CardUnderWay,
  decideNextStep,
  doubt,
  endAfterFault,
  faultBeforeSending,
  faultWhileSending,
  isStoreFailure,
} from './cardUnderWay.ts';
import { RoutePauses, type SetTimer, Waits } from './clock.ts';
import type { Attempt, CardRoute, Delivery, FinalState, OutgoingCard } from './outbox.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retryTiming.ts';

/** The writes of the work on one card; each returns the entry of the audit log that it committed. */
export interface CardWrites {
  /**
   * Called right before the card is sent; returns false when it is gone: another instance has it, or it was deleted.
   *
   * @param isMarked whether the store must note it first, because a repeat would be shown twice
   * @param hasWaited whether the card waited so long for its place in the rate limit that it may have been deleted meanwhile
   */
  begin(isMarked: boolean, hasWaited: boolean): Promise<boolean>;
  /**
   * Notes an attempt that was not the last; the card is due again after `waitMs` milliseconds. Returns no entry when nothing was
   * sent, or when the card was deleted.
   *
   * @param pauseAllMs pause of the whole route in milliseconds, also after a restart; undefined when only this card waits
   */
  putBack(attempt: Attempt, waitMs: number, pauseAllMs: number | undefined): Promise<AuditEntry | undefined>;
  /** Ends the card's delivery; returns no entry when another instance has ended it, or when the card was deleted. */
  settle(state: FinalState, attempt: Attempt): Promise<AuditEntry | undefined>;
  /**
   * Ends the card's delivery with as little as possible, where `settle` cannot because of an error in this program. The audit log
   * lacks the returned entry.
   */
  abandon(state: FinalState, attempt: Attempt): Promise<AuditEntry>;
}

/**
 * The result of work on a card. `again`: it is worked on again after a wait. `left`: nothing more is done for it here.
 * `storeFailed`: its attempt is kept until it is written, and the card is worked on again when the store is back.
 */
type WorkResult =
  | { readonly kind: 'settled'; readonly delivery: Delivery }
  | { readonly kind: 'again'; readonly waitMs: number }
  | { readonly kind: 'left' | 'storeFailed' };

/** Options of an outbox on any store. */
export interface OutboxOptions extends Listeners {
  routes: readonly CardRoute[];
  retry?: RetryPolicy;
  /** Cards that may wait at once; beyond it `submit` throws `store.full`. */
  maxWaiting?: number;
  /** Cards that this process works on at once; default 64. */
  concurrency?: number;
  /** For a card that may have arrived, on a route that shows repeats twice: `hold` (default) or `resend`. */
  onUnknown?: 'hold' | 'resend';
  /** Monotonic milliseconds, for every wait and for the age of a card; default `performance.now`. */
  now?: () => number;
  /** Wall clock in milliseconds, for the audit log and for cards of a former process; default `Date.now`. */
  wallClock?: () => number;
  /** Calls back after some milliseconds; default `setTimeout`. */
  after?: SetTimer;
  /** Uniform in [0, 1); default `Math.random`. */
  random?: () => number;
}

/** Nothing was sent: such an attempt is neither counted nor audited. */
const untried: Attempt = { result: 'retry', isUntried: true };

/** After a wait of this many milliseconds for a place in the rate limit, the store is asked whether it still has the card. */
const longWaitMs = 50;

/** A card for a route that is not configured any more. */
const noRoute: Attempt = { result: 'rejected', code: 'config.invalid' };

/** Makes one attempt to send a card, decides the next step, and writes both: the same for every store. */
export class Attempts {
  readonly stream: CardStream;
  readonly pauses: RoutePauses;
  readonly retry: RetryPolicy;
  readonly #onUnknown: 'hold' | 'resend';
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #routes: ReadonlyMap<string, CardRoute>;
  readonly #missingRouteMs: number | undefined;
  readonly #waits = new Waits();
  #isStopped = false;

  /**
   * @param missingRouteMs least wait of a card whose route is not configured here, in milliseconds: another instance may know
   * it. Default: such a card fails at once.
   */
  constructor(options: OutboxOptions, missingRouteMs?: number) {
    this.stream = new CardStream(options);
    this.#now = options.now ?? (() => performance.now());
    this.pauses = new RoutePauses(this.#now);
    this.retry = options.retry ?? defaultRetryPolicy;
    this.#onUnknown = options.onUnknown ?? 'hold';
    this.#random = options.random ?? Math.random;
    this.#routes = new Map(options.routes.map((route) => [route.name, route]));
    this.#missingRouteMs = missingRouteMs;
  }

  /** Begins no more attempts: cards that wait for their slots are put back. */
  stop(): void {
    this.#isStopped = true;
    this.#waits.end();
  }

  /** Works on a card until it waits or its delivery ends. Never throws: an error of this program is reported, and ends the delivery. */
  async run(underWay: CardUnderWay, writes: CardWrites): Promise<WorkResult> {
    for (const step of [this.#attempt, this.#concludeFault, this.#abandon]) {
      try {
        return await step.call(this, underWay, writes);
      } catch (error) {
        if (isStoreFailure(error)) return { kind: step === this.#abandon ? 'left' : 'storeFailed' };
        this.stream.reportFault(error, underWay.card);
      }
    }
    return { kind: 'left' };
  }

  async #attempt(underWay: CardUnderWay, writes: CardWrites): Promise<WorkResult> {
    const route = this.#routes.get(underWay.card.route);
    if (route === undefined) return this.#withoutRoute(underWay, writes);
    if (underWay.unwritten === undefined) {
      const began = this.#now();
      const waitMs = await this.#acquireSlot(route, underWay.card);
      if (waitMs !== undefined) {
        await writes.putBack(untried, waitMs, undefined);
        return { kind: 'again', waitMs };
      }
      const hasWaited = this.#now() - began >= longWaitMs;
      if (!(await writes.begin(!route.dropsRepeats, hasWaited))) return { kind: 'left' };
      await this.#send(route, underWay);
    }
    return this.#conclude(route, underWay, writes, underWay.unwritten ?? doubt);
  }

  /** Waits for a place in the rate limit; returns the card's wait in milliseconds when it must not be sent now. */
  async #acquireSlot(route: CardRoute, card: OutgoingCard): Promise<number | undefined> {
    const slot = this.pauses.msOf(route.name) > 0 ? undefined : route.acquireSlot?.(undefined, card);
    if (slot !== undefined) await this.#waits.until(slot);
    if (this.#isStopped) return 0;
    // A 429 of another card may have come while this one waited for its slot.
    const pausedMs = this.pauses.msOf(route.name);
    return pausedMs > 0 ? pausedMs : undefined;
  }

  async #send(route: CardRoute, underWay: CardUnderWay): Promise<void> {
    const { card } = underWay;
    const began = performance.now();
    let attempt: Attempt;
    try {
      attempt = await route.send(card);
    } catch (error) {
      // A route does not throw; if one does, the card may have arrived.
      this.stream.reportFault(error, card);
      attempt = faultWhileSending;
    }
    const durationMs = performance.now() - began;
    underWay.record(attempt.isUntried === true ? attempt : { ...attempt, durationMs });
  }

  async #conclude(
    route: CardRoute,
    underWay: CardUnderWay,
    writes: CardWrites,
    attempt: Attempt,
  ): Promise<WorkResult> {
    const step = decideNextStep(attempt, underWay.progress, {
      retry: this.retry,
      dropsRepeats: route.dropsRepeats,
      onUnknown: this.#onUnknown,
      random: this.#random,
    });
    if (step.kind === 'settle') return this.#settle(underWay, writes, step.state, attempt);
    const { waitMs, pauseAllMs } = step;
    if (pauseAllMs !== undefined) this.pauses.pause(route.name, pauseAllMs);
    // A pause of the circuit breaker is this process's own; one of the server holds for all, and for the next process.
    const pauseMs = attempt.isUntried === true ? undefined : pauseAllMs;
    this.#emit(underWay, await writes.putBack(attempt, waitMs, pauseMs));
    underWay.markWritten();
    return { kind: 'again', waitMs };
  }

  async #withoutRoute(underWay: CardUnderWay, writes: CardWrites): Promise<WorkResult> {
    const missingRouteMs = this.#missingRouteMs;
    if (missingRouteMs === undefined || underWay.progress.ageMs >= this.retry.totalMs)
      return this.#settle(underWay, writes, 'failed', noRoute);
    // At a random moment, so that this instance is not always the first.
    await writes.putBack(untried, missingRouteMs * (1 + this.#random()), undefined);
    return { kind: 'left' };
  }

  /** Continues after an error of this program; an attempt that was made keeps its result. */
  async #concludeFault(underWay: CardUnderWay, writes: CardWrites): Promise<WorkResult> {
    const route = this.#routes.get(underWay.card.route);
    const made = underWay.unwritten;
    if (made !== undefined || route === undefined) {
      const state = endAfterFault(made, underWay.progress.isDoubtful);
      return this.#settle(underWay, writes, state, made?.result === state ? made : faultBeforeSending);
    }
    underWay.record(faultBeforeSending);
    return this.#conclude(route, underWay, writes, faultBeforeSending);
  }

  async #abandon(underWay: CardUnderWay, writes: CardWrites): Promise<WorkResult> {
    const state = endAfterFault(underWay.unwritten, underWay.progress.isDoubtful);
    return this.#emitEnd(underWay, await writes.abandon(state, faultBeforeSending));
  }

  async #settle(
    underWay: CardUnderWay,
    writes: CardWrites,
    state: FinalState,
    attempt: Attempt,
  ): Promise<WorkResult> {
    return this.#emitEnd(underWay, await writes.settle(state, attempt));
  }

  #emit({ card, unwritten }: CardUnderWay, entry: AuditEntry | undefined): void {
    const attempt = unwritten?.durationMs === undefined ? undefined : unwritten;
    if (entry !== undefined) this.stream.emit({ entry, card, attempt });
  }

  #emitEnd(underWay: CardUnderWay, entry: AuditEntry | undefined): WorkResult {
    this.#emit(underWay, entry);
    return entry !== undefined && isFinal(entry)
      ? { kind: 'settled', delivery: deliveryOf(entry) }
      : { kind: 'left' };
  }
}
