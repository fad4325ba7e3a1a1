import { type SetTimer, setIdleTimer } from '../../cards/delivery/clock.ts';

/** Options of `tellSparingly`. */
export interface SparingOptions {
  /** Shortest time between two calls of `tell`, in milliseconds; default: one minute. */
  everyMs?: number;
  /** Default: timers that keep no process alive. */
  after?: SetTimer;
}

/**
 * Creates a listener for events that strangers can cause without limit. It calls `tell` at once for the first event, then at most once
 * in `everyMs`, with the number of events since the last call.
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
