import assert from 'node:assert/strict';
import { test } from 'node:test';
import { throttle } from '../../../bot/log/log.ts';

test('what happens often is told at once, then once in each interval with its number', () => {
  const told: number[] = [];
  const waits: (() => void)[] = [];
  const happen = throttle((count) => told.push(count), {
    everyMs: 60_000,
    after: (ms, callBack) => {
      assert.equal(ms, 60_000);
      waits.push(callBack);
      return { cancel: () => {} };
    },
  });
  happen();
  assert.deepEqual(told, [1]);
  for (let i = 0; i < 299; i += 1) happen();
  assert.deepEqual(told, [1]);
  waits.shift()?.();
  assert.deepEqual(told, [1, 299]);
  waits.shift()?.();
  assert.deepEqual([told, waits], [[1, 299], []]);
  happen();
  assert.deepEqual(told, [1, 299, 1]);
  assert.equal(waits.length, 1);
});
