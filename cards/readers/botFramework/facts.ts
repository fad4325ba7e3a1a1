import type { Component } from '../../card.ts';
import { chunksOf } from '../../components/pack.ts';
import { limits } from '../../limits.ts';
import type { Conversion } from './conversion.ts';
import { shortenLine, withoutColon } from './texts.ts';

/** A label with its value, as plain text, and where it stands. */
export interface Fact {
  label: string | undefined;
  value: string | undefined;
  path: string;
}

/** Facts, ten in a component. One without label or value keeps what it has. */
export function factsOf(facts: readonly Fact[], path: string, conversion: Conversion): Component[] {
  const items = facts.flatMap(({ label, value, path: at }) => {
    const [first, second] = [
      shortenLine(label === undefined ? undefined : withoutColon(label), 'factLabel', at, conversion),
      shortenLine(value, 'factValue', at, conversion),
    ];
    if (first === undefined && second === undefined) return [];
    // A fact needs both: a dash replaces the missing one.
    return [{ label: first ?? '–', value: second ?? '–' }];
  });
  const { max } = limits.facts;
  if (items.length > max) conversion.note(path, `split into groups of ${max}`);
  return chunksOf(items, max).map((group) => ({ type: 'facts', items: group }));
}
