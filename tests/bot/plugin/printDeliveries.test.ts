import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printDeliveries, withPrinting } from '../../../bot/plugin/printDeliveries.ts';
import type { CardEvent } from '../../../cards/delivery/cardEvents.ts';
import type { ErrorCode } from '../../../cards/errors.ts';
import { cardEvent } from '../../fakes/cardEvent.ts';

function printer() {
  const lines: unknown[] = [];
  const note = (text: unknown) => void lines.push(text);
  let now = 0;
  const { listeners, onFault } = printDeliveries({ error: note, warn: note }, () => now);
  return {
    lines,
    onFault,
    tell: (event: CardEvent) => {
      for (const listener of listeners) listener(event);
    },
    advance: (ms: number) => {
      now += ms;
    },
  };
}
const retry = (code: ErrorCode) =>
  cardEvent('attempted', { code, attempts: 1 }, { attempt: { result: 'retry', code } });

const events: [name: string, event: CardEvent, line: RegExp | undefined][] = [
  [
    'a wrong OAuth client',
    retry('genesys.unauthorized'),
    /waits, and the outbox retries it: genesys\.unauthorized/,
  ],
  ['a stored message', cardEvent('stored'), undefined],
  ['an accepted message', cardEvent('accepted', { status: 200 }), undefined],
  ['a customer who has left', cardEvent('rejected', { code: 'genesys.conversationEnded' }), undefined],
  [
    'a message that Genesys refuses',
    cardEvent('rejected', { code: 'genesys.rejected', status: 400 }),
    /not delivered: rejected, genesys\.rejected, status 400/,
  ],
  [
    'a message that may have arrived',
    cardEvent('unknown', { code: 'genesys.unknownOutcome' }),
    /: unknown, /,
  ],
];
for (const [name, event, line] of events) {
  test(`the outbox of a plugin prints ${line === undefined ? 'nothing' : 'a line'} for ${name}`, () => {
    const { tell, lines } = printer();
    tell(event);
    assert.equal(lines.length, line === undefined ? 0 : 1);
    if (line !== undefined) assert.match(String(lines[0]), line);
  });
}

test('a reason to retry is printed once a minute, each reason for itself', () => {
  const { tell, lines, advance } = printer();
  tell(retry('genesys.unavailable'));
  tell(retry('genesys.unavailable'));
  tell(retry('genesys.rateLimited'));
  assert.equal(lines.length, 2);
  advance(60_000);
  tell(retry('genesys.unavailable'));
  assert.equal(lines.length, 3);
});

test('an error of this program is printed', () => {
  const { onFault, lines } = printer();
  onFault(new TypeError('x'));
  assert.match(String(lines[0]), /an error in the delivery/);
});

test('options without a listener, or with an undefined one, get those that print; their own ones stay', () => {
  const own = { listeners: [], onFault: () => {} };
  for (const options of [{}, Object({ listeners: undefined, onFault: undefined })]) {
    const { listeners, onFault } = withPrinting(options);
    assert.deepEqual([listeners.length, typeof onFault], [1, 'function']);
  }
  assert.deepEqual(withPrinting(own), own);
});
