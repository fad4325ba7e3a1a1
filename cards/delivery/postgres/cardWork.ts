import { afterAttempt } from '../afterAttempt.ts';
import { answerOf } from '../audit.ts';
import { doubt } from '../cardUnderWay.ts';
import { endAfterFault, faultBeforeSending, faultWhileSending, isStoreFailure } from '../faults.ts';
import type { Attempt, CardRoute, Delivery, FinalState, OutboxEvents, OutgoingCard } from '../outbox.ts';
import type { RetryPolicy } from '../retryTiming.ts';
import { Waits } from '../waits.ts';
import type { CardWrite, Claim, WriteResult } from './cardWrite.ts';
import type { GroupWrites } from './groupWrites.ts';

/** What the work on a card needs. */
export interface CardWorkOptions {
  writes: GroupWrites<CardWrite, WriteResult>;
  routes: readonly CardRoute[];
  /** Listeners that never throw. */
  events: Required<OutboxEvents>;
  retry: RetryPolicy;
  onUnknown: 'hold' | 'resend';
  random: () => number;
  /** Wall clock in milliseconds, for the audit log. */
  wallClock: () => number;
  /** How long nothing is to be sent, in milliseconds. */
  pausedMs: () => number;
  /** Lets nothing be sent for this long. */
  pause: (ms: number) => void;
  /** Says when a card is due again. */
  wakeIn: (ms: number) => void;
  /** A card reached a final state by this instance. */
  onSettled: (delivery: Delivery) => void;
}

/**
 * A route that this instance does not know may be known to a newer one beside it: its cards come back after one to two times
 * this, in milliseconds, and not at a moment at which this instance is always the first.
 */
const otherRouteMs = 1_500;

/** What came of a card must be written, however long the database is away. */
const untilWritten = Number.POSITIVE_INFINITY;

/** Makes one attempt for a card that this instance has claimed, and writes what came of it. */
export class CardWork {
  readonly #options: CardWorkOptions;
  readonly #routes: ReadonlyMap<string, CardRoute>;
  readonly #events: Required<OutboxEvents>;
  readonly #waits = new Waits();
  #isStopped = false;

  constructor(options: CardWorkOptions) {
    this.#options = options;
    this.#events = options.events;
    this.#routes = new Map(options.routes.map((route) => [route.name, route]));
  }

  /** Sends nothing more: what waits for its slot is put back at once, for another instance. */
  stop(): void {
    this.#isStopped = true;
    this.#waits.end();
  }

  /** Never throws. A store failure means that the outbox was stopped while the database was away: another instance takes the card. */
  async run(claim: Claim): Promise<void> {
    try {
      await this.#attempt(claim);
    } catch (error) {
      if (isStoreFailure(error)) return;
      this.#events.onFault(error, claim.underWay.card);
      await this.#concludeFault(claim).catch((again: unknown) => {
        // Not even the end can be written: the claim ends by itself, and the card is tried anew.
        if (!isStoreFailure(again)) this.#events.onFault(again, claim.underWay.card);
      });
    }
  }

  /** Goes on after an error of this program; an attempt that was made keeps its result. */
  async #concludeFault(claim: Claim): Promise<void> {
    const { underWay } = claim;
    const route = this.#routes.get(underWay.card.route);
    const made = underWay.unwritten;
    if (made !== undefined || route === undefined) {
      const state = endAfterFault(made, underWay.progress.isDoubtful);
      return this.#settle(claim, state, made?.result === state ? made : faultBeforeSending);
    }
    underWay.take(faultBeforeSending);
    return this.#conclude(claim, faultBeforeSending, route.dropsRepeats);
  }

  async #attempt(claim: Claim): Promise<void> {
    const { underWay } = claim;
    const route = this.#routes.get(underWay.card.route);
    if (route === undefined) return this.#withoutRoute(claim);
    if (underWay.unwritten === undefined) {
      if (!(await this.#acquireSlot(route, underWay.card))) return this.#again(claim, untried, 0);
      if (claim.isLost || !(await this.#send(route, claim))) return;
    }
    return this.#conclude(claim, underWay.unwritten ?? doubt, route.dropsRepeats);
  }

  /** Waits for a place in the rate limit, and for the end of a pause; false when the outbox stops meanwhile. */
  async #acquireSlot(route: CardRoute, card: OutgoingCard): Promise<boolean> {
    const slot = route.acquireSlot?.(undefined, card);
    if (slot !== undefined) await this.#waits.until(slot);
    const { pausedMs } = this.#options;
    while (!this.#isStopped && pausedMs() > 0) await this.#waits.until(delay(pausedMs()));
    return !this.#isStopped;
  }

  /** Gives false when another instance has finished the card. */
  async #send(route: CardRoute, claim: Claim): Promise<boolean> {
    const { underWay } = claim;
    if (!route.dropsRepeats) {
      const marked = await this.#options.writes.write({ kind: 'sending', claim }, untilWritten);
      if (marked === 'late') return false;
    }
    const began = performance.now();
    let attempt: Attempt;
    try {
      attempt = await route.send(underWay.card);
      underWay.take(attempt);
    } catch (error) {
      // A route does not throw; if one does, nobody knows how far it came.
      this.#events.onFault(error, underWay.card);
      attempt = faultWhileSending;
      underWay.take(attempt);
    }
    if (attempt.isUntried !== true) {
      const durationMs = performance.now() - began;
      this.#events.onAttempt(underWay.card, attempt, underWay.progress.attempts, durationMs);
    }
    return true;
  }

  async #conclude(claim: Claim, attempt: Attempt, dropsRepeats: boolean): Promise<void> {
    const { retry, onUnknown, random, pause, writes } = this.#options;
    const step = afterAttempt(attempt, claim.underWay.progress, { retry, dropsRepeats, onUnknown, random });
    if (step.kind === 'settle') return this.#settle(claim, step.state, attempt);
    const { pauseAllMs } = step;
    if (pauseAllMs !== undefined) pause(pauseAllMs);
    // Its own circuit breaker is this instance's affair; what the server asked for holds for all.
    if (pauseAllMs !== undefined && attempt.isUntried !== true) {
      const { route } = claim.underWay.card;
      void writes.write({ kind: 'pause', route, ms: pauseAllMs }, 0).catch(() => {});
    }
    await this.#again(claim, attempt, step.waitMs);
  }

  async #withoutRoute(claim: Claim): Promise<void> {
    const isOver = claim.underWay.progress.ageMs >= this.#options.retry.totalMs;
    return isOver
      ? this.#settle(claim, 'failed', { result: 'rejected', code: 'config.invalid' })
      : this.#again(claim, untried, otherRouteMs * (1 + this.#options.random()), false);
  }

  async #again(claim: Claim, attempt: Attempt, waitMs: number, isOurs = true): Promise<void> {
    const { writes, wakeIn, wallClock } = this.#options;
    await writes.write({ kind: 'again', claim, attempt, waitMs, at: wallClock() }, untilWritten);
    if (attempt.isUntried !== true) this.#events.onAudit();
    if (isOurs) wakeIn(waitMs);
  }

  async #settle(claim: Claim, state: FinalState, attempt: Attempt): Promise<void> {
    const { writes, onSettled, wallClock } = this.#options;
    const result = await writes.write(
      { kind: 'settle', claim, state, attempt, at: wallClock() },
      untilWritten,
    );
    if (result === 'late') return;
    const { card, progress } = claim.underWay;
    const delivery: Delivery = {
      messageId: card.messageId,
      outcome: state,
      attempts: progress.attempts,
      durationMs: Math.round(progress.ageMs),
      ...answerOf(attempt),
    };
    this.#events.onSettled(card, delivery);
    this.#events.onAudit();
    onSettled(delivery);
  }
}

/** Nothing was sent: such an attempt is neither counted nor audited. */
const untried: Attempt = { result: 'retry', isUntried: true };

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
