import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startSandbox } from '../../../../sandbox/startSandbox.ts';
import { converse } from '../../../fakes/startBot.ts';
import { Gate } from './gate.ts';
import { ManualClock } from './manualClock.ts';
import { ownLogic, secret, startConnector } from './startConnector.ts';
import { startOutbox } from './startGenesys.ts';

/** The customer's conversation: what is said, and what the last answer's text shows. */
const steps: [text: string, payload: string | undefined, shows: RegExp][] = [
  ['where is my order 12345?', undefined, /Order 12345: shipped/],
  ['show me your offers', undefined, /Which one would you like/],
  ['Choose', 'product.choose:LP-10', /Shall I order it/],
  ['Yes', 'Yes', /Order Confirmation/],
  ['quxx blorb', undefined, /I can help you with/],
  ['quxx blorb', undefined, /I can help you with/],
  ['quxx blorb', undefined, /You can talk to somebody/],
  ['Chat with a person', 'handoff', /getting a person/],
];
const exits = ['orderStatus', 'productOffers', 'handoff', 'handoff'];

async function startStandIn(t: TestContext, botUrl: string) {
  const options = { port: 0, clientId: 'id', clientSecret: 'secret', connectorSecret: secret, botUrl };
  const sandbox = await startSandbox(options);
  t.after(() => sandbox.close());
  const get = async (path: string) => JSON.parse(await (await fetch(`${sandbox.url}${path}`)).text());
  return { url: sandbox.url, setBotUrl: sandbox.setBotUrl, get };
}

async function assertConversation(
  { url, get }: Awaited<ReturnType<typeof startStandIn>>,
  route: 'v1' | 'v2',
  during: (turn: number) => Promise<void> = async () => {},
): Promise<void> {
  const { say, conversationId } = await converse(url, route);
  for (const [turn, [text, payload, shows]] of steps.entries()) {
    const [messages] = await Promise.all([say(text, payload), during(turn)]);
    const said = messages.filter((one: { system?: boolean }) => one.system !== true);
    assert.match(said.at(-1)?.text ?? 'nothing', shows);
  }
  const conversation = await get(`/sandbox/conversations/${conversationId}`);
  assert.deepEqual(
    conversation.exits.map((exit: { name: string }) => exit.name),
    exits,
  );
  assert.match(conversation.exits[0].slots, /"?12345"?/);
  assert.equal(conversation.exits[2].parameters.reason, 'notUnderstood');
  const { complaints, botFailures } = await get('/sandbox/stats');
  assert.deepEqual([complaints, botFailures], [[], 0]);
}

for (const route of ['v1', 'v2'] as const) {
  test(`Architect's stand-in has nothing to complain about on ${route}`, async (t) => {
    const bot = await startConnector(t);
    await assertConversation(await startStandIn(t, bot.url), route);
    assert.deepEqual([bot.refused, bot.failures], [[], []]);
  });
}

test("Architect's stand-in has nothing to complain about on v2 with a slow bot", async (t) => {
  const clock = new ManualClock();
  const gate = new Gate();
  const standIn = await startStandIn(t, 'http://127.0.0.1:1');
  const outbox = await startOutbox(t, standIn.url);
  const bot = await startConnector(t, { logic: gate.before(ownLogic()), clock, outbox });
  standIn.setBotUrl(bot.url);
  await assertConversation(standIn, 'v2', async (turn) => {
    await gate.entered(turn);
    clock.advance(7_000);
    gate.open();
  });
  assert.ok(bot.answered.every((event) => event.how === 'acknowledged'));
  assert.deepEqual(bot.failures, []);
});

test('a conversation that is held on v1 goes on without a failure of the flow', async (t) => {
  const clock = new ManualClock();
  const gate = new Gate();
  const bot = await startConnector(t, { logic: gate.before(ownLogic()), clock });
  const standIn = await startStandIn(t, bot.url);
  const { say } = await converse(standIn.url, 'v1');
  for (let turn = 0; turn < 6; turn += 1) {
    const [held] = await Promise.all([say('help'), gate.entered(turn).then(() => clock.advance(7_000))]);
    assert.match(held.at(-1).text, /takes a little longer/);
    gate.open();
    await bot.connector.idle();
    const shown = await say('Show the answer', held.at(-1).content[0].quickReply.payload);
    assert.match(shown[0].text, /I can help you with/);
  }
  const { complaints, botFailures } = await standIn.get('/sandbox/stats');
  assert.deepEqual([complaints, botFailures], [[], 0]);
});
