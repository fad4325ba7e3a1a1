import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { pathToFileURL } from 'node:url';
import { projectDir } from './testFiles.ts';

/**
 * Runs test files one after the other in this process, which saves loading the same modules for each file. A file fails when it
 * leaves something changed that the files after it would see. `process.exit` in one of them is a failure.
 *
 * @param isOfLibrary whether a changed name (such as `process.env.HOME`) is the affair of a library; default: none is
 */
export async function runTogether(
  files: string[],
  isOfLibrary: (name: string) => boolean = () => false,
): Promise<void> {
  failOnEarlyExit();
  const requireUnchanged = watchSharedState(isOfLibrary);
  const { promise: areAllLoaded, resolve: startTests } = Promise.withResolvers<void>();
  // A test that runs while modules are loaded finds the process busy, and its fakes would be seen as changes by other files.
  before(() => areAllLoaded);
  for (const file of files) {
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
  startTests();
}

function failOnEarlyExit(): void {
  let isDone = false;
  process.once('beforeExit', () => {
    isDone = true;
  });
  process.once('exit', () => {
    if (!isDone) process.exitCode = 1;
  });
}

/** Compares what the files share with what it was at the last comparison; what a library adds for itself is left out. */
function watchSharedState(isOfLibrary: (name: string) => boolean): (file: string) => void {
  const globals = Object.getOwnPropertyNames(globalThis);
  const sharedState = () =>
    new Map<string, unknown>([
      ...Object.entries(process.env).map(([name, value]) => [`process.env.${name}`, value] as const),
      ...globals.map((name) => [name, Reflect.get(globalThis, name)] as const),
      ['Math.random', Math.random],
      ['Date.now', Date.now],
      ['performance.now', performance.now],
      ['the working directory', process.cwd()],
    ]);
  let before = sharedState();
  return (file) => {
    const was = before;
    before = sharedState();
    const names = new Set([...was.keys(), ...before.keys()]);
    // Names only: the values of an environment may be secrets.
    const changed = [...names].filter(
      (name) => !Object.is(was.get(name), before.get(name)) && !isOfLibrary(name),
    );
    assert.deepEqual(changed, [], `${file} changes the process that it shares with other test files`);
  };
}
