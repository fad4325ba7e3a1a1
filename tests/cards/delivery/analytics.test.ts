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
