import { allWishes } from '../allWishes.ts';
import type { Wish } from '../wish.ts';

/** The sentences that the intent model learns from; an intent without examples comes from clicks only. */
export function groupExamplesByIntent(
  wishes: readonly Wish[] = allWishes,
): Record<string, readonly string[]> {
  return Object.fromEntries(
    wishes.flatMap(({ intent, examples }) => (examples === undefined ? [] : [[intent, examples]])),
  );
}
