import { setTimeout as wait } from 'node:timers/promises';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** A number of requests in a window of time. */
interface RateWindow {
  readonly points: number;
  readonly seconds: number;
}

/**
 * Returns the window that keeps `perMinute` in *any* 60 seconds. A fixed window of a minute would let twice as many through at
 * its seam. Seven windows of 10 s touch any minute, so each gets a seventh;
 * small limits are spread evenly.
 */
export function windowFor(perMinute: number): RateWindow {
  return perMinute < 14
    ? { points: 1, seconds: Math.ceil(60 / perMinute) }
    : { points: Math.floor(perMinute / 7), seconds: 10 };
}

/** The key under which all instances of a bot share their limit. */
const key = 'genesys';

/** Counts requests by key; rejects with a `RateLimiterRes` of rate-limiter-flexible when there were too many. */
interface Limiter {
  consume(key: string): Promise<unknown>;
}

/** Options of `RateLimit`. */
export interface RateLimitOptions {
  /** Instances share one on a shared store; default: a limiter in memory for `windowFor(perMinute)`. */
  limiter?: Limiter | undefined;
  perMinute: number;
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
  /** Default: a timer. */
  sleep?: (ms: number) => Promise<void>;
}

/** A request that waits for its slot. */
interface Waiting {
  readonly conversationId: string | undefined;
  readonly isWanted: () => boolean;
  readonly resolve: () => void;
}

/**
 * Stays below Genesys' own limit: each request takes a slot, and waits for one when the window is used up.
 *
 * The slots are shared out fairly: the conversation that had the fewest in this window is served first, and a quarter of each
 * window is kept for other conversations than the one that asks for the most.
 */
export class RateLimit {
  readonly #limiter: Limiter;
  readonly #windowMs: number;
  /** Slots of one conversation in a window. */
  readonly #share: number;
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  #notBefore = 0;
  #waiting: Waiting[] = [];
  #isServing = false;
  /** Ends a wait for the next window when another conversation asks. */
  #onAsked: () => void = () => {};
  #windowEnd = Number.NEGATIVE_INFINITY;
  readonly #taken = new Map<string, number>();

  constructor({
    limiter,
    perMinute,
    now = () => performance.now(),
    sleep = (ms) => wait(ms, undefined, { ref: false }),
  }: RateLimitOptions) {
    const { points, seconds } = windowFor(perMinute);
    this.#limiter = limiter ?? new RateLimiterMemory({ points, duration: seconds });
    this.#windowMs = seconds * 1_000;
    this.#share = points - Math.floor(points / 4);
    this.#now = now;
    this.#sleep = sleep;
  }

  /**
   * Resolves when one request may be made, or is not wanted any more; a conversation is served in the order in which it asked.
   *
   * @param isWanted default: always
   * @param conversationId conversation of the request; default: none, for which only the limit itself counts
   */
  acquireSlot(isWanted: () => boolean = () => true, conversationId?: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ conversationId, isWanted, resolve });
      this.#onAsked();
      if (!this.#isServing) void this.#serve();
    });
  }

  /** Follows the server's own counters: when they are used up, no slot is free until they are reset. */
  onAnswer(headers: { get(name: string): string | null }): void {
    const read = (name: string) => Number(headers.get(`inin-ratelimit-${name}`) ?? Number.NaN);
    if (!(read('count') >= read('allowed'))) return;
    const reset = read('reset');
    if (!(reset > 0 && reset <= 60)) return;
    this.#notBefore = Math.max(this.#notBefore, this.#now() + reset * 1_000);
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    while (this.#waiting.length > 0) await this.#step();
    this.#isServing = false;
  }

  /** Hands out one slot, or waits. */
  async #step(): Promise<void> {
    const unwanted = this.#waiting.filter(({ isWanted }) => !isWanted());
    if (unwanted.length > 0) {
      this.#waiting = this.#waiting.filter((one) => !unwanted.includes(one));
      for (const { resolve } of unwanted) resolve();
      return;
    }
    const early = this.#notBefore - this.#now();
    if (early > 0) return this.#sleep(early);
    const next = this.#next();
    if (next === undefined) {
      const asked = new Promise<void>((resolve) => {
        this.#onAsked = resolve;
      });
      await Promise.race([asked, this.#sleep(Math.max(1, this.#windowEnd - this.#now()))]);
      return;
    }
    try {
      await this.#limiter.consume(key);
    } catch (refused) {
      // A limiter on a store that is away throws an Error: then the server's own limit holds, with its 429.
      // The limiter counts by the wall clock: set back an hour, it would ask for an hour.
      if (refused instanceof RateLimiterRes)
        return this.#sleep(Math.min(Math.max(1, refused.msBeforeNext), this.#windowMs));
    }
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    this.#count(next.conversationId);
    next.resolve();
  }

  /** The first request of the conversation with the fewest slots; undefined when all have had their share of this window. */
  #next(): Waiting | undefined {
    if (this.#now() >= this.#windowEnd) this.#taken.clear();
    let next: Waiting | undefined;
    let fewest = this.#share;
    for (const one of this.#waiting) {
      const taken = this.#takenBy(one.conversationId);
      if (taken >= fewest) continue;
      next = one;
      fewest = taken;
    }
    return next;
  }

  #takenBy(conversationId: string | undefined): number {
    return conversationId === undefined ? 0 : (this.#taken.get(conversationId) ?? 0);
  }

  #count(conversationId: string | undefined): void {
    const now = this.#now();
    if (now >= this.#windowEnd) {
      this.#taken.clear();
      this.#windowEnd = now + this.#windowMs;
    }
    if (conversationId !== undefined) this.#taken.set(conversationId, this.#takenBy(conversationId) + 1);
  }
}
