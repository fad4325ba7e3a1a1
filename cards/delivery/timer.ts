/** Calls back after some milliseconds, unless it is cancelled before. */
export type SetTimer = (ms: number, callback: () => void) => { cancel(): void };

/** Calls back by the process's own clock. */
export const setTimer: SetTimer = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  return { cancel: () => clearTimeout(timer) };
};
