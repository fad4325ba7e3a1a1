import { LRUCache } from 'lru-cache';
import { atMostEntries } from '../../cards/delivery/atMostEntries.ts';

/** Messages of one sender or conversation that are taken in a minute, and at once after a rest. */
const defaultPerMinute = 100;

/** Senders and conversations that are counted at once; the one that was silent longest is forgotten first. */
const maxCounted = 50_000;

/** How a `MessageLimit` counts. */
export interface MessageLimitOptions {
  /** Messages a minute of one key, and at once after a rest; default 100: far more than a person writes. */
  perMinute?: number | undefined;
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
}

/** Keeps one sender, or one conversation, from taking the turns of all others. Each instance of the bot counts for itself. */
export class MessageLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  /** Of each key the moment at which all of its messages are free again, in monotonic milliseconds. */
  readonly #freeAt = new LRUCache<string, number>(atMostEntries(maxCounted));

  constructor({ perMinute = defaultPerMinute, now = () => performance.now() }: MessageLimitOptions = {}) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Counts a message for each of its keys; false when one of them is over its limit, and then it counts for none. */
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
