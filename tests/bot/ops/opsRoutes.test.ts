import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, type TestContext, test } from 'node:test';
import restify from 'restify';
import { createLog } from '../../../bot/log/log.ts';
import { addOps } from '../../../bot/ops/opsRoutes.ts';
import { CodedError } from '../../../cards/errors.ts';
import { converse, type RunningBot, startBot } from '../../fakes/startBot.ts';

const secret = 'operations-secret-0123456789';
const basic = (password: string) => ({ authorization: `Basic ${btoa(`ops:${password}`)}` });
const change = { 'x-ops': '1', 'content-type': 'application/json' };

let bot: RunningBot;
before(async () => {
  bot = await startBot({ OPS_SECRET: secret, CARDS_API_SECRETS: 'cards-api-secret-0123456789' });
});
after(() => bot.close());

async function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: object } = {},
) {
  const { method = 'GET', headers = basic(secret), body } = options;
  const response = await fetch(`${bot.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

/** Sends a card; the sandbox refuses it while it plays a fault. */
async function sendCard(messageId: string, faults: object = {}): Promise<void> {
  const { conversationId } = await converse(bot.sandboxUrl);
  const set = (settings: object) =>
    fetch(`${bot.sandboxUrl}/sandbox/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(settings),
    });
  await set(faults);
  await ask('/api/cards?waitMs=20000', {
    method: 'POST',
    headers: { authorization: 'Bearer cards-api-secret-0123456789', 'content-type': 'application/json' },
    body: { conversationId, templateId: 'help-v1', fields: {}, messageId },
  });
  await set({});
}

const paths: [method: string, path: string][] = [
  ['GET', '/ops'],
  ['GET', '/ops/web/page.js'],
  ['GET', '/ops/figures'],
  ['GET', '/ops/events'],
  ['GET', '/ops/cards'],
  ['GET', '/ops/cards.csv'],
  ['GET', '/ops/cards/m-1'],
  ['POST', '/ops/cards/m-1/reveal'],
  ['POST', '/ops/replay'],
];
test('nobody sees anything without the password', async () => {
  for (const [method, path] of paths) {
    for (const headers of [{}, basic('wrong'), basic(''), { authorization: `Bearer ${secret}` }]) {
      const answer = await ask(path, { method, headers: { ...headers, ...change } });
      assert.deepEqual([answer.status, answer.json().code], [401, 'request.401'], `${method} ${path}`);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic realm="ops"/);
    }
  }
});

interface Hostile {
  method?: string;
  path: string;
  body?: string;
  headers?: Record<string, string>;
  status: number;
}
const many = Array.from({ length: 501 }, (_, i) => `m-${i}`);
const ids = (messageIds: unknown) => JSON.stringify({ messageIds });
const long = 'x'.repeat(5_000);
/** Calls with the right password that are refused. */
const hostile: Hostile[] = [
  { path: '/ops/nothing', status: 404 },
  { path: '/ops/cards/m-1/content', status: 404 },
  ...['%00', '%ff', '%E0%A4%A', 'a%2Fb', '..%2f..%2fetc', '%0d%0a', long].map((id) => ({
    path: `/ops/cards/${id}`,
    status: 404,
  })),
  ...['none', '%00', 'a%2Fb'].map((id) => ({
    method: 'POST',
    path: `/ops/cards/${id}/reveal`,
    body: '{}',
    status: 404,
  })),
  ...['..%2fopsRoutes.ts', '__proto__', 'constructor', 'page.html'].map((file) => ({
    path: `/ops/web/${file}`,
    status: 404,
  })),
  ...['PUT', 'DELETE', 'PATCH', 'OPTIONS'].map((method) => ({ method, path: '/ops/cards', status: 405 })),
  { method: 'POST', path: '/ops', body: '{}', status: 405 },
  { path: '/ops/replay', status: 405 },
  ...[
    'message=%00',
    `message=${long}`,
    'code=a%0db',
    'state=nonsense',
    'state=failed&state=accepted',
    'limit=1000000',
    '__proto__=x',
  ].flatMap((query) =>
    ['/ops/cards', '/ops/cards.csv'].map((path) => ({ path: `${path}?${query}`, status: 400 })),
  ),
  ...['year', 'day&span=week', 'day&x=1'].flatMap((span) =>
    ['/ops/figures', '/ops/events'].map((path) => ({ path: `${path}?span=${span}`, status: 400 })),
  ),
  ...[
    '',
    '[]',
    'null',
    '{',
    ids([]),
    ids('all'),
    ids([1]),
    ids(['\0']),
    ids(['a b']),
    ids(many),
    '{"messageIds":["m-1"],"force":true}',
  ].map((body) => ({ method: 'POST', path: '/ops/replay', body, status: 400 })),
  { method: 'POST', path: '/ops/replay', body: ids(['x'.repeat(300_000)]), status: 413 },
  {
    method: 'POST',
    path: '/ops/replay',
    body: ids(['m-1']),
    headers: { 'content-type': 'text/plain' },
    status: 415,
  },
];
test('a hostile call is answered with a problem document, and nothing changes', async () => {
  const { lastHour: before } = (await ask('/ops/figures')).json();
  for (const { method = 'GET', path, body, headers, status } of hostile) {
    const response = await fetch(`${bot.url}${path}`, {
      method,
      headers: { ...basic(secret), ...change, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const problem = JSON.parse(await response.text());
    const name = `${method} ${path.slice(0, 60)} ${body?.slice(0, 40)}`;
    assert.deepEqual([response.status, problem.status], [status, status], name);
    assert.equal(response.headers.get('content-type'), 'application/problem+json', name);
    assert.match(problem.code, /^(request|card)\./, name);
  }
  assert.deepEqual((await ask('/ops/figures')).json().lastHour, before);
});

test('the page of another site changes nothing, though the browser sends the password with it', async () => {
  const bodies = { method: 'POST', body: { messageIds: ['m-1'] } };
  const strangers: Record<string, string>[] = [{}, { ...change, 'sec-fetch-site': 'cross-site' }];
  for (const path of ['/ops/replay', '/ops/cards/m-1/reveal'])
    for (const headers of strangers)
      assert.equal((await ask(path, { ...bodies, headers: { ...basic(secret), ...headers } })).status, 403);
});

test('the page loads nothing from elsewhere, and may not be framed', async () => {
  const { status, headers, text } = await ask('/ops');
  assert.equal(status, 200);
  assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'/);
  assert.equal(headers.get('x-frame-options'), 'DENY');
  assert.doesNotMatch(text, /https?:\/\//);
});

test('a dead letter is found, shown, revealed with a note in the audit log, and replayed', async () => {
  await sendCard('ops-1');
  await sendCard('ops-2', { rate401: 1 });
  const found = (await ask('/ops/cards?state=failed')).json();
  assert.deepEqual(
    found.map((card: { messageId: string }) => card.messageId),
    ['ops-2'],
  );
  const { card, audit, content } = (await ask('/ops/cards/ops-2')).json();
  assert.deepEqual([card.code, content], ['genesys.unauthorized', undefined]);
  assert.deepEqual([audit[0].event, audit.at(-1).event], ['stored', 'failed']);
  const headers = { ...basic(secret), ...change, 'sec-fetch-site': 'same-origin' };
  const revealed = (await ask('/ops/cards/ops-2/reveal', { method: 'POST', headers, body: {} })).json();
  assert.equal(typeof revealed.content.text, 'string');
  assert.equal(revealed.audit.at(-1).event, 'revealed');
  const csv = await ask('/ops/cards.csv?template=help');
  assert.match(csv.text, /^messageId,state,.*\r\n"ops-2","failed","genesys.unauthorized"/);
  const { deadLetters, chart, instances } = (await ask('/ops/figures?span=day')).json();
  assert.equal(deadLetters.failed, 1);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  assert.deepEqual(
    [sum(chart.series.failed), sum(chart.series.accepted) >= 1, chart.series.failed.length, instances.length],
    [1, true, 96, 1],
  );
  assert.match(instances[0].version, /^\d+\.\d+\.\d+/);
  assert.equal((await ask('/ops/figures?span=year')).status, 400);
  const replayed = await ask('/ops/replay', { method: 'POST', headers, body: { messageIds: ['ops-2'] } });
  assert.deepEqual(replayed.json().replayed, ['ops-2']);
  assert.equal((await ask('/ops/cards/nothing')).status, 404);
  assert.equal((await ask('/ops/replay', { method: 'POST', headers, body: { ids: [] } })).status, 400);
});

test('the figures come by themselves, and HEAD asks for none', async () => {
  for (const [headers, status] of [
    [basic(secret), 200],
    [{}, 401],
  ] as const) {
    const head = await ask('/ops/events', { method: 'HEAD', headers });
    assert.deepEqual([head.status, head.text], [status, '']);
  }
  const stop = new AbortController();
  const { body, headers } = await fetch(`${bot.url}/ops/events`, {
    headers: basic(secret),
    signal: stop.signal,
  });
  assert.equal(headers.get('content-type'), 'text/event-stream');
  const first = await body?.getReader().read();
  stop.abort();
  const text = new TextDecoder().decode(first?.value);
  assert.match(text, /^data: \{.*\}\n\n$/);
  assert.ok('lastHour' in JSON.parse(text.slice('data: '.length)));
});

/** A server with nothing but the page, whose store fails when the test says so. */
async function serveSlowStore(t: TestContext) {
  const server = restify.createServer();
  const failing = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const open = async () => {
    asked.resolve();
    await failing.promise;
    throw new CodedError('store.unavailable', 'The store is away.');
  };
  const close = addOps(server, { secret: undefined, requestsPerMinute: 100, log: createLog('silent'), open });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.server.closeAllConnections();
  });
  const { port } = server.address();
  return { server, url: `http://127.0.0.1:${port}`, fail: failing.resolve, asked: asked.promise, close };
}

test('pages that go while the first figures are read leave their places to others', async (t) => {
  const { server, url, fail, close } = await serveSlowStore(t);
  const closed: Promise<unknown>[] = [];
  const all = Promise.withResolvers<void>();
  server.server.on('request', ({ socket }) => {
    closed.push(once(socket, 'close'));
    if (closed.length === 20) all.resolve();
  });
  const stop = new AbortController();
  const pages = Array.from({ length: 20 }, () => fetch(`${url}/ops/events`, { signal: stop.signal }));
  await all.promise;
  stop.abort();
  await Promise.allSettled(pages);
  await Promise.all(closed);
  fail();
  const page = await fetch(`${url}/ops/events`);
  assert.equal(page.status, 200);
  await page.body?.cancel();
  await close();
});

test('a stop cuts the pages off, also while figures are read, and answers nothing more', async (t) => {
  const { url, fail, asked, close } = await serveSlowStore(t);
  const page = fetch(`${url}/ops/events`).then((response) => response.text());
  await asked;
  const isClosed = close();
  await assert.rejects(page);
  fail();
  await isClosed;
  for (const path of ['/ops', '/ops/figures', '/ops/events'])
    assert.equal((await fetch(url + path)).status, 503, path);
});

test('a bot of production without OPS_SECRET has no page', async (t) => {
  const app = {
    MicrosoftAppId: '11111111-1111-4111-8111-111111111111',
    MicrosoftAppPassword: 'k3J8s0Qm2Zx7Lw5Rt9Vb',
    MicrosoftAppTenantId: '22222222-2222-4222-8222-222222222222',
  };
  const closed = await startBot({ ...app, HOST: '127.0.0.1' });
  t.after(() => closed.close());
  assert.equal((await fetch(`${closed.url}/ops`)).status, 404);
});
