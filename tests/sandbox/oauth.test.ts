import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { card, credentials, startTestSandbox, type TestSandbox } from './client.ts';

describe('the token endpoint', () => {
  let clock = 1_800_000_000_000;
  let sandbox: TestSandbox;
  before(async () => {
    sandbox = await startTestSandbox({ now: () => clock });
  });
  after(() => sandbox.close());

  const ask = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams(form);
    const response = await fetch(`${sandbox.url}/oauth/token`, { method: 'POST', body, headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const { clientId, clientSecret } = credentials;
  const grant = { grant_type: 'client_credentials' };
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });

  it('gives a token for credentials in the form body', async () => {
    const { status, body } = await ask({
      ...grant,
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'a b',
    });
    assert.equal(status, 200);
    assert.equal(body.token_type, 'bearer');
    assert.equal(body.expires_in, 86_400);
    assert.equal(body.scope, 'a b');
  });

  it('gives a token for credentials in a Basic header', async () => {
    const { status, body } = await ask(grant, basic(`${clientId}:${clientSecret}`));
    assert.equal(status, 200);
    assert.equal(typeof body.access_token, 'string');
  });

  const refusals: [string, Record<string, string>, Record<string, string>, number, string][] = [
    ['a wrong secret', { ...grant, client_id: clientId, client_secret: 'wrong' }, {}, 401, 'invalid_client'],
    ['a wrong client', { ...grant, client_id: 'x', client_secret: clientSecret }, {}, 401, 'invalid_client'],
    ['no credentials', grant, {}, 401, 'invalid_client'],
    ['a Basic header without a colon', grant, basic(clientId), 401, 'invalid_client'],
    ['another grant', { grant_type: 'password' }, {}, 400, 'unsupported_grant_type'],
    ['no grant', { client_id: clientId, client_secret: clientSecret }, {}, 400, 'unsupported_grant_type'],
  ];
  for (const [what, form, headers, status, error] of refusals) {
    it(`refuses ${what}`, async () => {
      const answer = await ask(form, headers);
      assert.equal(answer.status, status);
      assert.equal(answer.body.error, error);
    });
  }

  it('gives tokens that end when they say', async () => {
    await sandbox.call('PUT', '/sandbox/faults', { tokenLifetimeSeconds: 60 });
    const conversation = await sandbox.converse();
    const token = await sandbox.token();

    clock += 59_999;
    assert.equal((await sandbox.postCard(conversation, card(), token)).status, 200);
    clock += 1;
    const late = await sandbox.postCard(conversation, card(), token);
    assert.equal(late.status, 401);
    assert.equal(late.body.code, 'token.expired');
  });

  it('answers a share of token requests with a 500 when told to', async () => {
    await sandbox.call('PUT', '/sandbox/faults', { tokenRate5xx: 1 });
    const answer = await ask({ ...grant, client_id: clientId, client_secret: clientSecret });
    assert.equal(answer.status, 500);
    await sandbox.call('PUT', '/sandbox/faults', {});
  });
});
