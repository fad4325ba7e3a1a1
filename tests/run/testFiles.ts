import { globSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The directory of the project. */
export const projectDir = join(import.meta.dirname, '..', '..');

/** The entry that runs the shared files; a path from the project's directory. */
export const sharedEntry = 'tests/run/inOneProcess.ts';

/** Arguments of Node for the reporter that tells a line for each file. */
export const reporterArgs = ['--test-reporter=./tests/run/reporter.ts', '--test-reporter-destination=stdout'];

/** Files of the core that need a process of their own: they start a server, or measure the memory of the process. */
const alone = ['tests/cards/delivery/postgres/', 'tests/cards/delivery/waits.test.ts'];

/** The test files that run together in one process: those of the core and of the dialogs. Paths from the project's directory. */
export function sharedFiles(): string[] {
  return testFiles('tests/{cards,dialogs}/**/*.test.ts').filter(
    (file) => !alone.some((start) => file.startsWith(start)),
  );
}

/** What `npm test` gives to the test runner: the entry of the shared files, and each other file by itself. */
export function filesToRun(): string[] {
  const shared = new Set(sharedFiles());
  return [sharedEntry, ...testFiles('tests/**/*.test.ts').filter((file) => !shared.has(file))];
}

function testFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: projectDir })
    .map((file) => file.replaceAll(sep, '/'))
    .sort();
}
