import { toDelivery } from '../../cardTable.ts';
import { type Delivery, OutcomeWaiters } from '../../outbox.ts';
import type { Database } from './database.ts';
import { schema } from './schema.ts';

/** How often outcomes are read without a notification, in milliseconds. */
const lookEveryMs = 500;

/** The outcomes of cards for turns that wait for them, whichever instance works on a card. */
export class StoredOutcomes {
  readonly #database: Database;
  readonly #waiters = new OutcomeWaiters();
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Waits for an outcome, at most `waitMs` milliseconds; `pending` when there is none by then. */
  async wait(messageId: string, waitMs: number): Promise<Delivery> {
    const pending: Delivery = { messageId, outcome: 'pending', attempts: 0 };
    if (waitMs <= 0) return (await this.#read([messageId]))[0] ?? pending;
    const outcome = this.#waiters.wait(pending, waitMs);
    // After the wait has begun, so that no outcome is missed between the two.
    void this.look([messageId]);
    this.#timer ??= setInterval(() => void this.look(), lookEveryMs);
    return outcome;
  }

  /** Passes a delivery to the waits for its card. */
  notify(delivery: Delivery): void {
    this.#waiters.notify(delivery);
  }

  /** Reads the outcomes of cards that a turn waits for; default: all of them. */
  async look(messageIds: readonly string[] = this.#waiters.messageIds): Promise<void> {
    const waited = new Set(this.#waiters.messageIds);
    if (waited.size === 0) this.#stop();
    for (const delivery of await this.#read(messageIds.filter((id) => waited.has(id)))) this.notify(delivery);
  }

  /** Ends every wait. */
  end(): void {
    this.#waiters.end();
    this.#stop();
  }

  /** Reads the outcomes of cards; none while the database is away: a later look, or the limit of each wait, ends the waits. */
  async #read(messageIds: readonly string[]): Promise<Delivery[]> {
    if (messageIds.length === 0) return [];
    try {
      const rows = await this.#database.query(
        `SELECT message_id, state, attempts, code, status, correlation_id, started_at, settled_at
         FROM ${schema}.cards WHERE message_id = ANY($1)`,
        [messageIds],
      );
      const known = new Map(rows.map((row) => [row.message_id, toDelivery(row)]));
      return messageIds.map(
        (messageId) => known.get(messageId) ?? { messageId, outcome: 'unknown', attempts: 0 },
      );
    } catch {
      return [];
    }
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
