import { LRUCache } from 'lru-cache';
import { limitTo } from '../../lruLimit.ts';
import { waitAtMost } from '../clock.ts';

/** Lets a turn run once, and the turns of a conversation one after the other. */
export interface TurnGate {
  /** Does the work of a key unless it was done, or is being done. Work that throws may be done again. */
  once(key: string, work: () => Promise<void>): Promise<void>;
  /**
   * Does the work of a key when the work before it has ended, or after `waitMs` milliseconds beside it: a channel waits 15 s
   * for a turn. Of dialog state that both write, the later turn's stays (`TurnOrderStorage`); of anything else, the last
   * write. Default 8,000.
   */
  inOrder<T>(key: string, work: () => Promise<T>, waitMs?: number): Promise<T>;
}

/** How long a key is remembered, in milliseconds: channels send an activity again within minutes. */
export const rememberMs = 60 * 60_000;

/** Most keys that are remembered. */
const rememberMax = 50_000;

/** How long work waits for the work before it, in milliseconds. */
export const longestWaitMs = 8_000;

/** The gate of a single process. */
export class LocalTurnGate implements TurnGate {
  readonly #seen = new LRUCache<string, true>({ ...limitTo(rememberMax), ttl: rememberMs });
  readonly #last = new Map<string, Promise<unknown>>();

  async once(key: string, work: () => Promise<void>): Promise<void> {
    if (this.#seen.has(key)) return;
    this.#seen.set(key, true);
    try {
      await work();
    } catch (error) {
      this.#seen.delete(key);
      throw error;
    }
  }

  async inOrder<T>(key: string, work: () => Promise<T>, waitMs = longestWaitMs): Promise<T> {
    const before = this.#last.get(key);
    const done = (before === undefined ? Promise.resolve() : waitAtMost(waitMs, before)).then(work);
    const ended = done.catch(() => {});
    this.#last.set(key, ended);
    try {
      return await done;
    } finally {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    }
  }
}
