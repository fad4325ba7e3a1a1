import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ConversationState, MemoryStorage, TestAdapter, TurnContext } from 'botbuilder';
import { createLog, type Log } from '../../bot/log/log.ts';
import { CardBot } from '../../bot/turns/cardBot.ts';
import { createMainDialog } from '../../dialogs/createDialogs.ts';
import { post, type RunningBot, startBot } from '../fakes/startBot.ts';

const errors: unknown[] = [];
let bot: RunningBot;
before(async () => {
  const log: Log = createLog('silent');
  log.error = (fields: unknown) => void errors.push(fields);
  bot = await startBot({}, log);
});
after(() => bot.close());

const secret = { authorization: 'Bearer connector-secret-0123456789' };
let count = 0;

/** A message as each endpoint gets it; none is of the sender or the conversation of another. */
const endpoints: Record<string, { path: string; headers: Record<string, string>; body: () => object }> = {
  'Bot Framework': {
    path: '/api/messages',
    headers: {},
    body: () => ({
      type: 'message',
      id: `a-${++count}`,
      timestamp: '2026-11-29T10:00:00Z',
      channelId: 'emulator',
      deliveryMode: 'expectReplies',
      conversation: { id: `c-${count}`, name: 'c', isGroup: false, tenantId: 't' },
      from: { id: `u-${count}`, name: 'User', role: 'user', aadObjectId: 'o' },
      recipient: { id: 'b', name: 'Bot', role: 'bot' },
      text: 'where is my order 12345?',
      textFormat: 'plain',
      locale: 'en-US',
      localTimezone: 'Europe/Berlin',
      replyToId: 'r',
      value: { payload: 'help' },
      name: 'n',
      label: 'l',
      speak: 's',
      summary: 's',
      inputHint: 'expectingInput',
      callerId: 'c',
      importance: 'high',
      attachments: [{ contentType: 'text/plain', content: 'c', contentUrl: 'https://a.example', name: 'n' }],
      entities: [{ type: 'mention', mentioned: { id: 'b', name: 'Bot' }, text: '<at>Bot</at>' }],
      membersAdded: [{ id: 'm', name: 'M' }],
      membersRemoved: [{ id: 'm', name: 'M' }],
      suggestedActions: { to: ['u'], actions: [{ type: 'imBack', title: 't', value: 'v' }] },
      channelData: { genesys: { conversationId: 'g', route: 'guest' } },
      relatesTo: { conversation: { id: 'c' } },
      semanticAction: { id: 's', entities: {} },
      textHighlights: [{ text: 't', occurrence: 1 }],
    }),
  },
  v1: {
    path: '/api/genesys/v1/messages',
    headers: secret,
    body: () => ({
      botId: 'Card Bot',
      botVersion: '1.0',
      botSessionId: `s-${++count}`,
      botSessionTimeout: 4320,
      chatBot: { id: 'card-bot', name: 'Card Bot' },
      inputMessage: {
        type: 'Structured',
        text: 'help',
        content: [
          { contentType: 'ButtonResponse', buttonResponse: { type: 'Button', text: 't', payload: 'help' } },
        ],
      },
      languageCode: 'en-us',
      genesysConversationId: `g-${count}`,
      parameters: { customerTier: 'gold' },
    }),
  },
  v2: {
    path: '/api/genesys/v2/messages',
    headers: secret,
    body: () => ({
      botId: 'card-bot',
      botVersion: '1.0',
      botSessionId: `s-${++count}`,
      messageId: `m-${count}`,
      inputMessage: {
        type: 'Structured',
        text: 'see',
        content: [
          {
            contentType: 'Attachment',
            attachment: { url: 'https://a.example/b', mediaType: 'Image', mime: 'image/png', filename: 'f' },
          },
        ],
      },
      languageCode: 'en-us',
      genesysConversationId: `g-${count}`,
      parameters: { customerTier: 'gold' },
    }),
  },
};

const wrong = [undefined, null, -1e308, 'x'.repeat(2_000), [null], { length: 1 }];

/** Every place in a value, as the names that lead there. */
function placesIn(value: unknown, at: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, part]) => placesIn(part, [...at, name]))];
}

/** The value with another one at a place. */
function withPart(value: unknown, [name, ...rest]: string[], part: unknown): unknown {
  if (name === undefined) return part;
  const copy: Record<string, unknown> | unknown[] = structuredClone(Object(value));
  Reflect.set(copy, name, withPart(Reflect.get(copy, name), rest, part));
  return copy;
}

const hostile = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];

for (const [name, { path, headers, body }] of Object.entries(endpoints)) {
  test(`${name}: a value of a wrong type at any place is answered 200, or 400 with a code and its path`, async () => {
    for (const place of placesIn(body())) {
      const send = async (part: unknown) => {
        const sent = JSON.stringify(withPart(body(), place, part)) ?? '';
        const what = `${JSON.stringify(part)?.slice(0, 40)} at ${place.join('.')}`;
        const answer = await post(bot.url + path, sent, headers);
        assert.ok([200, 202, 400].includes(answer.status), `${what}: ${answer.status}`);
        if (answer.status !== 400) return;
        assert.match(answer.body.code, /^(activity|card|request)\.\w+$/, what);
        assert.equal(typeof answer.body.path, 'string', what);
      };
      await Promise.all(wrong.map(send));
      assert.deepEqual(errors.splice(0), [], place.join('.'));
    }
  });

  test(`${name}: names of every object's own properties are names like others`, async () => {
    const part = Object.fromEntries(hostile.map((key) => [`~${key}`, { polluted: true }]));
    for (const place of placesIn(body())) {
      const sent = JSON.stringify(withPart(body(), place, part)).replaceAll('"~', '"');
      const answer = await post(bot.url + path, sent, headers);
      assert.ok([200, 202, 400].includes(answer.status), `${place.join('.')}: ${answer.status}`);
      assert.deepEqual(errors.splice(0), [], place.join('.'));
      assert.equal(Reflect.get({}, 'polluted'), undefined);
    }
  });
}

test('an adapter that names no bot lets customers be greeted all the same', async () => {
  const conversationState = new ConversationState(new MemoryStorage());
  const cardBot = new CardBot({ dialog: createMainDialog(), conversationState });
  const adapter = new TestAdapter(() => Promise.resolve());
  const context = new TurnContext(adapter, {
    type: 'conversationUpdate',
    channelId: 'test',
    conversation: { id: 'c', name: 'c', isGroup: false, conversationType: 'personal' },
    membersAdded: [{ id: 'u', name: 'User' }],
  });
  await cardBot.run(context);
  assert.ok(adapter.activeQueue.length > 0);
});
