import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../../errors.ts';
import { closeToOthers, makePrivateDir, makePrivateFile } from './privateFiles.ts';
import { migrate } from './schema.ts';
import { storeFailure } from './storeFailure.ts';

/** How long a statement waits for another process that writes, in milliseconds. */
const busyMs = 5_000;

/**
 * Opens a store's database: write-ahead log, synced at each commit, safe against a kill and against a power cut. Only the
 * owner of the files can read them, and deleted data is overwritten with zeros.
 *
 * @param dataDir its folder, or `:memory:`
 * @param onTornLog called when the log ends in the middle of a record, which SQLite drops: that record was never confirmed
 * @throws CodedError `store.unavailable` or `store.damaged` when it cannot be opened
 */
export function openDatabase(dataDir: string, onTornLog: () => void = () => {}): DatabaseSync {
  try {
    if (dataDir === ':memory:') return prepare(new (loadSqlite().DatabaseSync)(dataDir));
    makePrivateDir(dataDir);
    const file = join(dataDir, 'cards.sqlite');
    // SQLite gives its log and its shared memory the mode of the database.
    makePrivateFile(file);
    for (const end of ['-wal', '-shm']) closeToOthers(`${file}${end}`);
    const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
    const db = prepare(new (loadSqlite().DatabaseSync)(file, { timeout: busyMs }));
    const pageSize = Number(db.prepare('PRAGMA page_size').get()?.page_size);
    // SQLite's format: a header of 32 bytes, then frames of 24 bytes and a page.
    if (log !== undefined && log.size > 0 && (log.size - 32) % (24 + pageSize) !== 0) onTornLog();
    return db;
  } catch (error) {
    throw storeFailure(error, 'opened', dataDir);
  }
}

function prepare(db: DatabaseSync): DatabaseSync {
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON',
  );
  migrate(db);
  return db;
}

/** Node 22 warns that its SQLite is an experiment: it is loaded when the first database is opened, and not before. */
function loadSqlite(): typeof import('node:sqlite') {
  return process.getBuiltinModule('node:sqlite');
}

/** Reads a single value that the store keeps by its key; undefined when there is none. */
export function readMeta(db: DatabaseSync, key: string): string | undefined {
  const value = db.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** Keeps a single value by its key; must be called inside a transaction. */
export function writeMeta(db: DatabaseSync, key: string, value: string): void {
  db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(
    key,
    value,
  );
}

/**
 * Moves committed data out of the write-ahead log and empties that file: until then it holds data that was deleted from
 * the database. Returns false when another process reads or writes just now; the next call does it.
 */
export function emptyLog(db: DatabaseSync): boolean {
  // Nothing waits for another process here: a long read of the command line would hold up every turn.
  db.exec('PRAGMA busy_timeout = 0');
  try {
    return db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0;
  } finally {
    db.exec(`PRAGMA busy_timeout = ${busyMs}`);
  }
}

/**
 * Claims a store for this process until it ends, however it ends: the claim is a file lock of the operating system, held by
 * an open transaction on a small database beside the store, so a killed process leaves nothing to clean up.
 *
 * @returns a function that ends the claim
 * @throws CodedError `store.locked` with the pid of the process that has it, `store.unavailable` when a file cannot be used
 */
export function lockStore(dataDir: string): () => void {
  if (dataDir === ':memory:') return () => {};
  try {
    return claim(dataDir);
  } catch (error) {
    throw storeFailure(error, 'opened', dataDir);
  }
}

function claim(dataDir: string): () => void {
  makePrivateDir(dataDir);
  const pidFile = join(dataDir, 'bot.pid');
  const lockFile = join(dataDir, 'lock.sqlite');
  makePrivateFile(lockFile);
  const db = new (loadSqlite().DatabaseSync)(lockFile, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
    makePrivateFile(pidFile);
    writeFileSync(pidFile, `${process.pid}\n`);
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    throw new CodedError('store.locked', `The store is used by another process${describeHolder(pidFile)}.`, {
      cause: error,
    });
  }
  return () => db.close();
}

/** SQLITE_BUSY, and not a full disk or the like. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}

function describeHolder(pidFile: string): string {
  try {
    return ` (pid ${Number.parseInt(readFileSync(pidFile, 'utf8'), 10)})`;
  } catch {
    return '';
  }
}
