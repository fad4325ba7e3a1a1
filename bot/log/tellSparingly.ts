import { type SetTimer, setIdleTimer } from '../../cards/delivery/clock.ts';

/** How often `tellSparingly` calls its listener. */
export interface SparingOptions {
  /** Shortest time between two calls of `tell`, in milliseconds; default one minute. */
  everyMs?: number;
  /** Default: timers that keep no process alive. */
  after?: SetTimer;
}

/**
 * Makes a listener for events that strangers can cause as often as they like: `tell` is called at once the first time, then
 * at most once in `everyMs`, with the number of times since it was called last.
 */
export function tellSparingly(
  tell: (count: number) => void,
  { everyMs = 60_000, after = setIdleTimer }: SparingOptions = {},
): () => void {
  let count = 0;
  let isWaiting = false;
  const flush = () => {
    isWaiting = count > 0;
    if (count === 0) return;
    const told = count;
    count = 0;
    after(everyMs, flush);
    tell(told);
  };
  return () => {
    count += 1;
    if (!isWaiting) flush();
  };
}
