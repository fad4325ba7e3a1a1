import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEntry, AuditEvent, AuditedCard } from '../../audit.ts';
import type { Delivery, Outbox, OutgoingCard } from '../../outbox.ts';
import type { CardStore } from './cardStore.ts';

/** How often the outcome of a card is looked for, in milliseconds. */
const lookEveryMs = 100;

/** Puts cards into a store that another process has: that one sends them. */
export class HandOver implements Outbox {
  readonly #store: CardStore;
  readonly #stopped = new AbortController();

  constructor(store: CardStore) {
    this.#store = store;
  }

  async start(): Promise<void> {}

  async submit(...cards: readonly OutgoingCard[]): Promise<void> {
    await this.#store.add(...cards);
  }

  async note(event: AuditEvent, card: AuditedCard, more?: Partial<AuditEntry>): Promise<void> {
    await this.#store.note(event, card, more);
  }

  async outcomeOf(messageId: string, waitMs: number): Promise<Delivery> {
    const until = performance.now() + waitMs;
    for (;;) {
      const known = this.#store.deliveryOf(messageId);
      if (known === undefined) return { messageId, outcome: 'unknown', attempts: 0 };
      if (known.outcome !== 'pending' || performance.now() >= until || this.#stopped.signal.aborted)
        return known;
      await sleep(lookEveryMs, undefined, { signal: this.#stopped.signal }).catch(() => {});
    }
  }

  async find(messageId: string): Promise<Delivery | undefined> {
    return this.#store.deliveryOf(messageId);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#store.commits.flush();
  }
}
