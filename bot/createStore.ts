import { openStore } from '../cards/delivery/store/sqlite/openStore.ts';
import type { OpenStoreOptions, Store } from '../cards/delivery/store/store.ts';
import type { Config } from './config/config.ts';
import { errorFields } from './log/errorFields.ts';
import type { Log } from './log/log.ts';
import { type Every, every } from './process/every.ts';

/** What a store is given from outside. */
export interface StoreOptions {
  /** Calls back at least every minute; default: every 45 seconds, by a timer that keeps no process alive. */
  everyMinute?: Every;
  /** Told of errors of the database after which it is tried again. */
  onFailure?: (error: unknown) => void;
}

/** Opens the store that the configuration names; PostgreSQL's libraries are loaded only for it, for they take a third of a second. */
export async function createStore(
  { databaseUrl, dataDir, analytics, auditSecrets, requestsPerMinute }: Config,
  log: Log,
  { everyMinute = every(45_000), onFailure }: StoreOptions = {},
): Promise<Store> {
  const options: OpenStoreOptions = {
    auditSecrets,
    hasAnalytics: analytics !== undefined,
    requestsPerMinute,
    everyMinute,
    onFailure,
    onTornLog: () =>
      log.warn({ event: 'store.torn' }, 'The store ended with a half-written record; it was removed'),
    onFullLog: (error) =>
      log.warn(
        { event: 'store.trouble', what: 'write-ahead log', ...errorFields(error) },
        'Write-ahead log could not be emptied, retrying',
      ),
  };
  if (databaseUrl === undefined) return openStore(dataDir, options);
  const postgres = await import('../cards/delivery/store/postgres/openStore.ts');
  return postgres.openStore(databaseUrl, options);
}
