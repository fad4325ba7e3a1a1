import { type OpenStoreOptions, readDeliveryNumbers, type Store } from '../store.ts';
import { LocalTurnGate } from '../turnGate.ts';
import { type CardStore, openCardStore } from './cardStore.ts';
import { lockStore, writeMeta } from './database.ts';
import { pruneStore } from './deletions.ts';
import { EmbeddedOutbox } from './embeddedOutbox.ts';
import { createSqliteTables } from './sqliteOperatorStore.ts';
import { SqliteStorage } from './sqliteStorage.ts';

/** Opens the store that one process has for itself. @throws CodedError `store.*`, `config.invalid` */
export function openStore(
  dataDir: string,
  { auditSecrets, hasAnalytics, everyMinute, onFailure, onTornLog, onFullLog }: OpenStoreOptions,
): Store {
  const unlock = lockStore(dataDir);
  let store: CardStore;
  try {
    store = openCardStore(dataDir, { secrets: auditSecrets, onTornLog });
  } catch (error) {
    unlock();
    throw error;
  }
  const { db } = store;
  const storage = new SqliteStorage(db, store.commits);
  const { commits, audit } = store;
  /** The write-ahead log holds deleted data until it is emptied. */
  const emptyLog = () => {
    try {
      store.emptyLog();
    } catch (error) {
      onFullLog(error);
    }
  };
  let isLooking = false;
  const look = async () => {
    emptyLog();
    // A look at a large store may take longer than the minute until the next.
    if (isLooking) return;
    isLooking = true;
    try {
      await store.files.findDamage();
      await store.files.check();
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
    analytics: audit,
    limiter: undefined,
    createOutbox: (options) => new EmbeddedOutbox({ store, ...options }),
    check: () => store.files.check(),
    readNumbers: () => readDeliveryNumbers(createSqliteTables(db)),
    writeHealth: (text) => commits.run(() => writeMeta(db, 'health', text)),
    noteSample: (values) => commits.run(() => audit.figures.sample(Date.now(), { ...values, instances: 1 })),
    rewriteState: (pattern, before, change) => storage.rewrite(pattern, before, change),
    prune: async (bounds) => {
      const pruned = await pruneStore(store, { ...bounds, hasAnalytics }, Date.now());
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
