import type { Database } from './database.ts';
import { schema } from './schema.ts';

/** Writes a small row. @throws CodedError `store.unavailable` when the database does not take it */
export async function tryWrite(database: Pick<Database, 'query'>): Promise<void> {
  await database.query(
    `INSERT INTO ${schema}.meta VALUES ('trial', '') ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  );
}
