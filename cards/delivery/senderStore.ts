import { codeOf } from '../errors.ts';
import { checkChainKey } from './audit.ts';
import { openStore, type StorePlace } from './store/openStore.ts';
import { CardStore } from './store/sqlite/cardStore.ts';
import { openDatabase } from './store/sqlite/database.ts';
import { HandOver } from './store/sqlite/handOver.ts';
import type { OpenStoreOptions, Store } from './store/store.ts';

/** What a sender keeps its cards in. */
export interface SenderStore extends Pick<Store, 'limiter' | 'analytics' | 'createOutbox' | 'close'> {
  /** False when another process has the store, and sends what is put into it. */
  readonly isOurs: boolean;
}

/** Opens a sender's store. @throws CodedError `store.*`, `config.invalid` */
export async function openSenderStore(
  place: StorePlace,
  given: Pick<OpenStoreOptions, 'auditSecrets' | 'requestsPerMinute'>,
): Promise<SenderStore> {
  try {
    const store = await openStore(place, {
      ...given,
      hasAnalytics: false,
      // A sender looks after no store: the next bot on it does.
      everyMinute: () => ({ cancel: () => {} }),
      onTornLog: () => {},
      onFullLog: () => {},
    });
    await store.start();
    return { ...store, isOurs: true };
  } catch (error) {
    // Only SQLite belongs to one process.
    if (codeOf(error) === 'store.locked') return handOver(place.dataDir, given.auditSecrets);
    throw error;
  }
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
