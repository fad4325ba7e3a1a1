import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CodedError } from '../../../errors.ts';

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
   * Looks whether the files are still those that were opened. What is written to a file that was deleted or replaced is lost
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

  /** Reads the whole database on a thread of its own; gives what is wrong with it first, or undefined. */
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
