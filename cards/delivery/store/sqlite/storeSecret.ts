import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../../errors.ts';

/**
 * The secret of a store, in the file `store.key` beside its database, which only its owner can read; it is made when it is
 * missing. A store in memory is never at rest: its secret is a constant.
 *
 * @throws CodedError `store.unavailable` when the file can neither be read nor written
 */
export function readStoreSecret(db: DatabaseSync): string {
  const location = db.location();
  if (location === null) return 'in memory';
  const file = join(dirname(location), 'store.key');
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch {
    // The file exists already or cannot be written: reading shows which.
  }
  try {
    const secret = readFileSync(file, 'utf8').trim();
    if (/^[0-9a-f]{64}$/.test(secret)) return secret;
  } catch (error) {
    throw createNoKeyError(error);
  }
  throw createNoKeyError(undefined);
}

function createNoKeyError(cause: unknown): CodedError {
  return new CodedError('store.unavailable', 'The file store.key in DATA_DIR cannot be used.', {
    cause,
    hint: 'It must contain 64 hexadecimal digits and belong to the account of the bot. Restore it from a backup, or remove it: the bot makes a new one, and signatures of the old one cannot be checked any more.',
  });
}
