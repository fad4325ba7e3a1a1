import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../../errors.ts';
import { loadSqlite } from './loadSqlite.ts';
import { makePrivateDir, makePrivateFile } from './privateFiles.ts';
import { storeFailure } from './storeFailure.ts';

/**
 * Claims a store for this process until it ends, however it ends: the claim is a file lock of the operating system, held by
 * an open transaction on a small database beside the store, so a killed process leaves nothing to clean up.
 *
 * @returns gives the claim back
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
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    throw new CodedError('store.locked', `The store is used by another process${describeHolder(pidFile)}.`, {
      cause: error,
    });
  }
  makePrivateFile(pidFile);
  writeFileSync(pidFile, `${process.pid}\n`);
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
