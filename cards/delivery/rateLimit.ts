import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** How many requests go out in which time. */
export interface RateWindow {
  readonly points: number;
  readonly seconds: number;
}

/**
 * The window that keeps `perMinute` in *any* 60 seconds, not only from full minute to full minute: a fixed window of a
 * minute would let twice as many through at its seam. Seven windows of 10 s touch any minute, so each gets a seventh;
 * small limits are spread evenly.
 */
export function windowFor(perMinute: number): RateWindow {
  return perMinute < 14
    ? { points: 1, seconds: Math.ceil(60 / perMinute) }
    : { points: Math.floor(perMinute / 7), seconds: 10 };
}

/** The key under which all instances of a bot share their limit. */
const key = 'genesys';

/** How a RateLimit is made. */
export interface RateLimitOptions {
  /** Default: a limiter in memory for `windowFor(perMinute)`; give one on a shared store to share it. */
  limiter?: Pick<RateLimiterAbstract, 'consume'>;
  perMinute: number;
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
  /** Default: a timer. */
  sleep?: (ms: number) => Promise<void>;
}

/** Keeps ahead of Genesys' own limit: each request takes a slot, and waits for one when the window is used up. */
export class RateLimit {
  readonly #limiter: Pick<RateLimiterAbstract, 'consume'>;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  #notBefore = 0;
  #last: Promise<void> = Promise.resolve();

  constructor({ limiter, perMinute, now = () => performance.now(), sleep = timer }: RateLimitOptions) {
    const { points, seconds } = windowFor(perMinute);
    this.#limiter = limiter ?? new RateLimiterMemory({ points, duration: seconds });
    this.#windowMs = seconds * 1_000;
    this.#now = now;
    this.#sleep = sleep;
  }

  /**
   * Resolves when one request may be made, or is not wanted any more; callers are served in the order in which they asked.
   *
   * @param isWanted default: always
   */
  acquireSlot(isWanted: () => boolean = () => true): Promise<void> {
    const slot = this.#last.then(() => this.#take(isWanted));
    this.#last = slot;
    return slot;
  }

  /** Follows the server's own counters: used up, nothing more is sent until they are reset. */
  onAnswer(headers: { get(name: string): string | null }): void {
    const count = Number(headers.get('inin-ratelimit-count') ?? Number.NaN);
    const allowed = Number(headers.get('inin-ratelimit-allowed') ?? Number.NaN);
    const reset = Number(headers.get('inin-ratelimit-reset') ?? Number.NaN);
    if (!(count >= allowed) || !(reset > 0 && reset <= 60)) return;
    this.#notBefore = Math.max(this.#notBefore, this.#now() + reset * 1_000);
  }

  async #take(isWanted: () => boolean): Promise<void> {
    while (isWanted()) {
      const early = this.#notBefore - this.#now();
      if (early > 0) {
        await this.#sleep(early);
        continue;
      }
      try {
        await this.#limiter.consume(key);
        return;
      } catch (refused) {
        // A limiter on a store that is away throws an Error: the server's own limit still holds, and 429 is understood.
        if (!(refused instanceof RateLimiterRes)) return;
        // The limiter counts by the wall clock: set back an hour, it would ask for an hour.
        await this.#sleep(Math.min(Math.max(1, refused.msBeforeNext), this.#windowMs));
      }
    }
  }
}

function timer(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
