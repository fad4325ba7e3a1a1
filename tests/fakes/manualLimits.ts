import type { SetTimer } from '../../cards/delivery/clock.ts';

/** Time limits that end when a test says so, however slow the machine is. */
export interface ManualLimits {
  /** For the `after` of what is tested. */
  readonly after: SetTimer;
  /** Ends the limits of so many milliseconds that are set now. */
  end(ms: number): void;
}

/** Makes limits that the test ends. */
export function manualLimits(): ManualLimits {
  const limits = new Set<{ ms: number; callback: () => void }>();
  return {
    after: (ms, callback) => {
      const limit = { ms, callback };
      limits.add(limit);
      return { cancel: () => void limits.delete(limit) };
    },
    end: (ms) => {
      for (const limit of [...limits].filter((one) => one.ms === ms)) {
        limits.delete(limit);
        limit.callback();
      }
    },
  };
}
