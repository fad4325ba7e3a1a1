import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnalyticsFeed } from '../../../cards/delivery/analytics.ts';
import { CodedError } from '../../../cards/errors.ts';

const bug = new TypeError('a bug');
const failures: [what: string, error: Error, faults: unknown[]][] = [
  ['an error of this program is reported', bug, [bug]],
  [
    'a store that is away is not: the store reports it itself',
    new CodedError('store.unavailable', 'Away.'),
    [],
  ],
];
for (const [what, error, expected] of failures) {
  test(`when the events cannot be read, ${what}`, async () => {
    const faults: unknown[] = [];
    const hasRead = Promise.withResolvers<void>();
    const feed = new AnalyticsFeed({
      url: 'https://analytics.example/',
      secrets: ['secret'],
      source: {
        after: () => {
          hasRead.resolve();
          throw error;
        },
        cursor: () => 0,
        saveCursor: () => Promise.resolve(),
      },
      http: () => assert.fail('there is nothing to send'),
      gatherMs: 0,
      onFault: (one) => faults.push(one),
    });
    feed.start();
    await hasRead.promise;
    // It tries once more, and reports nothing twice.
    await feed.stop();
    assert.deepEqual(faults, expected);
  });
}

/** Waits until all that is not a timer has happened. */
const settle = async () => {
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
};

const entry = JSON.stringify({
  at: '2026-11-29T12:00:00.000Z',
  event: 'stored',
  messageId: 'm',
  operationId: 'o',
});
const eventsBetween = (after: number, last: number) =>
  Array.from({ length: last - after }, (_, i) => ({ seq: after + i + 1, entry, hash: 'h' }));

const rests: [events: string, first: number, later: number, waitMs: number][] = [
  ['new events are gathered again after a batch that was not full', 2, 3, 50],
  ['the rest of a backlog follows a full batch without a wait', 7, 0, 1],
];
for (const [what, first, later, waitMs] of rests) {
  test(what, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let stored = first;
    let taken = 0;
    const batches: number[] = [];
    const feed = new AnalyticsFeed({
      url: 'https://analytics.example/',
      secrets: ['secret'],
      source: {
        after: (seq, count) => eventsBetween(seq, Math.min(stored, seq + count)),
        cursor: () => taken,
        saveCursor: async (seq) => {
          taken = seq;
        },
      },
      http: async ({ body = '' }) => {
        batches.push(JSON.parse(body).length);
        if (batches.length === 1) stored += later;
        feed.wake();
        return { kind: 'answer', status: 204, headers: new Headers(), body: '', broken: false };
      },
      batch: 4,
    });
    feed.wake();
    t.mock.timers.tick(50);
    await settle();
    assert.equal(batches.length, 1);
    t.mock.timers.tick(waitMs - 1);
    await settle();
    assert.equal(batches.length, waitMs === 1 ? 2 : 1);
    t.mock.timers.tick(1);
    await settle();
    assert.deepEqual(batches, [Math.min(first, 4), first + later - Math.min(first, 4)]);
    await feed.stop();
  });
}

test('a stop waits for the request that is under way, and sends the events that came meanwhile', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  let stored = 1;
  let taken = 0;
  const batches: number[] = [];
  const answer = Promise.withResolvers<void>();
  const feed = new AnalyticsFeed({
    url: 'https://analytics.example/',
    secrets: ['secret'],
    source: {
      after: (seq) => eventsBetween(seq, stored),
      cursor: () => taken,
      saveCursor: async (seq) => {
        taken = seq;
      },
    },
    http: async ({ body = '' }) => {
      batches.push(JSON.parse(body).length);
      if (batches.length === 1) await answer.promise;
      return { kind: 'answer', status: 204, headers: new Headers(), body: '', broken: false };
    },
  });
  feed.start();
  t.mock.timers.tick(50);
  await settle();
  stored = 3;
  const stopping = feed.stop();
  await settle();
  assert.deepEqual([batches, taken], [[1], 0]);
  answer.resolve();
  await stopping;
  assert.deepEqual([batches, taken], [[1, 2], 3]);
});
