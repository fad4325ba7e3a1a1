import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Activity, ConfigurationServiceClientCredentialFactory } from 'botbuilder';
import { BotAuthentication } from '../../../../bot/channels/botFramework/createBotFrameworkAdapter.ts';
import { json, listen } from '../../../fakes/listen.ts';

type Credentials = ConfigurationServiceClientCredentialFactory;

const serviceUrl = 'https://directline.botframework.com/';
const activity: Activity = {
  type: 'message',
  id: 'a',
  channelId: 'emulator',
  serviceUrl,
  conversation: { id: 'c', isGroup: false, conversationType: '', name: '' },
  from: { id: 'u', name: '' },
  recipient: { id: 'b', name: '' },
  text: 'hello',
  channelData: undefined,
  label: '',
  localTimezone: '',
  callerId: '',
  valueType: '',
  listenFor: [],
};

/** Who a bot with this id is. */
async function bot(appId: string) {
  const { claimsIdentity } = await new BotAuthentication({}).authenticateRequest(activity, '');
  claimsIdentity.claims.push({ type: 'aud', value: appId });
  return claimsIdentity;
}

/** What a turn does: it is authenticated, and its client made. */
async function connectorOf(authentication: BotAuthentication, url = serviceUrl, audience?: string) {
  const { connectorFactory } = await authentication.authenticateRequest({ ...activity, serviceUrl: url }, '');
  return connectorFactory?.create(url, audience);
}

test('turns of one service share a client, those of another service or audience have another', async () => {
  const authentication = new BotAuthentication({});
  const first = await connectorOf(authentication);
  assert.ok(first);
  assert.equal(await connectorOf(authentication), first);
  assert.notEqual(await connectorOf(authentication, 'https://elsewhere.example/'), first);
  assert.notEqual(await connectorOf(authentication, serviceUrl, 'another audience'), first);
});

test('a proactive message has a client of the bot that sends it, and so have the tokens of its users', async () => {
  const authentication = new BotAuthentication({});
  const connector = async (id: string) =>
    authentication.createConnectorFactory(await bot(id)).create(serviceUrl);
  assert.equal(await connector('one'), await connector('one'));
  assert.notEqual(await connector('one'), await connector('two'));
  const tokens = async (id: string) => authentication.createUserTokenClient(await bot(id));
  assert.equal(await tokens('one'), await tokens('one'));
  assert.notEqual(await tokens('one'), await tokens('two'));
});

test('a client that could not be made is made by the next turn', async () => {
  let failures = 1;
  class Failing extends ConfigurationServiceClientCredentialFactory {
    override async createCredentials(...app: Parameters<Credentials['createCredentials']>) {
      failures -= 1;
      if (failures >= 0) throw new Error('no credentials');
      return super.createCredentials(...app);
    }
  }
  const authentication = new BotAuthentication({}, new Failing({}));
  await assert.rejects(connectorOf(authentication), /no credentials/);
  assert.ok(await connectorOf(authentication));
});

test('a channel that fails is asked once for each reply, however old the client is', async (t) => {
  const channel = await listen((_, response) => json(response, 500, {}));
  t.after(() => channel.close());
  const authentication = new BotAuthentication({});
  for (let turn = 1; turn <= 3; turn += 1) {
    const connector = await connectorOf(authentication, channel.url);
    await assert.rejects(async () => connector?.conversations.sendToConversation('c', activity));
    assert.equal(channel.seen.length, turn);
  }
});
