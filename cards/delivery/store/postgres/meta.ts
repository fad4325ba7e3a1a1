import { randomBytes, randomUUID } from 'node:crypto';
import type { Database, Sql } from './database.ts';
import { schema } from './schema.ts';

/** The table of single values, by their keys. */
const meta = `${schema}.meta`;

const orReplace = 'ON CONFLICT (key) DO UPDATE SET value = excluded.value';

/** Returns the secret of a store, the same for all instances; creates it where it is missing. */
export async function readStoreSecret(sql: Sql): Promise<string> {
  const [row] = await sql.query(
    `WITH made AS (INSERT INTO ${meta} VALUES ('store.key', $1) ON CONFLICT (key) DO NOTHING RETURNING value)
     SELECT value FROM made UNION ALL SELECT value FROM ${meta} WHERE key = 'store.key' LIMIT 1`,
    [randomBytes(32).toString('hex')],
  );
  // Another instance created it just now, in a transaction that this statement does not see yet.
  return row === undefined ? readStoreSecret(sql) : String(row.value);
}

/** Returns the number of the last audit entry that the analytics webhook accepted. */
export async function readCursor(sql: Sql): Promise<number> {
  const [row] = await sql.query(`SELECT value FROM ${meta} WHERE key = 'analytics.cursor'`);
  return Number(row?.value ?? 0);
}

/** Stores the number of the last audit entry that the analytics webhook accepted. */
export async function saveCursor(sql: Sql, seq: number): Promise<void> {
  await sql.query(`INSERT INTO ${meta} VALUES ('analytics.cursor', $1) ${orReplace}`, [String(seq)]);
}

/** Writes a small row. @throws CodedError `store.unavailable` when the database refuses it */
export async function tryWrite(sql: Sql): Promise<void> {
  await sql.query(`INSERT INTO ${meta} VALUES ('trial', '') ${orReplace}`);
}

/**
 * Writes a row of the size of a card, and rolls it back: a full disk still has room for a small row.
 *
 * @throws CodedError `store.unavailable` when the database refuses it
 */
export async function tryLargeWrite(database: Database): Promise<void> {
  const rollBack = new Error('The row can be written.');
  try {
    await database.transaction(async (sql) => {
      // Random, because the server compresses.
      const value = randomBytes(32 * 1024).toString('hex');
      await sql.query(`INSERT INTO ${meta} VALUES ($1, $2)`, [`trial/${randomUUID()}`, value]);
      throw rollBack;
    });
  } catch (error) {
    if (error !== rollBack) throw error;
  }
}

/**
 * Stores the health record of an instance, and deletes the records that are older than a day.
 *
 * @param text JSON with the time `at`, wall clock in milliseconds
 */
export async function writeHealthNote(sql: Sql, instance: string, text: string): Promise<void> {
  await sql.query(
    `WITH old AS (DELETE FROM ${meta} WHERE key LIKE 'health/%' AND key <> $1
       AND (value::json->>'at')::bigint < ${schema}.now_ms() - 86400000)
     INSERT INTO ${meta} VALUES ($1, $2) ${orReplace}`,
    [`health/${instance}`, text],
  );
}

/** Counts the instances with a health record of the last minute and a half: each writes one every half minute. */
export async function countInstances(sql: Sql): Promise<number> {
  const [row] = await sql.query(
    `SELECT count(*) AS n FROM ${meta}
     WHERE key LIKE 'health/%' AND (value::json->>'at')::bigint > ${schema}.now_ms() - 90000`,
  );
  return Number(row?.n ?? 0);
}

/** Returns the health records of the instances, newest first. */
export async function readHealthNotes(sql: Sql): Promise<string[]> {
  const rows = await sql.query(
    `SELECT value FROM ${meta} WHERE key LIKE 'health/%' ORDER BY (value::json->>'at')::bigint DESC`,
  );
  return rows.map(({ value }) => String(value));
}
