import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../bot/config/config.ts';
import { createApp } from '../../bot/createApp.ts';
import { startLocalSandbox } from '../../bot/process/sandbox.ts';
import { listen } from '../fakes/listen.ts';

const config = (env: Record<string, string>) =>
  readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: ':memory:', ...env });

test('a port in use is said in plain words, for the bot and for the sandbox', async (t) => {
  const other = await listen((_, response) => response.end());
  t.after(() => other.close());
  const { port } = new URL(other.url);
  const app = await createApp(config({ PORT: port }));
  t.after(() => app.close());
  await assert.rejects(app.listen(), {
    code: 'config.invalid',
    message: `PORT: 127.0.0.1:${port} is in use by another program.`,
    hint: 'The bot may be running already. Stop that program, or set PORT to a free port.',
  });
  await assert.rejects(startLocalSandbox(config({ SANDBOX_PORT: port })), {
    code: 'config.invalid',
    message: `SANDBOX_PORT: 127.0.0.1:${port} is in use by another program.`,
    hint: 'The bot may be running already. Stop that program, or set SANDBOX_PORT to a free port.',
  });
});

test('a second bot on the same store refuses to start and names the pid of the first', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'store-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const first = await createApp(config({ DATA_DIR: dataDir }));
  t.after(() => first.close());
  await assert.rejects(createApp(config({ DATA_DIR: dataDir })), {
    code: 'store.locked',
    message: `The store is used by another process (pid ${process.pid}).`,
  });
});
