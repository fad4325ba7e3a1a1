/** A clock that stands still until it is told to go on: hours of waits take no time. */
export interface VirtualClock {
  /** Milliseconds since it was made. */
  now(): number;
  /** Like `setTimeout`, by this clock. */
  after(ms: number, callback: () => void): { cancel: () => void };
  /** Like a promise of a timer, by this clock. */
  sleep(ms: number): Promise<void>;
  /** Jumps from timer to timer, letting real requests finish in between, until the condition holds. */
  runUntil(isOver: () => boolean): Promise<void>;
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: readonly number[];
}

/** Makes a virtual clock. */
export function virtualClock(): VirtualClock {
  let time = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  const waits: number[] = [];
  const after = (ms: number, callback: () => void) => {
    const timer = { at: time + Math.max(0, ms), callback };
    waits.push(ms);
    timers.add(timer);
    return { cancel: () => void timers.delete(timer) };
  };
  const fireNext = () => {
    const [next] = [...timers].sort((a, b) => a.at - b.at);
    if (next === undefined) return;
    timers.delete(next);
    time = Math.max(time, next.at);
    next.callback();
  };
  return {
    now: () => time,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    runUntil: async (isOver) => {
      while (!isOver()) {
        // A real request, if one is under way, has its answer after some turns of the event loop.
        for (let turn = 0; turn < 20 && !isOver(); turn += 1) await nextTurn();
        if (!isOver()) fireNext();
      }
    },
    waits,
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
