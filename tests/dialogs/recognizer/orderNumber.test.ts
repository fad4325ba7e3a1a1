import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findOrderId, parseOrderId } from '../../../dialogs/recognizer/orderNumber.ts';

const sentences: readonly [sentence: string, orderId: string | undefined][] = [
  ['12345', '12345'],
  ['where is my order 12345?', '12345'],
  ['where is #12345', '12345'],
  ['ORD-12345 please', '12345'],
  ['ord 54321 is late', '54321'],
  ['order#777', '777'],
  ['Nr.54321!', '54321'],
  ['(12345)', '12345'],
  ['Bestellung 12345, bitte', '12345'],
  ['I had 300 problems with #54321', '54321'],
  ['in 2026 I placed ORD-777', '777'],
  ['mail me at john12345@example.com', undefined],
  ['12345@example.com', undefined],
  ['john.12345@example.com about 54321', '54321'],
  ['see https://example.com/orders/12345', undefined],
  ['see www.example.com/?id=12345', undefined],
  ['call +49 1701234567 or 99', undefined],
  ['call 030/1234567', undefined],
  ['placed on 2026-11-20', undefined],
  ['placed on 20.11.2026', undefined],
  ['it cost 1234,50', undefined],
  ['it cost 120 EUR', undefined],
  ['it cost 120€', undefined],
  ['it cost $120', undefined],
  ['it cost € 120', undefined],
  ['A12345', undefined],
  ['12345abc', undefined],
  ['42', undefined],
  ['1234567890123', undefined],
  ['at 12:345', undefined],
  ['', undefined],
];

for (const [sentence, orderId] of sentences) {
  test(`the order number in "${sentence}" is ${orderId ?? 'none'}`, () => {
    assert.equal(findOrderId(sentence), orderId);
  });
}

test('a text that is only an order number is read, with or without its mark', () => {
  for (const text of ['12345', ' 12345 ', '#12345', 'ORD-12345', 'ord-12345']) {
    assert.equal(parseOrderId(text), '12345');
  }
  for (const text of [
    '',
    '#',
    '12',
    '1234567890123',
    '12345 please',
    '12345/../1',
    'ORD12345',
    '１２３４５',
  ]) {
    assert.equal(parseOrderId(text), undefined);
  }
});
