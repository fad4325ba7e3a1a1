import { type OpenStoreOptions, readDeliveryNumbers, type Store } from '../store.ts';
import { pruneStore } from './deletions.ts';
import { noteSample } from './figures.ts';
import { countInstances, writeHealthNote } from './meta.ts';
import { createPostgresTables } from './postgresOperatorStore.ts';
import { PostgresOutbox } from './postgresOutbox.ts';
import { PostgresStorage } from './postgresStorage.ts';
import { PostgresStore } from './postgresStore.ts';
import { PostgresTurnGate } from './postgresTurnGate.ts';
import { createSharedLimiter } from './sharedLimiter.ts';

/** Opens the store in PostgreSQL that the instances of a bot share. */
export function openStore(
  url: string,
  { requestsPerMinute, hasAnalytics, auditSecrets, onFailure }: OpenStoreOptions,
): Store {
  const store = new PostgresStore({
    url,
    secrets: auditSecrets,
    ...(onFailure === undefined ? {} : { onTrouble: onFailure }),
  });
  const gate = new PostgresTurnGate(store);
  const storage = new PostgresStorage(store.database);
  return {
    storage,
    gate,
    analytics: store.analytics,
    limiter: createSharedLimiter(store.database, requestsPerMinute),
    createOutbox: (options) => new PostgresOutbox({ store, ...options }),
    check: () => store.check(),
    readNumbers: () => readDeliveryNumbers(createPostgresTables(store.database)),
    writeHealth: (text) => writeHealthNote(store.database, store.instance, text),
    noteSample: async (values) => {
      const instances = await countInstances(store.database);
      await noteSample(store.database, Date.now(), { ...values, instances });
    },
    rewriteState: (pattern, before, change) => storage.rewrite(pattern, before, change),
    prune: async (bounds) => {
      await gate.prune();
      const pruned = await pruneStore(store, { ...bounds, hasAnalytics });
      return { ...pruned, states: await storage.prune(bounds.cardsBefore) };
    },
    start: () => store.start(),
    close: () => store.close(),
  };
}
