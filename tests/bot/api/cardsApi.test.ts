import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLog } from '../../../bot/log/log.ts';
import { json, listen } from '../../fakes/listen.ts';
import { converse as converseBy, type RunningBot, startBot } from '../../fakes/startBot.ts';

const secret = 'cards-api-secret-0123456789';
const olderSecret = 'older-cards-secret-9876543210';
const customerText = 'Quimby-Ostrander';

let bot: RunningBot;
const logged: string[] = [];
before(async () => {
  const log = createLog('info', { write: (line: string) => logged.push(line) });
  bot = await startBot({ CARDS_API_SECRETS: `${secret},${olderSecret}` }, log);
});
after(() => bot.close());

const bearer = { authorization: `Bearer ${secret}` };

async function call(
  method: string,
  path: string,
  options: { body?: string; headers?: Record<string, string> } = {},
) {
  const { body, headers = {} } = options;
  const response = await fetch(`${bot.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text === '' ? {} : JSON.parse(text),
  };
}
const post = (order: unknown, headers: Record<string, string> = {}, query = '') =>
  call('POST', `/api/cards${query}`, { body: JSON.stringify(order), headers: { ...bearer, ...headers } });

async function converse(): Promise<string> {
  const response = await fetch(`${bot.sandboxUrl}/sandbox/conversations?route=guest`, { method: 'POST' });
  return Object(await response.json()).conversationId;
}
async function sandboxCards() {
  const { cards } = Object(await (await fetch(`${bot.sandboxUrl}/sandbox/stats`)).json());
  return cards;
}
const fields = {
  orderId: '12345',
  status: 'shipped',
  itemCount: 1,
  total: 5,
  currency: 'EUR',
  placedOn: '2026-11-20',
};
const order = async (more: object = {}) => ({
  conversationId: await converse(),
  templateId: 'order-status-v1',
  fields,
  ...more,
});

test('a card is taken at once, its place is told, and its outcome can be asked for', async () => {
  const { conversationId, ...rest } = await order();
  const taken = await post({ conversationId, ...rest });
  assert.equal(taken.status, 202);
  const location = taken.headers.get('location') ?? '';
  assert.equal(location, `/api/cards/${taken.json.messageId}`);
  const asked = await call('GET', `${location}?waitMs=20000`, { headers: bearer });
  assert.deepEqual([asked.status, asked.json.outcome, asked.json.attempts], [200, 'accepted', 1]);
  const shown = await (
    await fetch(`${bot.sandboxUrl}/sandbox/conversations/${conversationId}/messages`)
  ).text();
  assert.match(shown, /Order 12345/);
});

test('with waitMs the outcome comes at once', async () => {
  const { status, json } = await post(await order(), {}, '?waitMs=20000');
  assert.deepEqual([status, json.outcome], [200, 'accepted']);
  assert.ok(json.durationMs >= 0);
});

test('every configured secret is accepted, so that one can be changed without a pause', async () => {
  const headers = { authorization: `bearer ${olderSecret}` };
  assert.equal((await post(await order(), headers)).status, 202);
});

const repeats: [name: string, headers: Record<string, string>, more: object][] = [
  ['a messageId', {}, { messageId: 'repeat-1' }],
  ['an Idempotency-Key', { 'idempotency-key': 'repeat-2' }, {}],
  ['a quoted Idempotency-Key', { 'idempotency-key': '"repeat 3 / ü"'.replace('ü', 'u') }, {}],
  ['both', { 'idempotency-key': 'repeat-4' }, { messageId: 'repeat-4' }],
];
for (const [name, headers, more] of repeats) {
  test(`a repeat by ${name} has the same answer, and other content is a conflict`, async () => {
    const one = await order(more);
    const before = (await sandboxCards()).shown;
    const first = await post(one, headers, '?waitMs=20000');
    const again = await post(one, headers, '?waitMs=20000');
    assert.deepEqual([again.status, again.json.messageId], [200, first.json.messageId]);
    assert.equal((await sandboxCards()).shown, before + 1);
    const other = await post({ ...one, fields: { ...fields, total: 6 } }, headers, '?waitMs=20000');
    assert.deepEqual([other.status, other.json.code], [409, 'store.conflict']);
    assert.equal((await sandboxCards()).shown, before + 1);
  });
}

interface Hostile {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
  status: number;
  code: string;
  at?: string;
}
const good = { conversationId: 'c-1', templateId: 'help-v1', fields: {} };
const text = (order: unknown) => JSON.stringify(order);
/** Calls that are refused; without `headers` with the right credential, and without `body` with a good order. */
const hostile: [name: string, call: Hostile][] = [
  // credentials
  ['no credential', { headers: {}, status: 401, code: 'request.401' }],
  ['an empty one', { headers: { authorization: '' }, status: 401, code: 'request.401' }],
  ['a bearer of nothing', { headers: { authorization: 'Bearer ' }, status: 401, code: 'request.401' }],
  ['a wrong secret', { headers: { authorization: `Bearer ${secret}x` }, status: 401, code: 'request.401' }],
  [
    'the start of the secret',
    { headers: { authorization: `Bearer ${secret.slice(0, -1)}` }, status: 401, code: 'request.401' },
  ],
  [
    'the list of secrets',
    { headers: { authorization: `Bearer ${secret},${olderSecret}` }, status: 401, code: 'request.401' },
  ],
  ['another scheme', { headers: { authorization: `Basic ${secret}` }, status: 401, code: 'request.401' }],
  ['the bare secret', { headers: { authorization: secret }, status: 401, code: 'request.401' }],
  ['the secret in another header', { headers: { 'x-api-key': secret }, status: 401, code: 'request.401' }],
  [
    'the secret in the query',
    { path: `/api/cards?authorization=${secret}`, headers: {}, status: 401, code: 'request.401' },
  ],
  [
    'a secret of Architect',
    { headers: { authorization: 'Bearer connector-secret-0123456789' }, status: 401, code: 'request.401' },
  ],
  [
    'a token that nobody signed',
    {
      headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJDYXJkcy5TZW5kIl19.' },
      status: 401,
      code: 'request.401',
    },
  ],
  [
    'a wrong secret and a body that is too large',
    { headers: { authorization: 'Bearer x' }, body: 'x'.repeat(300_000), status: 401, code: 'request.401' },
  ],
  [
    'a status without a credential',
    { method: 'GET', path: '/api/cards/m-1', headers: {}, status: 401, code: 'request.401' },
  ],
  // sizes and forms of the body
  [
    'a body that is too large',
    { body: text({ ...good, fields: { x: 'x'.repeat(300_000) } }), status: 413, code: 'request.tooLarge' },
  ],
  [
    'too many values',
    {
      body: text({ ...good, fields: { x: Array.from({ length: 20_000 }, () => 0) } }),
      status: 400,
      code: 'card.limit',
      at: '$',
    },
  ],
  ['a deep body', { body: `${'['.repeat(100)}${']'.repeat(100)}`, status: 400, code: 'card.limit', at: '$' }],
  ['no JSON', { body: '{', status: 400, code: 'card.schema', at: '$' }],
  ['no body', { body: '', status: 400, code: 'card.schema', at: '$' }],
  [
    'a form',
    {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...bearer },
      status: 415,
      code: 'request.notJson',
    },
  ],
  [
    'a body that says it is packed',
    { headers: { 'content-encoding': 'gzip', ...bearer }, status: 415, code: 'request.notJson' },
  ],
  ['a list', { body: '[]', status: 400, code: 'card.schema', at: '$' }],
  ['null', { body: 'null', status: 400, code: 'card.schema', at: '$' }],
  // the order
  [
    'no conversation',
    {
      body: text({ templateId: 'help-v1', fields: {} }),
      status: 400,
      code: 'card.schema',
      at: '$.conversationId',
    },
  ],
  [
    'a conversation with a path',
    {
      body: text({ ...good, conversationId: '../x' }),
      status: 400,
      code: 'card.schema',
      at: '$.conversationId',
    },
  ],
  [
    'a conversation with a line feed',
    {
      body: text({ ...good, conversationId: 'a\r\nx-evil: 1' }),
      status: 400,
      code: 'card.schema',
      at: '$.conversationId',
    },
  ],
  [
    'an endless conversation id',
    {
      body: text({ ...good, conversationId: 'a'.repeat(200) }),
      status: 400,
      code: 'card.schema',
      at: '$.conversationId',
    },
  ],
  [
    'no template',
    {
      body: text({ conversationId: 'c-1', fields: {} }),
      status: 400,
      code: 'card.schema',
      at: '$.templateId',
    },
  ],
  [
    'an unknown template',
    {
      body: text({ ...good, templateId: '../../etc/passwd' }),
      status: 422,
      code: 'template.unknown',
      at: '$.templateId',
    },
  ],
  [
    'no fields',
    {
      body: text({ conversationId: 'c-1', templateId: 'help-v1' }),
      status: 400,
      code: 'card.schema',
      at: '$.fields',
    },
  ],
  [
    'fields that are none',
    { body: text({ ...good, fields: 'x' }), status: 400, code: 'card.schema', at: '$.fields' },
  ],
  [
    'a field that is not declared',
    {
      body: text({ ...good, fields: { isAdmin: true } }),
      status: 422,
      code: 'template.unknownField',
      at: '$.fields.isAdmin',
    },
  ],
  [
    'a field that is missing',
    {
      body: text({ ...good, templateId: 'order-status-v1' }),
      status: 422,
      code: 'template.missingField',
      at: '$.fields.orderId',
    },
  ],
  [
    'the prototype',
    {
      body: '{"__proto__":{"x":1},"conversationId":"c-1","templateId":"help-v1","fields":{}}',
      status: 400,
      code: 'card.schema',
    },
  ],
  [
    'a script as an address',
    {
      body: text({
        ...good,
        templateId: 'order-status-v1',
        fields: { ...fields, trackingUrl: 'javascript:alert(1)' },
      }),
      status: 422,
      code: 'card.unsafeUrl',
    },
  ],
  [
    'an unknown key',
    { body: text({ ...good, route: 'admin' }), status: 400, code: 'card.schema', at: '$.route' },
  ],
  [
    'a card of its own',
    { body: text({ ...good, card: { components: [] } }), status: 400, code: 'card.schema', at: '$.card' },
  ],
  // ids and repeats
  [
    'an id with a space',
    { body: text({ ...good, messageId: 'a b' }), status: 400, code: 'card.schema', at: '$.messageId' },
  ],
  [
    'an id that is too long',
    {
      body: text({ ...good, messageId: 'a'.repeat(129) }),
      status: 400,
      code: 'card.schema',
      at: '$.messageId',
    },
  ],
  [
    'two ids',
    {
      body: text({ ...good, messageId: 'a' }),
      headers: { 'idempotency-key': 'b', ...bearer },
      status: 400,
      code: 'request.400',
      at: '$.messageId',
    },
  ],
  [
    'an endless key',
    {
      headers: { 'idempotency-key': 'k'.repeat(256), ...bearer },
      status: 400,
      code: 'request.400',
      at: 'header:Idempotency-Key',
    },
  ],
  [
    'a broken key',
    {
      headers: { 'idempotency-key': '"a', ...bearer },
      status: 400,
      code: 'request.400',
      at: 'header:Idempotency-Key',
    },
  ],
  [
    'a wait without end',
    { path: '/api/cards?waitMs=99999', status: 400, code: 'request.400', at: 'query:waitMs' },
  ],
  [
    'a wait of words',
    { path: '/api/cards?waitMs=soon', status: 400, code: 'request.400', at: 'query:waitMs' },
  ],
  [
    'two waits',
    { path: '/api/cards?waitMs=1&waitMs=2', status: 400, code: 'request.400', at: 'query:waitMs' },
  ],
  ['the status of no card', { method: 'GET', path: '/api/cards/nothing', status: 404, code: 'request.404' }],
  [
    'the status of a path',
    { method: 'GET', path: '/api/cards/..%2F..%2Fhealthz', status: 404, code: 'request.404' },
  ],
  ['the status of a broken id', { method: 'GET', path: '/api/cards/%00', status: 404, code: 'request.404' }],
  // methods and paths
  ['GET without an id', { method: 'GET', path: '/api/cards', status: 405, code: 'request.405' }],
  ['PUT', { method: 'PUT', status: 405, code: 'request.405' }],
  ['DELETE of a card', { method: 'DELETE', path: '/api/cards/m-1', status: 405, code: 'request.405' }],
  ['PATCH', { method: 'PATCH', path: '/api/cards/m-1', status: 405, code: 'request.405' }],
  [
    'OPTIONS from another site',
    { method: 'OPTIONS', headers: { origin: 'https://evil.example' }, status: 405, code: 'request.405' },
  ],
  ['POST to a card', { path: '/api/cards/m-1', status: 405, code: 'request.405' }],
  ['a path below', { method: 'GET', path: '/api/cards/m-1/content', status: 404, code: 'request.404' }],
];

test('hostile calls get their problem document, and nothing is sent', async (t) => {
  const before = await sandboxCards();
  for (const [
    name,
    { method = 'POST', path = '/api/cards', headers = bearer, body, status, code, at },
  ] of hostile) {
    await t.test(name, async () => {
      const hasBody = method !== 'GET' && method !== 'OPTIONS';
      const answer = await call(method, path, { headers, ...(hasBody ? { body: body ?? text(good) } : {}) });
      assert.deepEqual([answer.status, answer.json.code, answer.json.status], [status, code, status]);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      assert.equal(answer.headers.get('access-control-allow-origin'), null);
      if (at !== undefined) assert.equal(answer.json.path, at);
      for (const key of ['type', 'title', 'detail']) assert.equal(typeof answer.json[key], 'string', key);
      assert.doesNotMatch(answer.text, /node_modules|\.ts:|etc.passwd|secret-0/);
    });
  }
  assert.deepEqual(await sandboxCards(), before);
});

test('the trace of a request goes on to Genesys and the webhook, and is the operation of its card', async (t) => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const heard = Promise.withResolvers<{ traceparent?: string; subject?: string }[]>();
  const webhook = await listen(({ body }, response) => {
    json(response, 200, {});
    heard.resolve(JSON.parse(body));
  });
  const posts: string[] = [];
  const genesys = await listen(({ path, headers }, response) => {
    if (path !== '/oauth/token') posts.push(String(headers.traceparent));
    json(response, 200, { access_token: 't', expires_in: 3_600 });
  });
  const traced = await startBot({
    CARDS_API_SECRETS: secret,
    GENESYS_LOGIN_URL: genesys.url,
    GENESYS_API_URL: genesys.url,
    ANALYTICS_WEBHOOK_URL: webhook.url,
    ANALYTICS_WEBHOOK_SECRET: 'webhook-secret-0123456789',
  });
  t.after(async () => {
    await traced.close();
    await Promise.all([genesys.close(), webhook.close()]);
  });
  const answer = await fetch(`${traced.url}/api/cards?waitMs=20000`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json', traceparent },
    body: JSON.stringify({ conversationId: 'c-1', templateId: 'help-v1', fields: {}, messageId: 'traced' }),
  });
  assert.equal(answer.status, 200);
  assert.match(posts[0] ?? '', new RegExp(`^00-${traceId}-`));
  const [event] = await heard.promise;
  assert.deepEqual([event?.subject, event?.traceparent?.slice(3, 35)], ['traced', traceId]);
});

test('a refused card is known by its code only: nothing of a customer is logged', async () => {
  await post(await order({ fields: { ...fields, status: customerText } }));
  await post(await order({ fields: { ...fields, orderId: customerText } }), {}, '?waitMs=20000');
  assert.ok(logged.some((line) => line.includes('cardsApi.refused')));
  assert.ok(logged.some((line) => line.includes('cardsApi.taken')));
  for (const line of logged) assert.doesNotMatch(line, new RegExp(`${customerText}|${secret}`));
});

/** A conversation with a session: by a turn with the bot through Architect's stand-in. */
async function session(route: 'v1' | 'v2') {
  const { conversationId, say } = await converseBy(bot.sandboxUrl, route);
  await say('help');
  return { conversationId, say };
}
const messagesOf = async (conversationId: string) =>
  (await fetch(`${bot.sandboxUrl}/sandbox/conversations/${conversationId}/messages`)).text();

test("a card for a conversation with Architect goes into its session by v2's own call", async () => {
  const { conversationId } = await session('v2');
  const one = await order({ conversationId, messageId: 'session-1' });
  const { status, json } = await post(one, {}, '?waitMs=20000');
  assert.deepEqual([status, json.outcome, json.messageId], [200, 'accepted', 'session-1']);
  assert.match(await messagesOf(conversationId), /Order 12345/);
  const stats = await (await fetch(`${bot.sandboxUrl}/sandbox/stats`)).text();
  assert.match(stats, /botconnectors\/outgoing\/messages/);
});

test('without a session that takes cards the caller is told why, and a repeat keeps its answer', async () => {
  const { conversationId, say } = await session('v2');
  const one = await order({ conversationId, messageId: 'session-2' });
  await post(one, {}, '?waitMs=20000');
  await say('A person', 'handoff');
  const late = await post({ ...one, messageId: 'session-3' });
  assert.deepEqual(
    [late.status, late.json.code, late.json.path],
    [409, 'genesys.noSession', '$.conversationId'],
  );
  const again = await post(one, {}, '?waitMs=20000');
  assert.deepEqual([again.status, again.json.outcome], [200, 'accepted']);
  const { conversationId: byV1 } = await session('v1');
  const v1 = await post(await order({ conversationId: byV1 }));
  assert.equal(v1.json.code, 'genesys.noSession');
  assert.match(v1.json.detail, /Bot Connector v1/);
});
