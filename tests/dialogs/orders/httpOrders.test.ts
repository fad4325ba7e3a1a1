import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { HttpOrders } from '../../../dialogs/orders/httpOrders.ts';
import { OrdersUnavailable } from '../../../dialogs/orders/orderSource.ts';

const order = {
  orderId: '12345',
  status: 'shipped',
  itemCount: 2,
  total: 59.9,
  currency: 'EUR',
  placedOn: '2026-11-20',
};
const product = { sku: 'A-1', name: 'Lamp', price: 10, currency: 'EUR' };

type Answer = (req: IncomingMessage, res: ServerResponse) => void;
const json =
  (body: unknown, status = 200): Answer =>
  (_, res) => {
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

let answer: Answer = json({});
let seen: { line: string; key: string | undefined; body: string }[] = [];
let credentials: (string | undefined)[] = [];
const server = createServer(async (req, res) => {
  let body = '';
  for await (const chunk of req) body += chunk;
  credentials.push(req.headers.authorization);
  const key = req.headers['idempotency-key'];
  seen.push({ line: `${req.method} ${req.url}`, key: typeof key === 'string' ? key : undefined, body });
  answer(req, res);
});
let base = '';

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  base = `http://127.0.0.1:${address.port}/shop`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

function answering(next: Answer, timeoutMs = 60_000): HttpOrders {
  answer = next;
  seen = [];
  return new HttpOrders(`${base}/`, { timeoutMs });
}

test('an order is fetched by its number, and unknown fields of it are left out', async () => {
  const orders = answering(json({ ...order, customer: 'Jane Doe' }));
  assert.deepEqual(await orders.find('12345'), order);
  assert.deepEqual(seen, [{ line: 'GET /shop/orders/12345', key: undefined, body: '' }]);
});

test('the order that was cancelled is the one that was asked for', async () => {
  await assert.rejects(answering(json({ ...order, orderId: '54321' })).cancel('12345'), {
    name: 'OrdersUnavailable',
    message: 'POST /orders/{id}/cancel answered another order than the one asked for',
  });
});

test('every call carries the credential, if there is one', async () => {
  answer = json(order);
  for (const token of ['a-token-of-the-shop', undefined]) {
    credentials = [];
    const orders = new HttpOrders(base, { token });
    await orders.find('12345');
    await orders.cancel('12345');
    await orders.place('A-1', 'ref-1');
    const expected = token === undefined ? undefined : `Bearer ${token}`;
    assert.deepEqual(credentials, [expected, expected, expected]);
  }
});

test('404 means that there is no such order', async () => {
  const orders = answering(json({ error: 'no' }, 404));
  assert.equal(await orders.find('12345'), undefined);
  assert.equal(await orders.cancel('12345'), undefined);
  assert.equal(await orders.place('A-1', 'r'), undefined);
  assert.deepEqual(await orders.offers(), []);
});

test('numbers and keys that are none never get into a path or a body', async () => {
  const orders = answering(json(order));
  for (const id of ['', '1', '../admin', '12345/cancel', '12345?x=1', 'abc', '%2e%2e', '1'.repeat(13)]) {
    assert.equal(await orders.find(id), undefined);
    assert.equal(await orders.cancel(id), undefined);
  }
  assert.equal(await orders.place('../x', 'r'), undefined);
  assert.deepEqual(seen, []);
});

test('cancelling posts, and too late (409) tells how the order is now', async () => {
  const done = answering(json({ ...order, status: 'cancelled' }));
  assert.equal((await done.cancel('12345'))?.status, 'cancelled');
  assert.deepEqual(seen, [{ line: 'POST /shop/orders/12345/cancel', key: undefined, body: '{}' }]);

  const late = answering((req, res) => json(order, req.method === 'POST' ? 409 : 200)(req, res));
  assert.equal((await late.cancel('12345'))?.status, 'shipped');
});

test('a purchase carries its reference, so that a repeat is no second order', async () => {
  const orders = answering(json(order, 201));
  assert.deepEqual(await orders.place('A-1', 'ref-1'), order);
  assert.deepEqual(seen, [{ line: 'POST /shop/orders', key: 'ref-1', body: '{"sku":"A-1","quantity":1}' }]);
});

for (const [name, reply, belongs] of [
  ['belongs', json({ belongs: true }), true],
  ['does not belong', json({ belongs: false }), false],
  ['is not known', json({}, 404), false],
] as const) {
  test(`an order that ${name} to a postcode or to a customer`, async () => {
    assert.equal(await answering(reply).belongsTo('12345', '10115'), belongs);
    assert.equal(seen[0]?.line, 'POST /shop/orders/12345/verify');
    assert.deepEqual(JSON.parse(seen[0]?.body ?? ''), { postcode: '10115' });
    assert.equal(await answering(reply).isOrderOf('12345', 'ada'), belongs);
    assert.deepEqual(JSON.parse(seen.at(-1)?.body ?? ''), { customerId: 'ada' });
  });
}

test('an answer about a postcode that is none is told, and nobody is let in', async () => {
  await assert.rejects(answering(json({ belongs: 'yes' })).belongsTo('12345', '10115'), {
    message: 'POST /orders/{id}/verify did not answer as documented at $.belongs',
  });
});

test('offers are fetched', async () => {
  assert.deepEqual(await answering(json([product])).offers(), [product]);
  assert.deepEqual(seen[0]?.line, 'GET /shop/offers');
});

const bad: readonly [what: string, answer: Answer, message: RegExp][] = [
  ['500', json({}, 500), /^GET \/orders\/\{id\} answered 500$/],
  ['401', json({}, 401), /answered 401$/],
  ['409 on a read', json({}, 409), /answered 409$/],
  ['204', (_, res) => res.writeHead(204).end(), /did not answer as documented at \$$/],
  ['no JSON', (_, res) => res.end('<html>12345</html>'), /did not answer as documented at \$$/],
  ['an empty object', json({}), /at \$\.orderId$/],
  ['another order', json({ ...order, orderId: '54321' }), /answered another order than the one asked for$/],
  ['a wrong status', json({ ...order, status: 'lost' }), /at \$\.status$/],
  ['a negative total', json({ ...order, total: -1 }), /at \$\.total$/],
  ['a date that is none', json({ ...order, placedOn: '2026-02-30' }), /at \$\.placedOn$/],
  ['a link that is no https', json({ ...order, trackingUrl: 'javascript:alert(1)' }), /at \$\.trackingUrl$/],
  ['a redirect', (_, res) => res.writeHead(302, { location: '/shop/orders/777' }).end(), /answered 302$/],
  [
    'too much',
    json({ ...order, note: 'x'.repeat(70_000) }),
    /failed: the answer broke off or is over 64 KiB$/,
  ],
  ['a cut connection', (req) => req.socket.destroy(), /failed: ECONNRESET$/],
];

for (const [what, next, message] of bad) {
  test(`${what} is OrdersUnavailable, without the order number in its message`, async () => {
    await assert.rejects(answering(next).find('12345'), (error) => {
      assert.ok(error instanceof OrdersUnavailable);
      assert.match(error.message, message);
      assert.doesNotMatch(`${error.message}${error.cause}`, /12345/);
      return true;
    });
    assert.equal(seen.length, 1);
  });
}

test('offers that are wrong are told with the path', async () => {
  await assert.rejects(answering(json([product, { ...product, price: 'free' }])).offers(), {
    name: 'OrdersUnavailable',
    message: 'GET /offers did not answer as documented at $[1].price',
  });
});

test('a server that never answers is given up', { timeout: 60_000 }, async () => {
  await assert.rejects(answering(() => {}, 50).find('12345'), {
    name: 'OrdersUnavailable',
    message: 'GET /orders/{id} failed: no answer in 50 ms',
  });
});

test('a server that stops in the middle of its answer is given up', { timeout: 60_000 }, async () => {
  const halfway: Answer = (_, res) => res.writeHead(200, { 'content-length': '100' }).write('{"orderId":');
  await assert.rejects(answering(halfway, 50).find('12345'), OrdersUnavailable);
});

test('a server that is not there is OrdersUnavailable', async () => {
  await assert.rejects(new HttpOrders('http://127.0.0.1:1').find('12345'), {
    name: 'OrdersUnavailable',
    message: /^GET \/orders\/\{id\} failed: [A-Z-]+$/i,
  });
});
