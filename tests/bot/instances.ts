import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { readConfig } from '../../bot/config/config.ts';
import { createApp } from '../../bot/createApp.ts';
import { startSandbox } from '../../sandbox/startSandbox.ts';
import { gatewaySecret } from '../fakes/gateway.ts';
import { json, listen } from '../fakes/listen.ts';
import type { PostgresServer } from '../fakes/postgres.ts';
import { converse, post } from '../fakes/startBot.ts';

/** Starts a sandbox and bots on one database; all of it ends with the test. */
async function startBots(t: TestContext, databaseUrl: string, count: number) {
  const clientId = 'client';
  const clientSecret = 'client-secret';
  const sandbox = await startSandbox({ port: 0, clientId, clientSecret, gatewaySecret });
  const apps = await Promise.all(
    Array.from({ length: count }, () =>
      createApp(
        readConfig({
          PORT: '0',
          LOG_LEVEL: 'silent',
          DATA_DIR: ':memory:',
          DATABASE_URL: databaseUrl,
          GENESYS_LOGIN_URL: sandbox.url,
          GENESYS_API_URL: sandbox.url,
          GENESYS_CLIENT_ID: clientId,
          GENESYS_CLIENT_SECRET: clientSecret,
          GUEST_GATEWAY_SECRETS: gatewaySecret,
          GENESYS_DROPS_REPEATS: 'true',
          GENESYS_REQUESTS_PER_MINUTE: '100000',
        }),
      ),
    ),
  );
  t.after(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await sandbox.close();
  });
  const urls: string[] = [];
  for (const app of apps) urls.push(await app.listen());
  return { sandbox, urls };
}

interface Shown {
  direction: string;
  text: string;
  card?: { templateMatrix: { templateId: string } };
}

const outbound = (messages: Shown[]) => messages.filter((message) => message.direction === 'Outbound');

/** Whole bots, several on one database. */
export function botInstancesTests(newDatabase: () => Promise<string>): void {
  test('a dialog goes on whichever of two bots takes its next turn', async (t) => {
    const { sandbox, urls } = await startBots(t, await newDatabase(), 2);
    const [first = '', second = ''] = urls;
    sandbox.setBotUrl(first);
    const { say } = await converse(sandbox.url);
    const [offers] = outbound(await say('show me your offers'));
    assert.equal(offers?.card?.templateMatrix.templateId, 'product-offers-v2');
    sandbox.setBotUrl(second);
    const [question] = outbound(await say('Choose', 'product.choose:LP-10'));
    assert.match(question?.text ?? '', /Desk lamp/);
    sandbox.setBotUrl(first);
    const answers = outbound(await say('yes'));
    assert.equal(answers.at(-1)?.card?.templateMatrix.templateId, 'order-confirmation-v3');
  });

  test('an activity that the channel gives to both bots at once has one turn', async (t) => {
    const { urls } = await startBots(t, await newDatabase(), 2);
    const channel = await listen((_, response) => json(response, 200, { id: 'reply' }));
    t.after(() => channel.close());
    const activity = {
      type: 'message',
      id: 'a-1',
      channelId: 'emulator',
      serviceUrl: channel.url,
      conversation: { id: 'conversation' },
      from: { id: 'user' },
      recipient: { id: 'bot' },
      text: 'thank you',
      locale: 'en-US',
    };
    const given = [...urls, ...urls].map((url) => post(`${url}/api/messages`, activity));
    for (const { status } of await Promise.all(given)) assert.equal(status, 200);
    const replies = channel.seen.map(({ body }) => JSON.parse(body)).filter(({ type }) => type === 'message');
    assert.equal(replies.length, 1);
  });
}

/** A bot whose database is away; only on a server of our own. */
export function botOutageTests(server: () => PostgresServer, newDatabase: () => Promise<string>): void {
  test('while the database is away a bot is not ready, goes on without cards, and recovers by itself', async (t) => {
    const { stop, start } = server();
    if (stop === undefined || start === undefined) return t.skip('the server is not ours to stop');
    t.after(start);
    const { sandbox, urls } = await startBots(t, await newDatabase(), 1);
    const [url = ''] = urls;
    sandbox.setBotUrl(url);
    const status = async (path: string) => (await fetch(url + path)).status;
    const { say } = await converse(sandbox.url);
    const [offers] = outbound(await say('show me your offers'));
    assert.equal(offers?.card?.templateMatrix.templateId, 'product-offers-v2');
    assert.equal(await status('/readyz'), 200);

    await stop('fast');
    assert.equal(await status('/readyz'), 503);
    assert.equal(await status('/healthz'), 200);
    const [question] = outbound(await say('Choose', 'product.choose:LP-10'));
    assert.match(question?.text ?? '', /Desk lamp/);
    const refused = outbound(await say('stop')).concat(outbound(await say('help')));
    assert.ok(refused.length > 1 && refused.every(({ text, card }) => text !== '' && card === undefined));

    await start();
    while ((await status('/readyz')) !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
    const [help] = outbound(await say('help'));
    assert.equal(help?.card?.templateMatrix.templateId, 'help-v1');
  });
}
