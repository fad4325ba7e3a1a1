import { type SetTimer, setTimer } from './clock.ts';

/** The result of work on a card: it is done, or it is to be worked on again after a wait in milliseconds. */
export type LaneResult = { done: true } | { done: false; afterMs: number };

/** Options of `Lanes`. */
interface LanesOptions<T> {
  /** Works on one card; never throws. */
  work: (item: T) => Promise<LaneResult>;
  /** The rest of a pause before a card's work may begin, in milliseconds; default 0. */
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
  /** The wait of its first card; undefined when that card does not wait. */
  wait?: Timer | undefined;
}

type Timer = ReturnType<SetTimer>;

/**
 * One lane for each conversation: its cards are worked on one after the other, and a card that waits holds up those behind it.
 * Lanes take turns, so that a long lane does not hold up the others.
 */
export class Lanes<T> {
  readonly #work: (item: T) => Promise<LaneResult>;
  readonly #pausedMs: (item: T) => number;
  readonly #concurrency: number;
  readonly #now: () => number;
  readonly #after: SetTimer;
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #timers = new Set<Timer>();
  /** Lanes whose first card can be worked on. */
  readonly #ready: string[] = [];
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

  /** Ends the wait of a lane's first card, if it waits: the card is worked on as soon as there is room. */
  hurry(key: string): void {
    const lane = this.#lanes.get(key);
    if (lane?.wait === undefined) return;
    lane.wait.cancel();
    this.#timers.delete(lane.wait);
    this.#resume(key, lane);
  }

  #resume(key: string, lane: Lane<T>): void {
    lane.wait = undefined;
    this.#ready.push(key);
    this.#run();
  }

  /** Begins no more work, and resolves when the work under way has ended. */
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
      const key = this.#ready.shift();
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

  /** One timer for all paused lanes: a lane that must still wait when it fires is parked again. */
  #park(key: string, ms: number): void {
    this.#parked.push(key);
    const at = this.#now() + ms;
    if (at >= this.#unparkAt) return;
    this.#unparkAt = at;
    this.#later(ms, () => {
      if (this.#unparkAt !== at) return;
      this.#unparkAt = Number.POSITIVE_INFINITY;
      for (const parked of this.#parked) this.#ready.push(parked);
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
      lane.wait = this.#later(result.afterMs, () => this.#resume(key, lane));
    }
    if (this.#isStopped && this.#running === 0) this.#onIdle?.();
    this.#run();
  }

  #later(ms: number, callback: () => void): Timer | undefined {
    if (this.#isStopped) return undefined;
    const timer = this.#after(ms, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.add(timer);
    return timer;
  }
}
