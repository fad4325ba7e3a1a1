import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WaitingCount } from '../../../cards/delivery/store/postgres/waitingCount.ts';

/** A count of at most two cards by a clock of the test, in front of a database that has so many. */
function rig(inDatabase: number) {
  let time = 0;
  const asked: number[] = [];
  const query = async () => {
    asked.push(time);
    return [{ n: inDatabase }];
  };
  const count = new WaitingCount({ query }, 2, () => time);
  const pass = (ms: number) => {
    time += ms;
  };
  return { count, asked, pass };
}

const stored = async () => true;

test('cards that wait are counted in the database once a second, and not for each card', async () => {
  const { count, asked, pass } = rig(0);
  await count.enter(stored);
  await count.enter(stored);
  pass(999);
  await assert.rejects(count.enter(stored), { code: 'store.full' });
  pass(1);
  await assert.rejects(count.enter(stored), { code: 'store.full' });
  assert.deepEqual(asked, [0, 1_000]);
  // What the database said meanwhile counts.
  await count.enter(stored);
});

test('a card that leaves, is a repeat or is not stored takes no place', async () => {
  const { count } = rig(1);
  await count.count();
  await count.enter(async () => false);
  await assert.rejects(count.enter(() => Promise.reject(new Error('not stored'))));
  await count.enter(stored);
  await assert.rejects(count.enter(stored), { code: 'store.full' });
  count.leave(1);
  await count.enter(stored);
});
