import { LRUCache } from 'lru-cache';
import { limitTo } from '../../../lruLimit.ts';
import {
  type ChangeItem,
  pageSize,
  rewriteItems,
  type StateItems,
  type StateStorage,
  writeStateText,
} from '../stateStorage.ts';
import { removeInBatches } from '../store.ts';
import type { Database, Sql } from './database.ts';
import { schema } from './schema.ts';
import { isCollision, isPassing } from './storeError.ts';

/** An item that this instance remembers; the eTag is empty when the item was not stored. */
interface Known {
  readonly eTag: string;
  readonly item: object;
}

/** How many items an instance remembers for a database that is away, and for how long, in milliseconds. */
const remembered = { ...limitTo(5_000), ttl: 60 * 60_000 };

/**
 * Bot Framework storage (conversation and dialog state) in PostgreSQL, with eTags: a write with an eTag that is no longer
 * the stored one is refused; `*` and no eTag overwrite.
 *
 * While the database is away, a conversation continues with the items that this instance remembers. Writes stay in memory, and
 * the conversation's next turn here stores them, unless another instance has stored something else.
 */
export class PostgresStorage implements StateStorage {
  readonly #database: Database;
  #rewrittenUpTo = 0;
  readonly #stored = new LRUCache<string, Known>(remembered);
  readonly #unsaved = new LRUCache<string, Known>(remembered);

  constructor(database: Database) {
    this.#database = database;
  }

  async read(keys: string[]): Promise<StateItems> {
    try {
      const rows = await this.#database.query(
        `SELECT key, etag, item FROM ${schema}.bot_state WHERE key = ANY($1)`,
        [keys],
      );
      const rowOf = new Map(rows.map((row) => [row.key, row]));
      return toItems(keys, (key) => {
        const row = rowOf.get(key);
        if (row === undefined) this.#stored.delete(key);
        else this.#stored.set(key, { eTag: String(row.etag), item: JSON.parse(String(row.item)) });
        return this.#newest(key);
      });
    } catch (error) {
      if (!isPassing(error)) throw error;
      return toItems(keys, (key) => this.#unsaved.get(key) ?? this.#stored.get(key));
    }
  }

  /** @throws CodedError `store.tooLarge` for an item over 2 MiB; Error when an eTag is not the stored one, in the words of the Bot Framework's own storages */
  async write(changes: StateItems): Promise<void> {
    // In one order, so that two instances never wait for each other's rows.
    const items = Object.entries(changes).toSorted(([one], [other]) => (one < other ? -1 : 1));
    try {
      const [first] = items;
      const eTags = await retryOnCollision(async () =>
        first !== undefined && items.length === 1
          ? [await put(this.#database, ...first)]
          : this.#database.transaction((sql) => putAll(sql, items)),
      );
      for (const [i, [key, { eTag: _, ...item }]] of items.entries()) {
        this.#unsaved.delete(key);
        this.#stored.set(key, { eTag: eTags[i] ?? '', item });
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      for (const [key, { eTag, ...item }] of items) {
        const isBlind = eTag === undefined || eTag === '*';
        this.#unsaved.set(key, { eTag: isBlind ? this.#baseOf(key) : String(eTag), item });
      }
    }
  }

  async delete(keys: string[]): Promise<void> {
    try {
      await retryOnCollision(() =>
        this.#database.query(`DELETE FROM ${schema}.bot_state WHERE key = ANY($1)`, [keys]),
      );
      for (const key of keys) {
        this.#unsaved.delete(key);
        this.#stored.delete(key);
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      // To the Bot Framework an empty item is the same as none.
      for (const key of keys) this.#unsaved.set(key, { eTag: this.#baseOf(key), item: {} });
    }
  }

  /** Deletes items that were last written before `before` (wall clock in milliseconds); returns how many. */
  prune(before: number): Promise<number> {
    return removeInBatches(async () => {
      const gone = await this.#database.query(
        `DELETE FROM ${schema}.bot_state WHERE key IN
           (SELECT key FROM ${schema}.bot_state WHERE changed_at < to_timestamp($1) LIMIT 500) RETURNING 1`,
        [before / 1_000],
      );
      return gone.length;
    });
  }

  /** Changes stored items; see `rewrite` of the SQLite storage. */
  async rewrite(pattern: string, before: number, change: ChangeItem): Promise<number> {
    const count = await rewriteItems(
      {
        read: (last) =>
          this.#database.query(
            `SELECT key, etag, item FROM ${schema}.bot_state WHERE key LIKE $1 AND key > $2
               AND changed_at >= to_timestamp($3) AND changed_at < to_timestamp($4) ORDER BY key LIMIT ${pageSize}`,
            [pattern, last, this.#rewrittenUpTo / 1_000, before / 1_000],
          ),
        replace: async (items) => {
          let replaced = 0;
          for (const { key, etag, text } of items) {
            const rows = await this.#database.query(
              `UPDATE ${schema}.bot_state SET item = $1 WHERE key = $2 AND etag = $3 RETURNING 1`,
              [text, key, etag],
            );
            replaced += rows.length;
            this.#stored.delete(key);
          }
          return replaced;
        },
      },
      change,
    );
    this.#rewrittenUpTo = before;
    return count;
  }

  /** The eTag on which an unsaved item is based: as long as it is the stored one, the unsaved item is newer. */
  #baseOf(key: string): string {
    return (this.#unsaved.get(key) ?? this.#stored.get(key))?.eTag ?? '';
  }

  /** Returns the unsaved item, unless the stored one has changed since. */
  #newest(key: string): Known | undefined {
    const stored = this.#stored.get(key);
    const unsaved = this.#unsaved.get(key);
    if (unsaved === undefined) return stored;
    if (unsaved.eTag === (stored?.eTag ?? '')) return unsaved;
    this.#unsaved.delete(key);
    return stored;
  }
}

/** Runs work, and runs it once more after a collision: the transaction in the way may hold its locks longer than a turn may take. */
async function retryOnCollision<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isCollision(error)) throw error;
    return work();
  }
}

function toItems(keys: readonly string[], find: (key: string) => Known | undefined): StateItems {
  const items: StateItems = {};
  for (const key of keys) {
    const known = find(key);
    if (known === undefined) continue;
    // A copy, because the turn changes the item.
    items[key] = { ...structuredClone(known.item), ...(known.eTag === '' ? {} : { eTag: known.eTag }) };
  }
  return items;
}

async function putAll(sql: Sql, items: readonly [string, StateItems[string]][]): Promise<string[]> {
  const eTags: string[] = [];
  for (const item of items) eTags.push(await put(sql, ...item));
  return eTags;
}

async function put(sql: Sql, key: string, { eTag, ...item }: StateItems[string]): Promise<string> {
  const json = writeStateText(item);
  const rows =
    eTag === undefined || eTag === '*'
      ? await sql.query(
          `INSERT INTO ${schema}.bot_state AS b (key, etag, item) VALUES ($1, 1, $2)
           ON CONFLICT (key) DO UPDATE SET etag = b.etag + 1, item = excluded.item, changed_at = now() RETURNING etag`,
          [key, json],
        )
      : await sql.query(
          `UPDATE ${schema}.bot_state SET etag = etag + 1, item = $2, changed_at = now()
           WHERE key = $1 AND etag::text = $3 RETURNING etag`,
          [key, json, String(eTag)],
        );
  const [row] = rows;
  if (row === undefined) throw new Error('Storage: error writing a key due to eTag conflict.');
  return String(row.etag);
}
