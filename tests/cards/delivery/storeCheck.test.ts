import assert from 'node:assert/strict';
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CardStore } from '../../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../../cards/delivery/store/sqlite/database.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

/** A store with some cards in its file, and a clock that stands. */
async function openStore(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'check-'));
  const db = openDatabase(dir);
  const store = new CardStore(db);
  t.after(() => {
    try {
      store.close();
    } catch {
      // A damaged store cannot empty its log.
    }
    rmSync(dir, { recursive: true, force: true });
  });
  for (let i = 0; i < 20; i += 1)
    await store.add(outgoingCard({ messageId: `m-${i}`, body: 'x'.repeat(20_000) }));
  store.emptyLog();
  return { store, db, dir, file: join(dir, 'cards.sqlite') };
}

/** Overwrites a part of a file, as a bad disk or another program does. */
function overwrite(file: string, position: number, length: number): void {
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.alloc(length, 0xa5), 0, length, position);
  closeSync(fd);
}

const isWindows = process.platform === 'win32';

const takenAway: [what: string, act: (file: string) => void, expected: RegExp][] = [
  ['deleted', (file) => rmSync(file), /cards\.sqlite was deleted while the bot runs/],
  ['moved', (file) => renameSync(file, `${file}.old`), /cards\.sqlite was deleted/],
  [
    'replaced by a copy',
    (file) => {
      copyFileSync(file, `${file}.copy`);
      renameSync(`${file}.copy`, file);
    },
    /cards\.sqlite was replaced while the bot runs/,
  ],
  ['emptied', (file) => truncateSync(file, 0), /cards\.sqlite was emptied while the bot runs/],
  ['left without its log', (file) => rmSync(`${file}-wal`), /cards\.sqlite-wal was deleted/],
  ['deleted with its folder', (file) => rmSync(join(file, '..'), { recursive: true }), /was deleted/],
];
for (const [what, act, expected] of takenAway) {
  test(`a store that is ${what} while it is open is named, and takes no cards`, {
    skip: isWindows,
  }, async (t) => {
    const { store, file } = await openStore(t);
    await store.files.check();
    act(file);
    await assert.rejects(store.files.findDamage(), { code: 'store.damaged', message: expected });
    await assert.rejects(store.files.check(), { code: 'store.damaged', message: expected });
    await assert.rejects(store.add(outgoingCard()), { code: 'store.damaged' });
  });
}

const damages: [what: string, act: (file: string) => void][] = [
  ['zeroed in its header', (file) => overwrite(file, 0, 100)],
  ['overwritten in its pages', (file) => overwrite(file, 4_096, 40_000)],
  ['cut off', (file) => truncateSync(file, Math.floor(statSync(file).size / 2 / 4_096) * 4_096)],
];
for (const [what, act] of damages) {
  test(`a store whose file is ${what} while it is open is found to be damaged`, async (t) => {
    const { store, file } = await openStore(t);
    await store.files.findDamage();
    await store.files.check();
    // What the log holds of a page counts more than the page in the file.
    store.emptyLog();
    act(file);
    await store.files.findDamage();
    await assert.rejects(store.files.check(), {
      code: 'store.damaged',
      message: /^The store's file is damaged \(.+\)\.$/,
    });
  });
}

test('a sound store is searched beside its writes, and stays as it is', async (t) => {
  const { store } = await openStore(t);
  const searched = store.files.findDamage();
  for (let i = 0; i < 20; i += 1) await store.add(outgoingCard({ messageId: `n-${i}` }));
  await searched;
  await store.files.check();
  assert.equal(store.underWay(0, 100).length, 40);
});

test('each trial writes as much as a large card', async (t) => {
  const { store, db, file } = await openStore(t);
  for (let i = 0; i < 3; i += 1) {
    db.exec('PRAGMA query_only = ON');
    await assert.rejects(store.add(outgoingCard({ messageId: 'n' })));
    db.exec('PRAGMA query_only = OFF');
    store.emptyLog();
    await store.files.check();
    assert.ok(statSync(`${file}-wal`).size > 64 * 1024);
  }
});

test('a store that has just written is not tried, and one whose last write failed is tried at once', async (t) => {
  const { store, db } = await openStore(t);
  const trials = () => db.prepare("SELECT count(*) AS n FROM meta WHERE key = 'trial'").get()?.n;
  await store.files.check();
  assert.equal(trials(), 0);
  db.exec('PRAGMA query_only = ON');
  await assert.rejects(store.add(outgoingCard({ messageId: 'n' })), { code: 'store.unavailable' });
  await assert.rejects(store.files.check(), { code: 'store.unavailable' });
  db.exec('PRAGMA query_only = OFF');
  await store.files.check();
  assert.equal(trials(), 1);
});
