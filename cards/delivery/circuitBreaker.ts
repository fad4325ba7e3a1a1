import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { Attempt, CardRoute, OutgoingCard } from './outbox.ts';
import { wrapRoute } from './wrapRoute.ts';

/** Failures in a row after which Genesys counts as away. */
const failuresInARow = 5;
/** How long nothing is sent before one card probes again, in milliseconds. */
const probeEveryMs = 2_000;
/** While a card probes, the others ask so often whether it came through, in milliseconds. */
const askEveryMs = 250;

/**
 * Puts a circuit breaker before a route: while Genesys is away, one card every two seconds probes, and the others wait
 * without using up their attempts.
 *
 * cockatiel rather than opossum: it is typed, has no dependencies and lets one probe through at a time.
 *
 * @param now monotonic milliseconds; default `performance.now`
 * @param onChange told when it opens, and when a card came through again; never throws
 */
export function withCircuitBreaker(
  route: CardRoute,
  now: () => number = () => performance.now(),
  onChange: (isOpen: boolean) => void = () => {},
): CardRoute {
  let openedAt = 0;
  let wasOpen = false;
  /** A failed probe opens it again, which is no change. */
  const tellChange = () => {
    const isOpen = breaker.state !== CircuitState.Closed;
    if (isOpen === wasOpen) return;
    wasOpen = isOpen;
    onChange(isOpen);
  };
  /** Whether one card has been chosen to probe, and waits for its slot of the rate limit or has it. */
  let probe: 'none' | 'waits' | 'hasSlot' = 'none';
  const createBreaker = (): CircuitBreakerPolicy => {
    const made = circuitBreaker(
      handleWhenResult((attempt) => isFailure(attempt)),
      { halfOpenAfter: probeEveryMs, breaker: new ConsecutiveBreaker(failuresInARow) },
    );
    made.onBreak(() => {
      openedAt = now();
    });
    return made;
  };
  let breaker = createBreaker();
  return wrapRoute(route, {
    async acquireSlot(isWanted = () => true, card) {
      // What waits for a slot when the circuit opens wants none any more: the probes would stand behind it.
      if (breaker.state === CircuitState.Closed)
        return route.acquireSlot?.(() => breaker.state === CircuitState.Closed && isWanted(), card);
      const isDue = breaker.state === CircuitState.Open && now() >= openedAt + probeEveryMs;
      if (!isDue || probe !== 'none') return;
      // Here and not in `send`, where a card that waits counts as one that may have arrived.
      probe = 'waits';
      try {
        await route.acquireSlot?.(isWanted, card);
      } finally {
        probe = 'hasSlot';
      }
    },
    async send(card: OutgoingCard): Promise<Attempt> {
      // In the breaker they would wait for the probe without a slot, and all go out at once when it came through.
      if (breaker.state === CircuitState.HalfOpen) return postpone(askEveryMs);
      const isProbe = breaker.state === CircuitState.Open;
      if (isProbe) {
        if (probe === 'waits') return postpone(askEveryMs);
        probe = 'none';
      }
      try {
        const attempt = await breaker.execute(async () => {
          if (!isProbe) return route.send(card);
          return { ...(await route.send(card)), isProbe };
        });
        tellChange();
        return attempt;
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        const retryAfterMs = openedAt + probeEveryMs - now();
        // The breaker goes by the wall clock: set back an hour, it would stay open for an hour. A little overdue is only late.
        if (retryAfterMs <= -probeEveryMs) breaker = createBreaker();
        return postpone(Math.max(1, retryAfterMs));
      }
    },
  });
}

function postpone(retryAfterMs: number): Attempt {
  return { result: 'retry', code: 'genesys.unavailable', pauseAll: true, retryAfterMs, isUntried: true };
}

function isFailure(attempt: unknown): boolean {
  if (typeof attempt !== 'object' || attempt === null || !('code' in attempt)) return false;
  return attempt.code === 'genesys.unavailable' || attempt.code === 'genesys.unknownOutcome';
}
