import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setImmediate as macrotask } from 'node:timers/promises';
import { SampleOrders } from '../../dialogs/orders/sampleOrders.ts';
import { startBot } from '../fakes/startBot.ts';

const question = 'where is my order 12345?';
const fromArchitect = {
  botId: 'card-bot',
  botVersion: '1.0',
  botSessionId: 's1',
  messageId: 'm1',
  inputMessage: { type: 'Text', text: question },
  languageCode: 'en-us',
  genesysConversationId: 'c1',
};
const secret = { authorization: 'connector-secret-0123456789' };
const fromChannel = {
  type: 'message',
  id: 'a1',
  channelId: 'webchat',
  conversation: { id: 'c1' },
  from: { id: 'user' },
  recipient: { id: 'bot' },
  text: question,
  deliveryMode: 'expectReplies',
};

/** A bot whose order system answers when the test says so, so that a turn is under way for as long as it wants. */
async function slowBot(t: TestContext) {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const orders = new SampleOrders();
  const { find } = orders;
  orders.find = async (orderId) => {
    asked.resolve();
    await answered.promise;
    return find.call(orders, orderId);
  };
  const dataDir = mkdtempSync(join(tmpdir(), 'stop-'));
  const bot = await startBot({ DATA_DIR: dataDir }, undefined, { orders });
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= bot.close());
  t.after(async () => {
    await close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  // The bot's clocks stand still from here on; its connections do not.
  t.mock.timers.enable({ apis: ['setTimeout'] });
  return {
    ...bot,
    close,
    dataDir,
    begun: () => asked.promise,
    goOn: () => {
      answered.resolve();
      t.mock.timers.reset();
    },
  };
}

/** Posts as a program with connections of its own: `fetch` keeps timers over the tests, which mock them anew. */
async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const agent = new Agent({ keepAlive: true });
  const sent = request(url, {
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/json', ...headers },
  });
  sent.end(JSON.stringify(body));
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, text: await text(response) };
}

/** Lets time pass in small steps, so that one wait after another is over. */
async function pass(t: TestContext, ms: number): Promise<void> {
  for (let i = 0; i < ms; i += 100) {
    t.mock.timers.tick(100);
    await macrotask();
  }
}

const roads: [name: string, path: string, body: object, headers: Record<string, string>][] = [
  ['Architect (v1)', '/api/genesys/v1/messages', fromArchitect, secret],
  ['a channel', '/api/messages', fromChannel, {}],
];
for (const [name, path, body, headers] of roads) {
  test(`a turn of ${name} that is under way when the bot stops is answered`, async (t) => {
    const bot = await slowBot(t);
    const answer = post(bot.url + path, body, headers);
    await bot.begun();
    const closed = bot.close();
    await pass(t, 6_000);
    bot.goOn();
    const { status, text: said } = await answer;
    assert.equal(status, 200);
    assert.match(said, /Order 12345/);
    await closed;
  });
}

test('a turn of Architect (v2) that was acknowledged leaves its answer behind when the bot stops', async (t) => {
  const bot = await slowBot(t);
  const answer = post(`${bot.url}/api/genesys/v2/messages`, fromArchitect, secret);
  await bot.begun();
  await pass(t, 7_000);
  assert.equal((await answer).status, 202);
  const closed = bot.close();
  await pass(t, 6_000);
  bot.goOn();
  await closed;
  const db = new DatabaseSync(join(bot.dataDir, 'cards.sqlite'), { readOnly: true });
  t.after(() => db.close());
  const stored = db.prepare("SELECT count(*) AS cards FROM audit WHERE entry LIKE '%stored%'").get();
  assert.equal(stored?.cards, 1);
});

test('a turn that hangs does not hold up the stop for ever', async (t) => {
  const bot = await slowBot(t);
  const answer = post(`${bot.url}/api/messages`, fromChannel).catch(() => 'cut off');
  await bot.begun();
  const closed = bot.close();
  await pass(t, 7_000);
  assert.equal(await answer, 'cut off');
  t.mock.timers.reset();
  await closed;
});

test('connections without a request do not hold up the stop', async (t) => {
  const bot = await slowBot(t);
  const unused = connect(Number(new URL(bot.url).port), '127.0.0.1');
  await once(unused, 'connect');
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const get = request(`${bot.url}/healthz`, { agent }).end();
  const [response] = await once(get, 'response');
  await once(response.resume(), 'end');
  const ended = once(unused, 'close');
  // No time passes: whatever waits for a deadline waits for ever.
  await bot.close();
  await ended;
});
