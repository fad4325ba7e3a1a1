import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Storage } from 'botbuilder';
import type { Attempt, CardRoute } from '../../../../../cards/delivery/outbox.ts';
import { Database } from '../../../../../cards/delivery/store/postgres/database.ts';
import { PostgresStorage } from '../../../../../cards/delivery/store/postgres/postgresStorage.ts';
import { PostgresStore } from '../../../../../cards/delivery/store/postgres/postgresStore.ts';
import { PostgresTurnGate } from '../../../../../cards/delivery/store/postgres/postgresTurnGate.ts';
import { codeOf } from '../../../../../cards/errors.ts';
import { outgoingCard } from '../../../../fakes/outgoingCard.ts';
import { type PostgresServer, patientLimits } from '../../../../fakes/postgres.ts';
import { succeeds } from '../../../../fakes/succeeds.ts';
import { scriptedRoute } from '../../outboxContract.ts';
import type { TestDatabases } from './testDatabases.ts';

/** The database away for a while; only on a server of our own. */
export function outageTests(server: () => PostgresServer, databases: () => TestDatabases): void {
  const stop = async (how: 'fast' | 'kill') => server().stop?.(how);
  const start = async () => server().start?.();
  const it = (says: string, check: (t: import('node:test').TestContext) => Promise<void>) =>
    test(says, async (t) => {
      if (server().stop === undefined) return t.skip('the server is not ours to stop');
      // Whatever the test does, the next one finds the server running.
      t.after(start);
      await check(t);
    });

  for (const how of ['fast', 'kill'] as const) {
    const named = how === 'fast' ? 'stopped' : 'cut off';
    it(`a database that is ${named}: cards are refused clearly, nothing is lost, and all recovers by itself`, async (t) => {
      const db = await databases().takeNew(t);
      const { promise: answer, resolve } = Promise.withResolvers<Attempt>();
      const { promise: isSending, resolve: begin } = Promise.withResolvers<void>();
      const sent: string[] = [];
      const route: CardRoute = {
        name: 'guest',
        dropsRepeats: true,
        send: ({ messageId }) => {
          sent.push(messageId);
          begin();
          return messageId === 'm-1' ? answer : Promise.resolve({ result: 'accepted', status: 200 });
        },
      };
      const { outbox, store } = await db.startInstance([route], { storeWaitMs: 300 });
      await outbox.submit(outgoingCard({ messageId: 'm-1' }));
      await outbox.submit(outgoingCard({ messageId: 'm-2' }));
      await isSending;
      await stop(how);
      // Genesys took the card while nobody could note it.
      resolve({ result: 'accepted', status: 200 });
      assert.equal(await succeeds(store.check()), false);
      await assert.rejects(outbox.submit(outgoingCard({ messageId: 'm-3' })), { code: 'store.unavailable' });
      assert.equal((await outbox.outcomeOf('m-2', 50)).outcome, 'pending');
      await start();
      assert.equal((await outbox.outcomeOf('m-1', 60_000)).outcome, 'accepted');
      assert.equal((await outbox.outcomeOf('m-2', 60_000)).outcome, 'accepted');
      await outbox.submit(outgoingCard({ messageId: 'm-4' }));
      assert.equal((await outbox.outcomeOf('m-4', 60_000)).outcome, 'accepted');
      assert.equal(await succeeds(store.check()), true);
      assert.deepEqual(sent, ['m-1', 'm-2', 'm-4']);
      const operator = await db.openOperator();
      assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 6 });
    });
  }

  it('a card that comes while the database is away for a moment waits for it', async (t) => {
    const db = await databases().takeNew(t);
    const { outbox } = await db.startInstance([scriptedRoute().route], { storeWaitMs: 20_000 });
    await stop('fast');
    const submitted = outbox.submit(outgoingCard());
    await start();
    await submitted;
    assert.equal((await outbox.outcomeOf('m-1', 60_000)).outcome, 'accepted');
  });

  it('only so many cards wait in memory for a database that is away, and those are stored', async (t) => {
    const db = await databases().takeNew(t);
    const { route, sent } = scriptedRoute();
    const { outbox } = await db.startInstance([route], { storeWaitMs: 20_000, maxWaiting: 2 });
    await stop('fast');
    const submit = (messageId: string) =>
      outbox.submit(outgoingCard({ messageId, conversationId: messageId }));
    const waiting = [submit('m-1'), submit('m-2')];
    await assert.rejects(submit('m-3'), { code: 'store.full' });
    await start();
    await Promise.all(waiting);
    for (const messageId of ['m-1', 'm-2'])
      assert.equal((await outbox.outcomeOf(messageId, 60_000)).outcome, 'accepted');
    assert.deepEqual(sent.toSorted(), ['m-1', 'm-2']);
  });

  it('an instance that starts while the database is away waits for it', async (t) => {
    const { url } = await databases().takeNew(t);
    await stop('fast');
    const troubles: unknown[] = [];
    const onTrouble = (error: unknown) => {
      troubles.push(error);
      void start();
    };
    const store = new PostgresStore({ url, limits: patientLimits, onTrouble });
    t.after(() => store.close());
    await store.start();
    assert.equal((await store.database.query('SELECT 1 AS one'))[0]?.one, 1);
    // The queue's library reports what the driver throws.
    store.boss.emit('error', new Error('Jane Doe'));
    for (const trouble of troubles) assert.equal(codeOf(trouble), 'store.unavailable');
  });

  it('a conversation goes on with what its instance knows, and what it wrote is kept', async (t) => {
    const { url } = await databases().takeNew(t);
    const database = new Database({ url, limits: patientLimits });
    t.after(() => database.close());
    // The SDK's type of an item is open, as it is to the bot.
    const storage: Storage = new PostgresStorage(database);
    await storage.write({ a: { n: 1 }, b: { n: 1 }, d: { n: 1 } });
    await storage.read(['a', 'b', 'd']);
    await stop('fast');
    const { a, b, c } = await storage.read(['a', 'b', 'c']);
    assert.deepEqual([a.n, b.n, c], [1, 1, undefined]);
    await storage.write({ a: { ...a, n: 2 } });
    await storage.write({ b: { ...b, n: 2 } });
    await storage.write({ c: { n: 2 } });
    await storage.delete(['d']);
    assert.equal((await storage.read(['a'])).a.n, 2);

    await start();
    const other = new Database({ url, limits: patientLimits });
    t.after(() => other.close());
    await untilBack(database);
    await new PostgresStorage(other).write({ b: { n: 7 } });
    const items = await storage.read(['a', 'b', 'c', 'd']);
    assert.equal(items.d?.n, undefined);
    assert.deepEqual([items.a.n, items.b.n, items.c.n], [2, 7, 2]);
    await storage.write({ a: { ...items.a, n: 3 } });
    await storage.write({ c: items.c });
    const stored = await new PostgresStorage(other).read(['a', 'b', 'c']);
    assert.deepEqual([stored.a?.n, stored.b?.n, stored.c?.n], [3, 7, 2]);
  });

  it('turns run, once and in order, while the database is away', async (t) => {
    const db = await databases().takeNew(t);
    const { store } = await db.startInstance([]);
    const gate = new PostgresTurnGate(store);
    await stop('fast');
    const done: string[] = [];
    await gate.once('k', async () => {
      await gate.inOrder('c', async () => void done.push('first'));
    });
    await gate.once('k', async () => void done.push('again'));
    await gate.inOrder('c', async () => void done.push('second'));
    assert.deepEqual(done, ['first', 'second']);
  });
}

async function untilBack(database: Database): Promise<void> {
  for (;;) {
    try {
      await database.query('SELECT 1');
      return;
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }
}
