import type { Storage } from 'botbuilder';
import type { AnalyticsSource } from '../cards/delivery/analytics.ts';
import { checkChainKey } from '../cards/delivery/audit.ts';
import type { Listeners } from '../cards/delivery/cardEvents.ts';
import type { Pruned } from '../cards/delivery/operatorStore.ts';
import type { CardRoute, Outbox } from '../cards/delivery/outbox.ts';
import type { RateLimitOptions } from '../cards/delivery/rateLimit.ts';
import type { DeliveryNumbers } from '../cards/delivery/store/deliveryNumbers.ts';
import { CardStore, openDatabase } from '../cards/delivery/store/sqlite/cardStore.ts';
import { sqliteDeliveryNumbers } from '../cards/delivery/store/sqlite/deliveryNumbers.ts';
import { EmbeddedOutbox } from '../cards/delivery/store/sqlite/embeddedOutbox.ts';
import { writeHealthNote as writeSqliteHealth } from '../cards/delivery/store/sqlite/healthNotes.ts';
import { pruneStore as pruneSqlite } from '../cards/delivery/store/sqlite/prune.ts';
import { SqliteStorage } from '../cards/delivery/store/sqlite/sqliteStorage.ts';
import { lockStore } from '../cards/delivery/store/sqlite/storeLock.ts';
import { LocalTurnGate, type TurnGate } from '../cards/delivery/store/turnGate.ts';
import type { Config } from './config.ts';
import { errorFields } from './errorFields.ts';
import { type Every, every } from './every.ts';
import type { Log } from './log.ts';
import type { RetentionBounds } from './retention.ts';

/** What an outbox on a store is told. */
export interface StoreOutboxOptions extends Listeners {
  routes: readonly CardRoute[];
  onUnknown: 'hold' | 'resend';
}

/** What a bot keeps: in one process's SQLite, or in the PostgreSQL that its instances share. */
export interface Store {
  /** Conversation and dialog state. */
  readonly storage: Storage;
  /** Lets a turn run once, and the turns of a conversation one after the other. */
  readonly gate: TurnGate;
  readonly analytics: AnalyticsSource;
  /** The rate limit that instances share; undefined when there is one process. */
  readonly limiter: RateLimitOptions['limiter'];
  createOutbox(options: StoreOutboxOptions): Outbox;
  /** Resolves when the store can be written, as turns need it. @throws CodedError `store.unavailable` or `store.damaged` */
  check(): Promise<void>;
  /** How deliveries stand, for the metrics. */
  readNumbers(): Promise<DeliveryNumbers>;
  /** Keeps what this process says of its own health, for `status`; JSON text. */
  writeHealth(text: string): Promise<void>;
  /** Deletes what is older than its bound; audit entries that the analytics webhook has yet to take stay. */
  prune(bounds: RetentionBounds): Promise<Pruned & { states: number }>;
  /** Changes what is stored of conversations and was not written for some time; see the storages. */
  rewriteState: SqliteStorage['rewrite'];
  /** Before the outbox starts. */
  start(): Promise<void>;
  /** After the outbox stopped. */
  close(): Promise<void>;
}

/** What a store is given from outside. */
export interface StoreOptions {
  /** Calls back at least every minute; default: every 45 seconds, by a timer that keeps no process alive. */
  everyMinute?: Every;
  /** Told of errors of the database after which it is tried again. */
  onFailure?: (error: unknown) => void;
}

/** Opens the store that the configuration names; PostgreSQL's libraries are loaded only for it, for they take a third of a second. */
export async function createStore(config: Config, log: Log, options: StoreOptions = {}): Promise<Store> {
  if (config.databaseUrl === undefined) return sqliteStore(config, log, options);
  const { createPostgresStore } = await import('./createPostgresStore.ts');
  return createPostgresStore(config.databaseUrl, config, options);
}

function sqliteStore(
  { dataDir, analytics, auditSecrets }: Config,
  log: Log,
  { everyMinute = every(45_000), onFailure }: StoreOptions,
): Store {
  const unlock = lockStore(dataDir);
  const db = openDatabase(dataDir, () =>
    log.warn({ event: 'store.torn' }, 'The store ended with a half-written record; it was removed'),
  );
  const store = new CardStore(db, Date.now, auditSecrets);
  try {
    checkChainKey(store.audit.head().hash, store.keys);
  } catch (error) {
    store.close();
    unlock();
    throw error;
  }
  const storage = new SqliteStorage(db, store.commits);
  const { commits, audit } = store;
  const hasAnalytics = analytics !== undefined;
  /** The write-ahead log holds what was deleted until it is emptied. */
  const emptyLog = () => {
    try {
      store.emptyLog();
    } catch (error) {
      log.warn(
        { event: 'store.trouble', what: 'write-ahead log', ...errorFields(error) },
        'Write-ahead log could not be emptied, retrying',
      );
    }
  };
  let isLooking = false;
  const look = async () => {
    emptyLog();
    // Of a large store a look may take longer than the minute until the next.
    if (isLooking) return;
    isLooking = true;
    try {
      await store.findDamage();
      await store.check();
    } catch (error) {
      onFailure?.(error);
    } finally {
      isLooking = false;
    }
  };
  let timer = { cancel: () => {} };
  return {
    storage,
    gate: new LocalTurnGate(),
    analytics: store.audit,
    limiter: undefined,
    createOutbox: (options) => new EmbeddedOutbox({ store, ...options }),
    check: () => store.check(),
    readNumbers: sqliteDeliveryNumbers(db),
    writeHealth: (text) => writeSqliteHealth(db, commits, text),
    rewriteState: (pattern, before, change) => storage.rewrite(pattern, before, change),
    prune: async (bounds) => {
      const pruned = await pruneSqlite({ db, commits, audit }, { ...bounds, hasAnalytics });
      const states = await storage.prune(bounds.cardsBefore);
      emptyLog();
      return { ...pruned, states };
    },
    start: async () => {
      timer = everyMinute(() => void look());
    },
    close: async () => {
      timer.cancel();
      emptyLog();
      store.close();
      unlock();
    },
  };
}
