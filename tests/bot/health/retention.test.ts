import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { readConfig } from '../../../bot/config/config.ts';
import { createStore } from '../../../bot/createParts.ts';
import { keepRetention } from '../../../bot/health/chores.ts';
import { createLog } from '../../../bot/log/log.ts';
import { CardStore } from '../../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../../cards/delivery/store/sqlite/database.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { storeCard } from '../../fakes/storeCard.ts';

const day = 86_400_000;
const retention = { cardDays: 30, auditDays: 365 };

/** A timer that the test rings, and a log that it reads. */
function rig() {
  const lines = new PassThrough();
  let ring = () => {};
  let isCancelled = false;
  return {
    log: createLog('info', lines),
    every: (callback: () => void) => {
      ring = callback;
      return { cancel: () => (isCancelled = true) };
    },
    ring: () => ring(),
    isCancelled: () => isCancelled,
    logged: () => String(lines.read() ?? ''),
  };
}

test('what is older than its days goes, at the start and whenever the timer rings', async () => {
  const { log, every, ring, isCancelled, logged } = rig();
  const asked: object[] = [];
  const prune = async (bounds: object) => {
    asked.push(bounds);
    return { cards: 3, auditEntries: 0, states: 2 };
  };
  let now = 1_000 * day;
  const stop = keepRetention({ retention, prune, log, every, now: () => now });
  await stop();
  now += day;
  ring();
  await stop();
  assert.deepEqual(asked, [
    { cardsBefore: 970 * day, auditBefore: 635 * day },
    { cardsBefore: 971 * day, auditBefore: 636 * day },
  ]);
  assert.ok(isCancelled());
  assert.deepEqual(
    logged()
      .match(/"what":"\w+","count":\d/g)
      ?.slice(0, 2),
    ['"what":"cards","count":3', '"what":"states","count":2'],
  );
});

test('a slow deletion is not begun twice, and the stop waits for it', async () => {
  const { log, every, ring } = rig();
  let begun = 0;
  let finish = () => {};
  const prune = () => {
    begun += 1;
    return new Promise<{ cards: number; auditEntries: number; states: number }>((resolve) => {
      finish = () => resolve({ cards: 0, auditEntries: 0, states: 0 });
    });
  };
  const stop = keepRetention({ retention, prune, log, every });
  ring();
  let isStopped = false;
  const stopped = stop().then(() => (isStopped = true));
  await new Promise(setImmediate);
  assert.equal(isStopped, false);
  finish();
  await stopped;
  assert.equal(begun, 1);
});

test('a store that is away is news, not the end of the bot, and the next hour tries again', async () => {
  const { log, every, ring, logged } = rig();
  let tries = 0;
  const prune = () => {
    tries += 1;
    return Promise.reject(new Error('away'));
  };
  const stop = keepRetention({ retention, prune, log, every });
  await stop();
  ring();
  await stop();
  assert.equal(tries, 2);
  assert.match(logged(), /"event":"store.pruneFailed","code":"Error"/);
});

test('the store of a bot keeps what is under way and what is young', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'retention-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const now = Date.now();
  let clock = now - 40 * day;
  const db = openDatabase(dataDir);
  const cards = new CardStore(db, () => clock);
  const end = async (messageId: string) => {
    const stored = await storeCard(cards, outgoingCard({ messageId }));
    await cards.settle(stored, 'failed', 1, { result: 'retry', code: 'genesys.unavailable' });
  };
  await end('old');
  await cards.add(outgoingCard({ messageId: 'waiting' }));
  clock = now - 20 * day;
  await end('young');
  cards.close();

  const store = await createStore(readConfig({ DATA_DIR: dataDir }), createLog('silent'));
  await store.storage.write({ conversation: { step: 1 } });
  const bounds = { cardsBefore: now - 30 * day, auditBefore: now - 365 * day };
  assert.deepEqual(await store.prune(bounds), { cards: 1, auditEntries: 0, states: 0 });
  assert.deepEqual(await store.prune({ ...bounds, auditBefore: now - 30 * day }), {
    cards: 0,
    auditEntries: 3,
    states: 0,
  });
  assert.deepEqual(await store.prune({ ...bounds, cardsBefore: Date.now() + 1 }), {
    cards: 1,
    auditEntries: 0,
    states: 1,
  });
  await store.close();
});
