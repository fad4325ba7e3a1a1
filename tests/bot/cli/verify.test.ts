import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { runCli } from '../../../bot/cli/runCli.ts';
import { post } from '../../fakes/startBot.ts';
import { startFakeBot } from '../../sandbox/fakeBot.ts';

const run = (...args: string[]) => runCommand('verify', ...args);

async function runCommand(name: string, ...args: string[]) {
  const said = { out: '', err: '' };
  const into = (name: 'out' | 'err') =>
    new Writable({
      write(chunk, _, done) {
        said[name] += String(chunk);
        done();
      },
    });
  const code = await runCli([name, ...args], {
    env: {},
    stdin: Readable.from([]),
    stdout: into('out'),
    stderr: into('err'),
  });
  return { code, ...said };
}

const bots = {
  entities: [
    {
      id: 'b',
      name: 'B',
      provider: 'P',
      versions: [{ version: '1', supportedLanguages: ['en'], intents: [{ name: 'a' }] }],
    },
  ],
};

for (const [what, botState, code] of [
  ['keeps every rule', 'MoreData', 0],
  ['breaks one', 'Done', 1],
] as const) {
  test(`verify ends with ${code} for a bot that ${what}, as text, JSON and JUnit`, async (t) => {
    const bot = await startFakeBot(({ method }) => ({ json: method === 'GET' ? bots : { botState } }));
    t.after(() => bot.close());
    const dir = mkdtempSync(join(tmpdir(), 'verify-'));
    t.after(() => rmSync(dir, { recursive: true }));
    const junit = join(dir, 'junit.xml');
    const text = await run('--bot', bot.url, '--route', 'v2', '--junit', junit);
    assert.equal(text.code, code, text.err);
    assert.match(text.out, code === 0 ? /^ok {2}/m : /^rule 10 is broken/m);
    assert.match(readFileSync(junit, 'utf8'), code === 0 ? / failures="0"/ : / failures="[1-9]/);
    const json = await run('--bot', bot.url, '--route', 'v2', '--json');
    const report = JSON.parse(json.out);
    assert.deepEqual([json.code, report.passed, report.rules.length], [code, code === 0, code]);
  });
}

for (const [what, args] of [
  ['no bot', []],
  ['no address', ['--bot', 'mybot']],
  ['an unknown route', ['--bot', 'http://127.0.0.1:1', '--route', 'v3']],
  ['a path that is none', ['--bot', 'http://127.0.0.1:1', '--v2-path', 'api/messages']],
  ['a certificate without its key', ['--bot', 'https://127.0.0.1:1', '--cert', 'cert.pem']],
  ['no port', ['--bot', 'http://127.0.0.1:1', '--port', '99999']],
] as const) {
  test(`verify with ${what} tells its usage`, async () => {
    const { code, err } = await run(...args);
    assert.equal(code, 2);
    assert.match(err, /Usage: npm run cards -- verify --bot URL/);
  });
}

test('verify says in words that its port is taken, and that a report cannot be written', async (t) => {
  const bot = await startFakeBot(({ method }) => ({
    json: method === 'GET' ? bots : { botState: 'MoreData' },
  }));
  t.after(() => bot.close());
  const { port } = new URL(bot.url);
  const taken = await run('--bot', bot.url, '--port', port);
  assert.equal(taken.code, 1);
  assert.match(taken.err, /^config\.invalid: [\s\S]*--port: 127\.0\.0\.1:\d+ is in use by another program/);
  const unwritten = await run('--bot', bot.url, '--route', 'v2', '--junit', import.meta.dirname);
  assert.equal(unwritten.code, 1);
  assert.match(unwritten.err, /file\.unreadable: The file .* cannot be written\./);
});

test('sandbox is a Genesys for a bot in any language until it is stopped, and asks for the bot', async (t) => {
  const missing = await runCommand('sandbox');
  assert.deepEqual([missing.code, /Missing --bot URL/.test(missing.err)], [2, true]);
  const asked = Promise.withResolvers<unknown>();
  const bot = await startFakeBot(({ method, path, headers, body }) => {
    if (method === 'GET') return { json: bots };
    asked.resolve([path, headers['x-key'], body.inputMessage.text]);
    return { json: { botState: 'MoreData', replyMessages: [] } };
  });
  t.after(() => bot.close());
  const opened = Promise.withResolvers<string>();
  const stdout = new Writable({
    write(chunk, _, done) {
      const [url] = /http:\/\/127\.0\.0\.1:\d+(?=\/\?route=v2)/.exec(String(chunk)) ?? [];
      if (url !== undefined) opened.resolve(url);
      done();
    },
  });
  const others = new Set(process.listeners('SIGTERM'));
  const options = [
    '--bot',
    bot.url,
    '--secret',
    's',
    '--header',
    'x-key',
    '--v2-path',
    '/bot',
    '--port',
    '0',
  ];
  const ended = runCli(['sandbox', ...options], {
    env: {},
    stdin: Readable.from([]),
    stdout,
    stderr: stdout,
  });
  const url = await opened.promise;
  const { conversationId } = (await post(`${url}/sandbox/conversations?route=v2`, {})).body;
  await post(`${url}/sandbox/conversations/${conversationId}/messages?waitMs=0`, { text: 'hi' });
  assert.deepEqual(await asked.promise, ['/bot/messages', 's', 'hi']);
  // Only what the command waits for hears the signal, not the process of the tests.
  for (const listener of process.listeners('SIGTERM').filter((one) => !others.has(one))) listener('SIGTERM');
  assert.equal(await ended, 0);
});

for (const [what, args, code, said] of [
  ['a port that is taken', (port: string) => ['--port', port, '--', 'node', '--version'], 1, /--port: 127/],
  ['a command that does not exist', () => ['--port', '0', '--', 'no-such-command-4711'], 2, /ENOENT/],
] as const) {
  // On Windows a shell starts the command, and tells by its exit code that there is none.
  const skip = process.platform === 'win32' && code === 2;
  test(`try with ${what} says so`, { skip }, async (t) => {
    const bot = await startFakeBot(() => ({ json: bots }));
    t.after(() => bot.close());
    const tried = await runCommand('try', ...args(new URL(bot.url).port));
    assert.equal(tried.code, code);
    assert.match(tried.err, said);
  });
}
