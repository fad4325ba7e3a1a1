import { CodedError } from '../../../errors.ts';
import { Attempts, type CardWrites, type OutboxOptions } from '../../attempts.ts';
import type { AuditEntry, AuditEvent, AuditedCard } from '../../cardEvents.ts';
import type { StoredCard } from '../../cardTable.ts';
import { CardUnderWay } from '../../cardUnderWay.ts';
import { waitAtMost } from '../../clock.ts';
import { type LaneResult, Lanes } from '../../lanes.ts';
import { type Delivery, type Outbox, OutcomeWaiters, type OutgoingCard } from '../../outbox.ts';
import type { CardStore } from './cardStore.ts';

/** Most characters of waiting cards in memory. */
const maxWaitingCharacters = 64 * 1024 * 1024;

/** Options of the embedded outbox; `maxWaiting` is 10,000 by default. */
export interface EmbeddedOutboxOptions extends OutboxOptions {
  store: CardStore;
  /** Interval at which writes of other processes are looked for, in milliseconds; default 1,000. 0 = never. */
  watchMs?: number;
}

/** The outbox of a single process: cards in SQLite, their order kept by lanes in memory. */
export class EmbeddedOutbox implements Outbox {
  readonly #options: EmbeddedOutboxOptions;
  readonly #store: CardStore;
  readonly #attempts: Attempts;
  readonly #lanes: Lanes<CardUnderWay>;
  readonly #now: () => number;
  readonly #underWay = new Map<string, CardUnderWay>();
  readonly #waiters = new OutcomeWaiters();
  #characters = 0;
  /** Cards that are being written and are in no lane yet. */
  #entering = 0;
  #watch: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: EmbeddedOutboxOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#now = options.now ?? (() => performance.now());
    this.#attempts = new Attempts(options);
    this.#lanes = new Lanes({
      work: (underWay) => this.#work(underWay),
      pausedMs: ({ card }) => this.#attempts.pauses.msOf(card.route),
      now: this.#now,
      after: options.after,
      concurrency: options.concurrency,
    });
  }

  /** Cards that wait or are on the wire. */
  get depth(): number {
    return this.#lanes.size;
  }

  async start(): Promise<void> {
    const { watchMs = 1_000 } = this.#options;
    for (const { route, until } of this.#store.pauses())
      this.#attempts.pauses.pause(route, this.#stillMs(until));
    // Read first: a write of another process in between is seen at the next look.
    let version = this.#store.dataVersion();
    this.#takeUp();
    if (watchMs === 0) return;
    this.#watch = setInterval(() => {
      try {
        const newest = this.#store.dataVersion();
        if (newest === version) return;
        this.#takeUp();
        version = newest;
      } catch {
        // The store cannot be read just now: the next look finds the new cards.
      }
    }, watchMs);
    this.#watch.unref();
  }

  async submit(...cards: readonly OutgoingCard[]): Promise<void> {
    const { maxWaiting = 10_000 } = this.#options;
    if (this.#isStopped) throw new CodedError('store.unavailable', 'The outbox is stopping.');
    const waiting = this.#lanes.size + this.#entering;
    const characters = cards.reduce((sum, { body }) => sum + body.length, 0);
    if (waiting + cards.length > maxWaiting || this.#characters + characters > maxWaitingCharacters) {
      throw new CodedError('store.full', `${waiting} cards are waiting; the limit is reached.`);
    }
    // Counted before the commit, so that a burst cannot slip past the bound while it is being written.
    this.#characters += characters;
    this.#entering += cards.length;
    try {
      for (const [i, { stored, entry }] of (await this.#store.add(...cards)).entries()) {
        if (entry === undefined) {
          this.#characters -= cards[i]?.body.length ?? 0;
          continue;
        }
        this.#attempts.stream.emit({ entry, card: stored });
        this.#enter(stored, 0);
      }
    } catch (error) {
      this.#characters -= characters;
      throw error;
    } finally {
      this.#entering -= cards.length;
    }
  }

  async note(event: AuditEvent, card: AuditedCard, more?: Partial<AuditEntry>): Promise<void> {
    this.#attempts.stream.emit({ entry: await this.#store.note(event, card, more), card });
  }

  async find(messageId: string): Promise<Delivery | undefined> {
    return this.#known(messageId);
  }

  #known(messageId: string): Delivery | undefined {
    const underWay = this.#underWay.get(messageId);
    return underWay === undefined
      ? this.#store.deliveryOf(messageId)
      : { messageId, outcome: 'pending', attempts: underWay.progress.attempts };
  }

  async outcomeOf(messageId: string, waitFor: number): Promise<Delivery> {
    const known = this.#known(messageId);
    if (known === undefined) return { messageId, outcome: 'unknown', attempts: 0 };
    if (known.outcome !== 'pending' || waitFor <= 0 || this.#isStopped) return known;
    return this.#waiters.wait(known, waitFor);
  }

  async stop(graceMs = 8_000): Promise<void> {
    this.#isStopped = true;
    this.#attempts.stop();
    clearInterval(this.#watch);
    await waitAtMost(graceMs, this.#lanes.stop());
    this.#waiters.end();
    this.#store.commits.flush();
  }

  /**
   * Puts every card that is under way in the store, and not yet here, into its lane: oldest first. A card that is no longer
   * there, because its conversation was forgotten, waits no more: the cards behind it are free.
   */
  #takeUp(): void {
    const { wallClock = Date.now } = this.#options;
    const stored = new Set<string>();
    let after = 0;
    let page: ReturnType<CardStore['underWay']>;
    do {
      page = this.#store.underWay(after, 500);
      for (const { seq, card, dueAt } of page) {
        after = seq;
        stored.add(card.messageId);
        if (this.#underWay.has(card.messageId)) continue;
        this.#characters += card.body.length;
        this.#enter(card, Math.max(0, wallClock() - card.startedAt), this.#stillMs(dueAt));
      }
    } while (page.length === 500);
    for (const [messageId, underWay] of this.#underWay) {
      if (stored.has(messageId)) continue;
      underWay.endWait();
      this.#lanes.hurry(underWay.card.conversationId);
    }
  }

  /** The rest of a former process's wait, in milliseconds: at most the longest possible wait, whatever the wall clock shows. */
  #stillMs(until: number): number {
    const { wallClock = Date.now } = this.#options;
    const { maxMs, maxRetryAfterMs } = this.#attempts.retry;
    return Math.min(Math.max(0, until - wallClock()), Math.max(maxMs, maxRetryAfterMs));
  }

  #enter(card: StoredCard, ageMs: number, waitMs = 0): void {
    const underWay = new CardUnderWay(card, ageMs, this.#now, waitMs);
    this.#underWay.set(card.messageId, underWay);
    this.#lanes.push(card.conversationId, underWay);
  }

  async #work(underWay: CardUnderWay): Promise<LaneResult> {
    // The rest of a wait that a former process began.
    if (underWay.waitMs > 0) return { done: false, afterMs: underWay.waitMs };
    const result = await this.#attempts.run(underWay, createCardWrites(this.#store, underWay));
    if (result.kind === 'again') return { done: false, afterMs: result.waitMs };
    // A card that was not sent is sent later, one that was sent is noted later.
    if (result.kind === 'storeFailed') return { done: false, afterMs: 1_000 };
    const { messageId, body } = underWay.card;
    this.#underWay.delete(messageId);
    this.#characters -= body.length;
    // A card that was deleted while it waited, because its conversation was forgotten, has no outcome.
    const gone: Delivery = { messageId, outcome: 'unknown', attempts: 0 };
    this.#waiters.notify(result.kind === 'settled' ? result.delivery : gone);
    return { done: true };
  }
}

/** Creates the writes of the work on a card. No other process has the card: the store belongs to one. */
function createCardWrites(store: CardStore, underWay: CardUnderWay): CardWrites {
  const { card } = underWay;
  let hasMark = false;
  return {
    begin: async (isMarked) => {
      // Its conversation was forgotten while it waited.
      if (!store.has(card.messageId)) return false;
      if (isMarked) await store.mark(underWay.current, 'sending');
      hasMark = isMarked;
      return true;
    },
    putBack: async (attempt, waitMs, pauseAllMs) => {
      if (attempt.isUntried !== true) return store.noteAttempt(underWay, attempt, waitMs, pauseAllMs);
      if (hasMark) await store.mark(underWay.current, 'pending');
      return undefined;
    },
    settle: (state, attempt) => store.settle(card, state, underWay.progress.attempts, attempt),
    abandon: (state, attempt) => store.abandon(card, state, underWay.progress.attempts, attempt),
  };
}
