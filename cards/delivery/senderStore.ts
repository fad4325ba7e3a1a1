import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../errors.ts';
import type { AuditEntry, AuditEvent, AuditedCard } from './cardEvents.ts';
import type { Delivery, Outbox, OutgoingCard } from './outbox.ts';
import { openStore, type StorePlace } from './store/openStore.ts';
import { type CardStore, openCardStore } from './store/sqlite/cardStore.ts';
import type { OpenStoreOptions, Store } from './store/store.ts';

/** The store of a sender's cards. */
interface SenderStore extends Pick<Store, 'limiter' | 'analytics' | 'createOutbox' | 'close'> {
  /** False when another process has the store, and sends its cards. */
  readonly isOurs: boolean;
}

/** Opens a sender's store. @throws CodedError `store.*`, `config.invalid` */
export async function openSenderStore(
  place: StorePlace,
  given: Pick<OpenStoreOptions, 'auditSecrets' | 'requestsPerMinute'>,
): Promise<SenderStore> {
  let store: Store;
  try {
    store = await openStore(place, {
      ...given,
      hasAnalytics: false,
      // A sender looks after no store: the next bot on it does.
      everyMinute: () => ({ cancel: () => {} }),
      onTornLog: () => {},
      onFullLog: () => {},
    });
  } catch (error) {
    // Only SQLite belongs to one process.
    if (codeOf(error) === 'store.locked') return handOver(place.dataDir, given.auditSecrets);
    throw error;
  }
  try {
    await store.start();
  } catch (error) {
    await store.close();
    throw error;
  }
  return { ...store, isOurs: true };
}

/** Opens the store of another process, which sends the cards of this one, too. */
function handOver(dataDir: string, secrets: readonly string[]): SenderStore {
  const store = openCardStore(dataDir, { secrets });
  return {
    isOurs: false,
    limiter: undefined,
    analytics: store.audit,
    createOutbox: () => new HandOver(store),
    close: async () => store.close(),
  };
}

/** How often the outcome of a card is read, in milliseconds. */
const lookEveryMs = 100;

/** Puts cards into the store of another process, which sends them. */
class HandOver implements Outbox {
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
