import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createHttpClient } from '../../../cards/delivery/http.ts';
import { TokenProvider } from '../../../cards/delivery/token.ts';
import { type FakeServer, json, listen } from '../../fakes/listen.ts';
import { manualLimits } from '../../fakes/manualLimits.ts';

const limits = manualLimits();
const timeoutMs = 300;
const client = createHttpClient({ after: limits.after });
after(() => client.close());

async function provider(server: FakeServer, now: () => number = () => 0, random: () => number = () => 0) {
  return new TokenProvider({
    loginUrl: server.url,
    clientId: 'client',
    clientSecret: 'secret-value',
    http: client.request,
    now,
    random,
    timeoutMs,
  });
}

test('a thousand callers share one request', async (t) => {
  const server = await listen((_, response) => json(response, 200, { access_token: 't1', expires_in: 3600 }));
  t.after(server.close);
  const token = await provider(server);

  const tokens = await Promise.all(Array.from({ length: 1_000 }, () => token.get()));

  assert.deepEqual(new Set(tokens), new Set(['t1']));
  assert.equal(server.seen.length, 1);
  const [request] = server.seen;
  assert.equal(request?.path, '/oauth/token');
  assert.equal(
    request?.headers.authorization,
    `Basic ${Buffer.from('client:secret-value').toString('base64')}`,
  );
  assert.equal(request?.body, 'grant_type=client_credentials&scope=webchat%3Aguest%3Awrite');
});

/** Asks until the renewal that is under way has brought another token. */
async function untilRenewed(token: TokenProvider, old: string): Promise<string> {
  for (;;) {
    const newest = await token.get();
    if (newest !== old) return newest;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a token is renewed a minute before it ends, by a clock that nobody sets, and nobody waits for it', async (t) => {
  let count = 0;
  const server = await listen((_, response) => {
    count += 1;
    json(response, 200, { access_token: `t${count}`, expires_in: 3600 });
  });
  t.after(server.close);
  let clock = 0;
  const token = await provider(server, () => clock);

  assert.equal(await token.get(), 't1');
  clock = 3_539_999;
  assert.equal(await token.get(), 't1');
  assert.equal(server.seen.length, 1);
  clock = 3_540_000;
  assert.equal(await token.get(), 't1');
  assert.equal(await untilRenewed(token, 't1'), 't2');
  assert.equal(server.seen.length, 2);
});

test('a token of one minute is cached for half its life', async (t) => {
  let count = 0;
  const server = await listen((_, response) => {
    count += 1;
    json(response, 200, { access_token: `t${count}`, expires_in: 60 });
  });
  t.after(server.close);
  let clock = 0;
  const token = await provider(server, () => clock);

  await token.get();
  clock = 29_999;
  await token.get();
  assert.equal(server.seen.length, 1);
  clock = 30_000;
  await untilRenewed(token, 't1');
  assert.equal(server.seen.length, 2);
});

test('invalidating a token that was already replaced keeps the new one', async (t) => {
  let count = 0;
  const server = await listen((_, response) => {
    count += 1;
    json(response, 200, { access_token: `t${count}`, expires_in: 3600 });
  });
  t.after(server.close);
  const token = await provider(server);

  const first = await token.get();
  token.invalidate(first);
  await token.get();
  token.invalidate(first);
  assert.equal(await token.get(), 't2');
  assert.equal(server.seen.length, 2);
});

const failures: [name: string, status: number, body: unknown, code: string][] = [
  ['wrong credentials', 401, { error: 'invalid_client' }, 'genesys.unauthorized'],
  ['a bad request', 400, { error: 'invalid_grant' }, 'genesys.unauthorized'],
  ['a forbidden client', 403, {}, 'genesys.unauthorized'],
  ['a failing host', 500, { message: 'secret-value' }, 'genesys.unavailable'],
  ['an answer without a token', 200, { expires_in: 10 }, 'genesys.unavailable'],
  ['an empty token', 200, { access_token: '', expires_in: 10 }, 'genesys.unavailable'],
  ['a life of nothing', 200, { access_token: 't', expires_in: 0 }, 'genesys.unavailable'],
  ['a life that is a text', 200, { access_token: 't', expires_in: 'long' }, 'genesys.unavailable'],
  ['a list', 200, [], 'genesys.unavailable'],
  ['a redirect to another host', 302, {}, 'genesys.unavailable'],
];
for (const [name, status, body, code] of failures) {
  test(`${name} at the token endpoint is ${code}, without the secret in the message`, async (t) => {
    const server = await listen((_, response) =>
      json(response, status, body, { location: 'http://127.0.0.1:1/' }),
    );
    t.after(server.close);
    const token = await provider(server);
    await assert.rejects(token.get(), (error: Error & { code?: string }) => {
      assert.equal(error.code, code);
      assert.doesNotMatch(error.message, /secret-value/);
      return true;
    });
  });
}

test('a login host that is silent is genesys.unavailable, and is left alone for a while', async (t) => {
  let isSilent = true;
  const server = await listen((_, response) => {
    if (isSilent) limits.end(timeoutMs);
    else json(response, 200, { access_token: 't', expires_in: 60 });
  });
  t.after(server.close);
  let clock = 0;
  const token = await provider(server, () => clock);
  await assert.rejects(token.get(), { code: 'genesys.unavailable' });
  assert.equal(token.waitMs, 2_000);
  clock = 1_999;
  await assert.rejects(token.get(), { code: 'genesys.unavailable' });
  assert.equal(server.seen.length, 1);
  isSilent = false;
  clock = 2_000;
  assert.equal(await token.get(), 't');
});

test('a login host that refuses connections is reported with the name of the error', async () => {
  const news: unknown[] = [];
  // Nothing listens on port 1.
  const token = new TokenProvider({
    loginUrl: 'http://127.0.0.1:1',
    clientId: 'client',
    clientSecret: 'secret',
    http: client.request,
    random: () => 0,
    now: () => 0,
    onToken: (one) => news.push(one),
  });
  await assert.rejects(token.get(), { code: 'genesys.unavailable' });
  assert.deepEqual(news, [
    { kind: 'unavailable', status: undefined, errno: 'ECONNREFUSED', nextTryMs: 2_000 },
  ]);
});

test('the longer the login host fails, the longer it is left alone, up to a minute', async (t) => {
  const server = await listen((_, response) => json(response, 500, {}));
  t.after(server.close);
  let clock = 0;
  const token = await provider(server, () => clock);
  const waits: number[] = [];
  for (let i = 0; i < 7; i += 1) {
    await assert.rejects(token.get(), { code: 'genesys.unavailable' });
    waits.push(token.waitMs);
    clock += token.waitMs;
  }
  assert.deepEqual(waits, [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

test('instances renew their tokens at moments of their own', async (t) => {
  let count = 0;
  const server = await listen((_, response) => {
    count += 1;
    json(response, 200, { access_token: `t${count}`, expires_in: 3600 });
  });
  t.after(server.close);
  let clock = 0;
  const token = await provider(
    server,
    () => clock,
    () => 0.5,
  );
  await token.get();
  clock = 3_509_999;
  await token.get();
  assert.equal(server.seen.length, 1);
  clock = 3_510_000;
  await untilRenewed(token, 't1');
  assert.equal(server.seen.length, 2);
});

test('a token that cannot be renewed early is used until it ends', async (t) => {
  let isAway = false;
  const server = await listen((_, response) =>
    isAway ? json(response, 503, {}) : json(response, 200, { access_token: 't1', expires_in: 3600 }),
  );
  t.after(server.close);
  let clock = 0;
  const token = await provider(server, () => clock);
  await token.get();
  isAway = true;
  clock = 3_599_999;
  assert.equal(await token.get(), 't1');
  clock = 3_600_000;
  await assert.rejects(token.get(), { code: 'genesys.unavailable' });
});
