import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { lockStore } from '../../cards/delivery/store/sqlite/database.ts';
import { json, listen } from '../fakes/listen.ts';
import { spawnBot } from '../fakes/spawnBot.ts';
import { startArgs } from '../fakes/startArgs.ts';
import { projectDir } from '../run/testFiles.ts';

/** npm is a script on Windows, where it cannot be told to end as it is here. */
const skip = process.platform === 'win32';

/** `npm start`, or another way to start the bot, once it takes turns. */
async function startBot(t: TestContext, command = ['npm', 'start'], env: Record<string, string> = {}) {
  const bot = spawnBot({ command, cwd: projectDir, env: { LOG_LEVEL: 'silent', ...env } });
  t.after(bot.remove);
  await bot.says(/^customer/m);
  return bot;
}

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`the bot stops when npm is ended by ${signal}, and lets go of its store`, { skip }, async (t) => {
    const { child, dataDir, allEnded } = await startBot(t);
    child.kill(signal);
    await allEnded;
    // Throws while another process has it.
    lockStore(dataDir)();
  });
}

/** Starts a command as the first process of a container, with the network of this machine. */
const asFirst = ['unshare', '--user', '--pid', '--fork', '--mount-proc', '--kill-child'];
const [program = '', ...args] = [...asFirst, 'true'];
const noContainer =
  spawnSync(program, args).status === 0 ? false : 'this system lets no user make a PID namespace';

/** The pid, outside of its container, of its first process. */
function firstProcess(unshare: number): number {
  return Number(readFileSync(`/proc/${unshare}/task/${unshare}/children`, 'utf8'));
}

test('the bot as the first process of a container ends at SIGTERM, when its turn is over', {
  skip: noContainer,
}, async (t) => {
  const stop = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const channel = await listen(async (_, response) => {
    asked.resolve();
    await stop.promise;
    json(response, 200, { id: 'text' });
  });
  t.after(() => channel.close());
  const node = [process.execPath, '--max-semi-space-size=8', ...startArgs];
  const { child, dataDir, exit, output } = await startBot(t, [...asFirst, ...node]);
  const turn = fetch(`${/http:\S+\/api\/messages/.exec(output.text)?.[0]}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'message',
      id: '1',
      channelId: 'emulator',
      serviceUrl: channel.url,
      conversation: { id: 'a' },
      from: { id: 'customer' },
      recipient: { id: 'bot' },
      text: 'hello',
    }),
  });
  await asked.promise;
  process.kill(firstProcess(child.pid ?? 0), 'SIGTERM');
  stop.resolve();
  assert.ok((await turn).ok);
  assert.equal(await exit, 0);
  lockStore(dataDir)();
});

test('npm as the first process of a container is warned of', { skip: noContainer }, async (t) => {
  const { child, dataDir, allEnded, output } = await startBot(t, [...asFirst, 'npm', 'start'], {
    LOG_LEVEL: 'warn',
  });
  assert.match(output.text, /"event":"start.npmIsFirst"/);
  process.kill(firstProcess(child.pid ?? 0), 'SIGTERM');
  await allEnded;
  lockStore(dataDir)();
});
