import type { Delivery } from './outbox.ts';

/** Waits that a stop ends. A race with one promise for the stop would keep something of every wait for ever. */
export class Waits {
  readonly #ends = new Set<() => void>();
  #isEnded = false;

  /** Resolves or rejects as `wait` does, or resolves at the stop. */
  until(wait: Promise<void>): Promise<void> {
    if (this.#isEnded) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#ends.add(resolve);
      wait.then(resolve, reject).finally(() => this.#ends.delete(resolve));
    });
  }

  /** Ends every wait, now and from now on. */
  end(): void {
    this.#isEnded = true;
    for (const end of this.#ends) end();
  }
}

/**
 * Resolves when all of the work is done, or after a time.
 *
 * @param ms milliseconds
 * @throws what the work throws before
 */
export async function waitAtMost(ms: number, ...work: unknown[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([Promise.all(work), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** How long each route sends nothing, because its server asked for it. */
export class RoutePauses {
  readonly #until = new Map<string, number>();
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Lets no card of a route be sent for this long, in milliseconds; a longer pause that is under way stays. */
  pause(route: string, ms: number): void {
    this.#until.set(route, Math.max(this.#until.get(route) ?? 0, this.#now() + ms));
  }

  /** How long a route still sends nothing, in milliseconds; 0 when it may send. */
  msOf(route: string): number {
    return Math.max(0, (this.#until.get(route) ?? 0) - this.#now());
  }
}

/** Those who wait for the outcomes of cards. */
export class OutcomeWaiters {
  readonly #waiting = new Map<string, Set<(delivery?: Delivery) => void>>();

  /** The cards that somebody waits for. */
  get messageIds(): string[] {
    return [...this.#waiting.keys()];
  }

  /** Waits for the outcome of a card, at most `waitMs` milliseconds; then, and when all waits end, it is what was known last. */
  wait(known: Delivery, waitMs: number): Promise<Delivery> {
    const { messageId } = known;
    const waiters = this.#waiting.get(messageId) ?? new Set();
    this.#waiting.set(messageId, waiters);
    return new Promise((resolve) => {
      let last = known;
      const end = () => {
        clearTimeout(limit);
        waiters.delete(hear);
        if (waiters.size === 0) this.#waiting.delete(messageId);
        resolve(last);
      };
      const hear = (delivery?: Delivery) => {
        last = delivery ?? last;
        if (delivery?.outcome !== 'pending') end();
      };
      const limit = setTimeout(end, waitMs);
      waiters.add(hear);
    });
  }

  /** Tells those who wait for a card what is known of it. */
  tell(delivery: Delivery): void {
    for (const hear of [...(this.#waiting.get(delivery.messageId) ?? [])]) hear(delivery);
  }

  /** Ends every wait. */
  end(): void {
    for (const waiters of [...this.#waiting.values()]) for (const hear of [...waiters]) hear();
  }
}
