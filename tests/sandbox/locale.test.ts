import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { startTestSandbox } from './client.ts';
import { startFakeBot } from './fakeBot.ts';
import { GuestSocket } from './guestSocket.ts';

const intents = ['turn-odd', 'turn-even'].map((name) => ({ name }));
const versions = [{ version: '1.0', supportedLanguages: ['en-us', 'de-de'], intents }];
const botList = { entities: [{ id: 'card-bot', name: 'Card Bot', provider: 'Example', versions }] };

const hello = [{ type: 'Text', text: 'Hello' }];
const answer = {
  replymessages: hello,
  replyMessages: hello,
  botState: 'MoreData',
  intent: 'turn-odd',
  confidence: 1,
};

const cases: readonly {
  acceptLanguage?: string;
  wanted?: string;
  locale: string | undefined;
  languageCode: string;
}[] = [
  { locale: undefined, languageCode: 'en-us' },
  { acceptLanguage: '*', locale: undefined, languageCode: 'en-us' },
  { acceptLanguage: 'de-AT,de;q=0.9,en;q=0.8', locale: 'de-AT', languageCode: 'de-de' },
  { acceptLanguage: 'de', locale: 'de', languageCode: 'de-de' },
  { acceptLanguage: 'fr-FR', locale: 'fr-FR', languageCode: 'en-us' },
  { acceptLanguage: 'en-GB', wanted: 'de', locale: 'de', languageCode: 'de-de' },
];

for (const { acceptLanguage, wanted, locale, languageCode } of cases) {
  const asked = wanted ?? acceptLanguage ?? 'nothing';
  test(`a conversation that asks for ${asked} reaches the bot in ${locale ?? 'no language'}, and by Architect in ${languageCode}`, async (t) => {
    const bot = await startFakeBot(({ path }) => ({ json: path.endsWith('/bots') ? botList : answer }));
    const sandbox = await startTestSandbox({ botUrl: bot.url, connectorSecret: 'shared-secret' });
    t.after(async () => {
      await sandbox.close();
      await bot.close();
    });
    for (const route of ['guest', 'v1', 'v2'] as const) {
      const { body } = await sandbox.call(
        'POST',
        `/sandbox/conversations?route=${route}`,
        wanted === undefined ? {} : { locale: wanted },
        acceptLanguage === undefined ? {} : { 'accept-language': acceptLanguage },
      );
      await sandbox.say(body.conversationId, 'hello', undefined, '?waitMs=0');
    }
    const turns = bot.received.filter(({ method }) => method === 'POST').map(({ body }) => body);
    assert.equal(turns[0]?.locale, locale);
    assert.deepEqual(
      turns.slice(1).map((body) => body.languageCode),
      [languageCode, languageCode],
    );
  });
}

test('the Messenger speaks the language of its browser', async (t) => {
  const heard = Promise.withResolvers<string>();
  const bot = await startFakeBot(({ body }) => {
    heard.resolve(body.locale);
    return {};
  });
  const sandbox = await startTestSandbox({ botUrl: bot.url });
  t.after(async () => {
    await sandbox.close();
    await bot.close();
  });
  const address = `${sandbox.url.replace('http', 'ws')}/v1?deploymentId=d1`;
  const guest = new GuestSocket(
    new WebSocket(address, { headers: { 'accept-language': 'de-CH,de;q=0.9' } }),
    randomUUID(),
  );
  await once(guest.socket, 'open');
  guest.send('configureSession', { deploymentId: 'd1' });
  await guest.nextOf('SessionResponse');
  guest.say('Hallo');
  assert.equal(await heard.promise, 'de-CH');
  await guest.close();
});

test('what the bot says carries its language: the one that it names, else that of the browser', async (t) => {
  let locale: string | undefined;
  const bot = await startFakeBot(async ({ body }) => {
    await sandbox.call('POST', `/v3/conversations/${body.conversation.id}/activities`, {
      type: 'message',
      text: 'Hallo',
      locale,
    });
    return {};
  });
  const sandbox = await startTestSandbox({ botUrl: bot.url });
  t.after(async () => {
    await sandbox.close();
    await bot.close();
  });
  const address = `${sandbox.url.replace('http', 'ws')}/v1?deploymentId=d1&sandbox=true`;
  const guest = new GuestSocket(
    new WebSocket(address, { headers: { 'accept-language': 'en-GB' } }),
    randomUUID(),
  );
  await once(guest.socket, 'open');
  guest.send('configureSession', { deploymentId: 'd1' });
  await guest.nextOf('SessionResponse');
  const langs: unknown[] = [];
  for (const named of [undefined, 'de', 'no language']) {
    locale = named;
    guest.say('Hallo');
    langs.push((await guest.nextMessage('Outbound')).body.lang);
  }
  assert.deepEqual(langs, ['en-GB', 'de', 'de']);
  await guest.close();
});

test('a conversation in what is no language code is refused', async (t) => {
  const sandbox = await startTestSandbox();
  t.after(() => sandbox.close());
  const { status } = await sandbox.call('POST', '/sandbox/conversations', { locale: 'German, please' });
  assert.equal(status, 400);
});
