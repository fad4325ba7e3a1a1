import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type ChangeItem,
  pageSize,
  rewriteItems,
  type StateItems,
  type StateStorage,
  writeStateText,
} from '../stateStorage.ts';
import { removeInBatches } from '../store.ts';
import type { GroupCommit } from './groupCommit.ts';
import { readStore } from './storeFailure.ts';

/**
 * Bot Framework storage (conversation and dialog state) on the bot's SQLite store, with eTags: a write with an outdated eTag
 * is refused; `*` and none overwrite.
 */
export class SqliteStorage implements StateStorage {
  readonly #commits: GroupCommit;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #prune: StatementSync;
  readonly #old: StatementSync;
  readonly #replace: StatementSync;
  #rewrittenUpTo = 0;

  constructor(db: DatabaseSync, commits: GroupCommit) {
    this.#commits = commits;
    this.#get = db.prepare('SELECT etag, item FROM bot_state WHERE key = ?');
    this.#put = db.prepare(
      'INSERT INTO bot_state VALUES (?, 1, ?, ?) ON CONFLICT (key) DO UPDATE SET etag = etag + 1, item = excluded.item, changed_at = excluded.changed_at',
    );
    this.#remove = db.prepare('DELETE FROM bot_state WHERE key = ?');
    this.#old = db.prepare(
      `SELECT key, etag, item FROM bot_state WHERE key LIKE ? AND key > ? AND changed_at >= ? AND changed_at < ? ORDER BY key LIMIT ${pageSize}`,
    );
    this.#replace = db.prepare('UPDATE bot_state SET item = ? WHERE key = ? AND etag = ?');
    this.#prune = db.prepare(
      'DELETE FROM bot_state WHERE key IN (SELECT key FROM bot_state WHERE changed_at < ? LIMIT 500)',
    );
  }

  async read(keys: string[]): Promise<StateItems> {
    const items: StateItems = {};
    for (const key of keys) {
      const row = readStore(() => this.#get.get(key));
      if (row !== undefined) items[key] = { ...JSON.parse(String(row.item)), eTag: String(row.etag) };
    }
    return items;
  }

  /** @throws CodedError `store.tooLarge` for an item over 2 MiB; Error when an eTag is not the stored one, in the words of the Bot Framework's own storages */
  async write(changes: StateItems): Promise<void> {
    const items = Object.entries(changes).map(([key, { eTag, ...item }]) => ({
      key,
      eTag,
      text: writeStateText(item),
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

  /** Deletes items last written before `before` (wall clock in milliseconds); returns their number. */
  prune(before: number): Promise<number> {
    return removeInBatches(() => this.#commits.run(() => Number(this.#prune.run(before).changes)));
  }

  /**
   * Changes items whose keys match a pattern (SQL's LIKE) and that were last written before `before` (wall clock in
   * milliseconds); returns the number of changed items. An item that this process has read once is not read again until it is
   * written; an item that is written meanwhile stays.
   */
  async rewrite(pattern: string, before: number, change: ChangeItem): Promise<number> {
    const count = await rewriteItems(
      {
        read: async (last) => this.#old.all(pattern, last, this.#rewrittenUpTo, before),
        replace: (items) =>
          this.#commits.run(() =>
            items.reduce(
              (sum, { key, etag, text }) => sum + Number(this.#replace.run(text, key, Number(etag)).changes),
              0,
            ),
          ),
      },
      change,
    );
    this.#rewrittenUpTo = before;
    return count;
  }

  #isOld(key: string, eTag: string | undefined): boolean {
    return eTag !== undefined && eTag !== '*' && String(this.#get.get(key)?.etag ?? '') !== eTag;
  }
}
