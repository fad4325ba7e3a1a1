import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { converse, post, type RunningBot, startBot } from '../../fakes/startBot.ts';

let bot: RunningBot;
before(async () => {
  bot = await startBot({ CARDS_API_SECRETS: 'cards-api-secret-0123456789' });
});
after(() => bot.close());

const fields = JSON.stringify({
  orderId: 'A "quoted" 1',
  status: 'shipped',
  itemCount: 1,
  total: 5,
  currency: 'EUR',
  placedOn: '2026-11-20',
});
const act = async (conversationId: string, input: object) => {
  const { body } = await post(`${bot.sandboxUrl}/sandbox/conversations/${conversationId}/data-action`, input);
  return body;
};
const messagesOf = async (conversationId: string) =>
  (await fetch(`${bot.sandboxUrl}/sandbox/conversations/${conversationId}/messages`)).text();

for (const route of ['guest', 'v2'] as const) {
  test(`a flow triggers a card by the data action (${route}), once for each messageId`, async () => {
    const { conversationId, say } = await converse(bot.sandboxUrl, route);
    if (route === 'v2') await say('help');
    const input = { templateId: 'order-status-v1', fields, locale: 'de-DE', messageId: `order-${route}` };
    const expected = {
      success: true,
      output: { messageId: `order-${route}`, outcome: 'accepted', code: '' },
    };
    assert.deepEqual(await act(conversationId, input), expected);
    assert.deepEqual(await act(conversationId, input), expected);
    const { messages }: { messages: unknown[] } = JSON.parse(await messagesOf(conversationId));
    const cards = messages.filter((message) => JSON.stringify(message).includes('Bestellung A'));
    assert.equal(cards.length, 1);
  });
}

test('without the optional inputs each call is a card', async () => {
  const { conversationId } = await converse(bot.sandboxUrl);
  const [first, second] = [
    await act(conversationId, { templateId: 'help-v1', fields: '{}' }),
    await act(conversationId, { templateId: 'help-v1', fields: '{}', locale: '', messageId: '' }),
  ];
  assert.deepEqual([first.output.outcome, second.output.outcome], ['accepted', 'accepted']);
  assert.notEqual(first.output.messageId, second.output.messageId);
});

test('what the bot refuses takes the failure branch, with its problem document', async () => {
  const { conversationId } = await converse(bot.sandboxUrl);
  const { success, status, body } = await act(conversationId, { templateId: 'nothing-v1', fields: '{}' });
  assert.deepEqual([success, status, JSON.parse(body).code], [false, 422, 'template.unknown']);
});

test('an input that is missing is refused by the contract of the action', async () => {
  const { conversationId } = await converse(bot.sandboxUrl);
  assert.equal((await act(conversationId, { templateId: 'help-v1' })).message, 'The input fields is missing');
});
