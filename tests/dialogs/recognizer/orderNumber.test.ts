import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findOrderId, findOrderIds, parseOrderId } from '../../../dialogs/recognizer/orderNumber.ts';

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
  // Dates beside a number, and numbers in other scripts.
  ['I ordered on 23 November 2026, number 12345', '12345'],
  ['bestellt am 23. November 2026, Nummer 12345', '12345'],
  ['on November 23rd, 2026 I placed order 12345', '12345'],
  ['am 23.11.2026 bestellt, Nr. 12345', '12345'],
  ['bestellt am 23. 11. 2026, es ist die 54321', '54321'],
  ['on 11/23/2026 I ordered 12345', '12345'],
  ['placed 23 Nov 2026', undefined],
  ['placed in November 2026', undefined],
  ['im März 2026 bestellt', undefined],
  ['since 2026 I wait', undefined],
  ['seit 2026 warte ich', undefined],
  ['on 23 11 2026', undefined],
  ['2026', '2026'],
  ['order 2026', '2026'],
  ['１２３４５', '12345'],
  ['order １２３４５ please', '12345'],
  ['الطلب ١٢٣٤٥', '12345'],
  ['سفارش ۱۲۳۴۵', '12345'],
  ['order १२३४५', '12345'],
  ['订单12345在哪里', '12345'],
  ['№ 12345', '12345'],
  ['12\u200b345', '12345'],
  // A number is read whole, never in part.
  ['my order 777 123 456', '777123456'],
  ['meine Bestellung 777 123 456', '777123456'],
  ['order #12 345', '12345'],
  ['12 345 is my order', '12345'],
  ['the number is 1 2 3 4 5', '12345'],
  ['order 1-2-3-4-5', '12345'],
  ['I tried 1 2 3 times', undefined],
  ['Bestellung 12.345', '12345'],
  ['order 12,345', '12345'],
  ["order 12'345", '12345'],
  ['order 777-123-456', '777123456'],
  ['order no. 1234 5678', '12345678'],
  ['12345-1 is my order', undefined],
  ['order 12345/1', undefined],
  ['order 777.12', undefined],
  ['order 777 12345', undefined],
  ['1234 5678 9012 3456', undefined],
  ['order 1234567890123', undefined],
  ['order 777 123 456 789 012', undefined],
  ['12345-ABC', undefined],
  ['HP-200', undefined],
  // Amounts and measures.
  ['I paid 250 for it', undefined],
  ['I paid 250 for order 12345', '12345'],
  ['ich habe 250 bezahlt', undefined],
  ['Preis 1.234,50 Euro', undefined],
  ['es hat 12 345 Euro gekostet', undefined],
  ['Für Bestellung 12345 89,90 Euro bezahlt', '12345'],
  ['120 dollars for 54321', '54321'],
  ['CHF 250 refund', undefined],
  ['250,- bezahlt', undefined],
  ['a discount of 100%', undefined],
  ['I waited 120 days', undefined],
  ['seit 100 Tagen', undefined],
  ['order 12345 items are missing', '12345'],
  ['Bestellung 12345 am Montag', '12345'],
  ['at 10:45 on 23.11., number 12345', '12345'],
  // Phone numbers, and the numbers of other things.
  ['call 0171 5551234', undefined],
  ['call me at 5551234', undefined],
  ['erreichbar unter 0170/1234567', undefined],
  ['my phone number is 5551234', undefined],
  ['Telefon: 5551234, Bestellung 12345', '12345'],
  ['0049 170 1234567', undefined],
  ['555-123-4567', undefined],
  ['555 123 4567', undefined],
  ['(555) 123-4567', undefined],
  ['(030) 1234567, order 777', '777'],
  ['order 555-123-4567', '5551234567'],
  ['reach me on 555-123-4567', undefined],
  ['My phone is 0171 5551234, the order is 12345', '12345'],
  ['order 0012345678', '0012345678'],
  ['Kundennummer 4711, Bestellnummer 12345', '12345'],
  ['customer number 4711', undefined],
  ['meine Kundennummer ist 4711', undefined],
  ['invoice no. 4711', undefined],
  ['Rechnungsnr. 4711', undefined],
  ['PLZ 10115', undefined],
  ['my zip code is 90210', undefined],
  ['Musterstraße 123', undefined],
  ['123 Main Street', undefined],
  // Words that make a number the order's.
  ['order number is 12345', '12345'],
  ['Bestellnr.: 12345', '12345'],
  ['Bestell-Nr. 12345', '12345'],
  ['Auftrag Nr 12345', '12345'],
  ['Bestellung mit der Nummer 12345', '12345'],
  ['order "12345"', '12345'],
  ['ORD12345', '12345'],
  ['order12345', '12345'],
  ['it is 2026', '2026'],
  ['12345 ist meine Bestellung', '12345'],
  ['number 12345 and I had 300 problems', '12345'],
  ['I had 300 problems with 12345', undefined],
  ['not 11111 but 12345', '12345'],
  ['nicht 11111, sondern 12345', '12345'],
  ['12345 statt 11111', '12345'],
  ['12345, again 12345', '12345'],
  ['', undefined],
];

for (const [sentence, orderId] of sentences) {
  test(`the order number in "${sentence}" is ${orderId ?? 'none'}`, () => {
    assert.equal(findOrderId(sentence), orderId);
  });
}

const several: readonly [sentence: string, orderIds: string[]][] = [
  ['what about 12345 and 54321', ['12345', '54321']],
  ['12345 und 54321 bitte', ['12345', '54321']],
  ['orders 12345, 54321 and 777', ['12345', '54321', '777']],
  ['Bestellungen 12345, 54321', ['12345', '54321']],
  ['12345,54321', ['12345', '54321']],
  ['#12345 & #54321', ['12345', '54321']],
  ['order 12345 came, but order 54321 did not', ['12345', '54321']],
  ['Bestellung 12345 sowie die Nummer 54321', ['12345', '54321']],
  ['12345 54321', []],
];

for (const [sentence, orderIds] of several) {
  test(`the order numbers in "${sentence}" are ${orderIds.join(' and ') || 'in doubt'}`, () => {
    assert.deepEqual(findOrderIds(sentence), orderIds);
  });
}

test('the number is found at the end of a long complaint', () => {
  const complaint = `${'I am not at all content with what your shop did to me. '.repeat(22)}My order is 12345.`;
  assert.equal(findOrderId(complaint), '12345');
});

test('a text made to be slow is read in time that grows with its length', { timeout: 20_000 }, () => {
  for (const part of [
    '1 ',
    '1.',
    'order ',
    'the ',
    'a@',
    '0 ',
    '12 of ',
    '1,',
    'call ',
    '- ',
    '1/',
    'not the ',
  ]) {
    findOrderIds(part.repeat(8_000));
  }
});

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
