import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { converse, type RunningBot, startBot } from '../fakes/startBot.ts';

let bot: RunningBot;
before(async () => {
  bot = await startBot();
});
after(() => bot.close());

interface Shown {
  direction: string;
  type: string;
  text: string;
  card?: {
    messageId: string;
    templateMatrix: { templateId: string };
    components: { type: string; buttons?: { label: string; action: string; payload: string }[] }[];
  };
}

const outbound = (messages: Shown[]) => messages.filter((message) => message.direction === 'Outbound');

test('a sentence becomes a card in the Genesys conversation, posted by the Guest API', async () => {
  const { say } = await converse(bot.sandboxUrl);
  const [message] = outbound(await say('where is my order 12345?'));
  assert.equal(message?.card?.templateMatrix.templateId, 'order-status-v2');
  assert.deepEqual(
    message?.card?.components.map((c) => c.type),
    ['image', 'header', 'body', 'facts', 'buttonGroup'],
  );
});

test('a click comes back as the payload and the dialog goes on', async () => {
  const { say } = await converse(bot.sandboxUrl);
  const [offers] = outbound(await say('show me your offers'));
  assert.equal(offers?.card?.templateMatrix.templateId, 'product-offers-v2');
  const [question] = outbound(await say('Choose', 'product.choose:LP-10'));
  assert.match(question?.text ?? '', /Desk lamp/);
  const answers = outbound(await say('yes'));
  assert.equal(answers.at(-1)?.card?.templateMatrix.templateId, 'order-confirmation-v3');
  assert.match(answers[0]?.text ?? '', /order number/);
});

test("the document's own buttons work: track and support", async () => {
  const { say } = await converse(bot.sandboxUrl);
  const [status] = outbound(await say('Track Order', 'track:54321'));
  assert.equal(status?.card?.templateMatrix.templateId, 'order-status-v2');
  const [support] = outbound(await say('Contact Support', 'support'));
  assert.equal(support?.card?.templateMatrix.templateId, 'contact-support-v1');
});

const sentences: [sentence: string, templateId: string][] = [
  ['I want to talk to somebody', 'contact-support-v1'],
  ['help', 'help-v1'],
  ['quxx blorb', 'help-v1'],
  ['wo ist meine Bestellung 777?', 'order-status-v2'],
  ['show my order confirmation 12345', 'order-confirmation-v3'],
];
for (const [sentence, templateId] of sentences) {
  test(`"${sentence}" is answered with ${templateId}`, async () => {
    const { say } = await converse(bot.sandboxUrl);
    const messages = outbound(await say(sentence));
    assert.equal(messages.at(-1)?.card?.templateMatrix.templateId, templateId);
  });
}

const hostile = [
  '<script>alert(1)</script>',
  '[click](javascript:alert(1))',
  '"><img src=x onerror=alert(1)>',
  'order ${fields.secret} {{constructor.constructor("x")()}}',
  '\u202Eevil\u2066 \u0000',
  'x'.repeat(4_000),
];
for (const text of hostile) {
  test(`a hostile sentence (${JSON.stringify(text.slice(0, 30))}) gets a sensible answer`, async () => {
    const { say } = await converse(bot.sandboxUrl);
    const messages = outbound(await say(text));
    assert.ok(messages.length > 0);
    assert.doesNotMatch(JSON.stringify(messages), /<script|onerror|javascript:/);
  });
}

test('conversations do not see each other', async () => {
  const [a, b] = await Promise.all([converse(bot.sandboxUrl), converse(bot.sandboxUrl)]);
  await a.say('where is my order');
  const [inB] = outbound(await b.say('12345'));
  const [inA] = outbound(await a.say('777'));
  assert.match(JSON.stringify(inB?.card), /"Order 12345"/);
  assert.match(JSON.stringify(inA?.card), /"Order 777"/);
});

test('the customer still gets the text of a card that Genesys refuses for good', async () => {
  const { say, conversationId } = await converse(bot.sandboxUrl);
  const put = (faults: object) =>
    fetch(`${bot.sandboxUrl}/sandbox/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(faults),
    });
  await put({ rate401: 1 });
  const messages = outbound(await say('where is my order 12345?'));
  await put({});
  assert.ok(conversationId);
  assert.equal(messages.length, 1);
  assert.match(messages[0]?.text ?? '', /^Order 12345: shipped/);
  assert.equal(messages[0]?.card, undefined);
});
