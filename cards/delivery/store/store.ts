import type { AnalyticsSource } from '../analytics.ts';
import type { OutboxOptions } from '../attempts.ts';
import type { Listeners } from '../cardEvents.ts';
import type { Outbox } from '../outbox.ts';
import type { RateLimitOptions } from '../rateLimit.ts';
import type { DeliveryNumbers } from './deliveryNumbers.ts';
import type { ChangeItem, StateStorage } from './stateStorage.ts';
import type { TurnGate } from './turnGate.ts';

/** What a bot keeps: in one process's SQLite, or in the PostgreSQL that its instances share. */
export interface Store {
  /** Conversation and dialog state. */
  readonly storage: StateStorage;
  /** Lets a turn run once, and the turns of a conversation one after the other. */
  readonly gate: TurnGate;
  readonly analytics: AnalyticsSource;
  /** The rate limit that instances share; undefined when there is one process. */
  readonly limiter: RateLimitOptions['limiter'];
  createOutbox(options: Pick<OutboxOptions, 'routes' | 'onUnknown' | keyof Listeners>): Outbox;
  /** Resolves when the store can be written, as turns need it. @throws CodedError `store.unavailable` or `store.damaged` */
  check(): Promise<void>;
  /** How deliveries stand, for the metrics. */
  readNumbers(): Promise<DeliveryNumbers>;
  /** Keeps what this process says of its own health, for `status`; JSON text. */
  writeHealth(text: string): Promise<void>;
  /** Keeps figures of this moment for the operator's charts, by name: of each step the highest. */
  noteSample(values: Readonly<Record<string, number>>): Promise<void>;
  /** Deletes what is older than its bound; audit entries that the analytics webhook has yet to take stay. */
  prune(bounds: Omit<PruneBounds, 'hasAnalytics'>): Promise<Pruned & { states: number }>;
  /** Changes what is stored of conversations and was not written for some time; see the storages. */
  rewriteState(pattern: string, before: number, change: ChangeItem): Promise<number>;
  /** Before the outbox starts. */
  start(): Promise<void>;
  /** After the outbox stopped. */
  close(): Promise<void>;
}

/** How a store is opened. */
export interface OpenStoreOptions {
  /** The operator's secrets, the newest first; may be empty. */
  auditSecrets: readonly string[];
  /** True when an analytics webhook is fed. */
  hasAnalytics: boolean;
  /** The limit that instances share. */
  requestsPerMinute: number;
  /** Calls back at least every minute. */
  everyMinute: (callback: () => void) => { cancel: () => void };
  /** Called with an error of the database after which the store retries. */
  onFailure?: ((error: unknown) => void) | undefined;
  /** Called when the store ended with an incomplete record, which was removed. */
  onTornLog: () => void;
  /** Called when deleted data could not be removed from the write-ahead log; the store retries. */
  onFullLog: (error: unknown) => void;
}

/** What is deleted; both bounds are wall clock in milliseconds, and what is exactly at the bound stays. */
export interface PruneBounds {
  /** Cards that reached a final state before it go, dead letters included. */
  readonly cardsBefore: number;
  /** Audit entries older than it go; the chain is verified from there on. */
  readonly auditBefore: number;
  /** True when an analytics webhook is fed: then entries that it has not taken stay. */
  readonly hasAnalytics: boolean;
}

/** How much was deleted. */
export interface Pruned {
  readonly cards: number;
  readonly auditEntries: number;
}

/** Deletes batch after batch, each a transaction of its own, until nothing is left to delete; gives how much it was. */
export async function removeInBatches(removeBatch: () => Promise<number>): Promise<number> {
  for (let removed = 0; ; ) {
    const count = await removeBatch();
    if (count === 0) return removed;
    removed += count;
  }
}
