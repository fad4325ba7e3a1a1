import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Outbox } from '../../../cards/delivery/outbox.ts';
import { CardStore } from '../../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../../cards/delivery/store/sqlite/database.ts';
import { EmbeddedOutbox } from '../../../cards/delivery/store/sqlite/embeddedOutbox.ts';
import { SqliteOperatorStore } from '../../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { SqliteStorage } from '../../../cards/delivery/store/sqlite/sqliteStorage.ts';
import type { OutboxRig } from './outboxContract.ts';

/** A store in SQLite, and the store of an outbox on it. */
export interface SqliteRig extends OutboxRig {
  storeOf(outbox: Outbox): CardStore;
  /** The store's folder. */
  readonly dir: string;
}

/** Makes a store in SQLite; it ends with the test. */
export async function createSqliteRig(t: TestContext): Promise<SqliteRig> {
  const dir = mkdtempSync(join(tmpdir(), 'cards-'));
  const db = openDatabase(dir);
  const own = new CardStore(db);
  const operator = new SqliteOperatorStore(dir);
  const stores = new Map<Outbox, CardStore>();
  t.after(async () => {
    for (const outbox of stores.keys()) await outbox.stop(0);
    for (const store of stores.values()) store.close();
    await operator.close();
    own.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    dir,
    operator,
    noteSample: (values) => own.commits.run(() => own.audit.figures.sample(Date.now(), values)),
    storage: new SqliteStorage(db, own.commits),
    dump: async () => {
      if (!own.emptyLog()) throw new Error('Another process is in the log.');
      const files = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'latin1'));
      return files.join('\n');
    },
    openOperator: async (secrets) => {
      const other = new SqliteOperatorStore(dir, secrets);
      t.after(() => other.close());
      return other;
    },
    ownSecret: async () => readFileSync(join(dir, 'store.key'), 'utf8'),
    forge: async (rows) => {
      const update = db.prepare('UPDATE audit SET entry = ?, hash = ?, seal = ? WHERE seq = ?');
      for (const { seq, entry, hash, seal } of rows) update.run(entry, hash, seal ?? null, seq);
      const last = rows.at(-1)?.seq ?? 0;
      db.prepare('DELETE FROM audit WHERE seq > ?').run(last);
      db.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'audit'").run(last);
    },
    open: async (routes, { secrets, ...settings } = {}) => {
      const store = new CardStore(openDatabase(dir), Date.now, secrets);
      const outbox = new EmbeddedOutbox({ store, routes, random: () => 0, watchMs: 20, ...settings });
      stores.set(outbox, store);
      await outbox.start();
      return outbox;
    },
    breakWrite: (outbox, write, error, isForever = false) => {
      const store = stores.get(outbox);
      if (store === undefined) throw new Error('This outbox is not of this rig.');
      const name = ({ sending: 'mark', again: 'noteAttempt', settle: 'settle' } as const)[write];
      Object.defineProperty(store, name, {
        configurable: true,
        value: () => {
          if (!isForever) Reflect.deleteProperty(store, name);
          return Promise.reject(error);
        },
      });
    },
    storeOf: (outbox) => {
      const store = stores.get(outbox);
      if (store === undefined) throw new Error('This outbox is not of this rig.');
      return store;
    },
  };
}
