import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { Attempt, CardRoute, OutgoingCard } from './outbox.ts';

/** Failures in a row after which Genesys counts as away. */
const failuresInARow = 5;
/** How long nothing is sent before one card probes again, in milliseconds. */
const probeEveryMs = 2_000;

/**
 * Puts a circuit breaker before a route: while Genesys is away, one card every two seconds probes, and the others wait
 * without using up their attempts.
 *
 * cockatiel rather than opossum: it is typed, has no dependencies and lets one probe through at a time.
 *
 * @param now monotonic milliseconds; default `performance.now`
 */
export function withCircuitBreaker(route: CardRoute, now: () => number = () => performance.now()): CardRoute {
  let openedAt = 0;
  const closedBreaker = (): CircuitBreakerPolicy => {
    const made = circuitBreaker(
      handleWhenResult((attempt) => isFailure(attempt)),
      { halfOpenAfter: probeEveryMs, breaker: new ConsecutiveBreaker(failuresInARow) },
    );
    made.onBreak(() => {
      openedAt = now();
    });
    return made;
  };
  let breaker = closedBreaker();
  return {
    name: route.name,
    dropsRepeats: route.dropsRepeats,
    takeTurn: () =>
      breaker.state === CircuitState.Open ? Promise.resolve() : (route.takeTurn?.() ?? Promise.resolve()),
    async send(card: OutgoingCard): Promise<Attempt> {
      try {
        return await breaker.execute(() => route.send(card));
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        const retryAfterMs = openedAt + probeEveryMs - now();
        // The breaker goes by the wall clock: set back an hour, it would stay open for an hour. A little overdue is only late.
        if (retryAfterMs <= -probeEveryMs) breaker = closedBreaker();
        return {
          result: 'retry',
          code: 'genesys.unavailable',
          pauseAll: true,
          retryAfterMs: Math.max(1, retryAfterMs),
          isUntried: true,
        };
      }
    },
  };
}

function isFailure(attempt: unknown): boolean {
  if (typeof attempt !== 'object' || attempt === null || !('code' in attempt)) return false;
  return attempt.code === 'genesys.unavailable' || attempt.code === 'genesys.unknownOutcome';
}
