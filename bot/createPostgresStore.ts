import { postgresDeliveryNumbers } from '../cards/delivery/store/postgres/deliveryNumbers.ts';
import { writeHealthNote } from '../cards/delivery/store/postgres/healthNotes.ts';
import { PostgresOutbox } from '../cards/delivery/store/postgres/postgresOutbox.ts';
import { PostgresStorage } from '../cards/delivery/store/postgres/postgresStorage.ts';
import { PostgresStore } from '../cards/delivery/store/postgres/postgresStore.ts';
import { PostgresTurnGate } from '../cards/delivery/store/postgres/postgresTurnGate.ts';
import { pruneStore } from '../cards/delivery/store/postgres/prune.ts';
import { sharedLimiter } from '../cards/delivery/store/postgres/sharedLimiter.ts';
import type { Config } from './config.ts';
import type { Store, StoreOptions } from './createStore.ts';

/** Opens the store in PostgreSQL that the instances of a bot share. */
export function createPostgresStore(
  url: string,
  { requestsPerMinute, analytics, auditSecrets }: Config,
  { onFailure }: StoreOptions,
): Store {
  const store = new PostgresStore({
    url,
    secrets: auditSecrets,
    onTrouble: (_, error) => onFailure?.(error),
  });
  const gate = new PostgresTurnGate(store);
  const storage = new PostgresStorage(store.database);
  const hasAnalytics = analytics !== undefined;
  return {
    storage,
    gate,
    analytics: store.analytics,
    limiter: sharedLimiter(store.database, requestsPerMinute),
    createOutbox: (options) => new PostgresOutbox({ store, ...options }),
    check: () => store.check(),
    readNumbers: postgresDeliveryNumbers(store.database),
    writeHealth: (text) => writeHealthNote(store.database, store.instance, text),
    rewriteState: (pattern, before, change) => storage.rewrite(pattern, before, change),
    prune: async (bounds) => ({
      ...(await pruneStore(store, { ...bounds, hasAnalytics })),
      states: await storage.prune(bounds.cardsBefore),
    }),
    start: async () => {
      await store.start();
      gate.start();
    },
    close: async () => {
      gate.stop();
      await store.close();
    },
  };
}
