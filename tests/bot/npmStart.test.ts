import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { lockStore } from '../../cards/delivery/store/sqlite/storeLock.ts';
import { json, listen } from '../fakes/listen.ts';
import { startArgs } from '../fakes/startArgs.ts';

const root = join(import.meta.dirname, '..', '..');
/** npm is a script on Windows, where it cannot be told to end as it is here. */
const skip = process.platform === 'win32';

/** `npm start`, or another way to start the bot, once it takes turns. */
async function startBot(t: TestContext, command = ['npm', 'start'], env: Record<string, string> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'npm-start-'));
  const [program = '', ...args] = command;
  const started = spawn(program, args, {
    cwd: root,
    // A process group of its own, so that nothing of it stays behind when a test fails.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: dataDir,
      PORT: '0',
      SANDBOX_PORT: '0',
      LOG_LEVEL: 'silent',
      DATA_DIR: dataDir,
      npm_config_update_notifier: 'false',
      ...env,
    },
  });
  t.after(() => {
    try {
      process.kill(-(started.pid ?? 0), 'SIGKILL');
    } catch {
      // All of it is gone, as it should be.
    }
    rmSync(dataDir, { recursive: true, force: true });
  });
  // The bot holds the output open, also when npm is no more.
  const allEnded = once(started.stdout, 'close');
  const exit = once(started, 'exit').then(([code]) => code);
  let said = '';
  started.stdout.on('data', (data) => {
    said += data;
  });
  while (!/^customer/m.test(said)) await once(started.stdout, 'data');
  return { started, dataDir, allEnded, exit, said };
}

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`the bot stops when npm is ended by ${signal}, and lets go of its store`, { skip }, async (t) => {
    const { started, dataDir, allEnded } = await startBot(t);
    started.kill(signal);
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
  const { started, dataDir, exit, said } = await startBot(t, [...asFirst, ...node]);
  const turn = fetch(`${/http:\S+\/api\/messages/.exec(said)?.[0]}`, {
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
  process.kill(firstProcess(started.pid ?? 0), 'SIGTERM');
  stop.resolve();
  assert.ok((await turn).ok);
  assert.equal(await exit, 0);
  lockStore(dataDir)();
});

test('npm as the first process of a container is warned of', { skip: noContainer }, async (t) => {
  const { started, dataDir, allEnded, said } = await startBot(t, [...asFirst, 'npm', 'start'], {
    LOG_LEVEL: 'warn',
  });
  assert.match(said, /"event":"start.npmIsFirst"/);
  process.kill(firstProcess(started.pid ?? 0), 'SIGTERM');
  await allEnded;
  lockStore(dataDir)();
});
