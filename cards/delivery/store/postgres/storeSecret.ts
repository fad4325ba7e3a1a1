import { randomBytes } from 'node:crypto';
import type { Sql } from './database.ts';
import { schema } from './schema.ts';

/** The secret of a store, in its table `meta`, so that all instances have the same; it is made when it is missing. */
export async function readStoreSecret(sql: Sql): Promise<string> {
  const [row] = await sql.query(
    `WITH made AS (INSERT INTO ${schema}.meta VALUES ('store.key', $1) ON CONFLICT (key) DO NOTHING RETURNING value)
     SELECT value FROM made UNION ALL SELECT value FROM ${schema}.meta WHERE key = 'store.key' LIMIT 1`,
    [randomBytes(32).toString('hex')],
  );
  // Another instance made it just now, in a transaction that this statement does not see yet.
  return row === undefined ? readStoreSecret(sql) : String(row.value);
}
