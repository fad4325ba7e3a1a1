/** How a request stands against the limit. */
export interface RateState {
  allowed: boolean;
  count: number;
  limit: number;
  /** Milliseconds until the limit has room again (refused) or the oldest request leaves the window (taken). */
  resetMs: number;
}

const windowMs = 60_000;

/** At most `limit` requests in any 60 seconds: a sliding window over the times of the requests that were taken. */
export class RateLimit {
  readonly limit: number;
  readonly #times: number[] = [];
  #oldest = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  take(now: number): RateState {
    while (this.#oldest < this.#times.length && this.#time(this.#oldest) <= now - windowMs) this.#oldest += 1;
    if (this.#oldest > 1024 && this.#oldest * 2 > this.#times.length) {
      this.#times.splice(0, this.#oldest);
      this.#oldest = 0;
    }
    const taken = this.#times.length - this.#oldest;
    const allowed = taken < this.limit;
    if (allowed) this.#times.push(now);
    const resetMs = this.#time(this.#oldest) + windowMs - now;
    return { allowed, count: allowed ? taken + 1 : taken, limit: this.limit, resetMs };
  }

  #time(index: number): number {
    return this.#times[index] ?? 0;
  }
}
