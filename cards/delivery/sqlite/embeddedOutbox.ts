import { CodedError } from '../../errors.ts';
import { type LaneResult, Lanes } from '../lanes.ts';
import type { Attempt, CardRoute, Delivery, Outbox, OutboxEvents, OutgoingCard } from '../outbox.ts';
import { backoffMs, defaultRetryPolicy, type RetryPolicy, waitMs } from '../retryTiming.ts';
import type { CardStore, StoredCard } from './cardStore.ts';

/** How the embedded outbox works. */
export interface EmbeddedOutboxOptions {
  store: CardStore;
  /** By name of the route. */
  routes: readonly CardRoute[];
  events?: OutboxEvents;
  retry?: RetryPolicy;
  /** Cards that may wait at once; default 10,000. Beyond it `submit` throws `store.full`. */
  maxWaiting?: number;
  /** Characters of cards that may wait in memory at once; default 64 Mi. */
  maxWaitingCharacters?: number;
  /** Cards on the wire at once; default 64. */
  concurrency?: number;
  /** What to do with a card that may have arrived, on a route that shows repeats twice: `hold` (default) or `resend`. */
  onUnknown?: 'hold' | 'resend';
  /** Wall clock in milliseconds; default `Date.now`. */
  now?: () => number;
  /** Uniform in [0, 1); default `Math.random`. */
  random?: () => number;
  /** How often another process's writes are looked for, in milliseconds; default 1,000. 0 = never. */
  watchMs?: number;
}

/** The outbox of a single process: cards in SQLite, their order kept by lanes in memory. */
export class EmbeddedOutbox implements Outbox {
  readonly #options: EmbeddedOutboxOptions;
  readonly #store: CardStore;
  readonly #routes: ReadonlyMap<string, CardRoute>;
  readonly #lanes: Lanes<StoredCard>;
  readonly #retry: RetryPolicy;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #underWay = new Set<string>();
  readonly #waiters = new Map<string, ((delivery: Delivery) => void)[]>();
  /** Attempts made of the cards under way, those of this process included. */
  readonly #attemptsOf = new Map<string, number>();
  readonly #stopped = Promise.withResolvers<void>();
  #characters = 0;
  #watch: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: EmbeddedOutboxOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#routes = new Map(options.routes.map((route) => [route.name, route]));
    this.#retry = options.retry ?? defaultRetryPolicy;
    this.#now = options.now ?? Date.now;
    this.#random = options.random ?? Math.random;
    this.#lanes = new Lanes({
      work: (card) => this.#work(card),
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    });
  }

  /** Cards that wait or are on the wire. */
  get depth(): number {
    return this.#lanes.size;
  }

  async start(): Promise<void> {
    this.#takeUp();
    const { watchMs = 1_000 } = this.#options;
    if (watchMs === 0) return;
    let version = this.#store.dataVersion();
    this.#watch = setInterval(() => {
      const newest = this.#store.dataVersion();
      if (newest === version) return;
      version = newest;
      this.#takeUp();
      this.#options.events?.onAudit?.();
    }, watchMs);
    this.#watch.unref();
  }

  async submit(card: OutgoingCard): Promise<void> {
    const { maxWaiting = 10_000, maxWaitingCharacters = 64 * 1024 * 1024 } = this.#options;
    if (this.#isStopped) throw new CodedError('store.unavailable', 'The outbox is stopping.');
    if (this.#lanes.size >= maxWaiting || this.#characters + card.body.length > maxWaitingCharacters) {
      throw new CodedError('store.full', `${this.#lanes.size} cards wait; no more are taken.`);
    }
    // Counted before the commit, so that a burst cannot slip past the bound while it is being written.
    this.#characters += card.body.length;
    try {
      const { stored, isRepeat } = await this.#store.add(card, 'pending');
      this.#options.events?.onAudit?.();
      if (!isRepeat) this.#enter(stored);
      else this.#characters -= card.body.length;
    } catch (error) {
      this.#characters -= card.body.length;
      throw error;
    }
  }

  outcomeOf(messageId: string, waitFor: number): Promise<Delivery> {
    const known = this.#store.deliveryOf(messageId);
    if (known === undefined) return Promise.resolve({ messageId, outcome: 'unknown', attempts: 0 });
    if (known.outcome !== 'pending' || waitFor <= 0) return Promise.resolve(known);
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(messageId) ?? [];
      this.#waiters.set(messageId, waiters);
      const settle = (delivery: Delivery) => {
        clearTimeout(timer);
        resolve(delivery);
      };
      const timer = setTimeout(() => {
        waiters.splice(waiters.indexOf(settle), 1);
        if (waiters.length === 0) this.#waiters.delete(messageId);
        resolve(known);
      }, waitFor);
      waiters.push(settle);
    });
  }

  async isReady(): Promise<boolean> {
    try {
      this.#store.ping();
      return !this.#isStopped;
    } catch {
      return false;
    }
  }

  async stop(graceMs = 8_000): Promise<void> {
    this.#isStopped = true;
    this.#stopped.resolve();
    clearInterval(this.#watch);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([this.#lanes.stop(), limit]);
    clearTimeout(timer);
    this.#store.commits.flush();
  }

  /** Puts every card that is under way in the store, and not yet here, into its lane: oldest first. */
  #takeUp(): void {
    let after = 0;
    for (;;) {
      const page = this.#store.underWay(after, 500);
      for (const { seq, card } of page) {
        after = seq;
        if (this.#underWay.has(card.messageId)) continue;
        this.#characters += card.body.length;
        this.#enter(card);
      }
      if (page.length < 500) return;
    }
  }

  #enter(card: StoredCard): void {
    this.#underWay.add(card.messageId);
    this.#lanes.push(card.conversationId, card);
  }

  async #work(card: StoredCard): Promise<LaneResult> {
    try {
      return await this.#attempt(card);
    } catch {
      // The store failed in the middle: the card stays as it is on disk, and is tried again.
      return { done: false, afterMs: 1_000 };
    }
  }

  async #attempt(card: StoredCard): Promise<LaneResult> {
    const route = this.#routes.get(card.route);
    const attempts = this.#attemptsOf.get(card.messageId) ?? card.attempts;
    if (route === undefined) {
      return this.#settle(card, 'failed', attempts, { result: 'rejected', code: 'config.invalid' });
    }
    await Promise.race([route.takeTurn?.(), this.#stopped.promise]);
    if (this.#isStopped) return { done: false, afterMs: 0 };
    if (!route.dropsRepeats) {
      const wasSending = card.state === 'sending' && !this.#attemptsOf.has(card.messageId);
      if (wasSending)
        return this.#doubt(card, attempts, { result: 'unknown', code: 'genesys.unknownOutcome' });
      await this.#store.markSending({ ...card, attempts });
    }
    const began = performance.now();
    const attempt = await route.send(card);
    if (attempt.isUntried === true) {
      this.#lanes.pause(attempt.retryAfterMs ?? 0);
      return { done: false, afterMs: attempt.retryAfterMs ?? 0 };
    }
    const made = attempts + 1;
    this.#options.events?.onAttempt?.(card, attempt, made, performance.now() - began);
    if (attempt.result === 'accepted' || attempt.result === 'rejected') {
      return this.#settle(card, attempt.result, made, attempt);
    }
    if (attempt.result === 'unknown' && !route.dropsRepeats) return this.#doubt(card, made, attempt);
    return this.#again(card, made, attempt);
  }

  /** A card that may have arrived, where a repeat would be shown twice: held for the operator unless configured otherwise. */
  #doubt(card: StoredCard, made: number, attempt: Attempt): Promise<LaneResult> {
    const { onUnknown = 'hold' } = this.#options;
    return onUnknown === 'hold'
      ? this.#settle(card, 'unknown', made, attempt)
      : this.#again(card, made, attempt);
  }

  /** Another attempt after a wait, or the end when the card's attempts or time are used up. */
  async #again(card: StoredCard, made: number, attempt: Attempt): Promise<LaneResult> {
    // While the whole route pauses, no card is to blame: only its total time counts.
    const counted = attempt.pauseAll === true ? made - 1 : made;
    const waits = waitMs(Math.max(1, made), attempt.retryAfterMs, this.#retry, this.#random);
    const isOver =
      counted >= this.#retry.maxAttempts || this.#now() + waits - card.startedAt > this.#retry.totalMs;
    if (isOver) return this.#settle(card, attempt.result === 'unknown' ? 'unknown' : 'failed', made, attempt);
    this.#attemptsOf.set(card.messageId, made);
    await this.#store.noteAttempt(card, made, attempt);
    if (attempt.pauseAll === true) {
      this.#lanes.pause(attempt.retryAfterMs ?? backoffMs(made, this.#retry, this.#random));
    }
    return { done: false, afterMs: waits };
  }

  async #settle(
    card: StoredCard,
    state: 'accepted' | 'rejected' | 'unknown' | 'failed',
    attempts: number,
    attempt: Attempt,
  ): Promise<LaneResult> {
    const delivery = await this.#store.settle(card, state, attempts, attempt);
    this.#underWay.delete(card.messageId);
    this.#attemptsOf.delete(card.messageId);
    this.#characters -= card.body.length;
    this.#options.events?.onSettled?.(card, delivery);
    this.#options.events?.onAudit?.();
    const waiters = this.#waiters.get(card.messageId);
    this.#waiters.delete(card.messageId);
    for (const settle of waiters ?? []) settle(delivery);
    return { done: true };
  }
}
