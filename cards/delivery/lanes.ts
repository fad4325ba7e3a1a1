import { type SetTimer, setTimer } from './timer.ts';

/** What a lane's card asks for after it was worked on: nothing more, or another turn after a wait. */
export type LaneResult = { done: true } | { done: false; afterMs: number };

/** How lanes run. */
export interface LanesOptions<T> {
  /** Works on one card; never throws. */
  work: (item: T) => Promise<LaneResult>;
  /** Cards worked on at once, over all conversations; default 64. */
  concurrency?: number;
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
  /** Calls back after some milliseconds; default `setTimeout`. */
  after?: SetTimer;
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
  readonly #concurrency: number;
  readonly #now: () => number;
  readonly #after: SetTimer;
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #timers = new Set<{ cancel: () => void }>();
  #ready: string[] = [];
  #readyHead = 0;
  #running = 0;
  #size = 0;
  #pausedUntil = 0;
  #isStopped = false;
  #onIdle: (() => void) | undefined;

  constructor(options: LanesOptions<T>) {
    this.#work = options.work;
    this.#concurrency = options.concurrency ?? 64;
    this.#now = options.now ?? (() => performance.now());
    this.#after = options.after ?? setTimer;
  }

  /** Cards that wait or are worked on. */
  get size(): number {
    return this.#size;
  }

  /** True when a card given to this lane now would be worked on at once. */
  isFree(key: string): boolean {
    return !this.#lanes.has(key) && this.pauseMs === 0 && this.#running < this.#concurrency;
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

  /** How long nothing begins, in milliseconds; 0 when there is no pause. */
  get pauseMs(): number {
    return Math.max(0, this.#pausedUntil - this.#now());
  }

  /** Lets nothing begin for this long; a longer pause that is under way stays. */
  pause(ms: number): void {
    const until = this.#now() + ms;
    if (until <= this.#pausedUntil) return;
    this.#pausedUntil = until;
    this.#later(ms, () => {
      // A timer may fire a moment early by this clock: the pause that it ends is over all the same.
      if (this.#pausedUntil === until) this.#pausedUntil = 0;
      this.#run();
    });
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
    while (this.#running < this.#concurrency && !this.#isStopped && this.pauseMs === 0) {
      const key = this.#takeReady();
      if (key === undefined) return;
      const lane = this.#lanes.get(key);
      const item = lane?.items[0];
      if (lane === undefined || item === undefined) continue;
      this.#running += 1;
      void this.#work(item).then((result) => this.#finish(key, lane, result));
    }
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
