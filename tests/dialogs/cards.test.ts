import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardsFor } from './conversation.ts';

test('an order status has the fields of the order', async () => {
  assert.deepEqual(await cardsFor(['12345']), [
    {
      templateId: 'order-status-v1',
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
      },
    },
  ]);
});

test('an order confirmation has the fields of the interface document', async () => {
  assert.deepEqual(await cardsFor(['order confirmation for 12345']), [
    {
      templateId: 'order-confirmation-v2',
      locale: 'en',
      fields: {
        title: 'Order Confirmation',
        description: 'Your order has been processed successfully.',
        actions: [
          { label: 'Track Order', type: 'postback', value: 'track:12345' },
          { label: 'Contact Support', type: 'webchat', value: 'support' },
        ],
      },
    },
  ]);
});

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
  const none = async () => undefined;
  const [card] = await cardsFor(['menu:offers'], {
    orders: { offers, find: none, cancel: none, place: none },
  });
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
