import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

test('zod is loaded with its English messages alone', async () => {
  // A process of its own, in which nothing has loaded zod.
  const script = `
    const { loadZod } = await import('./bot/process/deferPackages.ts');
    await loadZod();
    const { z } = await import('zod');
    process.stdout.write(Object.keys(z.locales).length + ' ' + z.string().safeParse(1).error.issues[0].message);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script],
  ]);
  assert.equal(stdout, '1 Invalid input: expected string, received number');
});
