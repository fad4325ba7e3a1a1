import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startArgs } from '../../fakes/startArgs.ts';

const skip = process.platform !== 'linux';
const lost = (why: string) => `The log cannot be written (${why}). The bot goes on without it.\n`;

/** A port that was free a moment ago: a bot whose output cannot be read does not say where it listens. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? String(address.port) : '0';
}

/** A bot that has a line for its log at the start (of a setting that is none), and what it says on standard error. */
async function startBot(t: TestContext, stdout: number | 'pipe', stderr: number | 'pipe' = 'pipe') {
  const dataDir = mkdtempSync(join(tmpdir(), 'output-'));
  const templates = join(dataDir, 'templates');
  mkdirSync(templates);
  const port = await freePort();
  const child = spawn(process.execPath, startArgs, {
    cwd: dataDir,
    stdio: ['ignore', stdout, stderr],
    env: {
      PATH: process.env.PATH ?? '',
      PORT: port,
      SANDBOX_PORT: '0',
      DATA_DIR: dataDir,
      CARD_TEMPLATES_DIR: templates,
      GENESYS_XYZ: '1',
    },
  });
  t.after(() => {
    child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });
  const errors = { text: '' };
  child.stderr?.on('data', (data) => {
    errors.text += data;
  });
  const url = `http://127.0.0.1:${port}`;
  await answers(child, `${url}/readyz`);
  return { child, url, errors, templates };
}

/** Resolves when the address answers 200; fails when the process ends before. */
async function answers(child: ChildProcess, url: string): Promise<void> {
  for (;;) {
    assert.equal(child.exitCode, null);
    const { ok } = await fetch(url).catch(() => ({ ok: false }));
    if (ok) return;
    await wait(50);
  }
}

async function say(url: string, text: string): Promise<number> {
  const { status } = await fetch(`${url}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'message',
      id: text,
      channelId: 'emulator',
      conversation: { id: 'c1' },
      from: { id: 'user' },
      recipient: { id: 'bot' },
      text: 'where is my order 12345?',
      deliveryMode: 'expectReplies',
    }),
  });
  return status;
}

async function stop(child: ChildProcess): Promise<number | string | null> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const [code, signal] = await exit;
  return code ?? signal;
}

test('a bot whose log is on a full disk takes turns, says so once and stops at SIGTERM', {
  skip,
}, async (t) => {
  const full = openSync('/dev/full', 'w');
  const { child, url, errors } = await startBot(t, full);
  closeSync(full);
  assert.equal(await say(url, 'a1'), 200);
  assert.equal(await say(url, 'a2'), 200);
  assert.equal(await stop(child), 0);
  assert.equal(errors.text, lost('ENOSPC'));
});

test('a bot whose log nobody reads any more takes turns, says so once and stops at SIGTERM', {
  skip,
}, async (t) => {
  const { child, url, errors, templates } = await startBot(t, 'pipe');
  child.stdout?.destroy();
  const told = once(child.stderr ?? child, 'data');
  // Templates that are loaded anew have a line.
  writeFileSync(join(templates, 'note.txt'), 'a');
  await told;
  assert.equal(await say(url, 'a1'), 200);
  assert.equal(await stop(child), 0);
  assert.equal(errors.text, lost('EPIPE'));
});

test('a bot that can write neither its log nor its errors takes turns and stops at SIGTERM', {
  skip,
}, async (t) => {
  const full = openSync('/dev/full', 'w');
  const { child, url } = await startBot(t, full, full);
  closeSync(full);
  assert.equal(await say(url, 'a1'), 200);
  assert.equal(await stop(child), 0);
});

test('a reader that hangs holds up nothing, and what it missed is counted when it reads again', {
  skip,
}, async (t) => {
  const output = JSON.stringify(join(import.meta.dirname, '..', '..', '..', 'bot', 'log', 'output.ts'));
  const script = `
    import { once } from 'node:events';
    const { openOutput } = await import(${output});
    const output = openOutput();
    for (let i = 0; i < 3_000; i += 1) output.write('x'.repeat(999) + '\\n');
    await once(process.stdout, 'drain');
    output.write('last\\n');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  while (!errors.includes('\n')) await once(child.stderr, 'data');
  assert.equal(errors, lost('the program that reads it is stuck'));
  let read = '';
  child.stdout.on('data', (data) => {
    read += data;
  });
  await once(child, 'close');
  const lines = read.trimEnd().split('\n');
  assert.equal(lines.at(-1), 'last');
  const missing = 3_000 - (lines.length - 1);
  assert.ok(missing > 0);
  assert.equal(
    errors,
    `${lost('the program that reads it is stuck')}The log can be written again. Lost lines: ${missing}.\n`,
  );
});
