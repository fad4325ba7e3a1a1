import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LimitUse, measureLimits } from '../../../bot/authoring/limitsUsed.ts';
import type { Component } from '../../../cards/card.ts';
import { checkCard } from '../../../cards/checks/checkedCard.ts';
import type { LimitName } from '../../../cards/limits.ts';
import { card } from '../../fakes/card.ts';

const buttons = (count: number): Component => ({
  type: 'buttonGroup',
  buttons: Array.from({ length: count }, (_, i) => ({
    label: `B${i} of ${count}`,
    action: 'postback',
    payload: `b${i}`,
  })),
});
const usesOf = (components: Component[]): LimitUse[] => measureLimits(checkCard(card(components)));

const rows: [limit: LimitName, components: Component[], used: number, path: string][] = [
  [
    'title',
    [
      { type: 'header', text: 'Four' },
      { type: 'header', text: 'Longer' },
    ],
    6,
    '$.components[1].text',
  ],
  ['body', [{ type: 'body', text: 'x'.repeat(1_999) }], 1_999, '$.components[0].text'],
  [
    'buttons',
    [buttons(2), { type: 'section', components: [buttons(4)] }],
    4,
    '$.components[1].components[0].buttons',
  ],
  ['label', [buttons(3)], 7, '$.components[0].buttons[0].label'],
  ['payload', [buttons(3)], 2, '$.components[0].buttons[0].payload'],
  ['facts', [{ type: 'facts', items: [{ label: 'a', value: 'b' }] }], 1, '$.components[0].items'],
  [
    'factValue',
    [{ type: 'facts', items: [{ label: 'a', value: 'bcd' }] }],
    3,
    '$.components[0].items[0].value',
  ],
  [
    'components',
    [{ type: 'section', components: [{ type: 'divider' }, { type: 'divider' }] }],
    3,
    '$.components',
  ],
  [
    'depth',
    [{ type: 'section', components: [{ type: 'section', components: [{ type: 'divider' }] }] }],
    3,
    '$.components[0].components[0].components[0]',
  ],
  [
    'carouselCards',
    [
      {
        type: 'carousel',
        cards: [
          { components: [{ type: 'body', text: 'a' }] },
          { components: [{ type: 'body', text: 'bc' }] },
        ],
      },
    ],
    2,
    '$.components[0].cards',
  ],
  ['url', [{ type: 'image', url: 'https://example.com/a.png', altText: 'A' }], 25, '$.components[0].url'],
  [
    'altText',
    [{ type: 'image', url: 'https://example.com/a.png', altText: 'Abc' }],
    3,
    '$.components[0].altText',
  ],
  [
    'quickReplies',
    [{ type: 'quickReplies', replies: [{ label: 'a', payload: 'a' }] }],
    1,
    '$.components[0].replies',
  ],
];
for (const [limit, components, used, path] of rows) {
  test(`the use of ${limit} is counted where it is the most`, () => {
    const found = usesOf(components).find((one) => one.limit === limit);
    assert.deepEqual([found?.used, found?.path], [used, path]);
  });
}

test('a limit that nothing in the card is held to has no row, and the fullest comes first', () => {
  const uses = usesOf([{ type: 'header', text: 'x'.repeat(79) }]);
  assert.equal(uses[0]?.limit, 'title');
  assert.deepEqual(
    uses.map(({ limit }) => limit).filter((limit) => ['buttons', 'facts', 'label'].includes(limit)),
    [],
  );
  const bytes = uses.find(({ limit }) => limit === 'cardBytes');
  assert.equal(
    bytes?.used,
    Buffer.byteLength(checkCard(card([{ type: 'header', text: 'x'.repeat(79) }])).json),
  );
});
