import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ConversationState, MemoryStorage, type Storage, TestAdapter, TurnContext } from 'botbuilder';
import { TurnOrderStorage } from '../../../bot/turns/cardBot.ts';
import { openDatabase } from '../../../cards/delivery/store/sqlite/database.ts';
import { GroupCommit } from '../../../cards/delivery/store/sqlite/groupCommit.ts';
import { SqliteStorage } from '../../../cards/delivery/store/sqlite/sqliteStorage.ts';

const storages: [name: string, create: (t: TestContext) => Storage][] = [
  ['SQLite', sqlite],
  ['memory', () => new MemoryStorage()],
];

function sqlite(t: TestContext): Storage {
  const db = openDatabase(':memory:');
  t.after(() => db.close());
  return new SqliteStorage(db, new GroupCommit(db));
}

/** A conversation whose turns begin, set its state, and save, in whatever order a test wants. */
function conversation(storage: Storage) {
  let now = 0;
  let overtaken = 0;
  const state = new ConversationState(
    new TurnOrderStorage(storage, { now: () => ++now, onOvertaken: () => (overtaken += 1) }),
  );
  const dialogs = state.createProperty<string>('dialogs');
  const where = { id: 'c', name: '', isGroup: false, conversationType: 'personal' };
  const activity = { type: 'message', channelId: 'test', conversation: where };
  const begin = async () => {
    const context = new TurnContext(new TestAdapter(), activity);
    const found = await dialogs.get(context);
    const save = async (said: string) => {
      await dialogs.set(context, said);
      await state.saveChanges(context);
    };
    return { found, save, clear: () => state.clear(context) };
  };
  return { begin, stored: async () => (await begin()).found, overtaken: () => overtaken };
}

for (const [name, create] of storages) {
  for (const [what, before] of [
    ['turns', ['the start']],
    ['first turns', []],
  ] as const) {
    test(`${name}: of ${what} beside each other the one that began last stays, when it ends first`, async (t) => {
      const { begin, stored, overtaken } = conversation(create(t));
      for (const said of before) await (await begin()).save(said);
      const [older, newer] = [await begin(), await begin()];
      await newer.save('newer');
      await older.save('older');
      assert.equal(await stored(), 'newer');
      assert.equal(overtaken(), 1);
    });

    test(`${name}: of ${what} beside each other the one that began last stays, when it ends last`, async (t) => {
      const { begin, stored } = conversation(create(t));
      for (const said of before) await (await begin()).save(said);
      const [older, newer] = [await begin(), await begin()];
      await older.save('older');
      await newer.save('newer');
      assert.equal(await stored(), 'newer');
    });
  }

  test(`${name}: after a turn that was overtaken the conversation goes on`, async (t) => {
    const { begin, stored } = conversation(create(t));
    const [older, newer] = [await begin(), await begin()];
    await newer.save('newer');
    await older.save('older');
    const next = await begin();
    assert.equal(next.found, 'newer');
    await next.save('next');
    assert.equal(await stored(), 'next');
  });

  test(`${name}: a turn may save more than once, and begin its state anew`, async (t) => {
    const { begin, stored } = conversation(create(t));
    const turn = await begin();
    await turn.save('one');
    await turn.save('two');
    assert.equal(await stored(), 'two');
    const another = await begin();
    await another.clear();
    await another.save('three');
    assert.equal(await stored(), 'three');
  });
}

test('turns one after the other read once and write once', async () => {
  const storage = new MemoryStorage();
  const calls: string[] = [];
  const { begin } = conversation({
    read: (keys) => {
      calls.push('read');
      return storage.read(keys);
    },
    write: (changes) => {
      calls.push('write');
      return storage.write(changes);
    },
    delete: (keys) => storage.delete(keys),
  });
  await (await begin()).save('one');
  calls.length = 0;
  await (await begin()).save('two');
  await (await begin()).save('three');
  assert.deepEqual(calls, ['read', 'write', 'read', 'write']);
});

test('a storage that does not take the state says so', async () => {
  const storage = new MemoryStorage();
  const { begin } = conversation(storage);
  await (await begin()).save('one');
  const turn = await begin();
  storage.write = () => Promise.reject(new Error('full'));
  await assert.rejects(turn.save('two'), /full/);
});
