import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { createCallerCheck, createEntraCheck } from '../../../bot/http/callers.ts';
import { createHttpClient } from '../../../cards/delivery/http.ts';
import { type FakeServer, json, listen } from '../../fakes/listen.ts';

const tenantId = '22222222-2222-4222-8222-222222222222';
const audience = 'api://44444444-4444-4444-8444-444444444444';
const issuer = `https://login.microsoftonline.com/${tenantId}/v2.0`;

let login: FakeServer;
let check: (token: string) => Promise<string | undefined>;
let sign: (
  claims?: JWTPayload,
  changes?: { alg?: string; age?: string; byOther?: boolean },
) => Promise<string>;
before(async () => {
  const [ours, others] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(ours.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
  login = await listen(({ path }, response) =>
    json(response, path === `/${tenantId}/discovery/v2.0/keys` ? 200 : 404, { keys: [jwk] }),
  );
  check = createEntraCheck({
    tenantId,
    audiences: [audience],
    role: 'Cards.Send',
    loginUrl: login.url,
    http: createHttpClient().request,
  });
  sign = (claims = {}, { age = '5m', byOther = false } = {}) =>
    new SignJWT({ aud: audience, iss: issuer, azp: 'order-system', roles: ['Cards.Send'], ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setExpirationTime(age)
      .sign((byOther ? others : ours).privateKey);
});
after(() => login.close());

test('a token with the role is accepted, and its app is the name of the caller', async () => {
  assert.equal(await check(await sign()), 'app order-system');
  const olderForm = { iss: `https://sts.windows.net/${tenantId}/`, azp: undefined, appid: 'old-system' };
  assert.equal(await check(await sign(olderForm)), 'app old-system');
  assert.equal(await check(await sign({ scp: 'openid', oid: 'person' })), 'user person');
  assert.equal(await check(await sign({ azp: undefined, oid: 'person' })), 'user person');
});

const refused: [name: string, token: () => Promise<string>][] = [
  ['for another API', () => sign({ aud: 'api://other' })],
  ['of another tenant', () => sign({ iss: issuer.replaceAll('2', '3') })],
  ['of another issuer', () => sign({ iss: 'https://evil.example/' })],
  ['without the role', () => sign({ roles: [] })],
  ['with another role', () => sign({ roles: ['Cards.Read'] })],
  ['with the role as a text', () => sign({ roles: 'Cards.Send' })],
  ['that is over', () => sign({}, { age: '-5m' })],
  ['of another key', () => sign({}, { byOther: true })],
  [
    'that was changed',
    async () => (await sign()).replace(/\.(.)/, (_, first) => `.${first === 'a' ? 'b' : 'a'}`),
  ],
  ['without a signature', async () => `${(await sign()).split('.').slice(0, 2).join('.')}.`],
  ['that is none', async () => 'a.b.c'],
];
for (const [name, token] of refused) {
  test(`a token ${name} is refused`, async () => {
    assert.equal(await check(await token()), undefined);
  });
}

test('a token is asked for beside the secrets, and never when a secret fits', async () => {
  const asked: string[] = [];
  const callers = createCallerCheck({
    secrets: ['first-secret-0123456789', 'second-secret-0123456789'],
    checkToken: async (token) => {
      asked.push(token);
      return token === 'good' ? 'app x' : undefined;
    },
  });
  const of = (token: string) => callers({ authorization: `Bearer ${token}` });
  assert.deepEqual(await of('second-secret-0123456789'), { name: 'secret 2' });
  assert.deepEqual([await of('good'), await of('bad')], [{ name: 'app x' }, 401]);
  assert.deepEqual(asked, ['good', 'bad']);
});

test('nobody may call where nothing is configured', async () => {
  const callers = createCallerCheck({ secrets: [''] });
  assert.equal(await callers({ authorization: 'Bearer ' }), 403);
  assert.equal(await callers({}), 403);
});
