import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { TestAdapter, TurnContext } from 'botbuilder';
import { createLog } from '../../../bot/log/log.ts';
import { logCards, logFaults, noteRefused } from '../../../bot/log/logCards.ts';
import { setGuestConversation } from '../../../bot/turns/turnState.ts';
import type { CardEvent } from '../../../cards/delivery/cardEvents.ts';
import { CodedError } from '../../../cards/errors.ts';
import { cardEvent } from '../../fakes/cardEvent.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

const error = new CodedError('card.limit', 'Too long.', { path: '$.components[0].text' });
/** Refuses a card of a turn, on the guest route or in the turn's channel, and gives what was noted and logged. */
async function refuse(isGuest: boolean, note: () => Promise<void>) {
  const context = new TurnContext(new TestAdapter(), {
    type: 'message',
    channelId: 'directline',
    text: 'Jane Doe',
  });
  if (isGuest) setGuestConversation(context, 'conversation-1');
  const lines = new PassThrough();
  const notes: unknown[] = [];
  const refused = noteRefused({
    log: createLog('info', lines),
    outbox: {
      note: (event, { conversationId }, more) => {
        notes.push({ event, conversationId, ...more });
        return note();
      },
    },
    hide: () => 'hidden',
  });
  const card = outgoingCard({ conversationId: 'conversation-1' });
  refused(context, { error, card });
  await new Promise(setImmediate);
  return { notes, logged: String(lines.read() ?? '') };
}

for (const [isGuest, conversationId] of [
  [true, 'conversation-1'],
  [false, 'hidden'],
] as const) {
  test(`a refused card is audited without its text; ${isGuest ? 'on the guest route' : 'in a channel'} as ${conversationId}`, async () => {
    const { notes, logged } = await refuse(isGuest, () => Promise.resolve());
    assert.deepEqual(
      notes.map((note) => ({ event: '', conversationId: '', ...Object(note) })),
      [{ event: 'refused', conversationId, code: 'card.limit', path: '$.components[0].text' }],
    );
    assert.equal(logged, '');
  });
}

test('a refused card that cannot be audited is an error in the log, not the end of the bot', async () => {
  const { logged } = await refuse(true, () => Promise.reject(new CodedError('store.unavailable', 'Away.')));
  assert.match(
    logged,
    /"event":"audit.failed","messageId":"m-1","problem":"card.limit".*"code":"store.unavailable"/,
  );
});

/** What is logged of an event. */
function logged(event: CardEvent): string {
  const lines = new PassThrough();
  logCards(createLog('info', lines), 1_500)(event);
  return String(lines.read() ?? '');
}

const card = outgoingCard({ body: '{"text":"Jane Doe"}', text: 'Jane Doe' });
const failure = { attempts: 8, code: 'genesys.unavailable', status: 503, correlationId: 'c-1' } as const;
const rows: [what: string, event: CardEvent, line: RegExp][] = [
  [
    'a refused card has a line with its code and the path of what is wrong',
    cardEvent('refused', { code: 'card.limit', path: '$.a' }, { card }),
    /"event":"card.refused","code":"card.limit","path":"\$\.a","messageId":"m-1","route":"guest"/,
  ],
  [
    'a dead letter has a line with all that an operator looks for',
    cardEvent('failed', failure, { card }),
    /"event":"card.dead","operationId":"op-1",.*"messageId":"m-1","outcome":"failed","attempts":8,"code":"genesys.unavailable","status":503,"correlationId":"c-1"/,
  ],
  [
    'a card accepted within its turn is told by the turn',
    cardEvent('accepted', { ms: 1_499 }, { card }),
    /^$/,
  ],
  [
    'a card accepted after its turn has a line of its own',
    cardEvent('accepted', { ms: 1_500, attempts: 2 }, { card }),
    /"event":"card.accepted",.*"messageId":"m-1".*"durationMs":1500/,
  ],
  [
    'a card accepted much later has one, too',
    cardEvent('accepted', { ms: 60_000 }, { card }),
    /"card.accepted"/,
  ],
  ['a card that is stored has no line', cardEvent('stored', {}, { card }), /^$/],
  ['an attempt that is not the last has no line', cardEvent('attempted', failure, { card }), /^$/],
];
for (const [what, event, line] of rows) {
  test(what, () => {
    assert.match(logged(event), line);
    assert.doesNotMatch(logged(event), /Jane/);
  });
}

test('errors of one place in the code are logged once a minute with their count, those of another place by themselves', () => {
  const lines = new PassThrough();
  const minutes: (() => void)[] = [];
  const report = logFaults(createLog('info', lines), {
    after: (_ms, callback) => {
      minutes.push(callback);
      return { cancel: () => {} };
    },
  });
  const read = () =>
    String(lines.read() ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const bug = new TypeError('Jane Doe');
  for (const messageId of ['m-1', 'm-2', 'm-3']) report(bug, outgoingCard({ messageId }));
  report(new TypeError('Jane Doe'));
  const [first, other, ...more] = read();
  assert.deepEqual([first.messageId, first.count, first.code], ['m-1', 1, 'TypeError']);
  assert.match(first.frames[0], /logCards.test.ts/);
  assert.notEqual(other.frames[0], first.frames[0]);
  assert.deepEqual(more, []);
  minutes[0]?.();
  assert.deepEqual(
    read().map(({ messageId, count }) => [messageId, count]),
    [['m-3', 2]],
  );
});
