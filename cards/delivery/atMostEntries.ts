/**
 * Options of an `LRUCache` that keeps so many entries and takes memory as it fills. With `max` it takes the memory of all of
 * them at once: 1 MB for 50,000.
 */
export function atMostEntries(maxSize: number): { maxSize: number; sizeCalculation: () => number } {
  return { maxSize, sizeCalculation: () => 1 };
}
