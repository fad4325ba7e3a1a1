import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import platformClient, { type Models } from 'purecloud-platform-client-v2';
import { credentials, startTestSandbox, type TestSandbox } from './client.ts';
import { type FakeBot, startFakeBot } from './fakeBot.ts';

const version = { version: '1.0', supportedLanguages: ['en-us'], intents: [{ name: 'a' }] };
const listed: Models.Bot = { id: 'card-bot', name: 'Card Bot', provider: 'Example', versions: [version] };

describe('the official SDK in front of the sandbox', () => {
  let sandbox: TestSandbox;
  let bot: FakeBot;
  const integrations = new platformClient.IntegrationsApi();
  const conversations = new platformClient.ConversationsApi();
  before(async () => {
    bot = await startFakeBot(({ method }) => ({
      json: method === 'GET' ? { entities: [listed] } : { botState: 'MoreData', replyMessages: [] },
    }));
    sandbox = await startTestSandbox({ botUrl: bot.url });
    const client = platformClient.ApiClient.instance;
    client.setGateway({ host: '127.0.0.1', protocol: 'http', port: sandbox.port });
    await client.loginClientCredentialsGrant(credentials.clientId, credentials.clientSecret);
  });
  after(async () => {
    await sandbox.close();
    await bot.close();
  });

  it('reads its token and the addresses to allow', async () => {
    const { OAuthClient } = await new platformClient.TokensApi().getTokensMe();
    assert.equal(OAuthClient?.id, credentials.clientId);
    const { entities = [] } = await new platformClient.UtilitiesApi().getIpranges();
    assert.equal(entities[0]?.service, 'bot-connector');
  });

  it('pushes a list of bots of v1 and reads it whole, by bot, by version and in short', async () => {
    const list: Models.BotList = { chatBots: [{ id: 'b', name: 'B', versions: [version] }] };
    await integrations.putIntegrationsBotconnectorIntegrationIdBots('i', list);
    assert.deepEqual(await integrations.getIntegrationsBotconnectorIntegrationIdBots('i'), list);
    const one = await integrations.getIntegrationsBotconnectorIntegrationIdBot('i', 'b', { version: '1.0' });
    assert.deepEqual(one, list.chatBots[0]);
    const versions = await integrations.getIntegrationsBotconnectorIntegrationIdBotVersions('i', 'b');
    assert.deepEqual(versions.entities, [{ id: 'b', name: 'B', version: '1.0' }]);
    const short = await integrations.getIntegrationsBotconnectorIntegrationIdBotsSummaries('i');
    assert.deepEqual(short.entities, [{ id: 'b', name: 'B' }]);
  });

  it('reads the list of bots of v2', async () => {
    assert.deepEqual((await integrations.getIntegrationsBotconnectorBots('i')).entities, [listed]);
    assert.deepEqual(await integrations.getIntegrationsBotconnectorBot('i', 'card-bot'), listed);
    const { entities = [] } = await integrations.getIntegrationsBotconnectorBotsSummaries('i');
    assert.deepEqual(entities[0]?.versions, [{ version: '1.0' }]);
  });

  it('hands a message to a bot of v2, brings its later answer, and reads both', async () => {
    const message: Models.IncomingMessageRequest = {
      botId: 'card-bot',
      botName: 'Card Bot',
      botVersion: '1.0',
      integrationId: 'i',
      botSessionId: 's-1',
      automateFlowExecId: 'f-1',
      conversationId: 'c-1',
      languageCode: 'en-us',
      inputMessage: { type: 'Text', text: 'hi' },
      messagingPlatformType: 'Open',
      channels: ['Messaging'],
    };
    const { messageId = '' } = await integrations.postIntegrationsBotconnectorsIncomingMessages(message);
    // The next turn of the conversation waits for this one.
    await sandbox.say('c-1', 'and I', undefined, '?expect=0');
    const answer: Models.OutgoingMessageRequest = {
      botId: 'card-bot',
      botVersion: '1.0',
      botSessionId: 's-1',
      languageCode: 'en-us',
      botState: 'MoreData',
      replyMessages: [{ type: 'Text', text: 'Later' }],
    };
    assert.ok((await integrations.postIntegrationsBotconnectorsOutgoingMessages(answer)).messageId);
    const details = await conversations.getConversationsMessageDetails(messageId);
    assert.deepEqual([details.conversationId, details.normalizedMessage?.text], ['c-1', 'hi']);
    const bulk = await conversations.postConversationsMessageMessagesBulk('c-1', { body: [messageId] });
    assert.deepEqual(bulk.entities, [details]);
    await assert.rejects(conversations.getConversationsMessageDetails('nobody'), { status: 404 });
  });
});
