/** Calls back again and again until it is cancelled. */
export type Every = (callback: () => void) => { cancel: () => void };

/** Calls back each so many milliseconds, by a timer that keeps no process alive. */
export function every(ms: number): Every {
  return (callback) => {
    const timer = setInterval(callback, ms).unref();
    return { cancel: () => clearInterval(timer) };
  };
}
