import type { OperatorStore } from './operatorStore.ts';
import { PostgresOperatorStore } from './postgres/postgresOperatorStore.ts';
import { SqliteOperatorStore } from './sqlite/sqliteOperatorStore.ts';

/**
 * Opens the store that a bot with the same settings uses: PostgreSQL when there is a `databaseUrl`, else SQLite in `dataDir`.
 *
 * @throws CodedError `store.unavailable`
 */
export async function openOperatorStore({
  databaseUrl,
  dataDir,
}: {
  databaseUrl?: string | undefined;
  dataDir: string;
}): Promise<OperatorStore> {
  return databaseUrl === undefined
    ? new SqliteOperatorStore(dataDir)
    : PostgresOperatorStore.open(databaseUrl);
}
