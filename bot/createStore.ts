import { openStore } from '../cards/delivery/store/openStore.ts';
import type { Store } from '../cards/delivery/store/store.ts';
import type { Config } from './config/config.ts';
import { readErrorFields } from './log/errorFields.ts';
import type { Log } from './log/log.ts';
import { createEvery, type Every } from './process/every.ts';

/** What a store is given from outside. */
export interface StoreOptions {
  /** Calls back at least every minute; default: every 45 seconds, by a timer that keeps no process alive. */
  everyMinute?: Every;
  /** Called with an error of the database after which the store retries. */
  onFailure?: (error: unknown) => void;
}

/** Opens the store that the configuration names, and logs what happens to it. */
export function createStore(
  config: Config,
  log: Log,
  { everyMinute = createEvery(45_000), onFailure }: StoreOptions = {},
): Promise<Store> {
  return openStore(config, {
    auditSecrets: config.auditSecrets,
    hasAnalytics: config.analytics !== undefined,
    requestsPerMinute: config.requestsPerMinute,
    everyMinute,
    onFailure,
    onTornLog: () =>
      log.warn({ event: 'store.torn' }, 'The store ended with an incomplete record; the record was removed'),
    onFullLog: (error) =>
      log.warn(
        { event: 'store.logFull', ...readErrorFields(error) },
        'Write-ahead log could not be emptied, retrying',
      ),
  });
}
