import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseProduct, isProductOnly } from '../../../dialogs/orders/chooseProduct.ts';
import type { Product } from '../../../dialogs/orders/orderSource.ts';

const product = (sku: string, name: string): Product => ({ sku, name, price: 1, currency: 'EUR' });
const products = [
  product('A-1', 'Red desk lamp'),
  product('A-2', 'Blue desk lamp'),
  product('K', 'Compact keyboard'),
];

const answers: readonly [text: string, sku: string | undefined][] = [
  ['A-1', 'A-1'],
  ['a-2', 'A-2'],
  ['k', 'K'],
  ['2', 'A-2'],
  ['3.', 'K'],
  ['0', undefined],
  ...[
    'number 2',
    '#2',
    'Number two',
    'no. 2',
    'the second one',
    "I'll take the second one",
    'second',
    '2nd',
    '2nd one please',
    'option 2',
    'Nummer 2',
    'Nr. 2',
    'Nummer zwei',
    'die zweite',
    'ich nehme die zweite',
    'das zweite bitte',
    'den zweiten',
    'zwei',
    '2.',
    'die 2. bitte',
  ].map((text): [string, string] => [text, 'A-2']),
  ['the last one', 'K'],
  ['das letzte', 'K'],
  ['number one', 'A-1'],
  ['der erste', 'A-1'],
  ['the one', undefined],
  ['the second and the third', undefined],
  ['number 7', undefined],
  ['2 weeks', undefined],
  ['the cheapest', undefined],
  ['9', undefined],
  ['the blue one please', 'A-2'],
  ['Keyboard!', 'K'],
  ['desk lamp', undefined],
  ['red desk lamp', 'A-1'],
  ['a car', undefined],
  ['', undefined],
];

for (const [text, sku] of answers) {
  test(`"${text}" chooses ${sku ?? 'nothing'}`, () => {
    assert.equal(chooseProduct(products, text)?.sku, sku);
  });
}

test('the cheapest and the most expensive are told by their prices, unless two cost the same', () => {
  const priced = products.map((one, place) => ({ ...one, price: [30, 10, 20][place] ?? 0 }));
  for (const text of ['the cheapest one', 'das günstigste', 'die billigste bitte'])
    assert.equal(chooseProduct(priced, text)?.sku, 'A-2', text);
  for (const text of ['the most expensive', 'das teuerste'])
    assert.equal(chooseProduct(priced, text)?.sku, 'A-1', text);
});

const forms: readonly [text: string, isOnly: boolean][] = [
  ['2', true],
  [' 3. ', true],
  ['9', true],
  ['12', false],
  ['12345', false],
  ['a-1', true],
  [' K ', true],
  ['A-3', false],
  ['', false],
  ['the desk lamp', true],
  ['I would like to take the blue one please', true],
  ['die Keyboard bitte', true],
  ['my desk lamp is broken', false],
  ['return the desk lamp', false],
  ['please', false],
];

for (const [text, isOnly] of forms) {
  test(`"${text}" is ${isOnly ? '' : 'more than '}a product`, () => {
    assert.equal(isProductOnly(products, text), isOnly);
  });
}
