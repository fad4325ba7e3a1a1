import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { quietArgs } from '../fakes/startArgs.ts';

const root = join(import.meta.dirname, '..', '..');
/** Signals end a process without a word on Windows. */
const skip = process.platform === 'win32';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  server.close();
  await once(server, 'close');
  return address.port;
}

test('npm run dev restarts the bot on a change, and the conversation goes on', { skip }, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'dev-'));
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const dev = spawn(process.execPath, [...quietArgs, 'bot/dev.ts'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: dataDir,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
      PORT: `${port}`,
      SANDBOX_PORT: `${sandboxPort}`,
    },
  });
  const allEnded = once(dev.stdout, 'close');
  t.after(() => {
    try {
      process.kill(-(dev.pid ?? 0), 'SIGKILL');
    } catch {
      // All of it is gone, as it should be.
    }
    rmSync(dataDir, { recursive: true, force: true });
  });
  let output = '';
  dev.stdout.on('data', (data) => {
    output += data;
  });
  const starts = async (count: number) => {
    while (output.split('api/messages').length <= count) await once(dev.stdout, 'data');
  };
  const post = async (path: string, body: object): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${sandboxPort}/sandbox/conversations${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.ok(response.ok);
    return response.text();
  };

  await starts(1);
  const { conversationId } = JSON.parse(await post('', {}));
  const say = (text: string) => post(`/${conversationId}/messages?waitMs=60000`, { text });
  assert.match(await say('where is my order 12345?'), /12345/);

  const touch = () => utimesSync(join(root, 'dialogs', 'allWishes.ts'), new Date(), new Date());
  touch();
  // The watcher may not have known the file yet.
  const again = setInterval(touch, 30_000);
  await starts(2);
  clearInterval(again);
  // Only the remembered order gives the number.
  assert.match(await say('cancel it'), /12345/);

  dev.kill('SIGTERM');
  await allEnded;
});
