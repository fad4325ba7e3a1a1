import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Storage, StoreItems } from 'botbuilder';
import { inBatches } from '../../cards/delivery/inBatches.ts';
import { asStoreError, type GroupCommit } from '../../cards/delivery/sqlite/groupCommit.ts';
import { stateText } from './stateText.ts';

/**
 * Bot Framework storage (conversation and dialog state) on the bot's SQLite store, with eTags: a write with an eTag that is
 * no longer the stored one is refused, `*` and none overwrite.
 */
export class SqliteStorage implements Storage {
  readonly #commits: GroupCommit;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #prune: StatementSync;

  constructor(db: DatabaseSync, commits: GroupCommit) {
    this.#commits = commits;
    this.#get = db.prepare('SELECT etag, item FROM bot_state WHERE key = ?');
    this.#put = db.prepare(
      'INSERT INTO bot_state VALUES (?, 1, ?, ?) ON CONFLICT (key) DO UPDATE SET etag = etag + 1, item = excluded.item, changed_at = excluded.changed_at',
    );
    this.#remove = db.prepare('DELETE FROM bot_state WHERE key = ?');
    this.#prune = db.prepare(
      'DELETE FROM bot_state WHERE key IN (SELECT key FROM bot_state WHERE changed_at < ? LIMIT 500)',
    );
  }

  async read(keys: string[]): Promise<StoreItems> {
    const items: StoreItems = {};
    try {
      for (const key of keys) {
        const row = this.#get.get(key);
        if (row !== undefined) items[key] = { ...JSON.parse(String(row.item)), eTag: String(row.etag) };
      }
    } catch (error) {
      throw asStoreError(error);
    }
    return items;
  }

  /** @throws CodedError `store.tooLarge` for an item over 2 MiB; Error when an eTag is not the stored one, in the words of the Bot Framework's own storages */
  async write(changes: StoreItems): Promise<void> {
    const items = Object.entries(changes).map(([key, { eTag, ...item }]) => ({
      key,
      eTag,
      text: stateText(item),
    }));
    const isWritten = await this.#commits.run(() => {
      // All eTags before any write: a conflict leaves everything as it was.
      if (items.some(({ key, eTag }) => this.#isOld(key, eTag))) return false;
      for (const { key, text } of items) this.#put.run(key, text, Date.now());
      return true;
    });
    if (!isWritten) throw new Error('Storage: error writing a key due to eTag conflict.');
  }

  delete(keys: string[]): Promise<void> {
    return this.#commits.run(() => {
      for (const key of keys) this.#remove.run(key);
    });
  }

  /** Deletes what was last written before `before` (wall clock in milliseconds); gives how many items it was. */
  prune(before: number): Promise<number> {
    return inBatches(() => this.#commits.run(() => Number(this.#prune.run(before).changes)));
  }

  #isOld(key: string, eTag: string | undefined): boolean {
    return eTag !== undefined && eTag !== '*' && String(this.#get.get(key)?.etag ?? '') !== eTag;
  }
}
