import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { MemoryStorage } from 'botbuilder';
import type { TurnLogic } from '../../../../bot/channels/botConnector/botbuilder.ts';
import { routesOf } from '../../../../bot/channels/botConnector/http/routes.ts';
import { readBots } from '../../../../bot/channels/botConnector/wire/botList.ts';
import { systemClock } from '../../../../cards/delivery/clock.ts';
import { call, startConnector } from './startConnector.ts';

const texts = (messages: { text: string }[]) => messages.map((message) => message.text);
const sorry = 'Sorry, something went wrong on our side. I am getting a person for you.';
const fail = (error: unknown): never => {
  throw error;
};

const failures: [what: string, logic: TurnLogic, said: string[]][] = [
  ['throws', async () => fail(new Error('secret 1234')), [sorry]],
  ['throws a text', async () => fail('secret 1234'), [sorry]],
  ['throws nothing', async () => fail(undefined), [sorry]],
  ['throws before it is a promise', () => fail(new Error('secret 1234')), [sorry]],
  [
    'says something and throws',
    async (context) => {
      await context.sendActivity('One moment.');
      fail(new Error('secret 1234'));
    },
    ['One moment.', sorry],
  ],
  [
    'asks for a card that does not exist',
    async (context) => {
      const content = { templateId: 'no-such-card', fields: {} };
      await context.sendActivity({
        attachments: [{ contentType: 'application/vnd.genesys.card+json', content }],
      });
    },
    [sorry],
  ],
  [
    'says more than 50 messages',
    async (context) => {
      for (let i = 0; i < 51; i += 1) await context.sendActivity(`Message ${i}`);
    },
    [...Array.from({ length: 50 }, (_, i) => `Message ${i}`), sorry],
  ],
  [
    'ends the conversation with an error',
    async (context) => {
      await context.sendActivity({ type: 'endOfConversation', code: 'botTimedOut' });
    },
    [],
  ],
];
for (const route of ['v1', 'v2'] as const) {
  for (const [what, logic, said] of failures) {
    test(`${route}: a bot that ${what} is answered with 200 and a person`, async (t) => {
      const bot = await startConnector(t, { logic });
      const { status, body } = await call(bot.url, route, { text: 'hello' });
      assert.equal(status, 200);
      assert.deepEqual(
        [body.botState, body.intent, body.parameters.reason],
        ['Complete', 'handoff', 'error'],
      );
      assert.deepEqual(texts(body.replyMessages), said);
      assert.ok(!JSON.stringify(body).includes('secret'));
    });
  }
}

test('middleware that throws leads to a person, too', async (t) => {
  const bot = await startConnector(t);
  bot.connector.adapter.use(async () => fail(new Error('middleware')));
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual([body.botState, body.intent], ['Complete', 'handoff']);
  assert.deepEqual(texts(body.replymessages), [sorry]);
});

test("the bot's own error handler speaks instead of us, and still a person takes over", async (t) => {
  const bot = await startConnector(t, { logic: async () => fail(new Error('x')) });
  bot.connector.adapter.onTurnError = async (context) => {
    await context.sendActivity('Oops, that was me.');
  };
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual([body.botState, body.intent, body.parameters.reason], ['Complete', 'handoff', 'error']);
  assert.deepEqual(texts(body.replymessages), ['Oops, that was me.']);
});

test('an error handler that throws changes nothing, and hides no error', async (t) => {
  const bot = await startConnector(t, { logic: async () => fail(new Error('x')) });
  bot.connector.adapter.onTurnError = async () => fail(new Error('y'));
  const { status, body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual([status, body.intent], [200, 'handoff']);
  assert.deepEqual(texts(body.replymessages), [sorry]);
  assert.deepEqual(bot.failures.map(String), ['Error: x', 'Error: y']);
});

for (const route of ['v1', 'v2'] as const) {
  test(`${route}: a store that cannot be read leads to a person`, async (t) => {
    const storage = new MemoryStorage();
    storage.read = async () => fail(new Error('disk'));
    const bot = await startConnector(t, { storage });
    const { status, body } = await call(bot.url, route, { text: 'hello' });
    assert.deepEqual([status, body.botState, body.intent], [200, 'Complete', 'handoff']);
    assert.deepEqual([bot.answered[0]?.how, bot.failures.length], ['failed', 1]);
  });
}

test('own sentences that throw are reported beside the error that they were for, and cost no answer', async (t) => {
  const storage = new MemoryStorage();
  storage.read = async () => fail(new Error('disk'));
  const bot = await startConnector(t, { storage, sentences: () => fail(new Error('no sentences')) });
  const { status, body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual([status, body.intent], [200, 'handoff']);
  assert.deepEqual(bot.failures.map(String), ['Error: disk', 'Error: no sentences']);
});

test('a store that cannot be written costs no answer, and is told', async (t) => {
  const storage = new MemoryStorage();
  storage.write = async () => fail(new Error('disk'));
  const bot = await startConnector(t, {
    storage,
    logic: async (context) => void (await context.sendActivity('Hi')),
  });
  const { status, body } = await call(bot.url, 'v1', { text: 'hello' });
  await bot.connector.idle();
  assert.deepEqual([status, texts(body.replymessages)], [200, ['Hi']]);
  assert.equal(bot.failures.length, 1);
});

for (const route of ['v1', 'v2'] as const) {
  test(`${route}: a fault of our own does not cut the customer off, on any Node server`, async (t) => {
    const routes = routesOf('/api/genesys', {
      bots: readBots(),
      connector: { answer: () => Promise.reject(new Error('a fault')) },
      check: () => 'accepted',
      events: {},
      clock: systemClock,
      acknowledgeStatus: 202,
    });
    const server = createServer(
      (request, response) => void routes.find(({ path }) => path === request.url)?.handler(request, response),
    );
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    t.after(() => server.close());
    // A server that listens on a port has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const { status, body } = await call(`http://127.0.0.1:${port}`, route, { text: 'help' });
    server.closeAllConnections();
    assert.deepEqual([status, body.botState, body.intent], [200, 'Complete', 'handoff']);
    assert.deepEqual(texts(body.replyMessages), [sorry]);
  });
}

const hostileTexts = [
  '<script>alert(1)</script>',
  '[click](javascript:alert(1))',
  '"><img src=x onerror=alert(1)>',
  'order ${fields.secret} {{constructor.constructor("x")()}}',
  '\u202Eevil\u2066 \u0000',
  '*bold* _it_ ~st~ `code`',
  'x'.repeat(10_000),
  '\uD800',
  '__proto__',
];
for (const text of hostileTexts) {
  test(`an echo of ${JSON.stringify(text.slice(0, 30))} reads as it was typed and does nothing`, async (t) => {
    const logic: TurnLogic = async (context) => {
      await context.sendActivity({ text: context.activity.text, textFormat: 'plain' });
    };
    const bot = await startConnector(t, { logic });
    const { status, body } = await call(bot.url, 'v1', { text });
    assert.equal(status, 200);
    for (const message of body.replymessages) {
      assert.equal(message.type, 'Text');
      assert.ok(message.text.length <= 8_000);
      assert.doesNotMatch(message.text, /(?<!\\)\]\(javascript:|[\p{Cc}\u202e\u2066]/iu);
    }
    const shown = body.replymessages
      .map((message: { text: string }) => message.text.replaceAll('\\', ''))
      .join('');
    const typed = text.replace(/[\p{Cc}\u202e\u2066]/gu, '').toWellFormed();
    assert.equal(shown.trim(), typed.trim());
  });
}

const hostileClicks: [what: string, payload: string][] = [
  ['JSON with __proto__', '{"__proto__": {"isAdmin": true}}'],
  ['JSON that is cut off', '{"action": "track"'],
  ['a payload of no card of ours', 'admin.delete:everything'],
  ['10,000 characters', 'x'.repeat(10_000)],
];
for (const [what, payload] of hostileClicks) {
  test(`a click with ${what} gets a sensible answer`, async (t) => {
    const bot = await startConnector(t);
    const { status, body } = await call(bot.url, 'v1', { text: 'Click', payload });
    assert.deepEqual([status, body.botState], [200, 'MoreData']);
    assert.ok(body.replymessages.length > 0);
    assert.equal(Reflect.get({}, 'isAdmin'), undefined);
    assert.deepEqual(bot.failures, []);
  });
}

test('parameters with __proto__ and a hundred names too many stay harmless', async (t) => {
  let seen: unknown;
  const bot = await startConnector(t, {
    logic: async ({ turnState }) => {
      seen = turnState.get('genesysSession').parameters;
    },
  });
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`name${i}`, i]));
  const parameters = JSON.parse(`{"__proto__": {"isAdmin": "true"}, ${JSON.stringify(many).slice(1)}`);
  const { status } = await call(bot.url, 'v1', { text: 'hi', more: { parameters } });
  assert.equal(status, 200);
  assert.ok(typeof seen === 'object' && seen !== null);
  assert.equal(Object.keys(seen).length, 100);
  const others = Object.fromEntries(Object.entries(many).map(([name, value]) => [`other ${name}`, value]));
  await call(bot.url, 'v1', { text: 'ho', more: { parameters: others } });
  assert.equal(Object.keys(seen).length, 100);
  assert.equal(Reflect.get(seen, 'isAdmin'), undefined);
});
