import type { AnalyticsSource } from '../analytics.ts';
import type { OutboxOptions } from '../attempts.ts';
import type { Listeners } from '../cardEvents.ts';
import { hasLeft, isDead, isUnderWay, type Tables } from '../cardTable.ts';
import type { Outbox } from '../outbox.ts';
import type { RateLimitOptions } from '../rateLimit.ts';
import type { ChangeItem, StateStorage } from './stateStorage.ts';
import type { TurnGate } from './turnGate.ts';

/** The store of a bot: SQLite of one process, or PostgreSQL that its instances share. */
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
  /** Reads the figures of deliveries, for the metrics. */
  readNumbers(): Promise<DeliveryNumbers>;
  /** Stores the health record of this process, JSON text, for `status`. */
  writeHealth(text: string): Promise<void>;
  /** Stores samples of this moment by name for the operator's charts, which keep the highest of each step. */
  noteSample(values: Readonly<Record<string, number>>): Promise<void>;
  /** Deletes cards, audit entries and state older than their bounds; audit entries that the analytics webhook has not accepted stay. */
  prune(bounds: Omit<PruneBounds, 'hasAnalytics'>): Promise<Pruned & { states: number }>;
  /** Changes state that was not written for some time; see the storages. */
  rewriteState(pattern: string, before: number, change: ChangeItem): Promise<number>;
  /** Before the outbox starts. */
  start(): Promise<void>;
  /** After the outbox stopped. */
  close(): Promise<void>;
}

/** Options of a store. */
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

/** How much of a conversation was removed. */
export interface Forgotten {
  readonly cards: number;
  /** Items of conversation and dialog state, sessions with Architect included. */
  readonly states: number;
  /** Entries of the audit log that no longer name it. */
  readonly auditEntries: number;
}

/** The bounds of a deletion: wall clock in milliseconds, exclusive. */
export interface PruneBounds {
  /** Cards that reached a final state before it are deleted, dead letters included. */
  readonly cardsBefore: number;
  /** Audit entries older than it are deleted; the chain is verified from there on. */
  readonly auditBefore: number;
  /** True when there is an analytics webhook: then entries that it has not accepted stay. */
  readonly hasAnalytics: boolean;
}

/** How much was deleted. */
export interface Pruned {
  readonly cards: number;
  readonly auditEntries: number;
}

/** Deletes batch after batch, each a transaction of its own, until nothing is left to delete; returns the sum. */
export async function removeInBatches(removeBatch: () => Promise<number>): Promise<number> {
  for (let removed = 0; ; ) {
    const count = await removeBatch();
    if (count === 0) return removed;
    removed += count;
  }
}

/** Figures of the deliveries at one moment; null where there is none. */
export interface DeliveryNumbers {
  /** Cards that wait or are on the wire. */
  readonly depth: number;
  /** Age of the oldest of them, in milliseconds. */
  readonly oldestMs: number | null;
  readonly deadLetters: number;
  /** Of the cards with an outcome in the last five minutes: 0 to 1. */
  readonly successRate: number | null;
  /** From being stored to the outcome, in milliseconds. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** The span of the rates up to now, in milliseconds. */
const ratesOfMs = 5 * 60_000;
/** Most rows that are read: they hold up the one thread of a bot on SQLite for a few milliseconds only. */
const maxRows = 5_000;
const maxCounted = 100_000;

/**
 * Reads the figures of deliveries by the partial indexes. Beyond the bounds the counts stay at the bound, and the rates are those
 * of the newest cards.
 */
export async function readDeliveryNumbers({ prefix, nowMs, query }: Tables): Promise<DeliveryNumbers> {
  const cards = `${prefix}cards`;
  const now = `(SELECT ${nowMs()})`;
  const [counts] = await query(
    `SELECT count(*) AS depth, ${now} - min(started_at) AS oldest_ms,
       (SELECT count(*) FROM (SELECT 1 FROM ${cards} WHERE ${isDead} LIMIT ${maxCounted}) AS dead) AS dead_letters
     FROM (SELECT started_at FROM ${cards} WHERE ${isUnderWay} LIMIT ${maxCounted}) AS waiting`,
  );
  const settled = await query(
    `SELECT state, settled_at - started_at AS ms FROM ${cards}
     WHERE settled_at IS NOT NULL AND settled_at > ${now} - ${ratesOfMs} AND NOT ${hasLeft}
     ORDER BY settled_at DESC LIMIT ${maxRows}`,
  );
  const times = settled.map(({ ms }) => Number(ms)).sort((a, b) => a - b);
  const accepted = settled.filter(({ state }) => state === 'accepted').length;
  const percentile = (share: number) => times[Math.ceil(times.length * share) - 1] ?? null;
  const oldestMs = counts?.oldest_ms ?? null;
  return {
    depth: Number(counts?.depth),
    oldestMs: oldestMs === null ? null : Math.max(0, Number(oldestMs)),
    deadLetters: Number(counts?.dead_letters),
    successRate: settled.length === 0 ? null : accepted / settled.length,
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
  };
}
