import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CodedError } from '../../../errors.ts';

/**
 * Makes a folder that only its owner can open (0700), whatever the umask is, and closes one that others could open.
 *
 * A folder of another user or of everybody, such as `/tmp`, keeps its mode. Windows has no such modes: there the folder
 * keeps the rights that it inherits.
 */
export function makePrivateDir(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  setMode(dir, 0o700);
}

/** Makes an empty file that only its owner can read (0600), or closes one that others could read; see `makePrivateDir`. */
export function makePrivateFile(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
  closeToOthers(file);
}

/** Closes a file to others if it exists. */
export function closeToOthers(file: string): void {
  setMode(file, 0o600);
}

function setMode(path: string, mode: number): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || (stat.mode & 0o777) === mode || process.platform === 'win32') return;
  const isOurs = stat.uid === process.getuid?.();
  const isForEverybody = (stat.mode & 0o1000) !== 0;
  if (!isOurs || isForEverybody || stat.isSymbolicLink()) return;
  try {
    chmodSync(path, mode);
  } catch {
    // A file system without modes, such as a share of Windows: its own rights hold.
  }
}

/**
 * Reads the secret of a store from the file `store.key` beside its database, which only its owner can read; makes the file
 * when it is missing. A store in memory is never at rest: its secret is a constant.
 *
 * @param file the database; null for one in memory
 * @throws CodedError `store.unavailable` when the file can neither be read nor written
 */
export function readStoreSecret(file: string | null): string {
  if (file === null) return 'in memory';
  const keyFile = join(dirname(file), 'store.key');
  try {
    writeFileSync(keyFile, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch {
    // The file exists already or cannot be written: reading shows which.
  }
  let cause: unknown;
  try {
    const secret = readFileSync(keyFile, 'utf8').trim();
    if (/^[0-9a-f]{64}$/.test(secret)) return secret;
  } catch (error) {
    cause = error;
  }
  throw new CodedError('store.unavailable', 'The file store.key in DATA_DIR cannot be used.', {
    cause,
    hint: 'It must contain 64 hexadecimal digits and belong to the account of the bot. Restore it from a backup, or remove it: the bot makes a new one, and signatures of the old one cannot be checked any more.',
  });
}
