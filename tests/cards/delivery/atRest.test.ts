import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CardStore } from '../../../cards/delivery/store/sqlite/cardStore.ts';
import { lockStore, openDatabase } from '../../../cards/delivery/store/sqlite/database.ts';
import { SqliteOperatorStore } from '../../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { SqliteStorage } from '../../../cards/delivery/store/sqlite/sqliteStorage.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { storeCard } from '../../fakes/storeCard.ts';

const canary = 'Quimby-Ostrander';

function tempDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'at-rest-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The files of a folder that hold a text. */
function filesWith(dir: string, text: string): string[] {
  return readdirSync(dir).filter((name) => readFileSync(join(dir, name)).includes(text));
}

/** A card whose every text names the customer; sizes differ, so that SQLite moves them between its pages. */
function cardWithCanary(n: number) {
  const text = `${canary} ${'x'.repeat((n * 397) % 6_000)} ${canary}`;
  return outgoingCard({
    messageId: `m-${n}`,
    conversationId: `c-${n % 7}`,
    body: JSON.stringify({ messageId: `m-${n}`, text }),
    text,
    reference: JSON.stringify({ user: { name: canary } }),
  });
}

test('an accepted card leaves no text in any file of the store, free pages and log included', async (t) => {
  const dir = tempDir(t);
  const store = new CardStore(openDatabase(dir));
  t.after(() => store.close());
  const cards = await Promise.all(Array.from({ length: 300 }, (_, n) => storeCard(store, cardWithCanary(n))));
  assert.notDeepEqual(filesWith(dir, canary), []);
  // In another order than they came, a few at a time.
  const shuffled = cards.toSorted((a, b) => a.body.length - b.body.length);
  for (let i = 0; i < shuffled.length; i += 7) {
    await Promise.all(
      shuffled.slice(i, i + 7).map((card) => store.settle(card, 'accepted', 1, { result: 'accepted' })),
    );
  }
  assert.equal(store.emptyLog(), true);
  assert.deepEqual(filesWith(dir, canary), []);
});

test('the log of a store is emptied without waiting for another process, which keeps its view', async (t) => {
  const dir = tempDir(t);
  const db = openDatabase(dir);
  const store = new CardStore(db);
  const reader = openDatabase(dir);
  t.after(() => {
    reader.close();
    store.close();
  });
  const stored = await storeCard(store, cardWithCanary(1));
  reader.exec('BEGIN');
  assert.equal(reader.prepare('SELECT count(*) AS n FROM cards').get()?.n, 1);
  await store.settle(stored, 'accepted', 1, { result: 'accepted' });
  assert.equal(store.emptyLog(), false);
  assert.notDeepEqual(filesWith(dir, canary), []);
  reader.exec('COMMIT');
  assert.equal(store.emptyLog(), true);
  assert.deepEqual(filesWith(dir, canary), []);
  assert.equal(db.prepare('PRAGMA busy_timeout').get()?.timeout, 5_000);
});

test('whatever the umask is, only the owner can read the files of the store', {
  skip: process.platform === 'win32',
}, async (t) => {
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const dir = join(tempDir(t), 'deep', 'data');
  const unlock = lockStore(dir);
  const store = new CardStore(openDatabase(dir));
  await store.add(outgoingCard());
  const modes = readdirSync(dir).map((name) => [name, statSync(join(dir, name)).mode & 0o777]);
  store.close();
  unlock();
  assert.ok(modes.length >= 5, JSON.stringify(modes));
  assert.deepEqual(
    modes.filter(([, mode]) => mode !== 0o600),
    [],
  );
  assert.equal(statSync(dir).mode & 0o777, 0o700);
});

test('a store whose files others could read is closed to them when it is opened', {
  skip: process.platform === 'win32',
}, (t) => {
  const dir = join(tempDir(t), 'data');
  mkdirSync(dir);
  chmodSync(dir, 0o755);
  openDatabase(dir).close();
  for (const name of ['cards.sqlite', 'cards.sqlite-wal']) {
    writeFileSync(join(dir, name), '', { flag: 'a' });
    chmodSync(join(dir, name), 0o644);
  }
  openDatabase(dir).close();
  assert.equal(statSync(dir).mode & 0o777, 0o700);
  assert.equal(statSync(join(dir, 'cards.sqlite')).mode & 0o777, 0o600);
});

test('a store of the first version opens with its cards, its audit log and its state', async (t) => {
  const dir = tempDir(t);
  copyFileSync(join(import.meta.dirname, 'stores', 'version1.sqlite'), join(dir, 'cards.sqlite'));
  const db = openDatabase(dir);
  const store = new CardStore(db);
  const storage = new SqliteStorage(db, store.commits);
  const operator = new SqliteOperatorStore(dir);
  t.after(async () => {
    await operator.close();
    store.close();
  });
  const { pending, deadLetters } = await operator.status();
  assert.deepEqual([pending, deadLetters], [1, { rejected: 0, unknown: 0, failed: 1 }]);
  assert.deepEqual(
    store.underWay(0, 10).map(({ card }) => card.messageId),
    ['m-3'],
  );
  assert.equal(store.audit.cursor(), 2);
  assert.deepEqual(
    (await storage.read(['emulator/conversations/c-1']))['emulator/conversations/c-1']?.dialogState,
    { n: 1 },
  );
  const before = await operator.verifyAudit();
  assert.deepEqual([before.ok, before.ok && before.entries], [true, 6]);
  // A card that was accepted before keeps no reference; the chain goes on.
  assert.equal(db.prepare("SELECT reference FROM cards WHERE message_id = 'm-1'").get()?.reference, null);
  await operator.replay(['m-2']);
  const after = await operator.verifyAudit();
  assert.deepEqual([after.ok, after.ok && after.entries], [true, 7]);
});
