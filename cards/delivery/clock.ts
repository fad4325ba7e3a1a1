/** Calls back after some milliseconds, unless it is cancelled before. */
export type SetTimer = (ms: number, callback: () => void) => { cancel(): void };

/** Calls back by the process's own clock. */
export const setTimer: SetTimer = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  return { cancel: () => clearTimeout(timer) };
};

/** As `setTimer`, by a timer that keeps no process alive. */
export const setIdleTimer: SetTimer = (ms, callback) => {
  const timer = setTimeout(callback, ms).unref();
  return { cancel: () => clearTimeout(timer) };
};

/** The clocks and timers of a part. */
export interface Clock {
  /** Monotonic milliseconds, for durations. */
  now(): number;
  /** Wall clock in milliseconds, for times that are stored. */
  wall(): number;
  /** Calls back after some milliseconds. */
  after: SetTimer;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after: setTimer,
};

/** Waits that a stop ends. A race with one promise for the stop would keep something of every wait for ever. */
export class Waits {
  readonly #ends = new Set<() => void>();
  #isEnded = false;

  /** Resolves or rejects as `wait` does, or resolves at the stop. */
  until(wait: Promise<void>): Promise<void> {
    if (this.#isEnded) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#ends.add(resolve);
      wait.then(resolve, reject).finally(() => this.#ends.delete(resolve));
    });
  }

  /** Ends every wait, now and from now on. */
  end(): void {
    this.#isEnded = true;
    for (const end of this.#ends) end();
  }
}

/**
 * Resolves when all of the work is done, or after a time.
 *
 * @param ms milliseconds
 * @throws the error of the work, if it fails before
 */
export async function waitAtMost(ms: number, ...work: unknown[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([Promise.all(work), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The pauses of routes whose servers asked for one. */
export class RoutePauses {
  readonly #until = new Map<string, number>();
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Pauses a route for some milliseconds; a longer pause that is under way stays. */
  pause(route: string, ms: number): void {
    this.#until.set(route, Math.max(this.#until.get(route) ?? 0, this.#now() + ms));
  }

  /** The rest of a route's pause, in milliseconds; 0 when it may send. */
  msOf(route: string): number {
    return Math.max(0, (this.#until.get(route) ?? 0) - this.#now());
  }
}
