import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from 'pg';
import { outgoingCard } from '../../../../fakes/outgoingCard.ts';
import { succeeds } from '../../../../fakes/succeeds.ts';
import { scriptedRoute } from '../../outboxContract.ts';
import type { TestDatabases } from './testDatabases.ts';

/** When the outbox says that it takes cards. */
export function readinessTests(databases: () => TestDatabases): void {
  const ask = async (url: string, ...statements: string[]) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      for (const sql of statements) await client.query(sql);
    } finally {
      await client.end();
    }
  };

  test('a database that takes no writes any more is not ready, and is left for the one that does', async (t) => {
    const db = await databases().takeNew(t);
    const { url } = db;
    const { outbox, store } = await db.startInstance([scriptedRoute().route], { storeWaitMs: 20_000 });
    const name = new URL(url).pathname.slice(1);
    assert.equal(await succeeds(store.check()), true);
    // As after a fail-over: connections that exist lead to a server that is a standby now, new ones do so or do not.
    await ask(url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const before = await store.database.query('SELECT pg_backend_pid() AS pid');
    await store.database.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY');
    await assert.rejects(store.database.query("INSERT INTO genesys_cards.meta VALUES ('x', '')"), {
      sqlState: '25006',
    });
    assert.equal(await succeeds(store.check()), false);
    await ask(
      url,
      'SET default_transaction_read_only = off',
      `ALTER DATABASE ${name} RESET default_transaction_read_only`,
    );
    await outbox.submit(outgoingCard());
    assert.equal((await outbox.outcomeOf('m-1', 20_000)).outcome, 'accepted');
    assert.equal(await succeeds(store.check()), true);
    const after = await store.database.query('SELECT pg_backend_pid() AS pid');
    assert.notEqual(after[0]?.pid, before[0]?.pid, 'the old connection is not used again');
  });

  for (const [what, statement, sqlState] of [
    ['whose tables are gone', 'DROP SCHEMA genesys_cards CASCADE', '42P01'],
    ['without one of its tables', 'ALTER TABLE genesys_cards.meta RENAME TO other', '42P01'],
  ] as const) {
    test(`a database ${what} is not ready, and the error has its SQLSTATE`, async (t) => {
      const db = await databases().takeNew(t);
      const { url } = db;
      const { store } = await db.startInstance([]);
      await ask(url, statement);
      await assert.rejects(store.check(), { code: 'store.unavailable', sqlState });
    });
  }

  test('after a write for which there was no room, ready means that there is room again for a card', async (t) => {
    const db = await databases().takeNew(t);
    const { url } = db;
    const { store } = await db.startInstance([]);
    // As the server says it on a full disk; small rows still fit.
    await ask(
      url,
      `CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF length(NEW.value) > 1000 THEN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END IF;
         RETURN NEW;
       END $$`,
      'CREATE TRIGGER no_room BEFORE INSERT ON genesys_cards.meta FOR EACH ROW EXECUTE FUNCTION no_room()',
    );
    const big = store.database.query("INSERT INTO genesys_cards.meta VALUES ('big', repeat('x', 2000))");
    await assert.rejects(big, { sqlState: '53100' });
    assert.equal(await succeeds(store.check()), false);
    await ask(url, 'DROP TRIGGER no_room ON genesys_cards.meta');
    while (!(await succeeds(store.check())))
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    assert.equal(store.database.writeFailure, undefined);
  });
}
