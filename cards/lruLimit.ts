/** Options of an LRU cache that holds at most `count` entries and grows with them: for its `max`, lru-cache reserves memory at once. */
export function limitTo(count: number): { maxSize: number; sizeCalculation: () => number } {
  return { maxSize: count, sizeCalculation: () => 1 };
}
