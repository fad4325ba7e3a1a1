import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { lockStore } from '../../cards/delivery/store/sqlite/storeLock.ts';

const root = join(import.meta.dirname, '..', '..');
/** npm is a script on Windows, where it cannot be told to end as it is here. */
const skip = process.platform === 'win32';

/** `npm start`, once the bot takes turns. */
async function npmStart(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), 'npm-start-'));
  const npm = spawn('npm', ['start'], {
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
    },
  });
  t.after(() => {
    try {
      process.kill(-(npm.pid ?? 0), 'SIGKILL');
    } catch {
      // All of it is gone, as it should be.
    }
    rmSync(dataDir, { recursive: true, force: true });
  });
  // The bot holds the output open, also when npm is no more.
  const allEnded = once(npm.stdout, 'close');
  let said = '';
  npm.stdout.on('data', (data) => {
    said += data;
  });
  while (!/^customer/m.test(said)) await once(npm.stdout, 'data');
  return { npm, dataDir, allEnded };
}

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`the bot stops when npm is ended by ${signal}, and lets go of its store`, { skip }, async (t) => {
    const { npm, dataDir, allEnded } = await npmStart(t);
    npm.kill(signal);
    await allEnded;
    // Throws while another process has it.
    lockStore(dataDir)();
  });
}
