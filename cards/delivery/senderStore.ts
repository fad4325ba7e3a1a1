import { codeOf } from '../errors.ts';
import type { AnalyticsSource } from './analytics.ts';
import { checkChainKey } from './audit.ts';
import type { Listeners } from './cardEvents.ts';
import type { CardRoute, Outbox } from './outbox.ts';
import type { RateLimitOptions } from './rateLimit.ts';
import { openStore } from './store/openStore.ts';
import { CardStore, openDatabase } from './store/sqlite/cardStore.ts';
import { HandOver } from './store/sqlite/handOver.ts';
import type { OpenStoreOptions, Store } from './store/store.ts';

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
export async function openSenderStore({
  databaseUrl,
  dataDir,
  ...given
}: SenderStoreOptions): Promise<SenderStore> {
  const options: OpenStoreOptions = {
    ...given,
    hasAnalytics: false,
    // A sender looks after no store: the next bot on it does.
    everyMinute: () => ({ cancel: () => {} }),
    onTornLog: () => {},
    onFullLog: () => {},
  };
  try {
    return await ownStore(await openStore({ databaseUrl, dataDir }, options));
  } catch (error) {
    // Only SQLite belongs to one process.
    if (codeOf(error) === 'store.locked') return handOver(dataDir, given.auditSecrets);
    throw error;
  }
}

async function ownStore(store: Store): Promise<SenderStore> {
  await store.start();
  const { limiter, analytics } = store;
  return {
    isOurs: true,
    limiter,
    analytics,
    createOutbox: ({ routes, ...listeners }) =>
      store.createOutbox({ routes: routes(), onUnknown: 'hold', ...listeners }),
    close: () => store.close(),
  };
}

/** The store of another process, which sends what is put into it. */
function handOver(dataDir: string, secrets: readonly string[]): SenderStore {
  const store = new CardStore(openDatabase(dataDir), Date.now, secrets);
  try {
    checkChainKey(store.audit.head().hash, store.keys);
  } catch (error) {
    store.close();
    throw error;
  }
  return {
    isOurs: false,
    limiter: undefined,
    analytics: store.audit,
    createOutbox: () => new HandOver(store),
    close: async () => store.close(),
  };
}
