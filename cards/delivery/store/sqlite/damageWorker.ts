import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * The body of a thread that reads a whole database and reports its first damage in SQLite's own words, which hold names of
 * tables and numbers of pages; undefined when there is none.
 */
function findDamage(file: string): string | undefined {
  try {
    const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      const found = String(db.prepare('PRAGMA quick_check(1)').get()?.quick_check);
      return found === 'ok' ? undefined : found.replaceAll(/\s+/g, ' ').slice(0, 200);
    } finally {
      db.close();
    }
  } catch (error) {
    const { errcode } = { errcode: 0, ...(error instanceof Error ? error : {}) };
    // Another error, such as a lock, shows elsewhere.
    return damageCodes.has(errcode & 0xff) ? `SQLite's code ${errcode}` : undefined;
  }
}

/** SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB. */
const damageCodes = new Set([10, 11, 26]);

parentPort?.postMessage(findDamage(String(workerData)));
