import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseProduct, isPlaceOrSku } from '../../../dialogs/orders/chooseProduct.ts';
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

const forms: readonly [text: string, isPlaceOrSku: boolean][] = [
  ['2', true],
  [' 3. ', true],
  ['9', true],
  ['12', false],
  ['12345', false],
  ['a-1', true],
  [' K ', true],
  ['A-3', false],
  ['the A-1', false],
  ['', false],
];

for (const [text, isOne] of forms) {
  test(`"${text}" is ${isOne ? 'a' : 'no'} place or sku`, () => {
    const skus = products.map(({ sku }) => sku);
    assert.equal(isPlaceOrSku(skus, text), isOne);
  });
}
