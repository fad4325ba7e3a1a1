import type { Database } from './database.ts';
import { schema } from './schema.ts';

const prefix = 'health/';

/** Keeps what an instance says of its own health, as JSON text with the time `at`; forgets instances of the day before. */
export async function writeHealthNote(database: Database, instance: string, text: string): Promise<void> {
  await database.query(
    `WITH old AS (DELETE FROM ${schema}.meta WHERE key LIKE '${prefix}%' AND key <> $1
       AND (value::json->>'at')::bigint < ${schema}.now_ms() - 86400000)
     INSERT INTO ${schema}.meta VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [prefix + instance, text],
  );
}

/** How many instances said something in the last minute and a half: they do so every half minute. */
export async function countInstances(database: Database): Promise<number> {
  const [row] = await database.query(
    `SELECT count(*) AS n FROM ${schema}.meta
     WHERE key LIKE '${prefix}%' AND (value::json->>'at')::bigint > ${schema}.now_ms() - 90000`,
  );
  return Number(row?.n ?? 0);
}

/** The health records of the instances, newest first. */
export async function readHealthNotes(database: Database): Promise<string[]> {
  const rows = await database.query(
    `SELECT value FROM ${schema}.meta WHERE key LIKE '${prefix}%' ORDER BY (value::json->>'at')::bigint DESC`,
  );
  return rows.map(({ value }) => String(value));
}
