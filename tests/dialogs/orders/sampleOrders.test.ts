import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderSchema, productSchema } from '../../../dialogs/orders/orderSource.ts';
import { SampleOrders } from '../../../dialogs/orders/sampleOrders.ts';

const now = () => new Date('2026-11-23T12:00:00Z');

test('the sample orders are there, with dates told from the clock', async () => {
  const orders = new SampleOrders(now);
  const shipped = await orders.find('12345');
  assert.equal(shipped?.status, 'shipped');
  assert.equal(shipped.placedOn, '2026-11-20');
  assert.equal(shipped.expectedOn, '2026-11-25');
  assert.equal((await orders.find('54321'))?.status, 'processing');
  assert.equal((await orders.find('777'))?.status, 'delivered');
  assert.equal((await orders.find('4040'))?.status, 'cancelled');
  assert.equal(await orders.find('999'), undefined);
});

test('every sample keeps to the schema of the order system', async () => {
  const orders = new SampleOrders(now);
  for (const id of ['12345', '54321', '777', '4040']) orderSchema.parse(await orders.find(id));
  for (const product of await orders.offers()) productSchema.parse(product);
});

test('only an order in processing can be cancelled, and stays cancelled', async () => {
  const orders = new SampleOrders(now);
  assert.equal((await orders.cancel('54321'))?.status, 'cancelled');
  assert.equal((await orders.find('54321'))?.status, 'cancelled');
  assert.equal((await orders.cancel('12345'))?.status, 'shipped');
  assert.equal(await orders.cancel('999'), undefined);
});

test('a purchase is an order; the same reference is the same order', async () => {
  const orders = new SampleOrders(now);
  const order = await orders.place('LP-10', 'a');
  assert.equal(order?.orderId, '90001');
  assert.equal(order.total, 34.5);
  assert.deepEqual(await orders.place('LP-10', 'a'), order);
  assert.equal((await orders.place('LP-10', 'b'))?.orderId, '90002');
  assert.equal(await orders.place('nothing', 'c'), undefined);
  assert.equal((await orders.find('90001'))?.status, 'processing');
});

test('the last 1,000 purchases are kept, and the samples always', async () => {
  const orders = new SampleOrders(now);
  for (let i = 0; i < 1_001; i++) await orders.place('LP-10', `r${i}`);
  assert.equal(await orders.find('90001'), undefined);
  assert.equal((await orders.find('90002'))?.orderId, '90002');
  assert.equal((await orders.find('12345'))?.orderId, '12345');
});
