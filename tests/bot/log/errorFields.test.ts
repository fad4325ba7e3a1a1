import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { readErrorFields, writeFullStack } from '../../../bot/log/errorFields.ts';
import { createLog } from '../../../bot/log/log.ts';
import { logUncaught } from '../../../bot/runBot.ts';
import { CodedError } from '../../../cards/errors.ts';

const secret = 'my card number is 4111';

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

const told: [what: string, error: () => unknown, expected: RegExp][] = [
  ['a bug of a dialog', () => new TypeError(secret), /"frames":\["at .*errorFields\.test\.ts:\d+:\d+/],
  [
    'a message that looks like frames',
    () => new Error(`x\n    at ${secret} (/home/${secret}:1:2)\n    at /home/${secret}:1:2`),
    /"frames":\["at .*errorFields\.test\.ts:\d+:\d+/,
  ],
  [
    'a message that was changed after the stack was made',
    () => Object.assign(new Error(`x\n    at /home/${secret}:1:2`), { message: `other ${secret}` }),
    /"frames":\["at .*errorFields\.test\.ts:\d+:\d+/,
  ],
  [
    "an error that the Bot Framework's dialogs wrapped",
    () => Object.assign(new Error(''), { name: 'DialogContextError', error: new RangeError(secret) }),
    /"code":"RangeError".*errorFields\.test\.ts/,
  ],
  ['an error with a text as name', () => Object.assign(new Error('x'), { name: secret }), /"code":"unknown"/],
  ['something thrown that is no error', () => secret, /"code":"unknown"/],
  [
    'an error of ours, which has a sentence and advice',
    () => new CodedError('card.limit', 'Too long.', { path: '$.components[0]', hint: 'Shorten it.' }),
    /"code":"card.limit","what":"Too long.","hint":"Shorten it.","path":"\$\.components\[0\]"[^[]*$/,
  ],
  [
    'an error of ours that came of a bug',
    () => new CodedError('store.unavailable', 'No.', { cause: new TypeError(secret) }),
    /"code":"store.unavailable".*errorFields\.test\.ts/,
  ],
  [
    'a statement that PostgreSQL refused',
    () =>
      new CodedError('store.unavailable', 'No.', {
        cause: Object.assign(new Error(secret), { code: '53100' }),
      }),
    /^(?!.*frames).*"sqlState":"53100"/,
  ],
  ['a full disk', () => Object.assign(new Error(secret), { code: 'ENOSPC' }), /"errno":"ENOSPC"/],
  ['an errno with a digit', () => Object.assign(new Error(secret), { code: 'E2BIG' }), /"errno":"E2BIG"/],
  [
    'an error of SQLite',
    () => thrownBy(() => new DatabaseSync('/no/such/folder/x.sqlite')),
    /^(?!.*errno).*"errcode":14/,
  ],
];
for (const [what, error, expected] of told) {
  test(`the log tells the place and the constants of ${what}, and nothing of its message`, () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => void lines.push(line) });
    log.error({ event: 'turn.failed', ...readErrorFields(error()) }, 'A turn failed');
    assert.match(lines.join(''), expected);
    assert.doesNotMatch(lines.join(''), /4111|number/);
  });
}

test('an error that no code caught is in the log without its message, which may be customer text', () => {
  const lines: string[] = [];
  logUncaught(createLog('info', { write: (line) => void lines.push(line) }), new TypeError(secret));
  assert.match(lines.join(''), /"level":60.*"event":"process.failed","code":"TypeError","frames":\["at /);
  assert.doesNotMatch(lines.join(''), /4111|number/);
});

test('errors that name each other as their cause are told once', () => {
  const one = new Error('one');
  one.cause = new Error('two', { cause: one });
  assert.equal(readErrorFields(one).code, 'Error');
});

for (const [what, error, hasStack] of [
  ['a bug', new TypeError(secret), true],
  ["an error of ours, such as a dialog's card over a limit", new CodedError('card.limit', 'Too long.'), true],
  [
    'a bug below an error of ours',
    new CodedError('store.unavailable', 'No.', { cause: new TypeError() }),
    true,
  ],
  [
    'what the system refused and an error of ours explains',
    new CodedError('store.unavailable', 'No.', { cause: Object.assign(new Error(), { code: 'ENOSPC' }) }),
    false,
  ],
] as const)
  test(`in development the stack of ${what} is ${hasStack ? '' : 'not '}shown`, () => {
    assert.equal(writeFullStack(error) !== undefined, hasStack);
  });
