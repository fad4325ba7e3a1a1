import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type AuditEntry, chainHash, chainStart } from '../../../cards/delivery/audit.ts';
import type { Attempt, CardRoute, OutgoingCard } from '../../../cards/delivery/outbox.ts';
import { defaultRetryPolicy } from '../../../cards/delivery/retryTiming.ts';
import { CardStore, openDatabase } from '../../../cards/delivery/sqlite/cardStore.ts';
import { EmbeddedOutbox, type EmbeddedOutboxOptions } from '../../../cards/delivery/sqlite/embeddedOutbox.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

function dataDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'cards-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A route whose attempts are scripted by message id; what is not scripted is accepted. */
function scriptedRoute(script: Record<string, Attempt[]> = {}, dropsRepeats = true) {
  const sent: string[] = [];
  const route: CardRoute = {
    name: 'guest',
    dropsRepeats,
    send: async ({ messageId }) => {
      sent.push(messageId);
      return script[messageId]?.shift() ?? { result: 'accepted', status: 200 };
    },
  };
  return { route, sent };
}

async function open(dir: string, route: CardRoute, more: Partial<EmbeddedOutboxOptions> = {}) {
  const db = openDatabase(dir);
  const store = new CardStore(db);
  const outbox = new EmbeddedOutbox({ store, routes: [route], random: () => 0, watchMs: 0, ...more });
  await outbox.start();
  return { db, outbox, store };
}

function auditOf(db: ReturnType<typeof openDatabase>): AuditEntry[] {
  let previous = chainStart;
  return db
    .prepare('SELECT entry, hash FROM audit ORDER BY seq')
    .all()
    .map((row) => {
      const entry = String(row.entry);
      previous = chainHash(previous, entry);
      assert.equal(row.hash, previous);
      return JSON.parse(entry);
    });
}

test('a card is stored, sent, and its outcome told and audited, without its text', async (t) => {
  const { route, sent } = scriptedRoute();
  const { db, outbox } = await open(dataDir(t), route);

  await outbox.submit(outgoingCard({ body: '{"messageId":"m-1","secret":"customer text"}' }));
  const delivery = await outbox.outcomeOf('m-1', 1_000);

  assert.equal(delivery.outcome, 'accepted');
  assert.equal(delivery.attempts, 1);
  assert.deepEqual(sent, ['m-1']);
  const audit = auditOf(db);
  assert.deepEqual(
    audit.map((entry) => entry.event),
    ['stored', 'accepted'],
  );
  assert.doesNotMatch(JSON.stringify(audit), /customer text|The text of the card/);
  assert.equal(db.prepare('SELECT body FROM cards').get()?.body, null);
  await outbox.stop();
});

test('a card is tried again until it is taken, and each attempt is audited', async (t) => {
  const { route, sent } = scriptedRoute({
    'm-1': [
      { result: 'retry', code: 'genesys.unavailable', status: 503 },
      { result: 'unknown', code: 'genesys.unknownOutcome' },
    ],
  });
  const { db, outbox } = await open(dataDir(t), route);
  await outbox.submit(outgoingCard());
  assert.equal((await outbox.outcomeOf('m-1', 5_000)).attempts, 3);
  assert.deepEqual(sent, ['m-1', 'm-1', 'm-1']);
  assert.deepEqual(
    auditOf(db).map(({ event, code }) => [event, code]),
    [
      ['stored', undefined],
      ['attempted', 'genesys.unavailable'],
      ['attempted', 'genesys.unknownOutcome'],
      ['accepted', undefined],
    ],
  );
  await outbox.stop();
});

test('a rejected card is final and does not hold up the next one', async (t) => {
  const { route, sent } = scriptedRoute({
    'm-1': [{ result: 'rejected', code: 'genesys.rejected', status: 400 }],
  });
  const { outbox } = await open(dataDir(t), route);
  await outbox.submit(outgoingCard({ messageId: 'm-1' }));
  await outbox.submit(outgoingCard({ messageId: 'm-2' }));
  assert.equal((await outbox.outcomeOf('m-1', 1_000)).outcome, 'rejected');
  assert.equal((await outbox.outcomeOf('m-2', 1_000)).outcome, 'accepted');
  assert.deepEqual(sent, ['m-1', 'm-2']);
  await outbox.stop();
});

test('a card whose attempts are used up is a dead letter that keeps its body', async (t) => {
  const { route, sent } = scriptedRoute({
    'm-1': Array<Attempt>(9).fill({ result: 'retry', code: 'genesys.unavailable', status: 500 }),
  });
  const { db, outbox } = await open(dataDir(t), route);
  await outbox.submit(outgoingCard());
  const delivery = await outbox.outcomeOf('m-1', 5_000);
  assert.deepEqual(
    [delivery.outcome, delivery.code, delivery.attempts],
    ['failed', 'genesys.unavailable', 8],
  );
  assert.equal(sent.length, 8);
  assert.equal(db.prepare('SELECT body FROM cards').get()?.body, '{"messageId":"m-1"}');
  await outbox.stop();
});

test('a card whose time is used up is a dead letter', async (t) => {
  let now = 1_000_000;
  const { route } = scriptedRoute({
    'm-1': Array<Attempt>(9).fill({
      result: 'retry',
      code: 'genesys.rateLimited',
      pauseAll: true,
      retryAfterMs: 1,
    }),
  });
  const db = openDatabase(dataDir(t));
  const store = new CardStore(db, () => now);
  const outbox = new EmbeddedOutbox({
    store,
    routes: [
      {
        ...route,
        send: (card: OutgoingCard) => {
          now += defaultRetryPolicy.totalMs / 2;
          return route.send(card);
        },
      },
    ],
    random: () => 0,
    watchMs: 0,
    now: () => now,
  });
  await outbox.start();
  await outbox.submit(outgoingCard());
  assert.equal((await outbox.outcomeOf('m-1', 5_000)).outcome, 'failed');
  await outbox.stop();
});

test('where repeats are shown, a doubtful card is held for the operator', async (t) => {
  const { route, sent } = scriptedRoute(
    { 'm-1': [{ result: 'unknown', code: 'genesys.unknownOutcome' }] },
    false,
  );
  const { outbox } = await open(dataDir(t), route);
  await outbox.submit(outgoingCard());
  assert.equal((await outbox.outcomeOf('m-1', 1_000)).outcome, 'unknown');
  assert.deepEqual(sent, ['m-1']);
  await outbox.stop();
});

test('where repeats are shown, a doubtful card is sent again if so configured, and each doubt is audited', async (t) => {
  const { route, sent } = scriptedRoute(
    { 'm-1': [{ result: 'unknown', code: 'genesys.unknownOutcome' }] },
    false,
  );
  const { db, outbox } = await open(dataDir(t), route, { onUnknown: 'resend' });
  await outbox.submit(outgoingCard());
  assert.equal((await outbox.outcomeOf('m-1', 1_000)).outcome, 'accepted');
  assert.deepEqual(sent, ['m-1', 'm-1']);
  assert.equal(auditOf(db).filter((entry) => entry.code === 'genesys.unknownOutcome').length, 1);
  await outbox.stop();
});

test('what a former process left is taken up in order', async (t) => {
  const dir = dataDir(t);
  const never: CardRoute = { name: 'guest', dropsRepeats: true, send: () => new Promise(() => {}) };
  const first = await open(dir, never);
  for (const messageId of ['m-1', 'm-2', 'm-3']) await first.outbox.submit(outgoingCard({ messageId }));
  await first.outbox.stop(0);

  const { route, sent } = scriptedRoute();
  const second = await open(dir, route);
  assert.equal((await second.outbox.outcomeOf('m-3', 1_000)).outcome, 'accepted');
  assert.deepEqual(sent, ['m-1', 'm-2', 'm-3']);
  await second.outbox.stop();
});

test('a card that a former process was sending where repeats are shown is held, not sent again', async (t) => {
  const dir = dataDir(t);
  let isSending: () => void = () => {};
  const sending = new Promise<void>((resolve) => {
    isSending = resolve;
  });
  const never: CardRoute = {
    name: 'guest',
    dropsRepeats: false,
    send: () => {
      isSending();
      return new Promise(() => {});
    },
  };
  const first = await open(dir, never);
  await first.outbox.submit(outgoingCard());
  await sending;
  await first.outbox.stop(0);

  const { route, sent } = scriptedRoute({}, false);
  const second = await open(dir, route);
  assert.equal((await second.outbox.outcomeOf('m-1', 1_000)).outcome, 'unknown');
  assert.deepEqual(sent, []);
  await second.outbox.stop();
});

test('a card submitted a hundred times at once is sent once, and all callers get its outcome', async (t) => {
  const { route, sent } = scriptedRoute();
  const { outbox } = await open(dataDir(t), route);
  await Promise.all(Array.from({ length: 100 }, () => outbox.submit(outgoingCard())));
  const deliveries = await Promise.all(Array.from({ length: 100 }, () => outbox.outcomeOf('m-1', 1_000)));
  assert.deepEqual(new Set(deliveries.map((d) => d.outcome)), new Set(['accepted']));
  assert.deepEqual(sent, ['m-1']);
  await outbox.stop();
});

test('another card under the same messageId is a conflict', async (t) => {
  const { outbox } = await open(dataDir(t), scriptedRoute().route);
  await outbox.submit(outgoingCard());
  await assert.rejects(outbox.submit(outgoingCard({ body: '{"other":true}' })), { code: 'store.conflict' });
  await outbox.stop();
});

test('beyond the bound no card is taken', async (t) => {
  const never: CardRoute = { name: 'guest', dropsRepeats: true, send: () => new Promise(() => {}) };
  const { outbox } = await open(dataDir(t), never, { maxWaiting: 2 });
  await outbox.submit(outgoingCard({ messageId: 'm-1' }));
  await outbox.submit(outgoingCard({ messageId: 'm-2' }));
  await assert.rejects(outbox.submit(outgoingCard({ messageId: 'm-3' })), { code: 'store.full' });
  await outbox.stop(0);
});

test('a turn that waits for a slow card hears that it goes on in the background', async (t) => {
  const never: CardRoute = { name: 'guest', dropsRepeats: true, send: () => new Promise(() => {}) };
  const { outbox } = await open(dataDir(t), never);
  await outbox.submit(outgoingCard());
  assert.equal((await outbox.outcomeOf('m-1', 5)).outcome, 'pending');
  await outbox.stop(0);
});

test('waiting cards share commits', async (t) => {
  const { route } = scriptedRoute();
  const { outbox, store } = await open(dataDir(t), route);
  await Promise.all(
    Array.from({ length: 64 }, (_, i) =>
      outbox.submit(outgoingCard({ messageId: `m-${i}`, conversationId: `c-${i}` })),
    ),
  );
  const { commits, writes } = store.commits.counts;
  assert.ok(writes >= 64 && commits <= writes / 8, `${writes} writes in ${commits} commits`);
  await outbox.stop();
});
