import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Gate } from './gate.ts';
import { ManualClock } from './manualClock.ts';
import { call, ownLogic, type Saying, startConnector } from './startConnector.ts';
import { startGenesys } from './startGenesys.ts';

/** One customer's conversation; a flow gives each step after a Complete a new session. */
const steps: [step: string, says: Saying][] = [
  ['order status with an entity', { text: 'where is my order 12345?', sessionId: 's-1' }],
  ['a carousel', { text: 'show me your offers', sessionId: 's-2' }],
  [
    'a click on a card of the carousel',
    { text: 'Choose', payload: 'product.choose:LP-10', sessionId: 's-2' },
  ],
  ['a click on a quick reply', { text: 'Yes', payload: 'Yes', sessionId: 's-2' }],
  ['help in quick replies', { text: 'help', sessionId: 's-3' }],
  ['a misunderstanding', { text: 'quxx blorb', sessionId: 's-3' }],
  ['a second one', { text: 'zap foo', sessionId: 's-3' }],
  ['a third one, which leads to a person', { text: 'wibble', sessionId: 's-3' }],
  [
    'a question in German',
    { text: 'wo ist meine Bestellung 777?', sessionId: 's-4', more: { languageCode: 'de-de' } },
  ],
  ['a person is asked for', { text: 'I want to talk to somebody', sessionId: 's-5' }],
  ['the hand-off itself', { text: 'Chat with a person', payload: 'handoff', sessionId: 's-6' }],
];

/** Compares with a golden file; with UPDATE_GOLDEN=1 it is written, for a person to read the difference. */
function assertGolden(name: string, actual: unknown): void {
  const folder = join(import.meta.dirname, 'golden');
  const file = join(folder, `${name}.golden.json`);
  const text = `${JSON.stringify(actual, undefined, 2)}\n`;
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
  assert.equal(text, readFileSync(file, 'utf8').replaceAll('\r\n', '\n'));
}

for (const route of ['v1', 'v2'] as const) {
  test(`the customer's conversation by ${route}`, async (t) => {
    const bot = await startConnector(t);
    const said = [];
    for (const [step, says] of steps) {
      const { status, body } = await call(bot.url, route, says);
      assert.equal(status, 200);
      said.push({ step, says, answer: body });
    }
    assertGolden(route, said);
    assert.deepEqual(bot.failures, []);
  });
}

test("the customer's conversation by v2 with a slow bot: each answer follows in a call of our own", async (t) => {
  const genesys = await startGenesys(t);
  const clock = new ManualClock();
  const gate = new Gate();
  const logic = gate.before(ownLogic());
  const bot = await startConnector(t, { logic, clock, outbox: genesys.outbox });
  const said = [];
  for (const [turn, [step, says]] of steps.entries()) {
    const acknowledged = call(bot.url, 'v2', says);
    await gate.entered(turn);
    clock.advance(7_000);
    const { status, body } = await acknowledged;
    assert.deepEqual([status, body], [202, undefined]);
    gate.open();
    said.push({ step, says, outgoing: await genesys.next() });
    await bot.connector.idle();
  }
  assertGolden('v2-async', said);
  assert.deepEqual(bot.failures, []);
});
