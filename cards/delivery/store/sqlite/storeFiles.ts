import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
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

/** The files of a store, as they were when it was opened. */
export class StoreFiles {
  readonly #file: string;
  readonly #known: Map<string, string | undefined>;

  /** @param file the database */
  constructor(file: string) {
    this.#file = file;
    this.#known = new Map([file, `${file}-wal`].map((name) => [name, identityOf(name)]));
  }

  /**
   * Checks that the files are still those that were opened. Data written to a file that was deleted or replaced is lost
   * when the process ends.
   *
   * @throws CodedError `store.damaged`
   */
  check(): void {
    for (const [name, known] of this.#known) {
      const now = identityOf(name);
      // SQLite makes its log at the first write.
      if (known === undefined) this.#known.set(name, now);
      else if (now !== known)
        throw new CodedError(
          'store.damaged',
          `The store's file ${name} was ${now === undefined ? 'deleted' : 'replaced'} while the bot runs.`,
        );
    }
    // Opening an emptied database makes SQLite delete its log as well.
    if (statSync(this.#file).size === 0)
      throw new CodedError('store.damaged', `The store's file ${this.#file} was emptied while the bot runs.`);
  }

  /** Reads the whole database on a thread of its own; resolves to the first damage found, or to undefined. */
  findDamage(): Promise<string | undefined> {
    const worker = new Worker(new URL(`./damageWorker${extname(import.meta.filename)}`, import.meta.url), {
      workerData: this.#file,
    });
    worker.unref();
    return new Promise((resolve, reject) => {
      worker.once('message', (found: unknown) => resolve(typeof found === 'string' ? found : undefined));
      worker.once('error', reject);
      worker.once('exit', () => resolve(undefined));
    });
  }
}

/** Distinguishes a file from another of the same name; undefined when there is no file. */
function identityOf(name: string): string | undefined {
  const stat = statSync(name, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`;
}
