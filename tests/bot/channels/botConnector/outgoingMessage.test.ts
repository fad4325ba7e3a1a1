import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Models } from 'purecloud-platform-client-v2';
import { readBots } from '../../../../bot/channels/botConnector/wire/botList.ts';
import {
  BotConnectorRoute,
  createOutgoingMessage,
  textInstead,
} from '../../../../bot/channels/botConnector/wire/outgoingMessage.ts';
import {
  CardStore,
  createHttpClient,
  EmbeddedOutbox,
  openDatabase,
  TokenProvider,
} from '../../../../bot/plugin.ts';
import type { Delivery, FinalState } from '../../../../cards/delivery/outbox.ts';
import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import { cardEvent } from '../../../fakes/cardEvent.ts';
import { json, listen } from '../../../fakes/listen.ts';

const address = {
  route: 'v2',
  botId: 'card-bot',
  botVersion: '1.0',
  sessionId: 's-1',
  conversationId: 'c-1',
  languageCode: 'en-us',
  language: 'en-US',
} as const;
const card: GenesysMessage = {
  type: 'Structured',
  text: 'Order 12345',
  content: [{ contentType: 'Card', card: { title: 'Order 12345', description: '', actions: [] } }],
};
const answer = {
  state: 'MoreData',
  intent: 'turn-odd',
  messages: [{ type: 'Text', text: 'Here it is.' }, card],
  entities: {},
  parameters: { tier: 'gold' },
} as const;

function message() {
  const [version] = readBots()[0]?.versions ?? [];
  assert.ok(version !== undefined);
  return createOutgoingMessage(address, answer, version, 'operation-1');
}

async function route(t: TestContext, status: number) {
  const server = await listen(({ path }, response) =>
    path === '/oauth/token'
      ? json(response, 200, { access_token: 'token', expires_in: 3_600 })
      : json(response, status, {}, { 'retry-after': '7', 'inin-correlation-id': 'corr-1' }),
  );
  const client = createHttpClient();
  t.after(async () => {
    client.close();
    await server.close();
  });
  const http = client.request;
  const token = new TokenProvider({ loginUrl: server.url, clientId: 'id', clientSecret: 'secret', http });
  return { server, route: new BotConnectorRoute({ apiUrl: server.url, token, http }) };
}

/** The lines of docs/plugin-reference.md, which the compiler checks here. */
async function startOutbox(clientId: string, clientSecret: string): Promise<void> {
  const http = createHttpClient().request;
  const apiUrl = 'https://api.mypurecloud.ie';
  const token = new TokenProvider({ loginUrl: 'https://login.mypurecloud.ie', clientId, clientSecret, http });
  const store = new CardStore(openDatabase('.data'));
  const outbox = new EmbeddedOutbox({ store, routes: [new BotConnectorRoute({ apiUrl, token, http })] });
  await outbox.start();
}

test('an outbox for late answers is created as the page of the plugin shows it', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/plugin-reference.md'), 'utf8');
  const [shown = ''] = /^const http = [^`]*/m.exec(page) ?? [];
  const own = readFileSync(import.meta.filename, 'utf8');
  assert.match(shown, /BotConnectorRoute/);
  for (const line of shown.trim().split('\n')) assert.ok(own.includes(`  ${line}\n`), line);
  assert.equal(startOutbox.length, 2);
});

test('an answer goes to Genesys as its SDK models it', async (t) => {
  const { server, route: genesys } = await route(t, 200);
  const sent = message();
  const attempt = await genesys.send(sent);
  const seen = server.seen.at(-1);
  const body: Models.OutgoingMessageRequest = JSON.parse(seen?.body ?? '');
  assert.deepEqual(attempt, { result: 'accepted', status: 200, correlationId: 'corr-1' });
  assert.equal(seen?.path, '/api/v2/integrations/botconnectors/outgoing/messages');
  assert.equal(seen?.headers.authorization, 'Bearer token');
  assert.deepEqual(body, {
    botId: 'card-bot',
    botVersion: '1.0',
    botSessionId: 's-1',
    languageCode: 'en-us',
    botState: 'MoreData',
    intent: 'turn-odd',
    confidence: 1,
    replyMessages: answer.messages,
    entities: [],
    parameters: { tier: 'gold' },
  });
  assert.deepEqual(
    [sent.conversationId, sent.route, sent.operationId],
    ['s-1', 'botConnectorV2', 'operation-1'],
  );
});

const outcomes: [status: number, result: string, code: string][] = [
  [400, 'rejected', 'genesys.rejected'],
  [403, 'rejected', 'genesys.forbidden'],
  [404, 'rejected', 'genesys.conversationEnded'],
  [410, 'rejected', 'genesys.conversationEnded'],
  [429, 'retry', 'genesys.rateLimited'],
  [503, 'retry', 'genesys.unavailable'],
  [504, 'unknown', 'genesys.unknownOutcome'],
];
for (const [status, result, code] of outcomes) {
  test(`${status} from Genesys is ${result} with ${code}`, async (t) => {
    const { route: genesys } = await route(t, status);
    const attempt = await genesys.send(message());
    assert.deepEqual([attempt.result, attempt.code], [result, code]);
  });
}

const fallbacks: [outcome: FinalState, code: Delivery['code'], hasText: boolean, onUnknown?: true][] = [
  ['rejected', 'genesys.rejected', true],
  ['failed', 'genesys.unavailable', true],
  ['rejected', 'genesys.conversationEnded', false],
  ['rejected', 'genesys.forbidden', false],
  ['unknown', 'genesys.unknownOutcome', false],
  ['unknown', 'genesys.unknownOutcome', true, true],
  ['accepted', undefined, false, true],
  ['accepted', undefined, false],
];
for (const [outcome, code, hasText, onUnknown] of fallbacks) {
  const setting = onUnknown ? ', with text on unknown' : '';
  test(`${outcome} (${code ?? 'no code'}${setting}) ${hasText ? 'is followed by the texts of its cards' : 'is followed by nothing'}`, () => {
    const sent = message();
    const answer = code === undefined ? {} : { code };
    const text = textInstead(cardEvent(outcome, answer, { card: sent }), onUnknown);
    assert.equal(text !== undefined, hasText);
    if (text === undefined) return;
    assert.equal(text.messageId, `${sent.messageId}-text`);
    const { replyMessages, botSessionId } = JSON.parse(text.body);
    assert.deepEqual(replyMessages, [
      { type: 'Text', text: 'Here it is.' },
      { type: 'Text', text: 'Order 12345' },
    ]);
    assert.equal(botSessionId, 's-1');
    const again = textInstead(cardEvent(outcome, answer, { card: text }), onUnknown);
    assert.equal(again, undefined);
  });
}
