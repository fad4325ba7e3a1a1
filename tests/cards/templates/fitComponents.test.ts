import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Component } from '../../../cards/card.ts';
import { fitComponents } from '../../../cards/templates/fitComponents.ts';

const divider: Component = { type: 'divider' };
const section = (...components: Component[]): Component => ({ type: 'section', components });
const bodies = (count: number): Component[] =>
  Array.from({ length: count }, (_, i) => ({ type: 'body', text: `t${i}` }));

const cases: [name: string, components: Component[], cards: Component[][], changes: string[]][] = [
  ['fits: it stays as it is', [divider, ...bodies(18), divider], [[divider, ...bodies(18), divider]], []],
  [
    'a divider alone is too many: it goes',
    [...bodies(20), divider],
    [bodies(20)],
    ['left out 1 of 21 components'],
  ],
  [
    'a divider in a section is too many',
    [...bodies(19), section(divider)],
    [bodies(19)],
    ['left out 1 of 20 components'],
  ],
  [
    'a divider stands where it is split: it goes',
    [...bodies(19), divider, ...bodies(2)],
    [bodies(19), bodies(2)],
    ['split into 2 cards'],
  ],
  [
    'a divider would begin the next card: it goes',
    [...bodies(20), divider, ...bodies(2)],
    [bodies(20), bodies(2)],
    ['split into 2 cards'],
  ],
  [
    'a divider stands inside of a card: it stays',
    [...bodies(20), ...bodies(1), divider, ...bodies(1), divider],
    [bodies(20), [...bodies(1), divider, ...bodies(1)]],
    ['split into 2 cards'],
  ],
  [
    'there is nothing but dividers: one card of them',
    Array(21).fill(divider),
    [Array(20).fill(divider)],
    ['left out 1 of 21 components'],
  ],
];

describe('a card that is split', () => {
  for (const [name, components, cards, expected] of cases) {
    it(`has no dividers at its edges, when ${name}`, () => {
      const changes: { path: string; what: string }[] = [];
      assert.deepEqual(fitComponents(components, 'split', changes), cards);
      assert.deepEqual(
        changes,
        expected.map((what) => ({ path: '$.components', what })),
      );
    });
  }

  it('ends with no divider either when the rest is left out', () => {
    const changes: { path: string; what: string }[] = [];
    const cards = fitComponents([...bodies(19), divider, ...bodies(2)], 'degrade', changes);
    assert.deepEqual(cards, [bodies(19)]);
    assert.deepEqual(changes, [{ path: '$.components', what: 'left out 3 of 22 components' }]);
  });
});
