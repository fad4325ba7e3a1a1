import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Conversations } from '../../sandbox/conversations/conversations.ts';
import { card, startTestSandbox, type TestSandbox } from './client.ts';
import { type Answer, type FakeBot, type Received, startFakeBot } from './fakeBot.ts';

describe('conversations on the guest route', () => {
  let sandbox: TestSandbox;
  let bot: FakeBot;
  let turn: (request: Received) => Promise<Answer | undefined>;
  let conversation: string;
  before(async () => {
    bot = await startFakeBot((request) => turn(request));
    sandbox = await startTestSandbox({ botUrl: bot.url });
  });
  after(async () => {
    await sandbox.close();
    await bot.close();
  });
  beforeEach(async () => {
    bot.received.length = 0;
    turn = async () => ({});
    conversation = await sandbox.converse();
  });
  const reply = (to: Received, activity: object) =>
    sandbox.call('POST', `/v3/conversations/${to.body.conversation.id}/activities/${to.body.id}`, activity);

  it('bring the words to the bot as a Bot Framework activity', async () => {
    turn = async (request) => {
      await reply(request, { type: 'message', text: 'Hello' });
      return {};
    };
    const { body } = await sandbox.say(conversation, 'hi there');

    const [{ path, headers, body: activity }] = bot.received as [Received];
    assert.equal(path, '/api/messages');
    assert.equal(headers['content-type'], 'application/json');
    const { id, timestamp, from, ...rest } = activity;
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.ok(Number.isFinite(Date.parse(timestamp)));
    assert.deepEqual({ name: from.name, role: from.role }, { name: 'Customer', role: 'user' });
    assert.deepEqual(rest, {
      type: 'message',
      channelId: 'genesys',
      serviceUrl: sandbox.url,
      conversation: { id: conversation },
      recipient: { id: 'bot', name: 'Bot', role: 'bot' },
      text: 'hi there',
      textFormat: 'plain',
      channelData: { genesys: { conversationId: conversation, route: 'guest' } },
    });
    assert.deepEqual(
      body.messages.map((message: { direction: string; type: string; text: string }) => [
        message.direction,
        message.type,
        message.text,
      ]),
      [['Outbound', 'Text', 'Hello']],
    );
    const all = (await sandbox.call('GET', `/sandbox/conversations/${conversation}/messages`)).body.messages;
    assert.deepEqual(
      all.map((message: { direction: string }) => message.direction),
      ['Inbound', 'Outbound'],
    );
  });

  it('bring a click as its payload, with the label beside it', async () => {
    await sandbox.say(conversation, 'Track order', 'track:1', '?waitMs=0');
    const [
      {
        body: { text, value },
      },
    ] = bot.received as [Received];
    assert.equal(text, 'track:1');
    assert.deepEqual(value, { payload: 'track:1', text: 'Track order' });
    const { messages } = (await sandbox.call('GET', `/sandbox/conversations/${conversation}/messages`)).body;
    assert.equal(messages[0].text, 'Track order');
    assert.deepEqual(messages[0].content, [
      {
        contentType: 'ButtonResponse',
        buttonResponse: { type: 'Button', text: 'Track order', payload: 'track:1' },
      },
    ]);
  });

  it('wait for cards that come after the turn', async () => {
    const token = await sandbox.token();
    turn = async () => {
      setImmediate(async () => {
        await sandbox.postCard(conversation, card(), token);
        await sandbox.postCard(conversation, card(), token);
      });
      return {};
    };
    const { body } = await sandbox.say(conversation, 'two cards, please', undefined, '?expect=2');
    assert.equal(body.messages.length, 2);
    const after = body.messages[0].id;
    const rest = await sandbox.call('GET', `/sandbox/conversations/${conversation}/messages?after=${after}`);
    assert.deepEqual(rest.body.messages, [body.messages[1]]);
  });

  it('show suggested actions as quick replies and complain about attachments', async () => {
    turn = async (request) => {
      await reply(request, { type: 'typing' });
      await reply(request, { type: 'trace', text: 'internal' });
      await reply(request, {
        type: 'message',
        text: 'Which one?',
        suggestedActions: { actions: [{ type: 'imBack', title: 'Red', value: 'red' }] },
        attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: {} }],
      });
      return {};
    };
    const { body } = await sandbox.say(conversation, 'shoes');
    assert.equal(body.messages.length, 1);
    assert.deepEqual(body.messages[0].content, [
      { contentType: 'QuickReply', quickReply: { text: 'Red', payload: 'red', action: 'Message' } },
    ]);
    const { complaints } = await sandbox.stats();
    assert.equal(complaints.at(-1).path, 'attachments[0]');
    const seen = await sandbox.call('GET', `/sandbox/conversations/${conversation}`);
    assert.deepEqual(seen.body.complaints, complaints.slice(-1));
  });

  it('say that the bot handed over', async () => {
    turn = async (request) => {
      await reply(request, { type: 'event', name: 'handoff.initiate', value: {} });
      return {};
    };
    const { body } = await sandbox.say(conversation, 'a person');
    assert.equal(body.messages[0].system, true);
  });

  const failures: [string, Answer][] = [
    ['answers with an error', { status: 500 }],
    ['redirects', { status: 302, location: '/elsewhere' }],
  ];
  for (const [what, answer] of failures) {
    it(`say so when the bot ${what}`, async () => {
      turn = async ({ path }) => (path === '/api/messages' ? answer : {});
      const before = (await sandbox.stats()).botFailures;
      const { body } = await sandbox.say(conversation, 'hi');
      assert.deepEqual([body.messages[0].text, body.messages[0].system], ['The bot did not answer.', true]);
      assert.equal((await sandbox.stats()).botFailures, before + 1);
    });
  }

  it('say so when the bot cannot be reached', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    sandbox.setBotUrl(`http://127.0.0.1:${port}`);
    const { body } = await sandbox.say(conversation, 'hi');
    assert.equal(body.messages[0].text, 'The bot did not answer.');
    sandbox.setBotUrl(bot.url);
  });

  it('are refused by the API when they are unknown, over or asked for wrongly', async () => {
    await sandbox.call('POST', `/sandbox/conversations/${conversation}/end`);
    const outcomes: [string, string, object, number][] = [
      ['POST', '/sandbox/conversations/nobody/messages', { text: 'x' }, 404],
      ['POST', `/sandbox/conversations/${conversation}/messages`, { text: 'x' }, 409],
      ['POST', `/sandbox/conversations/${conversation}/messages`, { text: '' }, 400],
      ['POST', `/sandbox/conversations/${conversation}/messages`, { text: 'x'.repeat(4097) }, 400],
      ['POST', '/sandbox/conversations?route=v3', {}, 400],
      ['POST', '/sandbox/conversations', { count: 0 }, 400],
      ['POST', '/sandbox/conversations', { parameters: { a: { b: 'c' } } }, 400],
      ['POST', '/v3/conversations/nobody/activities', { type: 'message', text: 'x' }, 404],
      ['POST', `/v3/conversations/${conversation}/activities`, { text: 'x' }, 400],
      ['POST', '/sandbox/nothing', {}, 404],
    ];
    for (const [method, path, body, status] of outcomes) {
      assert.equal((await sandbox.call(method, path, body)).status, status, path);
    }
  });

  it('are made many at once', async () => {
    const { body } = await sandbox.call('POST', '/sandbox/conversations', { count: 250 });
    assert.equal(new Set(body.conversationIds).size, 250);
  });

  it('cannot be driven by a page of another origin', async () => {
    const foreign = await sandbox.call(
      'POST',
      '/sandbox/conversations',
      {},
      { origin: 'https://evil.example' },
    );
    assert.equal(foreign.status, 403);
    const own = await sandbox.call('POST', '/sandbox/conversations', {}, { origin: sandbox.url });
    assert.equal(own.status, 200);
  });
});

describe('the memory of conversations', () => {
  const say = (conversations: Conversations, id: string, text: string) => {
    const conversation = conversations.find(id) ?? conversations.create({ id });
    conversations.add(conversation, { direction: 'Inbound', text });
    return conversation;
  };

  it('keeps 200 messages of a conversation', () => {
    const conversations = new Conversations({ now: () => 0 });
    for (let at = 0; at < 250; at += 1) say(conversations, 'a', String(at));
    const { messages } = say(conversations, 'a', 'last');
    assert.equal(messages.length, 200);
    assert.equal(messages.at(-1)?.text, 'last');
  });

  it('keeps a bounded number of messages over all conversations', () => {
    const conversations = new Conversations({ now: () => 0, mostMessages: 10 });
    const all = Array.from({ length: 30 }, (_, at) => say(conversations, String(at), 'x'));
    assert.equal(
      all.reduce((sum, { messages }) => sum + messages.length, 0),
      10,
    );
    assert.equal(all.at(-1)?.messages.length, 1);
  });

  it('forgets the oldest conversation', () => {
    const conversations = new Conversations({ now: () => 0, mostConversations: 2 });
    for (const id of ['a', 'b', 'c']) conversations.create({ id });
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => conversations.find(id)?.id),
      [undefined, 'b', 'c'],
    );
  });
});
