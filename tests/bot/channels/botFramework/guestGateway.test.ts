import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import type { TurnContext } from 'botbuilder';
import { ChannelAdapter, type GatewayOptions } from '../../../../bot/channels/botFramework/channelAdapter.ts';
import {
  acceptTokensOf,
  BotAuthentication,
} from '../../../../bot/channels/botFramework/createBotFrameworkAdapter.ts';
import { createMessagesRoute } from '../../../../bot/channels/botFramework/messagesRoute.ts';
import { createHttpServer } from '../../../../bot/http/httpServer.ts';
import { createLog } from '../../../../bot/log/log.ts';
import { cardPlaceOf } from '../../../../bot/turns/turnState.ts';
import {
  appId,
  authenticationWith,
  claimsOfApp,
  serviceUrl,
  startKeys,
  tenantId,
  token,
} from '../../../fakes/botFramework.ts';
import { asGateway, gatewaySecret } from '../../../fakes/gateway.ts';
import { converse, post, type RunningBot, startBot } from '../../../fakes/startBot.ts';

let bot: RunningBot;
before(async () => {
  bot = await startBot();
});
after(() => bot.close());

let count = 0;
function naming(conversationId: string, parts: object = {}) {
  count += 1;
  return {
    type: 'message',
    id: `a-${count}`,
    channelId: 'webchat',
    conversation: { id: `c-${count}` },
    from: { id: 'stranger' },
    recipient: { id: 'bot' },
    text: 'where is my order 12345?',
    channelData: { genesys: { conversationId } },
    deliveryMode: 'expectReplies',
    ...parts,
  };
}

async function messagesIn(conversationId: string) {
  const response = await fetch(`${bot.sandboxUrl}/sandbox/conversations/${conversationId}/messages`);
  const { messages }: { messages: unknown[] } = Object(await response.json());
  return messages;
}

const strangers: [name: string, headers: Record<string, string>, parts: object][] = [
  ['Web Chat', {}, {}],
  ['Direct Line', {}, { channelId: 'directline' }],
  ['the Emulator', {}, { channelId: 'emulator' }],
  ['one who says that it is Genesys', {}, { channelId: 'genesys' }],
  ['a wrong secret', { authorization: 'Bearer wrong' }, {}],
  ['the beginning of the secret', { authorization: `Bearer ${gatewaySecret.slice(0, -1)}` }, {}],
  ['an empty secret', { authorization: 'Bearer ' }, {}],
  ['the secret in another header', { 'x-secret': gatewaySecret }, {}],
  ['the secret in the activity', {}, { secret: gatewaySecret, callerId: 'urn:genesys:guest-gateway' }],
];
for (const [name, headers, parts] of strangers) {
  test(`the message of ${name} never puts a card into a Genesys conversation that it names`, async () => {
    const { conversationId } = await converse(bot.sandboxUrl);
    const { status, body } = await post(`${bot.url}/api/messages`, naming(conversationId, parts), headers);
    assert.equal(status, 200);
    assert.deepEqual(await messagesIn(conversationId), []);
    // Its own conversation is answered as if it had named none.
    assert.equal(body.activities.filter(({ type }: { type: string }) => type === 'message').length, 1);
  });
}

test("the gateway's message puts its card into the Genesys conversation that it names", async () => {
  const { conversationId } = await converse(bot.sandboxUrl);
  const { body } = await post(`${bot.url}/api/messages`, naming(conversationId), asGateway);
  assert.deepEqual(body, { activities: [] });
  assert.equal((await messagesIn(conversationId)).length, 1);
});

const gatewayApp = '33333333-3333-4333-8333-333333333333';
const otherApp = '44444444-4444-4444-8444-444444444444';

/** A bot with an app id whose turns tell which Genesys conversation their cards would go to. */
async function startSecured(gateway: GatewayOptions, keysUrl: string) {
  const turns: (string | undefined)[] = [];
  const log = createLog('silent');
  const authentication = authenticationWith(keysUrl, acceptTokensOf([gatewayApp], tenantId));
  const adapter = new ChannelAdapter(authentication, log, { appId, gateway });
  const logic = async (context: TurnContext) => {
    turns.push(cardPlaceOf(context)?.conversationId);
  };
  const messages = createMessagesRoute(adapter, logic, false);
  const server = createHttpServer({ messages, isReady: async () => true }, log);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    turns,
    url: `http://127.0.0.1:${server.address().port}/api/messages`,
    close: () => {
      server.close();
      server.server.closeAllConnections();
    },
  };
}

const callers: [
  name: string,
  authorization: () => string,
  status: number,
  named: (string | undefined)[],
  ignored: number,
][] = [
  ['a channel of the Bot Framework', () => `Bearer ${token()}`, 200, [undefined], 1],
  ['a channel that claims an app', () => `Bearer ${token({ appid: gatewayApp })}`, 200, [undefined], 1],
  ["the gateway's app", () => `Bearer ${token(claimsOfApp(gatewayApp), true)}`, 200, ['named'], 0],
  [
    "the gateway's app, version 2",
    () => `Bearer ${token(claimsOfApp(gatewayApp, '2.0'), true)}`,
    200,
    ['named'],
    0,
  ],
  ['another app of the tenant', () => `Bearer ${token(claimsOfApp(otherApp), true)}`, 401, [], 0],
  [
    'another app that claims to be the gateway in the wrong claim',
    () => `Bearer ${token({ ...claimsOfApp(otherApp, '2.0'), appid: gatewayApp }, true)}`,
    401,
    [],
    0,
  ],
  [
    "the gateway's app of another tenant",
    () =>
      `Bearer ${token({ ...claimsOfApp(gatewayApp), iss: `https://sts.windows.net/${otherApp}/` }, true)}`,
    401,
    [],
    0,
  ],
  ["the bot's own app", () => `Bearer ${token(claimsOfApp(appId), true)}`, 401, [], 0],
  ["the gateway's secret", () => `Bearer ${gatewaySecret}`, 200, ['named'], 0],
  ['a wrong secret', () => `Bearer ${gatewaySecret}x`, 401, [], 0],
];
for (const [name, authorization, status, named, ignored] of callers) {
  test(`with an app id, a caller with ${name} is answered ${status} and names ${named.join('') || 'nothing'}`, async (t) => {
    const keys = await startKeys(undefined);
    let told = 0;
    const gateway = {
      appIds: [gatewayApp.toUpperCase()],
      secrets: [gatewaySecret],
      onIgnored: () => {
        told += 1;
      },
    };
    const secured = await startSecured(gateway, keys.url);
    t.after(() => Promise.all([secured.close(), keys.close()]));
    const activity = naming('named', { serviceUrl, channelId: 'directline' });
    const answer = await post(secured.url, activity, { authorization: authorization() });
    assert.equal(answer.status, status);
    assert.deepEqual(secured.turns, named);
    assert.equal(told, ignored);
  });
}

test('a gateway without secrets takes none, not even an empty one', () => {
  const adapter = new ChannelAdapter(new BotAuthentication(), createLog('silent'), { gateway: {} });
  for (const authorization of ['', 'Bearer ', 'Bearer', 'x'])
    assert.throws(() => adapter.checkCaller(authorization), /not the Bot Framework/);
});
