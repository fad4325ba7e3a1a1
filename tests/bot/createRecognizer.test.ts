import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../bot/config/config.ts';
import { createRecognizer } from '../../bot/createParts.ts';
import { createLog } from '../../bot/log/log.ts';
import { json, listen } from '../fakes/listen.ts';

const prediction = {
  topIntent: 'productOffers',
  intents: [{ category: 'productOffers', confidenceScore: 0.9 }],
  entities: [],
};

/** An Azure with a language service and the endpoint that gives App Service its tokens. */
async function startAzure(t: { after(end: () => Promise<void>): void }) {
  const azure = await listen(({ path }, response) => {
    const expires = Math.floor(Date.now() / 1_000) + 86_400;
    if (path.startsWith('/msi/'))
      return json(response, 200, { access_token: 'a-token', expires_on: String(expires) });
    json(response, 200, { kind: 'ConversationResult', result: { query: '', prediction } });
  });
  t.after(() => azure.close());
  return azure;
}

const settings = (endpoint: string) => ({
  RECOGNIZER: 'clu',
  AZURE_LANGUAGE_ENDPOINT: endpoint,
  AZURE_LANGUAGE_PROJECT: 'card-bot',
  AZURE_LANGUAGE_DEPLOYMENT: 'production',
});
const patient = { timeoutMs: 60_000 };
const silent = createLog('silent');

test('without a setting the embedded recognizer understands customers', () => {
  assert.equal(createRecognizer(readConfig({}), silent), undefined);
});

test('RECOGNIZER=clu with a key asks the service with that key', async (t) => {
  const azure = await startAzure(t);
  const config = readConfig({ ...settings(azure.url), AZURE_LANGUAGE_KEY: 'the-key' });
  const { intent } = (await createRecognizer(config, silent, patient)?.recognize('zeig mal was', 'de')) ?? {};
  assert.equal(intent, 'productOffers');
  assert.equal(azure.seen[0]?.headers['ocp-apim-subscription-key'], 'the-key');
});

test('RECOGNIZER=clu without a key asks with the token of the managed identity', async (t) => {
  const azure = await startAzure(t);
  process.env.IDENTITY_ENDPOINT = `${azure.url}/msi/token`;
  process.env.IDENTITY_HEADER = 'the-header';
  t.after(() => {
    delete process.env.IDENTITY_ENDPOINT;
    delete process.env.IDENTITY_HEADER;
  });
  const recognizer = createRecognizer(readConfig(settings(azure.url)), silent, patient);
  assert.equal((await recognizer?.recognize('zeig mal was', 'de'))?.intent, 'productOffers');
  const [token, asked] = azure.seen;
  assert.match(token?.path ?? '', /resource=https%3A%2F%2Fcognitiveservices\.azure\.com/);
  assert.equal(token?.headers['x-identity-header'], 'the-header');
  assert.equal(asked?.headers.authorization, 'Bearer a-token');
});
