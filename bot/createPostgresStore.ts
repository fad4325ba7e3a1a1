import { writeHealthNote } from '../cards/delivery/postgres/healthNotes.ts';
import { PostgresOutbox } from '../cards/delivery/postgres/postgresOutbox.ts';
import { PostgresStore } from '../cards/delivery/postgres/postgresStore.ts';
import { pruneStore } from '../cards/delivery/postgres/prune.ts';
import { sharedLimiter } from '../cards/delivery/postgres/sharedLimiter.ts';
import type { Config } from './config.ts';
import type { Store, StoreOptions } from './createStore.ts';
import { PostgresStorage } from './state/postgresStorage.ts';
import { PostgresTurnGate } from './state/postgresTurnGate.ts';
import { postgresDeliveryNumbers } from './telemetry/postgresDeliveryNumbers.ts';

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
