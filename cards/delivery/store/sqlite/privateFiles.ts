import { chmodSync, closeSync, lstatSync, mkdirSync, openSync } from 'node:fs';

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
  setMode(file, 0o600);
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
