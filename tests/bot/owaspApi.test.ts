import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { MemoryStorage } from 'botbuilder';
import type { Server } from 'restify';
import { addCardsApi } from '../../bot/api/cardsApi.ts';
import { createBotConnector } from '../../bot/channels/botConnector/botbuilder.ts';
import { readConfig } from '../../bot/config/config.ts';
import { createHttpServer } from '../../bot/http/httpServer.ts';
import { createLog } from '../../bot/log/log.ts';
import { addOps } from '../../bot/ops/opsRoutes.ts';
import { HostedPictures } from '../../bot/turns/hostedPictures.ts';
import { openOperatorStore } from '../../cards/delivery/store/openStore.ts';
import { HttpOrders } from '../../dialogs/orders/httpOrders.ts';
import { json, listen } from '../fakes/listen.ts';
import { converse, post, type RunningBot, startBot } from '../fakes/startBot.ts';
import { ownRegistry } from '../fakes/templates.ts';

const appId = '11111111-1111-4111-8111-111111111111';
const app = {
  MicrosoftAppId: appId,
  MicrosoftAppPassword: 'k3J8s0Qm2Zx7Lw5Rt9Vb',
  MicrosoftAppTenantId: '22222222-2222-4222-8222-222222222222',
};
const connector = { authorization: 'Bearer connector-secret-0123456789' };

/** A bot without an app id, and one as in production. */
let open: RunningBot;
let secured: RunningBot;
before(async () => {
  [open, secured] = await Promise.all([
    startBot(),
    startBot({ ...app, HOST: '127.0.0.1', CARDS_API_SECRETS: 'cards-secret-0123456789' }),
  ]);
});
after(() => Promise.all([open.close(), secured.close()]));

let count = 0;
function activity(parts: object = {}): object {
  count += 1;
  return {
    type: 'message',
    id: `a-${count}`,
    channelId: 'webchat',
    conversation: { id: `c-${count}` },
    from: { id: `u-${count}` },
    recipient: { id: 'b' },
    text: 'where is my order 12345?',
    deliveryMode: 'expectReplies',
    ...parts,
  };
}
const send = (body: unknown, headers: Record<string, string> = {}) =>
  post(`${open.url}/api/messages`, body, headers);

test('API1: no customer reaches the conversation of another by naming it', async () => {
  const { conversationId } = await converse(open.sandboxUrl);
  const naming = { channelData: { genesys: { conversationId, route: 'guest' } } };
  assert.equal((await send(activity(naming))).status, 200);
  const { messages }: { messages: unknown[] } = Object(
    await (await fetch(`${open.sandboxUrl}/sandbox/conversations/${conversationId}/messages`)).json(),
  );
  assert.deepEqual(messages, []);
});

const endpoints: [method: string, path: string][] = [
  ['POST', '/api/messages'],
  ['POST', '/api/genesys/v1/messages'],
  ['POST', '/api/genesys/v2/messages'],
  ['GET', '/api/genesys/v2/bots'],
  ['GET', '/api/genesys/v2/bots/card-bot'],
  ['POST', '/api/cards'],
  ['GET', '/api/cards/m-1'],
];
const credentials: Record<string, string>[] = [
  {},
  { authorization: '' },
  { authorization: 'Bearer' },
  { authorization: 'Bearer wrong' },
  { authorization: `Bearer ${appId}` },
  { authorization: 'Basic YTpi' },
  { 'x-forwarded-for': '127.0.0.1', 'x-ms-client-principal-id': 'admin', host: 'localhost' },
];
for (const [method, path] of endpoints) {
  test(`API2: ${method} ${path} answers nobody without the right credential`, async () => {
    for (const headers of credentials) {
      const answer = await fetch(secured.url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'POST' ? { body: JSON.stringify(activity()) } : {}),
      });
      assert.equal(answer.status, 401, JSON.stringify(headers));
    }
  });
}

test('API3: properties that say who the caller is, or what it may do, count for nothing', async () => {
  const { conversationId } = await converse(open.sandboxUrl);
  const claims = {
    callerId: 'urn:genesys:guest-gateway',
    channelId: 'genesys',
    from: { id: 'u', role: 'bot', isAdmin: true },
    isAuthenticated: true,
    genesys: { conversationId },
    channelData: { genesys: { conversationId, isGateway: true } },
  };
  const { body } = await send(activity(claims));
  assert.equal(body.activities.filter(({ type }: { type: string }) => type === 'message').length, 1);
});

test('API3: an answer to a mistake holds a code, a message, a path and a hint, and nothing of the request', async () => {
  const wrong = activity({ conversation: 'a word of a customer' });
  const { status, body, text } = await send(wrong);
  assert.equal(status, 400);
  assert.deepEqual(
    Object.keys(body).filter((name) => !['code', 'message', 'path', 'hint'].includes(name)),
    [],
  );
  assert.doesNotMatch(text, /a word of a customer|node_modules|at .*\.ts/);
});

test('API4: too large, too many values, too deep: refused', async () => {
  const bodies: [body: string, status: number][] = [
    [JSON.stringify(activity({ text: 'x'.repeat(300_000) })), 413],
    [JSON.stringify(activity({ channelData: Array.from({ length: 20_000 }, () => 0) })), 400],
    [JSON.stringify(activity()).replace('"c-', `"x":${'['.repeat(100)}${']'.repeat(100)},"c-`), 400],
  ];
  for (const [body, status] of bodies) assert.equal((await send(body)).status, status);
});

test('API4 and API6: nobody tries order numbers faster than 100 a minute and more than 100 at once', async () => {
  const statuses = new Set<number>();
  for (let sent = 0; sent < 2_000 && !statuses.has(429); sent += 20) {
    const tries = Array.from({ length: 20 }, () =>
      send(activity({ from: { id: 'guesser' }, text: 'order 111' })),
    );
    for (const { status } of await Promise.all(tries)) statuses.add(status);
  }
  assert.ok(statuses.has(429));
});

test('API5: there is no endpoint of the operator, nor of the sandbox, and no other method', async () => {
  for (const path of [
    '/admin',
    '/sandbox/stats',
    '/api/audit',
    '/metrics',
    '/debug',
    '/.env',
    '/api/messages/../.env',
  ])
    assert.equal((await fetch(secured.url + path)).status, 404, path);
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    assert.equal((await fetch(`${secured.url}/api/messages`, { method })).status, 405, method);
});

const addresses = [
  'http://169.254.169.254/metadata',
  'https://evil.example/',
  'http://10.0.0.1/',
  'file:///etc/passwd',
  'http://localhost.evil.example/',
  'http://user:password@localhost/',
];
for (const serviceUrl of addresses) {
  test(`API7: no reply goes to ${serviceUrl}`, async () => {
    const { status, body } = await send(activity({ serviceUrl, deliveryMode: 'normal' }));
    assert.deepEqual([status, body.path], [400, '$.serviceUrl']);
  });
}

test('API7: an address that a customer sends is not fetched', async (t) => {
  const elsewhere = await listen((_, response) => json(response, 200, {}));
  t.after(elsewhere.close);
  const contentUrl = `${elsewhere.url}/file`;
  await send(activity({ text: contentUrl, attachments: [{ contentType: 'image/png', contentUrl }] }));
  assert.equal(elsewhere.seen.length, 0);
});

const mistakes: [name: string, env: Record<string, string>][] = [
  ['without an app id', {}],
  ['without a password', { MicrosoftAppId: appId, MicrosoftAppTenantId: app.MicrosoftAppTenantId }],
  ['with a weak secret', { ...app, GENESYS_CONNECTOR_SECRETS: 'aaaaaaaaaaaaaaaaaaaa' }],
  ['with an order system without TLS', { ...app, ORDERS_API_URL: 'http://orders.example' }],
  ['with a database without TLS', { ...app, DATABASE_URL: 'postgres://u:p@db.example/d' }],
];
for (const [name, env] of mistakes) {
  test(`API8: a production bot does not start ${name}`, () => {
    assert.throws(() => readConfig({ NODE_ENV: 'production', ...env }), { code: 'config.invalid' });
  });
}

test('API8: answers tell no server, no stack and no other origin that they may be read', async () => {
  for (const [path, status] of [
    ['/healthz', 200],
    ['/nowhere', 404],
    ['/api/messages', 405],
  ] as const) {
    const answer = await fetch(secured.url + path, { headers: { origin: 'https://evil.example' } });
    assert.equal(answer.status, status);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    for (const name of ['server', 'x-powered-by', 'access-control-allow-origin'])
      assert.equal(answer.headers.get(name), null, name);
    assert.doesNotMatch(await answer.text(), /node_modules|\.ts:|Error:/);
  }
});

test('API9: docs/security.md lists every endpoint of the bot, and no other', () => {
  const storage = new MemoryStorage();
  const pictures = new HostedPictures({ baseUrl: 'https://bot.example.com', storage });
  const doors = createBotConnector({ secrets: ['s'], logic: async () => {}, storage, pictures });
  const more = (target: Server) => {
    doors.routes(target);
    addOps(target, {
      secret: 's',
      requestsPerMinute: 100,
      open: () => openOperatorStore({ dataDir: ':memory:' }),
      log: createLog('silent'),
    });
    addCardsApi(target, {
      secrets: [],
      registry: ownRegistry(),
      outbox: undefined,
      log: createLog('silent'),
    });
  };
  const server = createHttpServer(
    { messages: async () => {}, isReady: async () => true, more },
    createLog('silent'),
  );
  const served = Object.values(server.router.getRoutes()).map(
    ({ method, path }) => `${method} ${String(path)}`,
  );
  const docs = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');
  const listed = [...docs.matchAll(/^\| `((?:GET|HEAD|POST) \/[^`]+)` \|/gm)].map(([, endpoint]) => endpoint);
  assert.deepEqual(listed.sort(), served.sort());
});

test('API10: the order system gives no other order, no endless answer and no other address', async (t) => {
  const order = {
    orderId: '777',
    status: 'shipped',
    itemCount: 1,
    total: 1,
    currency: 'EUR',
    placedOn: '2026-11-20',
  };
  const shop = await listen(({ path }, response) => {
    if (path === '/orders/111') json(response, 200, order);
    else if (path === '/orders/222')
      json(response, 200, { ...order, orderId: '222', note: 'x'.repeat(100_000) });
    else json(response, 302, {}, { location: '/orders/777' });
  });
  t.after(shop.close);
  const orders = new HttpOrders(shop.url);
  for (const id of ['111', '222', '333'])
    await assert.rejects(orders.find(id), { name: 'OrdersUnavailable' });
});

test('a credential of one endpoint opens no other', async () => {
  assert.equal((await post(`${secured.url}/api/messages`, activity(), connector)).status, 401);
  const gateway = { authorization: 'Bearer gateway-secret-0123456789' };
  assert.equal((await fetch(`${secured.url}/api/genesys/v2/bots`, { headers: gateway })).status, 401);
});
