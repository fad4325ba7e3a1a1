import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { post } from '../../fakes/converse.ts';
import { freePort, spawnBot } from '../../fakes/spawnBot.ts';

const skip = process.platform !== 'linux';
const lost = (why: string) => `The log cannot be written (${why}). The bot continues without it.\n`;

const outputModule = JSON.stringify(join(import.meta.dirname, '..', '..', '..', 'bot', 'log', 'output.ts'));

/** A process that runs a script with `output`, and what it says on standard error. */
function startScript(
  t: TestContext,
  script: string,
  stdout: number | 'pipe',
  stderr: number | 'pipe' = 'pipe',
) {
  const code = `const { openOutput } = await import(${outputModule}); const output = openOutput(); ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['pipe', stdout, stderr],
  });
  t.after(() => child.kill('SIGKILL'));
  const errors = { text: '' };
  child.stderr?.on('data', (data) => {
    errors.text += data;
  });
  const closed = once(child, 'close').then(([code]) => code);
  return { child, errors, closed };
}

/** Writes a line for each word that comes. */
const writeLines = `for await (const _ of process.stdin) output.write('a line\\n');`;

for (const [what, areErrorsLost] of [
  ['its log on a full disk goes on and says so once', false],
  ['its log and its errors on a full disk goes on', true],
] as const) {
  test(`a process with ${what}`, { skip }, async (t) => {
    const full = openSync('/dev/full', 'w');
    const { child, errors, closed } = startScript(t, writeLines, full, areErrorsLost ? full : 'pipe');
    closeSync(full);
    child.stdin?.write('one');
    child.stdin?.end('two');
    assert.equal(await closed, 0);
    assert.equal(errors.text, areErrorsLost ? '' : lost('ENOSPC'));
  });
}

test('a process whose log nobody reads any more goes on and says so once', { skip }, async (t) => {
  const { child, errors, closed } = startScript(t, writeLines, 'pipe');
  child.stdout?.destroy();
  child.stdin?.write('one');
  await once(child.stderr ?? child, 'data');
  child.stdin?.end('two');
  assert.equal(await closed, 0);
  assert.equal(errors.text, lost('EPIPE'));
});

test('a bot that can write neither its log nor its errors takes turns and stops at SIGTERM', {
  skip,
}, async (t) => {
  const full = openSync('/dev/full', 'w');
  const port = await freePort();
  const { child, exit, remove } = spawnBot({
    output: full,
    // A setting that is not one has a line in the log.
    env: { PORT: `${port}`, GENESYS_XYZ: '1' },
  });
  closeSync(full);
  t.after(remove);
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/readyz`).catch(() => ({ ok: false }))).ok) {
    assert.equal(child.exitCode, null);
    await wait(200);
  }
  const { status } = await post(`${url}/api/messages`, {
    type: 'message',
    id: 'a1',
    channelId: 'emulator',
    conversation: { id: 'c1' },
    from: { id: 'user' },
    recipient: { id: 'bot' },
    text: 'where is my order 12345?',
    deliveryMode: 'expectReplies',
  });
  assert.equal(status, 200);
  child.kill('SIGTERM');
  assert.equal(await exit, 0);
});

test('a reader that hangs holds up nothing, and what it missed is counted when it reads again', {
  skip,
}, async (t) => {
  const script = `
    import { once } from 'node:events';
    for (let i = 0; i < 3_000; i += 1) output.write('x'.repeat(999) + '\\n');
    await once(process.stdout, 'drain');
    output.write('last\\n');`;
  const { child, errors, closed } = startScript(t, script, 'pipe');
  while (!errors.text.includes('\n')) await once(child.stderr ?? child, 'data');
  assert.equal(errors.text, lost('the program that reads it is stuck'));
  let read = '';
  child.stdout?.on('data', (data) => {
    read += data;
  });
  await closed;
  const lines = read.trimEnd().split('\n');
  assert.equal(lines.at(-1), 'last');
  const missing = 3_000 - (lines.length - 1);
  assert.ok(missing > 0);
  assert.equal(
    errors.text,
    `${lost('the program that reads it is stuck')}The log can be written again. Lost lines: ${missing}.\n`,
  );
});
