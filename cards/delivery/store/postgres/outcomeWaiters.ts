import { toDelivery } from '../../cardRow.ts';
import type { Delivery } from '../../outbox.ts';
import type { Database } from './database.ts';
import { schema } from './schema.ts';

/** How often the store is searched for outcomes without a notification, in milliseconds. */
const lookEveryMs = 500;

/** Turns that wait for the outcome of their card, whichever instance works on it. */
export class OutcomeWaiters {
  readonly #database: Database;
  /** Without a notification they end with what was known. */
  readonly #waiting = new Map<string, Set<(delivery?: Delivery) => void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Waits for an outcome, at most `waitMs` milliseconds; then what is known says `pending`. */
  wait(messageId: string, waitMs: number): Promise<Delivery> {
    return new Promise((resolve) => {
      let known: Delivery = { messageId, outcome: 'pending', attempts: 0 };
      let limit: NodeJS.Timeout | undefined;
      const waiters = this.#waiting.get(messageId) ?? new Set();
      this.#waiting.set(messageId, waiters);
      const end = () => {
        clearTimeout(limit);
        waiters.delete(settle);
        if (waiters.size === 0) this.#waiting.delete(messageId);
        resolve(known);
      };
      const settle = (delivery?: Delivery) => {
        known = delivery ?? known;
        if (delivery?.outcome !== 'pending') end();
      };
      waiters.add(settle);
      // After the waiter is there, so that no outcome slips between the two.
      const first = this.look([messageId]);
      if (waitMs <= 0) void first.then(end);
      else limit = setTimeout(end, waitMs);
      this.#timer ??= setInterval(() => void this.look(), lookEveryMs);
    });
  }

  /** Notifies those who wait for a card. */
  tell(delivery: Delivery): void {
    for (const settle of [...(this.#waiting.get(delivery.messageId) ?? [])]) settle(delivery);
  }

  /** Looks up the cards that somebody waits for; default: all of them. */
  async look(messageIds: readonly string[] = [...this.#waiting.keys()]): Promise<void> {
    const ids = messageIds.filter((id) => this.#waiting.has(id));
    if (this.#waiting.size === 0) this.stop();
    if (ids.length === 0) return;
    try {
      const rows = await this.#database.query(
        `SELECT message_id, state, attempts, code, status, correlation_id, started_at, settled_at
         FROM ${schema}.cards WHERE message_id = ANY($1)`,
        [ids],
      );
      for (const row of rows) this.tell(toDelivery(row));
      const isKnown = new Set(rows.map((row) => row.message_id));
      for (const messageId of ids)
        if (!isKnown.has(messageId)) this.tell({ messageId, outcome: 'unknown', attempts: 0 });
    } catch {
      // The database is away: the next look, or the limit of each, ends the wait.
    }
  }

  /** Ends every wait. */
  end(): void {
    for (const waiters of [...this.#waiting.values()]) for (const settle of [...waiters]) settle();
    this.stop();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
