import { type Attempt, type CardRoute, type OutgoingCard, wrapRoute } from './outbox.ts';

/** Failures in a row after which Genesys counts as away. */
const failuresInARow = 5;
/** How long nothing is sent before one card probes again, in milliseconds. */
const probeEveryMs = 2_000;
/** While a card probes, the others check its result at this interval, in milliseconds. */
const askEveryMs = 250;

/**
 * Puts a circuit breaker before a route: while Genesys is away, one card every two seconds probes, and the others wait
 * without using up their attempts.
 *
 * A counter of our own: libraries such as cockatiel and opossum know neither that a probe needs a slot of the rate limit
 * first, nor a clock other than the wall clock.
 *
 * @param now monotonic milliseconds; default `performance.now`
 * @param onChange called when the circuit opens, and when a card was delivered again; never throws
 */
export function withCircuitBreaker(
  route: CardRoute,
  now: () => number = () => performance.now(),
  onChange: (isOpen: boolean) => void = () => {},
): CardRoute {
  let failures = 0;
  /** When it opened, or the last probe failed; undefined while it is closed. */
  let openedAt: number | undefined;
  /** The one card that probes: it waits for its slot of the rate limit, has it, or is sent. */
  let probe: 'none' | 'waits' | 'hasSlot' | 'isSent' = 'none';

  const dueInMs = (since: number): number => since + probeEveryMs - now();
  const open = (): void => {
    const wasOpen = openedAt !== undefined;
    openedAt = now();
    if (!wasOpen) onChange(true);
  };
  const close = (): void => {
    openedAt = undefined;
    onChange(false);
  };

  const sendProbe = async (card: OutgoingCard): Promise<Attempt> => {
    probe = 'isSent';
    try {
      const attempt = await route.send(card);
      failures = 0;
      if (isFailure(attempt)) open();
      else close();
      return { ...attempt, isProbe: true };
    } finally {
      probe = 'none';
    }
  };

  return wrapRoute(route, {
    async acquireSlot(isWanted = () => true, card) {
      // A card that waits for a slot when the circuit opens wants none any more: the probes would stand behind it.
      if (openedAt === undefined)
        return route.acquireSlot?.(() => openedAt === undefined && isWanted(), card);
      if (probe !== 'none' || dueInMs(openedAt) > 0) return;
      // Here and not in `send`, where a card that waits counts as one that may have arrived.
      probe = 'waits';
      try {
        await route.acquireSlot?.(isWanted, card);
      } finally {
        probe = 'hasSlot';
      }
    },
    async send(card) {
      if (openedAt !== undefined) {
        if (probe === 'waits' || probe === 'isSent') return postpone(askEveryMs);
        const waitMs = dueInMs(openedAt);
        return waitMs > 0 ? postpone(waitMs) : sendProbe(card);
      }
      const attempt = await route.send(card);
      failures = isFailure(attempt) ? failures + 1 : 0;
      // A card that was sent before the circuit opened says nothing new of Genesys.
      if (failures >= failuresInARow && openedAt === undefined) open();
      return attempt;
    },
  });
}

function postpone(retryAfterMs: number): Attempt {
  return { result: 'retry', code: 'genesys.unavailable', pauseAll: true, retryAfterMs, isUntried: true };
}

function isFailure({ code }: Attempt): boolean {
  return code === 'genesys.unavailable' || code === 'genesys.unknownOutcome';
}
