/** The clock and timers of `tellSparingly`, for tests. */
export interface SparingOptions {
  /** Shortest time between two calls of `tell`, in milliseconds; default one minute. */
  everyMs?: number;
  /** Calls back once after so many milliseconds; default a timer that does not keep the process alive. */
  wait?: (callBack: () => void, ms: number) => void;
}

/**
 * Makes a listener for what strangers can make happen as often as they like: `tell` is called at once the first time, then
 * at most once in `everyMs`, with the number of times since it was called last.
 */
export function tellSparingly(
  tell: (count: number) => void,
  { everyMs = 60_000, wait = (callBack, ms) => void setTimeout(callBack, ms).unref() }: SparingOptions = {},
): () => void {
  let count = 0;
  let isWaiting = false;
  const flush = () => {
    isWaiting = count > 0;
    if (count === 0) return;
    const told = count;
    count = 0;
    wait(flush, everyMs);
    tell(told);
  };
  return () => {
    count += 1;
    if (!isWaiting) flush();
  };
}
