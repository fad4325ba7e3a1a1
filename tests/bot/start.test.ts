import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { converse } from '../fakes/converse.ts';
import { type SpawnedBot, type SpawnOptions, spawnBot } from '../fakes/spawnBot.ts';

function start(t: { after(end: () => void): void }, options: SpawnOptions): SpawnedBot {
  const bot = spawnBot(options);
  t.after(bot.remove);
  return bot;
}

/** One bot for many tests, for a start takes seconds. Its environment has a mistyped name. */
const first = start({ after }, { env: { GENESYS_REGON: 'x', SANDBOX_HOST: '127.0.0.1' } });
await first.says(/api\/messages/);

test('the first words come before the bot is loaded', () => {
  assert.match(first.output.text, /^starting {2}the card bot\n/);
  assert.equal(first.chunks[0], 'starting  the card bot\n');
});

test('without Genesys the bot and the sandbox start, and say where', async () => {
  await first.says(/customer +http:\/\/127\.0\.0\.1:\d+\/ /);
  assert.match(first.output.text, /bot +http:\/\/127\.0\.0\.1:\d+\/api\/messages/);
  const { say } = await converse(/customer +(\S+)\/ /.exec(first.output.text)?.[1] ?? '');
  assert.match((await say('where is my order 12345?'))[0].card.templateMatrix.templateId, /^order-status-/);
});

test('a name that looks like a setting is told in the log, with the setting that was meant', () => {
  assert.match(first.output.text, /"GENESYS_REGON is not a setting; did you mean GENESYS_REGION\?"/);
  assert.doesNotMatch(first.output.text, /SANDBOX_HOST is/);
});

test('the bot stops at Ctrl-C, without an error', async () => {
  first.child.kill('SIGINT');
  assert.equal(await first.exit, 0);
  assert.equal(first.output.errors, '');
  assert.match(first.output.text, /"event":"process\.stopping","signal":"SIGINT"/);
});

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === '::1'));

test('with Genesys only the bot starts, and an IPv6 host is told as an address that can be opened', async (t) => {
  const { child, says, output, exit } = start(t, {
    env: {
      LOG_LEVEL: 'silent',
      GENESYS_LOGIN_URL: 'http://127.0.0.1:1',
      GENESYS_API_URL: 'http://127.0.0.1:1',
      GENESYS_CLIENT_ID: 'a',
      GENESYS_CLIENT_SECRET: 'b',
      ...(hasIpv6 ? { HOST: '[::1]' } : {}),
    },
  });
  await says(/api\/messages/);
  assert.doesNotMatch(output.text, /customer/);
  const [, url = ''] = /bot +(http:\/\/\S+)\/api\/messages/.exec(output.text) ?? [];
  assert.match(url, hasIpv6 ? /^http:\/\/\[::1\]:\d+$/ : /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  child.kill('SIGTERM');
  assert.equal(await exit, 0);
});

test('a wrong configuration ends the start with every problem, exit code 1 and no stack trace', async (t) => {
  const { output, exit } = start(t, {
    env: { PORT: 'x', GENESYS_REGION: 'mypurecloud.ie', GENESYS_CLIENT_SECERT: 'a' },
  });
  assert.equal(await exit, 1);
  assert.match(output.errors, /GENESYS_CLIENT_SECRET: is missing/);
  assert.match(output.errors, /- GENESYS_CLIENT_SECERT is not a setting; did you mean GENESYS_CLIENT_SECRET/);
  assert.match(output.errors, /PORT: must be a number\n- GENESYS_CLIENT_ID: is missing/);
  assert.doesNotMatch(output.errors, /\n {4}at |\.ts:\d/);
});

test('a .env that cannot be read is said in plain words', async (t) => {
  const { output, exit } = start(t, { prepare: (dir) => mkdirSync(join(dir, '.env')) });
  assert.equal(await exit, 1);
  assert.match(output.errors, /^The file \.env cannot be read \(\w+\)\.\n/);
  assert.doesNotMatch(output.errors, /\n {4}at |\.ts:\d/);
});
