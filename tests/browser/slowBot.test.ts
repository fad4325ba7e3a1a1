import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox } from '../../sandbox/startSandbox.ts';
import { Gate } from '../bot/channels/botConnector/gate.ts';
import { ManualClock } from '../bot/channels/botConnector/manualClock.ts';
import { ownLogic, secret, startConnector } from '../bot/channels/botConnector/startConnector.ts';
import { startOutbox } from '../bot/channels/botConnector/startGenesys.ts';
import { openMessenger, picture, turnsOfConversation, wholeConversation } from './customer.ts';
import { launchChromium } from './launchChromium.ts';

test('by Bot Connector v2 with a slow bot, whose answers all come later by calls of their own', async (t) => {
  const clock = new ManualClock();
  const gate = new Gate();
  const clientId = 'id';
  const sandbox = await startSandbox({
    port: 0,
    clientId,
    clientSecret: 'secret',
    connectorSecret: secret,
    botUrl: 'http://127.0.0.1:1',
    messagesPerSecond: 1_000,
  });
  t.after(() => sandbox.close());
  const outbox = await startOutbox(t, sandbox.url);
  const bot = await startConnector(t, { logic: gate.before(ownLogic()), clock, outbox });
  sandbox.setBotUrl(bot.url);
  const browser = await launchChromium();
  t.after(() => browser.close());

  const page = await openMessenger(browser, sandbox.url);
  const beSlow = async () => {
    for (let turn = 0; turn < turnsOfConversation; turn += 1) {
      await gate.entered(turn);
      clock.advance(7_000);
      gate.open();
    }
  };
  await Promise.all([wholeConversation(page, 'Bot Connector v2'), beSlow()]);
  await picture(page, 'by Bot Connector v2, later');
  assert.deepEqual(
    bot.answered.map(({ how }) => how),
    Array.from({ length: turnsOfConversation }, () => 'acknowledged'),
  );
  assert.deepEqual(bot.failures, []);
});
