import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Component } from '../../../cards/card.ts';
import { writeFallbackText } from '../../../cards/components/componentTypes.ts';

const image = (altText: string): Component => ({ type: 'image', url: 'https://example.com/a.png', altText });
const header = (text: string): Component => ({ type: 'header', text });
const body = (text: string, markdown = false): Component => ({ type: 'body', text, markdown });

const rows: [what: string, components: Component[], text: string][] = [
  ['title and body are lines', [header('Order'), body('On its way')], 'Order\nOn its way'],
  ['Markdown is said without its marks', [body('**On** its way', true)], 'On its way'],
  [
    'facts are label and value',
    [{ type: 'facts', items: [{ label: 'Total', value: '5 €' }] }, { type: 'divider' }],
    'Total: 5 €',
  ],
  [
    'a link says its address, another button its label',
    [
      {
        type: 'buttonGroup',
        buttons: [
          { label: 'Track', action: 'openUrl', payload: 'https://example.com/t' },
          { label: 'Cancel', action: 'postback', payload: 'cancel' },
        ],
      },
    ],
    'Track: https://example.com/t\n- Cancel',
  ],
  ['a picture called as the title after it is said once', [image('Lamp'), header('Lamp')], 'Lamp'],
  [
    'a picture called otherwise is said',
    [image('A lamp on a desk'), header('Lamp')],
    'A lamp on a desk\nLamp',
  ],
  [
    'equal facts are said each, such as two coffees of a receipt',
    [
      {
        type: 'facts',
        items: [
          { label: 'Coffee', value: '3 €' },
          { label: 'Coffee', value: '3 €' },
        ],
      },
    ],
    'Coffee: 3 €\nCoffee: 3 €',
  ],
  ['a picture called as the title before it is said once', [header('Lamp'), image('Lamp')], 'Lamp'],
  [
    'the same words further on are said again',
    [header('Lamp'), body('Bright'), header('Lamp')],
    'Lamp\nBright\nLamp',
  ],
];
for (const [what, components, text] of rows) {
  test(what, () => {
    assert.equal(writeFallbackText(components), text);
  });
}
