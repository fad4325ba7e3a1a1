import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LRUCache } from 'lru-cache';
import { limitTo } from '../../cards/lruLimit.ts';

test('a limited cache discards the entry that was not used for the longest time', () => {
  const cache = new LRUCache<string, number>(limitTo(2));
  cache.set('a', 1).set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  assert.deepEqual([...cache.keys()], ['c', 'a']);
});
