import { CodedError } from '../../errors.ts';
import type { OperatorStore } from '../operatorStore.ts';
import { openStore as openSqlite } from './sqlite/openStore.ts';
import { SqliteOperatorStore } from './sqlite/sqliteOperatorStore.ts';
import type { OpenStoreOptions, Store } from './store.ts';

/** The place of a store: PostgreSQL when there is a `databaseUrl`, else SQLite in `dataDir`. */
export interface StorePlace {
  databaseUrl?: string | undefined;
  dataDir: string;
}

// The libraries of PostgreSQL take a third of a second to load: only a store there loads them.

/** Opens a bot's store. @throws CodedError `store.*`, `config.invalid` */
export async function openStore(
  { databaseUrl, dataDir }: StorePlace,
  options: OpenStoreOptions,
): Promise<Store> {
  if (databaseUrl === undefined) return openSqlite(dataDir, options);
  const postgres = await import('./postgres/openStore.ts').catch(explainMissing);
  return postgres.openStore(databaseUrl, options);
}

/**
 * Opens the store of a bot beside it, for an operator.
 *
 * @param place.auditSecrets the operator's secrets, the newest first; default: none
 * @throws CodedError `store.unavailable`
 */
export async function openOperatorStore({
  databaseUrl,
  dataDir,
  auditSecrets,
}: StorePlace & { auditSecrets?: readonly string[] }): Promise<OperatorStore> {
  if (databaseUrl === undefined) return new SqliteOperatorStore(dataDir, auditSecrets);
  const { PostgresOperatorStore } = await import('./postgres/postgresOperatorStore.ts').catch(explainMissing);
  return PostgresOperatorStore.open(databaseUrl, auditSecrets);
}

/** A user of the plugin has no driver for PostgreSQL until they install one. */
function explainMissing(cause: unknown): never {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause;
  throw new CodedError('config.invalid', 'The packages pg and pg-boss for PostgreSQL are not installed.', {
    hint: 'Run: npm install pg pg-boss.',
    cause,
  });
}
