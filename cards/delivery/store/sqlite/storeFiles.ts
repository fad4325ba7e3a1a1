import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { extname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { CodedError } from '../../../errors.ts';
import { writeMeta } from './database.ts';
import type { GroupCommit } from './groupCommit.ts';

/** A store with a write this long ago, in milliseconds, need not be tried. */
const freshMs = 1_000;
/** Bytes of a trial: as many as a large card has, because a nearly full disk still has room for a small one. */
const trialBytes = 64 * 1024;

/** The files of a store: whether they are those that were opened, undamaged, and writable. */
export class StoreFiles {
  readonly #db: DatabaseSync;
  readonly #commits: GroupCommit;
  /** The database; null for one in memory, which has no files. */
  readonly #file: string | null;
  readonly #known: Map<string, string | undefined>;
  #damage: CodedError | undefined;

  constructor(db: DatabaseSync, commits: GroupCommit) {
    this.#db = db;
    this.#commits = commits;
    this.#file = db.location();
    const names = this.#file === null ? [] : [this.#file, `${this.#file}-wal`];
    this.#known = new Map(names.map((name) => [name, identityOf(name)]));
  }

  /**
   * Resolves when the store accepts cards: its files are those that were opened, no damage is known, and the last write
   * succeeded, which is made now if there was none within a second.
   *
   * @throws CodedError `store.damaged` or `store.unavailable`
   */
  async check(): Promise<void> {
    this.#checkIdentities();
    if (this.#damage !== undefined) throw this.#damage;
    if (this.#commits.hasCommittedWithin(freshMs)) return;
    // Other bytes each time: SQLite does not write a value that stays the same.
    const bytes = randomBytes(trialBytes / 2).toString('hex');
    await this.#commits.run(() => writeMeta(this.#db, 'trial', bytes));
  }

  /**
   * Reads the whole database on a thread of its own, and remembers the first damage for `check`.
   *
   * @throws CodedError `store.damaged` when the files are not those that were opened
   */
  async findDamage(): Promise<void> {
    this.#checkIdentities();
    const found = this.#file === null ? undefined : await searchDatabase(this.#file);
    this.#damage =
      found === undefined
        ? undefined
        : new CodedError('store.damaged', `The store's file is damaged (${found}).`);
  }

  #checkIdentities(): void {
    const problem = this.#findProblem();
    if (problem === undefined) return;
    const error = new CodedError('store.damaged', problem);
    // Data written to a file that was deleted or replaced is lost when the process ends.
    this.#commits.refuse(error);
    throw error;
  }

  #findProblem(): string | undefined {
    for (const [name, known] of this.#known) {
      const now = identityOf(name);
      // SQLite makes its log at the first write.
      if (known === undefined) this.#known.set(name, now);
      else if (now !== known)
        return `The store's file ${name} was ${now === undefined ? 'deleted' : 'replaced'} while the bot runs.`;
    }
    // Opening an emptied database makes SQLite delete its log as well.
    return this.#file !== null && statSync(this.#file).size === 0
      ? `The store's file ${this.#file} was emptied while the bot runs.`
      : undefined;
  }
}

/** Distinguishes a file from another of the same name; undefined when there is no file. */
function identityOf(name: string): string | undefined {
  const stat = statSync(name, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`;
}

/** Reads a database on a thread of its own; resolves to its first damage, or to undefined. */
function searchDatabase(file: string): Promise<string | undefined> {
  const worker = new Worker(new URL(`./damageWorker${extname(import.meta.filename)}`, import.meta.url), {
    workerData: file,
  });
  worker.unref();
  return new Promise((resolve, reject) => {
    worker.once('message', (found: unknown) => resolve(typeof found === 'string' ? found : undefined));
    worker.once('error', reject);
    worker.once('exit', () => resolve(undefined));
  });
}
