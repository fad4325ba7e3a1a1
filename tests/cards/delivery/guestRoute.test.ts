import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, test } from 'node:test';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { GenesysApi } from '../../../cards/delivery/genesysApi.ts';
import { GuestRoute } from '../../../cards/delivery/guestRoute.ts';
import { createHttpClient, type Http } from '../../../cards/delivery/http.ts';
import type { Attempt } from '../../../cards/delivery/outbox.ts';
import { RateLimit } from '../../../cards/delivery/rateLimit.ts';
import { TokenProvider } from '../../../cards/delivery/token.ts';
import { json, listen, type SeenRequest } from '../../fakes/listen.ts';
import { manualLimits } from '../../fakes/manualLimits.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

const limits = manualLimits();
const timeoutMs = 300;
const endTime = () => limits.end(timeoutMs);
const client = createHttpClient({ after: limits.after });
after(() => client.close());

/** A Genesys whose posts are answered by `post`; tokens are t1, t2, … and a session is what `session` says. */
async function genesys(
  post: (request: SeenRequest, response: ServerResponse) => void,
  session = { status: 200, body: { state: 'active' } },
) {
  let tokens = 0;
  const server = await listen((request, response) => {
    if (request.path === '/oauth/token') {
      tokens += 1;
      json(response, 200, { access_token: `t${tokens}`, expires_in: 3600 });
    } else if (request.path.startsWith('/api/v2/conversations/webchat/sessions/')) {
      json(response, session.status, session.body);
    } else {
      post(request, response);
    }
  });
  const token = new TokenProvider({
    loginUrl: server.url,
    clientId: 'c',
    clientSecret: 's',
    http: client.request,
  });
  let turns = 0;
  const limiter = {
    consume: async () => {
      turns += 1;
      return new RateLimiterRes();
    },
  };
  const api = new GenesysApi({
    apiUrl: server.url,
    token,
    http: client.request,
    timeoutMs,
    rateLimit: new RateLimit({ limiter, perMinute: 100 }),
    now: () => 0,
  });
  const route = new GuestRoute(api, true, () => 0);
  const posts = () => server.seen.filter((r) => r.path.endsWith('/webchat/messages'));
  return { server, route, posts, turns: () => turns };
}

test('a card is posted as the document says', async (t) => {
  const { server, route, posts } = await genesys((_, response) =>
    json(response, 200, { id: 'm1' }, { 'ININ-Correlation-Id': 'abc-1' }),
  );
  t.after(server.close);

  const attempt = await route.send(
    outgoingCard({ messageId: 'm1', conversationId: 'c1', body: '{"messageId":"m1"}' }),
  );

  assert.deepEqual(attempt, { result: 'accepted', status: 200, correlationId: 'abc-1' });
  const [post] = posts();
  assert.equal(post?.method, 'POST');
  assert.equal(post?.path, '/api/v2/guest/conversations/webchat/messages');
  assert.equal(post?.headers.authorization, 'Bearer t1');
  assert.deepEqual(JSON.parse(post?.body ?? ''), {
    conversationId: 'c1',
    message: { type: 'webchat', card: { messageId: 'm1' } },
  });
});

const answers: [name: string, answer: (response: ServerResponse) => void, expected: Attempt][] = [
  ['201', (r) => json(r, 201, {}), { result: 'accepted', status: 201 }],
  ['204 without a body', (r) => r.writeHead(204).end(), { result: 'accepted', status: 204 }],
  [
    '200 with a broken body',
    (r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "m'),
    { result: 'accepted', status: 200 },
  ],
  [
    '200 with a body of 100 KB',
    (r) => r.writeHead(200).end('x'.repeat(100_000)),
    { result: 'accepted', status: 200 },
  ],
  [
    '200 with a body that breaks off',
    (r) => {
      r.writeHead(200, { 'content-length': '100' });
      r.write('{');
      setImmediate(() => r.destroy());
    },
    { result: 'accepted', status: 200 },
  ],
  [
    '200 with a body that never ends',
    (r) => {
      r.writeHead(200);
      r.write('{', endTime);
    },
    { result: 'accepted', status: 200 },
  ],
  [
    '400',
    (r) => json(r, 400, { message: 'customer text' }),
    { result: 'rejected', code: 'genesys.rejected', status: 400 },
  ],
  ['404', (r) => json(r, 404, {}), { result: 'rejected', code: 'genesys.rejected', status: 404 }],
  ['409', (r) => json(r, 409, {}), { result: 'rejected', code: 'genesys.rejected', status: 409 }],
  ['410', (r) => json(r, 410, {}), { result: 'rejected', code: 'genesys.rejected', status: 410 }],
  ['413', (r) => json(r, 413, {}), { result: 'rejected', code: 'genesys.rejected', status: 413 }],
  ['501', (r) => json(r, 501, {}), { result: 'rejected', code: 'genesys.rejected', status: 501 }],
  [
    'a redirect',
    (r) => json(r, 302, {}, { location: 'http://127.0.0.1:1/' }),
    { result: 'rejected', code: 'genesys.rejected', status: 302 },
  ],
  [
    '429 with seconds',
    (r) => json(r, 429, {}, { 'retry-after': '2' }),
    { result: 'retry', code: 'genesys.rateLimited', pauseAll: true, retryAfterMs: 2_000, status: 429 },
  ],
  [
    '429 with a date',
    (r) => json(r, 429, {}, { 'retry-after': 'Thu, 01 Jan 1970 00:00:07 GMT' }),
    { result: 'retry', code: 'genesys.rateLimited', pauseAll: true, retryAfterMs: 7_000, status: 429 },
  ],
  [
    '429 without a header',
    (r) => json(r, 429, {}),
    { result: 'retry', code: 'genesys.rateLimited', pauseAll: true, status: 429 },
  ],
  [
    '500',
    (r) => json(r, 500, {}),
    { result: 'retry', code: 'genesys.unavailable', pauseAll: false, status: 500 },
  ],
  [
    '503 with Retry-After',
    (r) => json(r, 503, {}, { 'retry-after': '1' }),
    { result: 'retry', code: 'genesys.unavailable', pauseAll: false, retryAfterMs: 1_000, status: 503 },
  ],
  [
    '504, which a server behind may have taken',
    (r) => json(r, 504, {}),
    { result: 'unknown', code: 'genesys.unknownOutcome', status: 504 },
  ],
  [
    'a reset after the request',
    (r) => {
      r.destroy();
    },
    { result: 'unknown', code: 'genesys.unknownOutcome', errno: 'ECONNRESET' },
  ],
  ['silence', endTime, { result: 'unknown', code: 'genesys.unknownOutcome', errno: 'ETIMEDOUT' }],
];
for (const [name, answer, expected] of answers) {
  test(`an answer of ${name} means ${expected.result}`, async (t) => {
    const { server, route, posts } = await genesys((_, response) => answer(response));
    t.after(server.close);
    assert.deepEqual(await route.send(outgoingCard()), expected);
    assert.equal(posts().length, 1);
  });
}

test('a 401 refreshes the token once and tries once more', async (t) => {
  const { server, route, posts } = await genesys((request, response) =>
    json(response, request.headers.authorization === 'Bearer t1' ? 401 : 200, {}),
  );
  t.after(server.close);
  assert.deepEqual(await route.send(outgoingCard()), { result: 'accepted', status: 200 });
  assert.deepEqual(
    posts().map((p) => p.headers.authorization),
    ['Bearer t1', 'Bearer t2'],
  );
});

test('a 401 with a fresh token ends the attempt; a second one in a row ends the card', async (t) => {
  const { server, route, posts } = await genesys((_, response) => json(response, 401, {}));
  t.after(server.close);
  assert.deepEqual(await route.send(outgoingCard()), {
    result: 'retry',
    code: 'genesys.unauthorized',
    mostInARow: 2,
    status: 401,
  });
  assert.equal(posts().length, 2);
});

const sessions: [name: string, status: number, body: { state: string }, code: string][] = [
  ['active', 200, { state: 'active' }, 'genesys.forbidden'],
  ['ended', 200, { state: 'ended' }, 'genesys.conversationEnded'],
  ['unknown', 404, { state: '' }, 'genesys.conversationEnded'],
  ['not told', 500, { state: '' }, 'genesys.forbidden'],
];
for (const [name, status, body, code] of sessions) {
  test(`a 403 while the session is ${name} is ${code}`, async (t) => {
    const { server, route } = await genesys((_, response) => json(response, 403, {}), { status, body });
    t.after(server.close);
    assert.deepEqual(await route.send(outgoingCard()), { result: 'rejected', code, status: 403 });
  });
}

const requests: [name: string, status: number, requests: number][] = [
  ['a card that is taken is one request', 200, 1],
  ['a 401 is followed by a second post', 401, 2],
  ['a 403 is followed by a look at the session', 403, 2],
];
for (const [name, status, count] of requests) {
  test(`every request takes a slot of the rate limit: ${name}`, async (t) => {
    const { server, route, turns } = await genesys((_, response) => json(response, status, {}));
    t.after(server.close);
    await route.acquireSlot();
    await route.send(outgoingCard());
    const made = server.seen.filter(({ path }) => path.startsWith('/api/')).length;
    assert.deepEqual([made, turns()], [count, count]);
  });
}

const unknowns: [name: string, status: number, session: number, requests: number, code: string][] = [
  ['403, and its session is not there', 403, 404, 2, 'genesys.conversationEnded'],
  ['404', 404, 200, 1, 'genesys.rejected'],
  ['410', 410, 200, 1, 'genesys.rejected'],
];
for (const [name, status, session, requests, code] of unknowns) {
  test(`a conversation that Genesys does not know (${name}) takes slots for one card only, until a replay`, async (t) => {
    let isKnown = false;
    const { server, route, posts, turns } = await genesys(
      (_, response) => json(response, isKnown ? 200 : status, {}),
      { status: session, body: { state: 'active' } },
    );
    t.after(server.close);
    const send = async (messageId: string, conversationId = 'unknown') => {
      const card = outgoingCard({ messageId, conversationId });
      await route.acquireSlot(undefined, card);
      return route.send(card);
    };
    for (const messageId of ['1', '2', '3'])
      assert.deepEqual(await send(messageId), { result: 'rejected', code, status });
    assert.deepEqual([posts().length, turns()], [1, requests]);
    isKnown = true;
    assert.equal((await send('another', 'another')).result, 'accepted');
    assert.equal((await send('2')).result, 'accepted');
    assert.equal((await send('4')).result, 'accepted');
  });
}

test('a host that refuses connections did not get the card', async () => {
  const { server } = await genesys((_, response) => json(response, 200, {}));
  const token = new TokenProvider({
    loginUrl: server.url,
    clientId: 'c',
    clientSecret: 's',
    http: client.request,
  });
  await token.get();
  await server.close();
  // A client of its own: on a kept-alive connection that breaks, nobody can tell whether the card arrived.
  const fresh = createHttpClient();
  const route = new GuestRoute(new GenesysApi({ apiUrl: server.url, token, http: fresh.request }), true);
  assert.deepEqual(await route.send(outgoingCard()), {
    result: 'retry',
    code: 'genesys.unavailable',
    pauseAll: false,
    errno: 'ECONNREFUSED',
  });
  fresh.close();
});

test('a refused client lets the card wait, for it is the operator who has to repair it', async (t) => {
  const server = await listen((_, response) => json(response, 401, { error: 'invalid_client' }));
  t.after(server.close);
  const token = new TokenProvider({
    loginUrl: server.url,
    clientId: 'c',
    clientSecret: 's',
    http: client.request,
    now: () => 0,
    random: () => 0,
  });
  const route = new GuestRoute(new GenesysApi({ apiUrl: server.url, token, http: client.request }), true);
  assert.deepEqual(await route.send(outgoingCard()), {
    result: 'retry',
    code: 'genesys.unauthorized',
    pauseAll: true,
    retryAfterMs: 2_000,
  });
});

test('an error of this program after the answer of Genesys is thrown, because the card may have arrived', async () => {
  const bug = new TypeError('planned');
  const http: Http = async ({ url }) => {
    const isLogin = url.endsWith('/oauth/token');
    const body = isLogin ? JSON.stringify({ access_token: 't', expires_in: 3_600 }) : '';
    return { kind: 'answer', status: isLogin ? 200 : 503, headers: new Headers(), body, broken: false };
  };
  const apiUrl = 'https://genesys.example';
  const token = new TokenProvider({ loginUrl: apiUrl, clientId: 'c', clientSecret: 's', http });
  const api = new GenesysApi({ apiUrl, token, http, now: () => assert.fail(bug) });
  await assert.rejects(new GuestRoute(api, true).send(outgoingCard()), bug);
});
