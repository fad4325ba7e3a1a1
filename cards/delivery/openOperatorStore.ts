import type { OperatorStore } from './operatorStore.ts';
import { SqliteOperatorStore } from './store/sqlite/sqliteOperatorStore.ts';

/**
 * Opens the store that a bot with the same settings uses: PostgreSQL when there is a `databaseUrl`, else SQLite in `dataDir`.
 *
 * @throws CodedError `store.unavailable`
 */
export async function openOperatorStore({
  databaseUrl,
  dataDir,
  auditSecrets,
}: {
  databaseUrl?: string | undefined;
  dataDir: string;
  /** The operator's secrets, the newest first; default: none. */
  auditSecrets?: readonly string[];
}): Promise<OperatorStore> {
  if (databaseUrl === undefined) return new SqliteOperatorStore(dataDir, auditSecrets);
  // Its libraries take a third of a second to load.
  const { PostgresOperatorStore } = await import('./store/postgres/postgresOperatorStore.ts');
  return PostgresOperatorStore.open(databaseUrl, auditSecrets);
}
