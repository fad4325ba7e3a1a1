import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idPattern } from '../../../cards/card.ts';
import { newMessageId } from '../../../cards/templates/newMessageId.ts';

test('a new messageId is a UUID of version 7 that begins with the time', () => {
  const id = newMessageId(Date.UTC(2026, 10, 23));
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(id, idPattern);
  assert.equal(Number.parseInt(id.slice(0, 13).replace('-', ''), 16), Date.UTC(2026, 10, 23));
  assert.ok(newMessageId(1).startsWith('00000000-0001-7'));
});

test('messageIds sort by the time at which they were made, and those of one moment differ', () => {
  const at = Date.UTC(2026, 10, 23);
  const ids = [0, 1, 1_000, 1_000_000_000].map((later) => newMessageId(at + later));
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(Array.from({ length: 10_000 }, () => newMessageId(at))).size, 10_000);
});
