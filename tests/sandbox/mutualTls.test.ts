import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { prepareVerification } from '../../sandbox/verify/verifyBot.ts';
import { makeCertificates } from '../fakes/mutualTls.ts';
import { missing } from '../gateways/programs.ts';

const versions = [{ version: '1', supportedLanguages: ['en'], intents: [{ name: 'a' }] }];
const bots = { entities: [{ id: 'b', name: 'B', provider: 'P', versions }] };

test('a bot that asks for a client certificate is reached with one of its authority, and with no other', {
  skip: await missing('openssl', 'version'),
}, async (t) => {
  const [own, foreign] = [await makeCertificates(), await makeCertificates()];
  t.after(() => [own, foreign].forEach((one) => void one.remove()));
  const bot = await own.listen((request, response) => {
    response.end(JSON.stringify(request.method === 'GET' ? bots : { botState: 'MoreData' }));
  });
  t.after(() => bot.server.close());
  const read = (file: string) => readFileSync(file, 'utf8');
  const ca = read(own.ca);
  for (const [botTls, rules] of [
    [{ ca, cert: read(own.cert), key: read(own.key) }, []],
    [{ ca, cert: read(foreign.cert), key: read(foreign.key) }, [5]],
    [{ ca }, [5]],
    [{}, [5]],
  ] as const) {
    const played = [{ name: 'a greeting', steps: ['hi'] }];
    const genesys = await prepareVerification({ routes: ['v2'], played, botTls });
    const report = await genesys.run(bot.url);
    await genesys.close();
    assert.deepEqual(
      report.rules.map(({ rule }) => rule).filter((rule) => rule !== 6),
      rules,
    );
  }
});
