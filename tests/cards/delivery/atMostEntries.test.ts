import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LRUCache } from 'lru-cache';
import { atMostEntries } from '../../../cards/delivery/atMostEntries.ts';

test('a cache of at most three entries forgets the one that was used longest ago', () => {
  const cache = new LRUCache<string, number>(atMostEntries(3));
  for (const key of ['a', 'b', 'c']) cache.set(key, 1);
  cache.get('a');
  cache.set('d', 1);
  assert.deepEqual([...cache.keys()].sort(), ['a', 'c', 'd']);
});

test('a cache for many entries takes no memory for those that it does not hold', () => {
  assert.equal(new LRUCache<string, number>(atMostEntries(50_000)).max, 0);
});
