import type { Delivery } from './outbox.ts';

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
