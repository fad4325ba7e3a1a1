import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../../bot/log/log.ts';
import { converse, post, startBot } from '../../fakes/startBot.ts';

interface Line {
  event: string;
  msg: string;
}

/** What a bot logs of its turns, with milliseconds, and scores that training changes, made one number. */
function gatherTurns() {
  const lines: Line[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) });
  const turns = () =>
    lines
      .filter(({ event }) => event === 'turn')
      .map(({ msg }) => msg.replace(/\d+ ms$/, '5 ms').replace(/ 0\.9\d /, ' 0.9 '));
  return { log, lines, turns };
}

const said = {
  type: 'message',
  channelId: 'emulator',
  serviceUrl: 'http://127.0.0.1:9',
  deliveryMode: 'expectReplies',
  from: { id: 'u' },
  recipient: { id: 'b' },
  conversation: { id: 'c' },
};

test('in development each turn is a line: what was said, the intent, the card, its outcome and the time', async (t) => {
  const { log, turns } = gatherTurns();
  const bot = await startBot({}, log, { hasTurnLines: true });
  t.after(() => bot.close());
  const emulator = (activity: object) => post(`${bot.url}/api/messages`, { ...said, ...activity });

  const guest = await converse(bot.sandboxUrl);
  await guest.say('where is my order 12345?');
  const architect = await converse(bot.sandboxUrl, 'v2');
  await architect.say('help');
  await emulator({ text: 'where is my order 12345?' });
  await emulator({ text: `\u001b[2Jhelp\n${'x'.repeat(100)}` });
  await emulator({ type: 'conversationUpdate', membersAdded: [{ id: 'u' }] });
  await emulator({ type: 'conversationUpdate', membersAdded: [{ id: 'b' }] });

  assert.match(
    turns()[3] ?? '',
    /^\[2Jhelp x{52}… -> /,
    'controls are left out, and a long text is shortened',
  );
  const order = 'where is my order 12345? -> orderStatus 1.00 -> order-status-v2 -> ';
  assert.deepEqual(
    turns().filter((_, i) => i < 3),
    [`${order}accepted 5 ms`, 'help -> help 0.9 -> help-v1 -> sent 5 ms', `${order}sent 5 ms`],
  );
  assert.match(turns()[4] ?? '', /^\(conversationUpdate\) -> .* -> sent 5 ms$/);
  assert.equal(turns().length, 5, 'who joined without an answer is no line');
});

test('a turn that fails and a card that waits are told in the line of their turn', async (t) => {
  const { log, turns } = gatherTurns();
  const bot = await startBot({ CARD_OUTCOME_WAIT_MS: '0' }, log, { hasTurnLines: true });
  t.after(() => bot.close());
  const guest = await converse(bot.sandboxUrl);
  await guest.say('help');
  await post(`${bot.url}/api/messages`, { ...said, deliveryMode: 'normal', text: 'help' });
  assert.deepEqual(turns(), [
    'help -> help 0.9 -> help-v1 -> still waits 5 ms',
    'help -> help 0.9 -> help-v1 -> failed (RestError) 5 ms',
  ]);
});

test('without being asked to, a bot logs no line of a turn and nothing that a customer said', async (t) => {
  const { log, lines, turns } = gatherTurns();
  const bot = await startBot({}, log);
  t.after(() => bot.close());
  const guest = await converse(bot.sandboxUrl);
  await guest.say('where is my order 12345?');
  assert.deepEqual(turns(), []);
  assert.ok(lines.some(({ event }) => event === 'card.delivery'));
  assert.doesNotMatch(JSON.stringify(lines), /where is my order/);
});
