import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownRegistry } from '../fakes/templates.ts';
import { cardsFor } from './conversation.ts';

const nothing = async () => undefined;
const none = { offers: async () => [], find: nothing, cancel: nothing, place: nothing };

test('an order status has the fields of the order', async () => {
  assert.deepEqual(await cardsFor(['12345']), [
    {
      templateId: 'order-status-v2',
      locale: 'en',
      fields: {
        orderId: '12345',
        status: 'shipped',
        itemCount: 2,
        total: 113.9,
        currency: 'EUR',
        placedOn: '2026-11-20',
        expectedOn: '2026-11-25',
        carrier: 'Example Parcel',
        trackingUrl: 'https://www.example.com/track/12345',
        pictureUrl: 'https://shop.example.com/pictures/shipped.png',
      },
    },
  ]);
});

test('an order confirmation names the order, its lines and its total', async () => {
  assert.deepEqual(await cardsFor(['order confirmation for 12345']), [
    {
      templateId: 'order-confirmation-v3',
      locale: 'en',
      fields: {
        orderId: '12345',
        placedOn: '2026-11-20',
        expectedOn: '2026-11-25',
        itemCount: 2,
        total: 113.9,
        currency: 'EUR',
        lines: [
          { name: 'Wireless headphones', quantity: 1, amount: 79.9 },
          { name: 'Monitor arm', quantity: 1, amount: 34 },
        ],
      },
    },
  ]);
});

for (const [count, shown, further] of [
  [0, 0, undefined],
  [9, 9, undefined],
  [10, 9, 1],
  [200, 9, 191],
] as const) {
  test(`a confirmation of ${count} lines shows ${shown} and counts the rest`, async () => {
    const lines = Array.from({ length: count }, (_, at) => ({ name: `Cup ${at}`, quantity: 1, amount: 1 }));
    const order = {
      orderId: '12345',
      status: 'shipped',
      itemCount: 200,
      total: 200,
      currency: 'EUR',
    } as const;
    const orders = { ...none, find: async () => ({ ...order, placedOn: '2026-11-20', lines }) };
    const [card] = await cardsFor(['order confirmation for 12345'], { orders });
    assert.equal(Array.isArray(card?.fields.lines) && card.fields.lines.length, shown);
    assert.equal(card?.fields.furtherLines, further);
  });
}

test('the support card names hours, phone and order', async () => {
  const [plain] = await cardsFor(['support']);
  assert.deepEqual(plain?.fields, { hours: 'Monday to Friday, 8:00 to 18:00' });
  const support = { hours: '24/7', phone: '+4930123456' };
  const [given] = await cardsFor(['talk to somebody about order 12345'], { support });
  assert.deepEqual(given?.fields, { ...support, topic: 'Order 12345' });
});

test('four offers are shown at most', async () => {
  const product = { name: 'Lamp', price: 1, currency: 'EUR' };
  const offers = async () => [1, 2, 3, 4, 5].map((n) => ({ ...product, sku: `L-${n}` }));
  const [card] = await cardsFor(['menu:offers'], { orders: { ...none, offers } });
  assert.equal(Array.isArray(card?.fields.products) && card.fields.products.length, 4);
});

for (const locale of ['de-DE', 'en-GB', 'fr', 'pt_BR']) {
  test(`a card is asked for in the locale of the message: ${locale}`, async () => {
    assert.equal((await cardsFor(['support'], { locale }))[0]?.locale, locale);
  });
}

for (const locale of ['', 'x', '<b>', 'en-'.repeat(20)]) {
  test(`"${locale}" is no locale and is left out`, async () => {
    assert.equal((await cardsFor(['support'], { locale }))[0]?.locale, undefined);
  });
}

for (const [name, label] of [
  ['Desk lamp', 'Choose Desk lamp'],
  ['L'.repeat(60), `Choose ${'L'.repeat(60)}`],
  ['L'.repeat(80), 'Choose this one'],
] as const) {
  test(`the button of a product of ${name.length} letters says ${label.slice(0, 20)}`, async () => {
    const product = { sku: 'L-1', name, price: 1, currency: 'EUR' };
    const [card] = await cardsFor(['menu:offers'], { orders: { ...none, offers: async () => [product] } });
    assert.ok(card);
    assert.ok(JSON.stringify(ownRegistry().compose(card)[0]?.card).includes(`"label":"${label}"`));
  });
}
