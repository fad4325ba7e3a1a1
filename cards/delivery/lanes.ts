import { type SetTimer, setTimer } from './clock.ts';

/** What a lane's card asks for after it was worked on: nothing more, or another turn after a wait. */
export type LaneResult = { done: true } | { done: false; afterMs: number };

/** How lanes run. */
export interface LanesOptions<T> {
  /** Works on one card; never throws. */
  work: (item: T) => Promise<LaneResult>;
  /** How long a card must not be begun, in milliseconds; default 0. */
  pausedMs?: (item: T) => number;
  /** Cards worked on at once, over all conversations; default 64. */
  concurrency?: number | undefined;
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
  /** Calls back after some milliseconds; default `setTimeout`. */
  after?: SetTimer | undefined;
}

interface Lane<T> {
  readonly items: T[];
}

/**
 * One lane for each conversation: its cards are worked on one after the other, and a card that has to wait keeps those
 * behind it waiting. Lanes take turns, so that a long lane does not hold up the others.
 */
export class Lanes<T> {
  readonly #work: (item: T) => Promise<LaneResult>;
  readonly #pausedMs: (item: T) => number;
  readonly #concurrency: number;
  readonly #now: () => number;
  readonly #after: SetTimer;
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #timers = new Set<{ cancel: () => void }>();
  #ready: string[] = [];
  #readyHead = 0;
  #running = 0;
  #size = 0;
  /** Lanes that were ready while their card was paused. */
  #parked: string[] = [];
  #unparkAt = Number.POSITIVE_INFINITY;
  #isStopped = false;
  #onIdle: (() => void) | undefined;

  constructor(options: LanesOptions<T>) {
    this.#work = options.work;
    this.#pausedMs = options.pausedMs ?? (() => 0);
    this.#concurrency = options.concurrency ?? 64;
    this.#now = options.now ?? (() => performance.now());
    this.#after = options.after ?? setTimer;
  }

  /** Cards that wait or are worked on. */
  get size(): number {
    return this.#size;
  }

  /** Puts a card at the end of its lane. */
  push(key: string, item: T): void {
    this.#size += 1;
    const lane = this.#lanes.get(key);
    if (lane !== undefined) {
      lane.items.push(item);
      return;
    }
    this.#lanes.set(key, { items: [item] });
    this.#ready.push(key);
    this.#run();
  }

  /** Begins nothing more, and resolves when what runs has ended. */
  stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #run(): void {
    while (this.#running < this.#concurrency && !this.#isStopped) {
      const key = this.#takeReady();
      if (key === undefined) return;
      const lane = this.#lanes.get(key);
      const item = lane?.items[0];
      if (lane === undefined || item === undefined) continue;
      const pausedMs = this.#pausedMs(item);
      if (pausedMs > 0) {
        this.#park(key, pausedMs);
        continue;
      }
      this.#running += 1;
      void this.#work(item).then((result) => this.#finish(key, lane, result));
    }
  }

  /** One timer for all that are paused: what must still wait when it fires is parked again. */
  #park(key: string, ms: number): void {
    this.#parked.push(key);
    const at = this.#now() + ms;
    if (at >= this.#unparkAt) return;
    this.#unparkAt = at;
    this.#later(ms, () => {
      if (this.#unparkAt !== at) return;
      this.#unparkAt = Number.POSITIVE_INFINITY;
      this.#ready = [...this.#ready.slice(this.#readyHead), ...this.#parked];
      this.#readyHead = 0;
      this.#parked = [];
      this.#run();
    });
  }

  #finish(key: string, lane: Lane<T>, result: LaneResult): void {
    this.#running -= 1;
    if (result.done) {
      lane.items.shift();
      this.#size -= 1;
      if (lane.items.length === 0) this.#lanes.delete(key);
      else this.#ready.push(key);
    } else {
      this.#later(result.afterMs, () => {
        this.#ready.push(key);
        this.#run();
      });
    }
    if (this.#isStopped && this.#running === 0) this.#onIdle?.();
    this.#run();
  }

  #later(ms: number, callback: () => void): void {
    if (this.#isStopped) return;
    const timer = this.#after(ms, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.add(timer);
  }

  /** A queue with a moving head: `shift` on a long array is linear. */
  #takeReady(): string | undefined {
    const key = this.#ready[this.#readyHead];
    if (key === undefined) return undefined;
    this.#readyHead += 1;
    if (this.#readyHead > 1_000 && this.#readyHead * 2 > this.#ready.length) {
      this.#ready = this.#ready.slice(this.#readyHead);
      this.#readyHead = 0;
    }
    return key;
  }
}
