import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeCertificates } from '../../fakes/mutualTls.ts';
import { missing, run } from '../../gateways/programs.ts';

const versions = [{ version: '1', supportedLanguages: ['en'], intents: [{ name: 'a' }] }];
const list = { chatBots: [{ id: 'b1', name: 'Bot', versions }] };
const main = fileURLToPath(new URL('../../../bot/cli/main.ts', import.meta.url));

test('calls to Genesys show the certificate of GENESYS_CLIENT_CERT_FILE to a gateway that asks for one', {
  skip: await missing('openssl', 'version'),
}, async (t) => {
  const certificates = await makeCertificates();
  t.after(() => certificates.remove());
  const gateway = await certificates.listen(({ url }, response) => {
    const token = { access_token: 'token', token_type: 'bearer', expires_in: 3600 };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(url === '/oauth/token' ? token : list));
  });
  t.after(() => gateway.server.close());
  const command = ['--disable-warning=ExperimentalWarning', main, 'bots', 'list', '--integration', 'i'];
  const { stdout } = await run(process.execPath, command, {
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: certificates.ca,
      GENESYS_LOGIN_URL: gateway.url,
      GENESYS_API_URL: gateway.url,
      GENESYS_CLIENT_ID: 'id',
      GENESYS_CLIENT_SECRET: 'secret',
      GENESYS_CLIENT_CERT_FILE: certificates.cert,
      GENESYS_CLIENT_KEY_FILE: certificates.key,
    },
  });
  assert.equal(stdout, 'b1  Bot  1  en  intents a\n');
});
