import { LRUCache } from 'lru-cache';

/** Most messages of one sender or conversation in a minute, and at once after a rest. */
const defaultPerMinute = 100;

/** Most senders and conversations that are counted at once; the one that was silent longest is discarded first. */
const maxCounted = 50_000;

/** Options of `MessageLimit`. */
interface MessageLimitOptions {
  /** Messages a minute of one key, and at once after a rest; default 100: far more than a person writes. */
  perMinute?: number | undefined;
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
}

/** Limits the messages of each sender and conversation. Each instance of the bot counts for itself. */
export class MessageLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  /** For each key the time at which its whole limit is free again, in monotonic milliseconds. */
  readonly #freeAt = new LRUCache<string, number>({ max: maxCounted });

  constructor({ perMinute = defaultPerMinute, now = () => performance.now() }: MessageLimitOptions = {}) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Counts a message for each of its keys. Returns false, and counts it for none, when one of them is over its limit. */
  take(...keys: string[]): boolean {
    const now = this.#now();
    const messageMs = 60_000 / this.#perMinute;
    const freeAt = keys.map((key) => Math.max(now, this.#freeAt.get(key) ?? now) + messageMs);
    if (freeAt.some((at) => at - now > 60_000)) return false;
    keys.forEach((key, index) => {
      this.#freeAt.set(key, freeAt[index] ?? now);
    });
    return true;
  }
}
