import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sendDeliveryMetrics } from '../../../bot/health/chores.ts';
import { createTelemetry } from '../../../bot/telemetry/telemetry.ts';
import type { FinalState } from '../../../cards/delivery/outbox.ts';
import { CardStore } from '../../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../../cards/delivery/store/sqlite/database.ts';
import { createSqliteTables } from '../../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { type DeliveryNumbers, readDeliveryNumbers } from '../../../cards/delivery/store/store.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { recordedTelemetry } from '../../fakes/recordedTelemetry.ts';
import { storeCard } from '../../fakes/storeCard.ts';

const numbers: DeliveryNumbers = {
  depth: 3,
  oldestMs: 4_500,
  deadLetters: 2,
  successRate: 0.9,
  p50Ms: 10,
  p95Ms: 20,
  p99Ms: 30,
};
const nothing: DeliveryNumbers = {
  depth: 0,
  oldestMs: null,
  deadLetters: 0,
  successRate: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
};

/** A timer that rings when the test says so; what it started has ended when `ring` resolves. */
function bell() {
  let callback = () => {};
  let isCancelled = false;
  return {
    every: (ring: () => void) => {
      callback = ring;
      return {
        cancel: () => {
          isCancelled = true;
        },
      };
    },
    ring: async () => {
      callback();
      await new Promise(setImmediate);
    },
    isCancelled: () => isCancelled,
  };
}

test('the numbers are sent now and with each ring, under the names of the registry', async () => {
  const { telemetry, metrics } = await recordedTelemetry();
  const { every, ring } = bell();
  sendDeliveryMetrics({ telemetry, read: async () => numbers, every });
  await new Promise(setImmediate);
  const all = [
    ['queue.depth', 3],
    ['queue.oldestSeconds', 4.5],
    ['deadLetters', 2],
    ['successRate', 0.9],
    ['delivery.p50Ms', 10],
    ['delivery.p95Ms', 20],
    ['delivery.p99Ms', 30],
  ];
  assert.deepEqual(metrics, all);
  await ring();
  assert.deepEqual(metrics, [...all, ...all]);
});

test('where there is no traffic, no rate is made up', async () => {
  const { telemetry, metrics } = await recordedTelemetry();
  sendDeliveryMetrics({ telemetry, read: async () => nothing, every: bell().every });
  await new Promise(setImmediate);
  assert.deepEqual(metrics, [
    ['queue.depth', 0],
    ['queue.oldestSeconds', 0],
    ['deadLetters', 0],
  ]);
});

test('a store that is away is asked again, one that is slow is not asked twice at once', async () => {
  const { telemetry, metrics } = await recordedTelemetry();
  const { every, ring } = bell();
  let asked = 0;
  const slow = Promise.withResolvers<DeliveryNumbers>();
  const answers = [Promise.reject(new Error('away')), slow.promise, Promise.resolve(numbers)];
  sendDeliveryMetrics({ telemetry, read: () => answers[asked++] ?? Promise.resolve(nothing), every });
  await ring();
  assert.deepEqual(metrics, []);
  await ring();
  await ring();
  assert.equal(asked, 2);
  slow.resolve(nothing);
  await new Promise(setImmediate);
  await ring();
  assert.equal(asked, 3);
});

test('it can be stopped, and without telemetry nothing is read', async () => {
  const { telemetry } = await recordedTelemetry();
  const { every, isCancelled } = bell();
  sendDeliveryMetrics({ telemetry, read: async () => numbers, every })();
  assert.equal(isCancelled(), true);
  const off = createTelemetry({ connectionString: undefined, conversation: () => '' });
  sendDeliveryMetrics({ telemetry: off, read: () => assert.fail('read') })();
});

test('the numbers of a SQLite store are those of its cards', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'numbers-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const db = openDatabase(dataDir);
  let now = 1_000_000;
  const store = new CardStore(db, () => now);
  const read = () => readDeliveryNumbers(createSqliteTables(db, () => now));
  assert.deepEqual(await read(), nothing);

  const settle = async (messageId: string, state: FinalState, ms: number) => {
    const stored = await storeCard(store, outgoingCard({ messageId }));
    now += ms;
    await store.settle(stored, state, 1, { result: 'accepted' });
  };
  await settle('too old', 'failed', 9_000);
  now += 5 * 60_000;
  for (let i = 1; i <= 97; i += 1) await settle(`a-${i}`, 'accepted', i);
  await settle('r', 'rejected', 98);
  await settle('u', 'unknown', 99);
  await settle('f', 'failed', 100);
  await store.add(outgoingCard({ messageId: 'waits' }));
  await store.mark(await storeCard(store, outgoingCard({ messageId: 'on the wire' })), 'sending');
  now += 2_000;
  assert.deepEqual(await read(), {
    depth: 2,
    oldestMs: 2_000,
    deadLetters: 4,
    successRate: 0.97,
    p50Ms: 50,
    p95Ms: 95,
    p99Ms: 99,
  });
  store.close();
});

test('the numbers are read by indexes only', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'numbers-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const db = openDatabase(dataDir);
  const plans: string[] = [];
  const prepare = db.prepare.bind(db);
  t.mock.method(db, 'prepare', (sql: string) => {
    plans.push(
      ...prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((row) => String(row.detail)),
    );
    return prepare(sql);
  });
  await readDeliveryNumbers(createSqliteTables(db));
  const scans = plans.filter((plan) => plan.includes(' cards'));
  assert.equal(scans.length, 3);
  for (const plan of scans) assert.match(plan, /USING (COVERING )?INDEX/);
  db.close();
});
