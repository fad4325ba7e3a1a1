import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import restify from 'restify';
import { createLog } from '../../../bot/log/log.ts';
import { addOps, type OpsOptions } from '../../../bot/ops/opsRoutes.ts';
import { CodedError } from '../../../cards/errors.ts';

const secret = 'operations-secret-0123456789';
const basic = (password: string) => ({ authorization: `Basic ${btoa(`ops:${password}`)}` });
const [token, foreign] = ['h.good.s', 'h.foreign.s'];

/** A server with the page alone; gives the call that asks for the page and tells status and challenge. */
async function serve(t: TestContext, options: Pick<OpsOptions, 'secret' | 'checkToken'>) {
  const server = restify.createServer();
  const open = () => Promise.reject(new CodedError('store.unavailable', 'There is no store.'));
  const close = addOps(server, { requestsPerMinute: 100, log: createLog('silent'), open, ...options });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    await close();
    server.close();
    server.server.closeAllConnections();
  });
  const { port } = server.address();
  return async (headers: Record<string, string>) => {
    const response = await fetch(`http://127.0.0.1:${port}/ops`, { headers });
    await response.text();
    return { status: response.status, headers: response.headers };
  };
}

const checkToken = async (given: string) => (given === token ? 'user x' : undefined);
const signedIn = (given: string) => ({ 'x-ms-token-aad-id-token': given });

const rows: [name: string, options: object, headers: Record<string, string>, status: number][] = [
  ['the password', { secret, checkToken }, basic(secret), 200],
  ['a token', { secret, checkToken }, { authorization: `Bearer ${token}` }, 200],
  ['the token of App Service', { checkToken }, signedIn(token), 200],
  [
    'the token of App Service beside a wrong password',
    { secret, checkToken },
    { ...basic('x'), ...signedIn(token) },
    200,
  ],
  ['a foreign token', { secret, checkToken }, { authorization: `Bearer ${foreign}` }, 401],
  ['a foreign token of App Service', { secret, checkToken }, signedIn(foreign), 401],
  [
    'a principal that nobody signed',
    { checkToken },
    { 'x-ms-client-principal': btoa('{}'), 'x-ms-client-principal-name': 'x' },
    401,
  ],
  ['a password where only tokens are taken', { checkToken }, basic(''), 401],
  ['a token where only the password is taken', { secret }, { authorization: `Bearer ${token}` }, 401],
  ['the password as a token', { secret, checkToken }, { authorization: `Bearer ${secret}` }, 401],
  [
    'the password twice',
    { secret },
    { authorization: `${basic(secret).authorization}, ${basic(secret).authorization}` },
    401,
  ],
  ['nothing', { secret, checkToken }, {}, 401],
];
for (const [name, options, headers, status] of rows) {
  test(`${name} is answered with ${status}`, async (t) => {
    const ask = await serve(t, { secret: undefined, ...options });
    const answer = await ask(headers);
    assert.equal(answer.status, status);
    const challenge = answer.headers.get('www-authenticate') ?? '';
    if (status === 401) assert.match(challenge, 'secret' in options ? /^Basic realm="ops"/ : /^Bearer$/);
  });
}

test('wrong passwords of one address are limited, the right ones and other addresses are not', async (t) => {
  const ask = await serve(t, { secret });
  const from = (address: string, password: string) =>
    ask({ ...basic(password), 'x-forwarded-for': `203.0.113.${Math.random()}, ${address}` });
  for (let i = 0; i < 70; i += 1) assert.equal((await from('198.51.100.1', secret)).status, 200);
  for (let i = 0; i < 60; i += 1) assert.equal((await from('198.51.100.1', `wrong ${i}`)).status, 401);
  const limited = await from('198.51.100.1', secret);
  assert.equal(limited.status, 429);
  const seconds = Number(limited.headers.get('retry-after'));
  assert.ok(seconds >= 1 && seconds <= 60);
  assert.equal((await from('198.51.100.2', secret)).status, 200);
  for (let i = 0; i < 240; i += 1) await from(`198.51.100.${i + 3}`, 'wrong');
  assert.equal((await from('192.0.2.1', secret)).status, 429);
});
