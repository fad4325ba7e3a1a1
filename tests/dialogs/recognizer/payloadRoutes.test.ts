import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeOf } from '../../../dialogs/recognizer/payloadRoutes.ts';

const routes: readonly [payload: string, intent: string, entities?: Record<string, string>][] = [
  ['support', 'contactSupport'],
  ['handoff', 'handoff'],
  ['menu:orders', 'orderStatus'],
  ['menu:offers', 'productOffers'],
  ['track:12345', 'orderStatus', { orderId: '12345' }],
  ['track:ORD-12345', 'orderStatus', { orderId: '12345' }],
  ['order.track:12345', 'orderStatus', { orderId: '12345' }],
  ['order.cancel:54321', 'cancelOrder', { orderId: '54321' }],
  ['product.choose:HP-200', 'productOffers', { sku: 'HP-200' }],
  [' support ', 'contactSupport'],
];

for (const [payload, intent, entities = {}] of routes) {
  test(`the payload "${payload}" means ${intent}`, () => {
    assert.deepEqual(routeOf(payload), { intent, score: 1, entities });
  });
}

const strangers = [
  'track:',
  'track:abc',
  'track:1',
  'track:12345/../../admin',
  'order.track:12345;drop',
  'order.cancel:',
  'order.cancel:<script>',
  'order.delete:12345',
  'menu:admin',
  'menu:',
  'product.choose:',
  'product.choose:../x',
  'product.choose:-x',
  `product.choose:${'x'.repeat(41)}`,
  'constructor:12345',
  'javascript:alert(1)',
  'foo:bar',
];

for (const payload of strangers) {
  test(`the payload "${payload.slice(0, 40)}" is of no card of ours and means nothing`, () => {
    assert.deepEqual(routeOf(payload), { intent: 'none', score: 1, entities: {} });
  });
}

test('sentences are no payloads', () => {
  for (const text of [
    '',
    'where is my order: 12345',
    'Support',
    'Order: 12345',
    'hello',
    'toString',
    '12345',
    'a: b',
  ]) {
    assert.equal(routeOf(text), undefined);
  }
});
