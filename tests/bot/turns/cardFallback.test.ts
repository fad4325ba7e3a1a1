import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { ConversationState, MemoryStorage } from 'botbuilder';
import { createBotFrameworkAdapter } from '../../../bot/channels/botFramework/createBotFrameworkAdapter.ts';
import { createLog } from '../../../bot/log/log.ts';
import { createCardFallback } from '../../../bot/turns/laterTexts.ts';
import type { CardRoute, OutgoingCard } from '../../../cards/delivery/outbox.ts';
import { cardEvent } from '../../fakes/cardEvent.ts';
import { json, listen } from '../../fakes/listen.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

const openBot = { type: 'SingleTenant', id: undefined, password: undefined, tenantId: undefined } as const;

/** A channel that answers with `status`, and the fallback in front of it. */
async function rig(t: TestContext, status: number, textOnUnknown = false) {
  const channel = await listen((_, response) => json(response, status, { id: 'text' }));
  t.after(() => channel.close());
  const lines = new PassThrough();
  const log = createLog('info', lines);
  const storage = new MemoryStorage();
  const adapter = createBotFrameworkAdapter(openBot, log, new ConversationState(storage));
  const notes: string[] = [];
  const note = async (event: string, { messageId }: { messageId: string }) =>
    void notes.push(`${event} ${messageId}`);
  const submit = async () => assert.fail('A route without a message of its own gets none.');
  const reference = JSON.stringify({
    channelId: 'emulator',
    serviceUrl: channel.url,
    conversation: { id: 'conv' },
    bot: { id: 'bot' },
    user: { id: 'user' },
  });
  return {
    send: createCardFallback({
      adapter,
      appId: '',
      log,
      outbox: { note, submit },
      routes: [],
      textOnUnknown,
    }),
    card: outgoingCard({ text: 'Order 12345', reference }),
    storage,
    notes,
    said: () => channel.seen.map(({ body }) => JSON.parse(body).text),
    logged: () => String(lines.read() ?? '').match(/"event":"[\w.]+"/g),
  };
}

test('the text of a card that was rejected goes to the channel', async (t) => {
  const { send, card, notes, said, logged } = await rig(t, 200);
  await send(cardEvent('rejected', {}, { card }));
  assert.deepEqual(said(), ['Order 12345']);
  assert.deepEqual(notes, [`fallback ${card.messageId}`]);
  assert.equal(logged(), null);
});

test('a text that the channel does not take is one log line; the dialog goes on where it was', async (t) => {
  const { send, card, storage, said, logged } = await rig(t, 500);
  const key = 'emulator/conversations/conv/';
  await storage.write({ [key]: { dialogs: { dialogStack: [] }, eTag: '*' } });
  await send(cardEvent('rejected', {}, { card }));
  assert.deepEqual(said(), ['Order 12345']);
  assert.deepEqual(Object.keys(await storage.read([key])), [key]);
  assert.deepEqual(logged(), ['"event":"fallback.failed"']);
});

for (const [textOnUnknown, texts] of [
  [false, []],
  [true, ['Order 12345']],
] as const) {
  test(`a card that may have arrived gets ${texts.length} texts when the setting is ${textOnUnknown}`, async (t) => {
    const { send, card, said } = await rig(t, 200, textOnUnknown);
    await send(cardEvent('unknown', {}, { card }));
    assert.deepEqual(said(), texts);
  });
}

const instead = outgoingCard({ messageId: 'm-1-text' });
const ends: [
  what: string,
  event: 'rejected' | 'accepted',
  made: OutgoingCard | undefined,
  submitted: string[],
][] = [
  ['a message of its own in place of a card', 'rejected', instead, ['m-1-text']],
  ['no message for this card: the customer gets none', 'rejected', undefined, []],
  ['nothing to do for a card that arrived', 'accepted', instead, []],
];
for (const [what, event, made, submitted] of ends) {
  test(`a route may have ${what}`, async () => {
    const lines: string[] = [];
    const route: CardRoute = {
      name: 'own',
      dropsRepeats: false,
      send: async () => ({ result: 'accepted' }),
      textInstead: () => made,
    };
    const log = createLog('silent');
    const fallback = createCardFallback({
      adapter: createBotFrameworkAdapter(openBot, log, new ConversationState(new MemoryStorage())),
      appId: '',
      log,
      routes: [route],
      outbox: {
        submit: async ({ messageId }) => void lines.push(messageId),
        note: async () => assert.fail('The text does not go to a channel.'),
      },
    });
    await fallback(cardEvent(event, {}, { card: outgoingCard({ route: 'own' }) }));
    assert.deepEqual(lines, submitted);
  });
}
