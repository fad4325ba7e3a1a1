import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfig } from '../../../bot/config/config.ts';
import { createApp } from '../../../bot/createApp.ts';
import { SqliteOperatorStore } from '../../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { asGateway, gatewaySecret } from '../../fakes/gateway.ts';
import { startIngestion } from '../../fakes/ingestion.ts';
import { json, listen } from '../../fakes/listen.ts';
import { post } from '../../fakes/startBot.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'restart-'));
after(() => rmSync(dataDir, { recursive: true, force: true }));

test('a card keeps its operation through a restart and a replay', async () => {
  let status = 503;
  const cardsSeen: (() => void)[] = [];
  const cardSeen = () => new Promise<void>((resolve) => void cardsSeen.push(resolve));
  const genesys = await listen(({ path }, response) => {
    if (path === '/oauth/token') return json(response, 200, { access_token: 't', expires_in: 3600 });
    json(response, status, {}, { 'inin-correlation-id': `c-${status}` });
    cardsSeen.shift()?.();
  });
  const config = (connectionString: string) =>
    readConfig({
      PORT: '0',
      LOG_LEVEL: 'silent',
      DATA_DIR: dataDir,
      GENESYS_LOGIN_URL: genesys.url,
      GENESYS_API_URL: genesys.url,
      GENESYS_CLIENT_ID: 'id',
      GENESYS_CLIENT_SECRET: 'secret',
      GUEST_GATEWAY_SECRETS: gatewaySecret,
      CARD_OUTCOME_WAIT_MS: '0',
      APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
    });

  /** Runs the bot until Genesys has seen a card once more, and gives what it told. */
  async function run(work: (url: string) => Promise<unknown>) {
    const ingestion = await startIngestion();
    const seen = cardSeen();
    const app = await createApp(config(ingestion.connectionString));
    await work(await app.listen());
    await seen;
    await app.close();
    await ingestion.close();
    return ingestion.events();
  }

  const first = await run((url) =>
    post(
      `${url}/api/messages`,
      {
        type: 'message',
        id: 'a-1',
        channelId: 'directline',
        serviceUrl: 'http://127.0.0.1:9',
        conversation: { id: 'c-1' },
        from: { id: 'user' },
        recipient: { id: 'bot' },
        text: 'where is my order 12345?',
        channelData: { genesys: { conversationId: 'genesys-1' } },
        deliveryMode: 'expectReplies',
      },
      asGateway,
    ),
  );
  const stored = first.find(({ name }) => name === 'card.stored');
  assert.ok(stored);
  const attempted = first.find(({ name }) => name === 'card.attempted');
  assert.equal(attempted?.properties.code, 'genesys.unavailable');
  assert.equal(attempted?.properties.correlationId, 'c-503');

  status = 400;
  const second = await run(async () => {});
  const rejected = second.find(({ name }) => name === 'card.rejected');
  assert.equal(rejected?.properties.code, 'genesys.rejected');

  status = 200;
  const operator = new SqliteOperatorStore(dataDir);
  await operator.replay('all');
  await operator.close();
  const third = await run(async () => {});
  assert.deepEqual(
    third.map(({ name }) => name),
    ['card.replayed', 'card.accepted'],
  );

  const { messageId, conversationId, templateId, templateVersion } = stored.properties;
  const ids = {
    messageId,
    conversationId,
    templateId,
    templateVersion,
    channel: 'directline',
    route: 'guest',
  };
  for (const { name, operationId, properties } of [stored, attempted, rejected, ...third]) {
    assert.equal(operationId, stored.operationId, name);
    assert.deepEqual({ ...properties, ...ids }, properties, name);
  }
  await genesys.close();
});
