import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { createLog, createReadableLog, type Log } from '../../../bot/log/log.ts';
import { spawnBot } from '../../fakes/spawnBot.ts';
import { startArgs } from '../../fakes/startArgs.ts';

/** What a person reads, without the time. */
async function readable(tell: (log: Log) => void, hasColors = false): Promise<string> {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  tell(await createReadableLog('info', { write }, { hasColors }));
  return text.replaceAll(/^\[\d\d:\d\d:\d\d\] /gm, '');
}

const rows: [what: string, tell: (log: Log) => void, expected: RegExp][] = [
  [
    'an event is one line, with its fields as words',
    (log) =>
      log.warn({ event: 'card.dead', code: 'genesys.forbidden', status: 403 }, 'Card became a dead letter'),
    /^WARN: card\.dead: Card became a dead letter {2}code=genesys\.forbidden status=403\n$/,
  ],
  [
    'a turn is its line alone',
    (log) => log.info({ event: 'turn', durationMs: 5 }, 'help -> help 0.99 -> help-v1 -> sent 5 ms'),
    /^INFO: help -> help 0\.99 -> help-v1 -> sent 5 ms\n$/,
  ],
  [
    'a value with blanks stands in quotes',
    (log) => log.error({ event: 'template.refused', hint: 'Give it "text".' }, 'Template invalid'),
    /hint="Give it \\"text\\"\."\n$/,
  ],
  [
    'no value and no message moves the cursor or begins a line',
    (log) => log.info({ event: 'x', what: 'a\u001b[2J\nb' }, 'one\u001b[2J\ntwo\u009b'),
    /^INFO: x: one\[2J two {2}what="a\\u001b\[2J\\nb"\n$/,
  ],
  [
    'the error of a dialog stands below, with its message, its whole stack and what led to it',
    (log) =>
      log.error(
        { event: 'turn.failed', error: new TypeError('no order', { cause: new RangeError('no list') }) },
        'A turn failed',
      ),
    /^ERROR: turn\.failed: A turn failed\n {4}TypeError: no order\n( {8}at .*\n)+ {4}caused by: RangeError: no list\n( {8}at .*\n)+$/,
  ],
  [
    'a name that is not allowed is left out',
    (log) => log.info({ event: 'x', text: 'secret' }, 'y'),
    /^INFO: x: y\n$/,
  ],
];
for (const [what, tell, expected] of rows) {
  test(`on a terminal ${what}`, async () => {
    assert.match(await readable(tell), expected);
  });
}

test('colours come only when they are asked for', async () => {
  const tell = (log: Log) => log.info({ event: 'x' }, 'y');
  assert.ok((await readable(tell, true)).includes('\u001b['));
  assert.ok(!(await readable(tell)).includes('\u001b'));
});

test('elsewhere than in development an error is told without its message', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(line) });
  log.error({ event: 'turn.failed', error: new TypeError('secret') }, 'A turn failed');
  assert.doesNotMatch(lines.join(''), /secret|stack/);
});

/** `script` of util-linux gives a program a terminal. */
const hasScript =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

const starts: [what: string, env: Record<string, string>, expected: RegExp][] = [
  ['in development the log is for people', {}, /\[33mWARN.*GENESYS_XYZ/],
  [
    'a deployment writes JSON lines',
    {
      NODE_ENV: 'production',
      MicrosoftAppId: 'a',
      MicrosoftAppPassword: 'kX93hf72Gs51bQpL',
      MicrosoftAppTenantId: 't',
    },
    /\{"level":.*GENESYS_XYZ/,
  ],
];
for (const [what, env, expected] of starts) {
  test(`on a terminal, ${what}`, { skip: !hasScript }, async (t) => {
    const command = [process.execPath, ...startArgs].map((arg) => `'${arg}'`).join(' ');
    const { says, remove } = spawnBot({
      command: ['script', '-qefc', command, 'typescript'],
      env: {
        HOST: '127.0.0.1',
        GENESYS_LOGIN_URL: 'http://127.0.0.1:1',
        GENESYS_API_URL: 'http://127.0.0.1:1',
        GENESYS_CLIENT_ID: 'a',
        GENESYS_CLIENT_SECRET: 'zY83hf72Gs51bQpL',
        // The log has a line of it before the rest of the bot is started.
        GENESYS_XYZ: '1',
        ...env,
      },
    });
    t.after(remove);
    await says(expected);
  });
}
