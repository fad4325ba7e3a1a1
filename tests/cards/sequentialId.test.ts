import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idPattern } from '../../cards/card.ts';
import { makeSequentialId } from '../../cards/sequentialId.ts';

test('an id is a UUID of version 7 that begins with the time', () => {
  // Later than any id that another test of this process made.
  const at = Date.now() + 60_000;
  const id = makeSequentialId(at);
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(id, idPattern);
  assert.equal(Number.parseInt(id.slice(0, 13).replace('-', ''), 16), at);
});

test('ids sort in the order in which they were made, also within a millisecond and when the clock goes back', () => {
  const at = Date.now() + 120_000;
  const times = [...Array.from({ length: 10_000 }, () => 1), 1_000, 2, 2];
  const ids = times.map((later) => makeSequentialId(at + later));
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids).size, ids.length);
});
