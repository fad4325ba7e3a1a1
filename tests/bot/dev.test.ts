import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { listen } from '../fakes/listen.ts';
import { freePort, spawnBot } from '../fakes/spawnBot.ts';
import { quietArgs } from '../fakes/startArgs.ts';
import { projectDir } from '../run/testFiles.ts';

/** Signals end a process without a word on Windows. */
const skip = process.platform === 'win32';

/** Saves a file as many editors do: by a new file in its place. It begins outside of the watched folders. */
function replaceFile(path: string): void {
  const copy = join(projectDir, 'node_modules', 'saved.ts');
  copyFileSync(path, copy);
  renameSync(copy, path);
}

test('npm run dev restarts the bot on each change, and the conversation goes on', { skip }, async (t) => {
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const { child, allEnded, says, remove } = spawnBot({
    command: [process.execPath, ...quietArgs, 'bot/dev.ts'],
    cwd: projectDir,
    env: { LOG_LEVEL: 'silent', PORT: `${port}`, SANDBOX_PORT: `${sandboxPort}` },
  });
  t.after(remove);
  const post = async (path: string, body: object): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${sandboxPort}/sandbox/conversations${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.ok(response.ok);
    return response.text();
  };

  await says(/api\/messages/);
  const { conversationId } = JSON.parse(await post('', {}));
  const say = (text: string) => post(`/${conversationId}/messages?waitMs=60000`, { text });
  assert.match(await say('where is my order 12345?'), /12345/);

  for (const starts of [2, 3]) {
    replaceFile(join(projectDir, 'dialogs', 'allWishes.ts'));
    await says(new RegExp(`(?:api/messages.*){${starts}}`, 's'));
  }
  // Only the remembered order gives the number.
  assert.match(await say('cancel it'), /12345/);

  child.kill('SIGTERM');
  await allEnded;
});

test('npm run dev says what to do about a port in use', async (t) => {
  const other = await listen((_, response) => response.end());
  t.after(() => other.close());
  const dev = spawn(process.execPath, [...quietArgs, 'bot/dev.ts'], {
    cwd: projectDir,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH ?? '', DATA_DIR: ':memory:', SANDBOX_PORT: new URL(other.url).port },
  });
  const [said] = await Promise.all([text(dev.stderr), once(dev, 'exit')]);
  assert.match(
    said,
    /^SANDBOX_PORT: .* is in use by another program\.\n.*set SANDBOX_PORT to a free port\.\n$/,
  );
});
