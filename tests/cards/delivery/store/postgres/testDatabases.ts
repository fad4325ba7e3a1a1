import type { TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CardRoute } from '../../../../../cards/delivery/outbox.ts';
import { Database } from '../../../../../cards/delivery/store/postgres/database.ts';
import { PostgresOperatorStore } from '../../../../../cards/delivery/store/postgres/postgresOperatorStore.ts';
import {
  PostgresOutbox,
  type PostgresOutboxOptions,
} from '../../../../../cards/delivery/store/postgres/postgresOutbox.ts';
import { PostgresStore } from '../../../../../cards/delivery/store/postgres/postgresStore.ts';
import { type PostgresServer, patientLimits } from '../../../../fakes/postgres.ts';

/** An instance of the bot: its store and its outbox. */
export interface Instance {
  readonly store: PostgresStore;
  readonly outbox: PostgresOutbox;
}

/** How an instance differs from others. */
export type InstanceSettings = Partial<PostgresOutboxOptions> & { secrets?: readonly string[] };

/**
 * The databases of the tests, each a copy of a prepared one. To connect is what costs the most on PostgreSQL: a database with
 * the stores that are open on it is emptied after a test, and another test has it then.
 */
export class TestDatabases {
  readonly #server: PostgresServer;
  readonly #prepared: string;
  readonly #free: TestDatabase[] = [];

  private constructor(server: PostgresServer, prepared: string) {
    this.#server = server;
    this.#prepared = prepared;
  }

  static async prepare(server: PostgresServer): Promise<TestDatabases> {
    const prepared = await server.createDatabase();
    const store = new PostgresStore({ url: prepared, limits: patientLimits });
    await store.start();
    await store.close();
    return new TestDatabases(server, prepared);
  }

  /** A database with all tables, for a test that changes nothing but their rows. */
  async take(t: TestContext): Promise<TestDatabase> {
    const database = this.#free.pop() ?? new TestDatabase(await this.createDatabase());
    t.after(async () => {
      await database.empty();
      this.#free.push(database);
    });
    return database;
  }

  /** A database with all tables, for one test alone. */
  async takeNew(t: TestContext): Promise<TestDatabase> {
    return this.#takeOnce(t, await this.createDatabase());
  }

  /** A database without tables, for one test alone. */
  async takeBare(t: TestContext): Promise<TestDatabase> {
    return this.#takeOnce(t, await this.#server.createDatabase());
  }

  #takeOnce(t: TestContext, url: string): TestDatabase {
    const database = new TestDatabase(url);
    t.after(() => database.close());
    return database;
  }

  /** The address of a database with all tables, on which nothing is open. */
  createDatabase(): Promise<string> {
    return this.#server.createDatabase(this.#prepared);
  }

  /** Closes what is open on the databases that tests have given back. */
  async close(): Promise<void> {
    for (const database of this.#free.splice(0)) await database.close();
  }
}

/** A database, and what is open on it. */
export class TestDatabase {
  readonly url: string;
  /** One connection beside those of the stores. */
  readonly database: Database;
  #operator: PostgresOperatorStore | undefined;
  readonly #kept: KeptStore[] = [];
  /** Those of one test: they have secrets. */
  #others: PostgresStore[] = [];
  #outboxes: PostgresOutbox[] = [];
  #test = { isOver: false };

  constructor(url: string) {
    this.url = url;
    this.database = new Database({ url, maxConnections: 1, limits: patientLimits });
  }

  /** Starts an instance of the bot, without random waits; it stops with the test. */
  async startInstance(
    routes: readonly CardRoute[],
    { secrets, ...settings }: InstanceSettings = {},
  ): Promise<Instance> {
    const test = this.#test;
    const store = secrets === undefined ? await this.startStore() : await this.#startOther(secrets);
    const outbox = new PostgresOutbox({
      store,
      routes: routes.map((route) => whileTested(route, test)),
      random: () => 0,
      storeWaitMs: 60_000,
      ...settings,
    });
    this.#outboxes.push(outbox);
    await outbox.start();
    return { store, outbox };
  }

  /** Starts the store of an instance, another one for each call in a test. */
  async startStore(): Promise<PostgresStore> {
    const free = this.#kept.find(({ isInUse }) => !isInUse);
    if (free !== undefined) {
      free.isInUse = true;
      return free.store;
    }
    const kept = new KeptStore(this.url);
    this.#kept.push(kept);
    await kept.store.start();
    return kept.store;
  }

  async #startOther(secrets: readonly string[]): Promise<PostgresStore> {
    const store = new PostgresStore({ url: this.url, limits: patientLimits, secrets });
    this.#others.push(store);
    await store.start();
    return store;
  }

  /** What an operator sees. */
  async openOperator(): Promise<PostgresOperatorStore> {
    this.#operator ??= await PostgresOperatorStore.open(this.url, [], patientLimits);
    return this.#operator;
  }

  /** Stops the instances, and deletes every row when the database is asked nothing more. */
  async empty(): Promise<void> {
    await this.#endTest();
    await this.database.query(
      `DO $$
       DECLARE one text;
       BEGIN
         FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'genesys_cards'
           AND tablename NOT IN ('schema_version', 'meta', 'audit_head')
         LOOP EXECUTE format('DELETE FROM genesys_cards.%I', one); END LOOP;
       END $$;
       DELETE FROM genesys_cards.meta WHERE key <> 'store.key';
       UPDATE genesys_cards.audit_head SET seq = 0, hash = repeat('0', 64), start_seq = 0, start_hash = repeat('0', 64);
       DELETE FROM genesys_cards_queue.job`,
    );
  }

  async close(): Promise<void> {
    await this.#endTest();
    await Promise.all([
      ...this.#kept.map(({ store }) => store.close()),
      this.#operator?.close(),
      this.database.close(),
    ]);
  }

  async #endTest(): Promise<void> {
    this.#test.isOver = true;
    this.#test = { isOver: false };
    await Promise.all(this.#outboxes.splice(0).map((outbox) => outbox.stop(0)));
    await Promise.all(this.#others.splice(0).map((store) => store.close()));
    await Promise.all(this.#kept.map((kept) => kept.rest()));
  }
}

/** A store that one test after the other uses. */
class KeptStore {
  isInUse = true;
  readonly store: PostgresStore;
  /** Calls of its database that have no answer yet. */
  readonly #calls = new Set<Promise<unknown>>();

  constructor(url: string) {
    this.store = new PostgresStore({ url, limits: patientLimits });
    const { database } = this.store;
    const { query } = database;
    const transaction = database.transaction.bind(database);
    const follow = <T>(call: Promise<T>) => this.#follow(call);
    // Not bound: a call without its database must fail here as it does in a bot.
    database.query = function (this: Database, ...statement) {
      return follow(query.apply(this, statement));
    };
    database.transaction = (work) => this.#follow(transaction(work));
  }

  #follow<T>(call: Promise<T>): Promise<T> {
    this.#calls.add(call);
    const end = () => void this.#calls.delete(call);
    call.then(end, end);
    return call;
  }

  /** Resolves when a stopped outbox asks the database nothing more; then another test may have the store. */
  async rest(): Promise<void> {
    // A test that breaks writes puts its own function before that of the class.
    Reflect.deleteProperty(this.store.writes, 'write');
    do {
      await Promise.allSettled(this.#calls);
      // An answer may lead to the next call, and a group of writes begins with the next turn of the event loop.
      await nextTurn();
      await nextTurn();
    } while (this.#calls.size > 0 || this.store.writes.size > 0);
    this.isInUse = false;
  }
}

/** A route whose answers do not come any more when the test is over, as if the process had been killed. */
function whileTested(route: CardRoute, test: { readonly isOver: boolean }): CardRoute {
  const { send } = route;
  return {
    ...route,
    // One that throws at once still does.
    send: (card) => send(card).then((attempt) => (test.isOver ? new Promise(() => {}) : attempt)),
  };
}
