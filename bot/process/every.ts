/** Calls back again and again until it is cancelled. */
export type Every = (callback: () => void) => { cancel: () => void };

/** Creates an `Every` with a period in milliseconds, by a timer that keeps no process alive. */
export function createEvery(ms: number): Every {
  return (callback) => {
    const timer = setInterval(callback, ms).unref();
    return { cancel: () => clearInterval(timer) };
  };
}

/**
 * Does work now and at each call back, but never twice at once. Returns the function that stops it and waits for running work.
 *
 * @param work never rejects
 */
export function keepDoing(work: () => Promise<void>, repeat: Every): () => Promise<void> {
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    try {
      await work();
    } finally {
      running = undefined;
    }
  };
  const start = () => {
    running ??= run();
  };
  start();
  const timer = repeat(start);
  return async () => {
    timer.cancel();
    await running;
  };
}
