import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attempt, CardRoute } from '../../cards/delivery/outbox.ts';
import { CardStore } from '../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../cards/delivery/store/sqlite/database.ts';
import { CodedError } from '../../cards/errors.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import { succeeds } from '../fakes/succeeds.ts';
import { type OpenOutbox, openOutbox } from './openOutbox.ts';

const nextTurn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

function takingRoute(dropsRepeats = true) {
  const sent: string[] = [];
  const route: CardRoute = {
    name: 'guest',
    dropsRepeats,
    send: async ({ messageId }): Promise<Attempt> => {
      sent.push(messageId);
      return { result: 'accepted' };
    },
  };
  return { route, sent };
}

/** What the store makes of SQLite's error. */
const full = () => new CodedError('store.unavailable', 'The store cannot be written.');

const big = (messageId: string) =>
  outgoingCard({ messageId, conversationId: messageId, body: 'x'.repeat(50_000) });

/** Ways in which a disk refuses a write; each gives the function that repairs it. */
const failures: [name: string, breakIt: (opened: OpenOutbox) => () => void][] = [
  [
    'is full',
    ({ db }) => {
      const pages = Number(db.prepare('PRAGMA page_count').get()?.page_count);
      db.exec(`PRAGMA max_page_count = ${pages + 2}`);
      return () => db.exec('PRAGMA max_page_count = 1000000');
    },
  ],
  [
    'is read-only',
    ({ db }) => {
      db.exec('PRAGMA query_only = ON');
      return () => db.exec('PRAGMA query_only = OFF');
    },
  ],
  [
    'fails to sync',
    ({ db }) => {
      const exec = db.exec.bind(db);
      db.exec = (sql) => {
        if (sql === 'COMMIT') throw new Error('disk I/O error');
        exec(sql);
      };
      return () => {
        db.exec = exec;
      };
    },
  ],
];
for (const [name, breakIt] of failures) {
  test(`while the disk ${name} no card is taken; when it is repaired, cards are taken again`, async (t) => {
    const { route, sent } = takingRoute();
    const opened = await openOutbox(t, () => route);
    const { outbox, db, store, clock, settled } = opened;
    await outbox.submit(outgoingCard({ messageId: 'm-1' }));
    await clock.runUntil(() => settled.size === 1);

    const repair = breakIt(opened);
    for (const messageId of ['m-2', 'm-3']) {
      await assert.rejects(outbox.submit(big(messageId)), { code: 'store.unavailable' });
    }
    assert.equal(await succeeds(store.files.check()), false);
    assert.equal(outbox.depth, 0);
    repair();
    assert.equal(await succeeds(store.files.check()), true);
    assert.equal(db.prepare('SELECT count(*) AS n FROM cards').get()?.n, 1);
    assert.deepEqual(store.audit.verify(), { ok: true, entries: 2 });

    await outbox.submit(big('m-2'));
    await clock.runUntil(() => settled.size === 2);
    assert.deepEqual(sent, ['m-1', 'm-2']);
    assert.equal(store.audit.verify().ok, true);
  });
}

test('a card that can be written only in part is not stored at all, and those that share its commit are', async (t) => {
  const { route } = takingRoute();
  const { outbox, db, store, clock, settled } = await openOutbox(t, () => route);
  const append = store.audit.append.bind(store.audit);
  store.audit.append = (entry) => {
    if (entry.messageId === 'm-2') throw new Error('database or disk is full');
    return append(entry);
  };
  const results = await Promise.allSettled(
    ['m-1', 'm-2', 'm-3'].map((messageId) => outbox.submit(outgoingCard({ messageId }))),
  );
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  await clock.runUntil(() => settled.size === 2);
  const stored = db.prepare('SELECT message_id AS id FROM cards ORDER BY seq').all();
  assert.deepEqual(
    stored.map(({ id }) => id),
    ['m-1', 'm-3'],
  );
  assert.deepEqual(store.audit.verify(), { ok: true, entries: 4 });
});

for (const dropsRepeats of [true, false]) {
  const where = dropsRepeats ? 'dropped' : 'shown';
  test(`a card that was sent while the disk failed is not sent again (repeats are ${where})`, async (t) => {
    const { route, sent } = takingRoute(dropsRepeats);
    const { outbox, store, clock, settled } = await openOutbox(t, () => route);
    const settle = store.settle.bind(store);
    let failuresLeft = 3;
    store.settle = (...args) => {
      failuresLeft -= 1;
      return failuresLeft < 0 ? settle(...args) : Promise.reject(full());
    };
    await outbox.submit(outgoingCard());
    await clock.runUntil(() => settled.size === 1);
    assert.deepEqual(sent, ['m-1']);
    assert.equal(settled.get('m-1')?.attempts, 1);
  });
}

test('where repeats are shown, nothing is sent that could not be marked before', async (t) => {
  const { route, sent } = takingRoute(false);
  const { outbox, store, clock, settled } = await openOutbox(t, () => route);
  const mark = store.mark.bind(store);
  let isFull = true;
  store.mark = (...args) => (isFull ? Promise.reject(full()) : mark(...args));
  await outbox.submit(outgoingCard());
  for (let i = 0; i < 5; i += 1) await nextTurn();
  assert.deepEqual(sent, []);
  isFull = false;
  await clock.runUntil(() => settled.size === 1);
  assert.deepEqual(sent, ['m-1']);
});

test('a write that comes when the store is closed is refused, and the process stays up', async () => {
  const store = new CardStore(openDatabase(':memory:'));
  store.close();
  await assert.rejects(store.add(outgoingCard()), { code: 'store.unavailable' });
});

test('a burst in one moment does not slip past the bound', async (t) => {
  const never: CardRoute = { name: 'guest', dropsRepeats: true, send: () => new Promise(() => {}) };
  const { outbox } = await openOutbox(t, () => never, { maxWaiting: 10 });
  const results = await Promise.allSettled(
    Array.from({ length: 100 }, (_, i) => outbox.submit(outgoingCard({ messageId: `m-${i}` }))),
  );
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 10);
  assert.equal(outbox.depth, 10);
});
