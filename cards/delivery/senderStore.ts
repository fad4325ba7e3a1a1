import { codeOf } from '../errors.ts';
import type { AnalyticsSource } from './analytics.ts';
import { checkChainKey } from './audit.ts';
import type { Listeners } from './cardEvents.ts';
import type { CardRoute, Outbox } from './outbox.ts';
import type { RateLimitOptions } from './rateLimit.ts';
import { CardStore, openDatabase } from './store/sqlite/cardStore.ts';
import { EmbeddedOutbox } from './store/sqlite/embeddedOutbox.ts';
import { HandOver } from './store/sqlite/handOver.ts';
import { lockStore } from './store/sqlite/storeLock.ts';

/** What a sender keeps its cards in. */
export interface SenderStore {
  /** False when another process has the store, and sends what is put into it. */
  readonly isOurs: boolean;
  readonly limiter: RateLimitOptions['limiter'];
  readonly analytics: AnalyticsSource;
  /** @param options.routes makes the routes; not called when another process sends */
  createOutbox(options: Listeners & { routes: () => readonly CardRoute[] }): Outbox;
  close(): Promise<void>;
}

/** Which store, and whose limit the instances on it share. */
export interface SenderStoreOptions {
  databaseUrl: string | undefined;
  dataDir: string;
  auditSecrets: readonly string[];
  requestsPerMinute: number;
}

/** Opens a sender's store: PostgreSQL when there is a `databaseUrl`, else SQLite. @throws CodedError `store.*`, `config.invalid` */
export function openSenderStore(options: SenderStoreOptions): Promise<SenderStore> {
  const { databaseUrl } = options;
  return databaseUrl === undefined ? openSqlite(options) : openPostgres(databaseUrl, options);
}

async function openSqlite({ dataDir, auditSecrets }: SenderStoreOptions): Promise<SenderStore> {
  const unlock = lockUnlessTaken(dataDir);
  const store = new CardStore(openDatabase(dataDir), Date.now, auditSecrets);
  const close = async () => {
    store.close();
    unlock?.();
  };
  try {
    checkChainKey(store.audit.head().hash, store.keys);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    isOurs: unlock !== undefined,
    limiter: undefined,
    analytics: store.audit,
    createOutbox: ({ routes, ...listeners }) =>
      unlock === undefined
        ? new HandOver(store)
        : new EmbeddedOutbox({ store, routes: routes(), ...listeners }),
    close,
  };
}

function lockUnlessTaken(dataDir: string): (() => void) | undefined {
  try {
    return lockStore(dataDir);
  } catch (error) {
    if (codeOf(error) === 'store.locked') return undefined;
    throw error;
  }
}

async function openPostgres(
  url: string,
  { auditSecrets, requestsPerMinute }: SenderStoreOptions,
): Promise<SenderStore> {
  // Its libraries take a third of a second to load.
  const [{ PostgresStore }, { PostgresOutbox }, { sharedLimiter }] = await Promise.all([
    import('./store/postgres/postgresStore.ts'),
    import('./store/postgres/postgresOutbox.ts'),
    import('./store/postgres/sharedLimiter.ts'),
  ]);
  const store = new PostgresStore({ url, secrets: auditSecrets });
  await store.start();
  return {
    isOurs: true,
    limiter: sharedLimiter(store.database, requestsPerMinute),
    analytics: store.analytics,
    createOutbox: ({ routes, ...listeners }) => new PostgresOutbox({ store, routes: routes(), ...listeners }),
    close: () => store.close(),
  };
}
