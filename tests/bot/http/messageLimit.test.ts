import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { type CloudAdapter, ConversationState, MemoryStorage } from 'botbuilder';
import { ChannelAdapter } from '../../../bot/channels/botFramework/channelAdapter.ts';
import {
  BotAuthentication,
  createBotFrameworkAdapter,
} from '../../../bot/channels/botFramework/createBotFrameworkAdapter.ts';
import { createMessagesRoute } from '../../../bot/channels/botFramework/messagesRoute.ts';
import { readConfig } from '../../../bot/config/config.ts';
import { MessageLimit } from '../../../bot/http/callers.ts';
import { createHttpServer } from '../../../bot/http/httpServer.ts';
import { createLog } from '../../../bot/log/log.ts';
import { asGateway, gatewaySecret } from '../../fakes/gateway.ts';
import { post } from '../../fakes/startBot.ts';
import { ManualClock } from '../channels/botConnector/manualClock.ts';
import { call, startConnector } from '../channels/botConnector/startConnector.ts';

const log = createLog('silent');

/** Takes messages of a key, and counts those that are within the limit. */
function takeMany(limit: MessageLimit, messages: number, ...keys: string[]): number {
  return Array.from({ length: messages }, () => limit.take(...keys)).filter(Boolean).length;
}

const rates: [name: string, waitMs: number, taken: number][] = [
  ['without a wait', 0, 0],
  ['after a second', 1_000, 1],
  ['after half a minute', 30_000, 50],
  ['after a minute', 60_000, 100],
  ['after a day', 86_400_000, 100],
];
for (const [name, waitMs, taken] of rates) {
  test(`after 300 messages at once, ${taken} more are taken ${name}`, () => {
    let now = 5;
    const limit = new MessageLimit({ now: () => now });
    assert.equal(takeMany(limit, 300, 'a'), 100);
    assert.equal(takeMany(limit, 1, 'b'), 1);
    now += waitMs;
    assert.equal(takeMany(limit, 300, 'a'), taken);
  });
}

test('a message is within the limit of each of its keys or counts for none of them', () => {
  const limit = new MessageLimit({ now: () => 0, perMinute: 3 });
  assert.equal(takeMany(limit, 3, 'sender', 'one conversation'), 3);
  assert.equal(takeMany(limit, 5, 'sender', 'another conversation'), 0);
  assert.equal(takeMany(limit, 5, 'another sender', 'another conversation'), 3);
});

let count = 0;
function message(sender: string, conversation: string, genesys?: string) {
  count += 1;
  return {
    type: 'message',
    id: `m-${count}`,
    channelId: 'webchat',
    conversation: { id: conversation },
    from: { id: sender },
    recipient: { id: 'bot' },
    text: 'hello',
    deliveryMode: 'expectReplies',
    ...(genesys === undefined ? {} : { channelData: { genesys: { conversationId: genesys } } }),
  };
}

/** A bot that says nothing, whose adapter is given. */
async function startSilentBot(t: TestContext, adapter: CloudAdapter) {
  const messages = createMessagesRoute(adapter, async () => {}, true);
  const server = createHttpServer({ messages, isReady: async () => true }, log);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  t.after(() => {
    server.close();
    server.server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${server.address().port}/api/messages`;
  return (body: object, headers: Record<string, string> = {}) => post(url, body, headers);
}

/** A bot that takes three messages of a sender or conversation, as its clock stands still. */
function startLimitedBot(t: TestContext) {
  const gateway = { secrets: [gatewaySecret] };
  const limit = new MessageLimit({ perMinute: 3, now: () => 0 });
  return startSilentBot(t, new ChannelAdapter(new BotAuthentication(), log, { gateway, limit }));
}

const floods: [name: string, messageOf: (index: number) => object, headers?: Record<string, string>][] = [
  ['one sender in one conversation', () => message('s', 'c')],
  ['one sender in many conversations', (index) => message('s', `c-${index}`)],
  ['many senders in one conversation', (index) => message(`s-${index}`, 'c')],
  ['one sender who names many Genesys conversations', (index) => message('s', `c-${index}`, `g-${index}`)],
  ['one Genesys conversation of the gateway', (index) => message(`s-${index}`, `c-${index}`, 'g'), asGateway],
];
for (const [name, messageOf, headers = {}] of floods) {
  test(`of ${name} three messages are taken, and then those of others are`, async (t) => {
    const send = await startLimitedBot(t);
    const statuses: number[] = [];
    for (let index = 0; index < 5; index += 1) statuses.push((await send(messageOf(index), headers)).status);
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
    const { body, retryAfter } = await send(messageOf(6), headers);
    assert.equal(retryAfter, '1');
    assert.deepEqual(body, {
      code: 'request.429',
      message: 'The sender or the conversation has sent too many messages.',
    });
    assert.equal((await send(message('another', 'another'))).status, 200);
    assert.equal((await send(message('another', 'another', 'another'), asGateway)).status, 200);
  });
}

test('the gateway may have one name for all of its customers', async (t) => {
  const send = await startLimitedBot(t);
  for (let index = 0; index < 5; index += 1)
    assert.equal((await send(message('customer', `c-${index}`, `g-${index}`), asGateway)).status, 200);
});

test('the finished bot has a limit', async (t) => {
  const state = new ConversationState(new MemoryStorage());
  const app = readConfig({}).app;
  const send = await startSilentBot(t, createBotFrameworkAdapter(app, log, state));
  const statuses = new Set<number>();
  for (let sent = 0; sent < 2_000 && !statuses.has(429); sent += 20) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(message('s', 'c'))));
    for (const { status } of answers) statuses.add(status);
  }
  assert.deepEqual([...statuses].sort(), [200, 429]);
});

for (const route of ['v1', 'v2'] as const) {
  test(`${route}: one conversation that floods is told to wait, in any of its sessions; another is answered`, async (t) => {
    const clock = new ManualClock();
    const bot = await startConnector(t, {
      clock,
      messagesPerMinute: 3,
      logic: async (context) => void (await context.sendActivity(context.activity.text)),
    });
    const say = (text: string, sessionId: string, more = {}) =>
      call(bot.url, route, { text, sessionId, more });
    for (const text of ['1', '2', '3']) await say(text, `session ${text}`);
    const limited = await say('4', 'session 4');
    assert.equal(limited.status, 200);
    assert.equal(limited.body.botState, 'MoreData');
    assert.match(limited.body.replyMessages[0].text, /still busy/);
    await say('5', 'session 5', { genesysConversationId: 'another' });
    clock.advance(20_000);
    await say('6', 'session 6');
    assert.deepEqual(
      bot.answered.map(({ how }) => how),
      ['answered', 'answered', 'answered', 'busy', 'answered', 'answered'],
    );
  });
}
