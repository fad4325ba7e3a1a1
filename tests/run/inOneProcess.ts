import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { pathToFileURL } from 'node:url';
import { projectDir, sharedFiles } from './testFiles.ts';

/*
 * Runs the test files of the core and of the dialogs in this one process, which saves loading the same modules for each file.
 * A file fails when it leaves something changed that the files after it would see. `process.exit` in one of them is a failure.
 */
const globals = Object.getOwnPropertyNames(globalThis);
let before = sharedState();
let isDone = false;
process.once('beforeExit', () => {
  isDone = true;
});
process.once('exit', () => {
  if (!isDone) process.exitCode = 1;
});

for (const file of sharedFiles()) {
  const { promise: isLoaded, resolve } = Promise.withResolvers<void>();
  describe(file, async () => {
    try {
      await import(pathToFileURL(join(projectDir, file)).href);
      requireUnchanged(file);
      // Behind the hooks of the file itself, which put back what it changed.
      after(() => requireUnchanged(file));
    } finally {
      resolve();
    }
  });
  await isLoaded;
}

/** What the test files of one process share, by name; what a library adds for itself is left out. */
function sharedState(): Map<string, unknown> {
  return new Map<string, unknown>([
    ...Object.entries(process.env).map(([name, value]) => [`process.env.${name}`, value] as const),
    ...globals.map((name) => [name, Reflect.get(globalThis, name)] as const),
    ['Math.random', Math.random],
    ['Date.now', Date.now],
    ['performance.now', performance.now],
    ['the working directory', process.cwd()],
  ]);
}

/** Tells names only: the values of an environment may be secrets. */
function requireUnchanged(file: string): void {
  const was = before;
  before = sharedState();
  const names = new Set([...was.keys(), ...before.keys()]);
  const changed = [...names].filter((name) => !Object.is(was.get(name), before.get(name)));
  assert.deepEqual(changed, [], `${file} changes the process that it shares with other test files`);
}
