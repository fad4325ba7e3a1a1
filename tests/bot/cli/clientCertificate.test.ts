import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeCertificates } from '../../fakes/mutualTls.ts';
import { missing, run } from '../../gateways/programs.ts';

const versions = [{ version: '1', supportedLanguages: ['en'], intents: [{ name: 'a' }] }];
const list = { chatBots: [{ id: 'b1', name: 'Bot', versions }] };
const main = fileURLToPath(new URL('../../../bot/cli/main.ts', import.meta.url));

const commands: [args: string[], answer: object, output: RegExp][] = [
  [['bots', 'list', '--integration', 'i'], list, /^b1 {2}Bot {2}1 {2}en {2}intents a\n$/],
  [['send', '0123-4567', 'help-v1', '--wait', '60'], {}, /^accepted /],
];
test('calls to Genesys show the certificate of GENESYS_CLIENT_CERT_FILE to a gateway that asks for one', {
  skip: await missing('openssl', 'version'),
}, async (t) => {
  const certificates = await makeCertificates();
  const dataDir = mkdtempSync(join(tmpdir(), 'certificate-'));
  t.after(() => {
    certificates.remove();
    rmSync(dataDir, { recursive: true, force: true });
  });
  let shown: object = {};
  const gateway = await certificates.listen(({ url }, response) => {
    const token = { access_token: 'token', token_type: 'bearer', expires_in: 3600 };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(url === '/oauth/token' ? token : shown));
  });
  t.after(() => gateway.server.close());
  const env = {
    ...process.env,
    DATA_DIR: dataDir,
    NODE_EXTRA_CA_CERTS: certificates.ca,
    GENESYS_LOGIN_URL: gateway.url,
    GENESYS_API_URL: gateway.url,
    GENESYS_CLIENT_ID: 'id',
    GENESYS_CLIENT_SECRET: 'secret',
    GENESYS_CLIENT_CERT_FILE: certificates.cert,
    GENESYS_CLIENT_KEY_FILE: certificates.key,
  };
  for (const [args, answer, output] of commands) {
    shown = answer;
    const command = ['--disable-warning=ExperimentalWarning', main, ...args];
    assert.match((await run(process.execPath, command, { env })).stdout, output);
  }
});
