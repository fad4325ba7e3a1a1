import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConversationState, MemoryStorage } from 'botbuilder';
import { createBotFrameworkAdapter } from '../../../../bot/channels/botFramework/createBotFrameworkAdapter.ts';
import { createMessagesRoute } from '../../../../bot/channels/botFramework/messagesRoute.ts';
import { createHttpServer } from '../../../../bot/http/httpServer.ts';
import { createLog } from '../../../../bot/log/log.ts';
import { de } from '../../../../dialogs/texts/de.ts';
import { en } from '../../../../dialogs/texts/en.ts';
import { post } from '../../../fakes/startBot.ts';

const openBot = { type: 'SingleTenant', id: undefined, password: undefined, tenantId: undefined } as const;

const locales: [locale: string | undefined, apology: string][] = [
  ['de-AT', de.turnFailed],
  ['en-US', en.turnFailed],
  ['fr', en.turnFailed],
  [undefined, en.turnFailed],
];
for (const [locale, apology] of locales) {
  test(`a customer of the locale ${locale} reads an apology in that language when a turn fails`, async (t) => {
    const log = createLog('silent');
    const adapter = createBotFrameworkAdapter(openBot, log, new ConversationState(new MemoryStorage()));
    const failing = () => Promise.reject(new Error('a fault of ours'));
    const messages = createMessagesRoute(adapter, failing, true);
    const server = createHttpServer({ messages, isReady: async () => true }, log);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.close();
      server.server.closeAllConnections();
    });
    const { body } = await post(`http://127.0.0.1:${server.address().port}/api/messages`, {
      type: 'message',
      id: 'a',
      channelId: 'webchat',
      conversation: { id: 'c' },
      from: { id: 'u' },
      recipient: { id: 'b' },
      text: 'hello',
      locale,
      deliveryMode: 'expectReplies',
    });
    assert.deepEqual(
      body.activities.map((activity: { text: string }) => activity.text),
      [apology],
    );
  });
}

test('the log tells where a turn failed, and not what the customer wrote', async (t) => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  const adapter = createBotFrameworkAdapter(openBot, log, new ConversationState(new MemoryStorage()));
  const failing = async ({ activity }: { activity: { text: string } }) => {
    throw new TypeError(`cannot read ${activity.text}`);
  };
  const server = createHttpServer(
    { messages: createMessagesRoute(adapter, failing, true), isReady: async () => true },
    log,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.server.closeAllConnections();
  });
  await post(`http://127.0.0.1:${server.address().port}/api/messages`, {
    type: 'message',
    id: 'b',
    channelId: 'webchat',
    conversation: { id: 'c' },
    from: { id: 'u' },
    recipient: { id: 'b' },
    text: 'my secret',
    deliveryMode: 'expectReplies',
  });
  const line = lines.find((one) => one.includes('turn.failed')) ?? '{}';
  assert.match(JSON.parse(line).frames[0], /^at failing \(.*createBotFrameworkAdapter\.test\.ts:\d+:\d+\)$/);
  assert.doesNotMatch(lines.join(''), /my secret/);
});
