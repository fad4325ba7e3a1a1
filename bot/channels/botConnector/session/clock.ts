/** Time as the connector sees it. */
export interface Clock {
  /** Monotonic milliseconds, for what lasts. */
  now(): number;
  /** Wall clock in milliseconds, for what is kept. */
  wall(): number;
  /** Calls back after some milliseconds. */
  after(ms: number, callback: () => void): { cancel: () => void };
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};
