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

/** Time as a part sees it that keeps what it knows. */
export interface Clock {
  /** Monotonic milliseconds, for what lasts. */
  now(): number;
  /** Wall clock in milliseconds, for what is kept. */
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
