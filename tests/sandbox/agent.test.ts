import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startTestSandbox } from './client.ts';
import { type Answer, type Received, startFakeBot } from './fakeBot.ts';

const intents = ['turn-odd', 'turn-even', 'handoff', 'done'].map((name) => ({ name }));
const versions = [{ version: '1.0', supportedLanguages: ['en-us', 'de-de'], intents }];
const botList = { entities: [{ id: 'card-bot', name: 'Card Bot', provider: 'Example', versions }] };

async function start(t: TestContext, turn: (request: Received) => Answer | Promise<Answer>) {
  const bot = await startFakeBot((request) =>
    request.path.endsWith('/bots') ? { json: botList } : turn(request),
  );
  const sandbox = await startTestSandbox({ botUrl: bot.url, connectorSecret: 'shared-secret' });
  t.after(async () => {
    await sandbox.close();
    await bot.close();
  });
  const turns = () => bot.received.filter(({ method }) => method === 'POST').length;
  return { sandbox, turns };
}

const complete = (intent: string): Answer => ({
  json: {
    replymessages: [{ type: 'Text', text: 'One moment.' }],
    replyMessages: [{ type: 'Text', text: 'One moment.' }],
    botState: 'Complete',
    intent,
    confidence: 1,
  },
});

for (const route of ['v1', 'v2'] as const) {
  for (const [locale, first, again] of [
    ['en-GB', /ends the conversation here/, /conversation has ended/],
    ['de', /hier endet das Spiel/, /Das Spiel ist zu Ende/],
  ] as const) {
    test(`after a hand-over by ${route} a stand-in answers instead of the bot: ${locale}`, async (t) => {
      const { sandbox, turns } = await start(t, () => complete('handoff'));
      const { body } = await sandbox.call('POST', `/sandbox/conversations?route=${route}`, { locale });
      const said = async () =>
        (await sandbox.say(body.conversationId, 'hello', undefined, '?waitMs=0')).body.messages.at(-1).text;
      assert.match(await said(), /Flow continued: intent handoff/);
      assert.match(await said(), first);
      assert.match(await said(), again);
      assert.equal(turns(), 1);
    });
  }

  test(`another end of the bot by ${route} calls it again`, async (t) => {
    const { sandbox, turns } = await start(t, () => complete('done'));
    const { body } = await sandbox.call('POST', `/sandbox/conversations?route=${route}`, {});
    for (let i = 0; i < 2; i++) await sandbox.say(body.conversationId, 'hello', undefined, '?waitMs=0');
    assert.equal(turns(), 2);
  });
}

test('after a hand-over on the guest route a stand-in answers instead of the bot', async (t) => {
  const { sandbox, turns } = await start(t, async ({ body }) => {
    await sandbox.call('POST', `/v3/conversations/${body.conversation.id}/activities`, {
      type: 'event',
      name: 'handoff.initiate',
    });
    return {};
  });
  const conversation = await sandbox.converse();
  await sandbox.say(conversation, 'a person please', undefined, '?waitMs=0');
  const { body } = await sandbox.say(conversation, 'hello?', undefined, '?waitMs=0');
  assert.match(body.messages.at(-1).text, /ends the conversation here/);
  assert.equal(turns(), 1);
});
