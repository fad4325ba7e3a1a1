import { globSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The directory of the project. */
export const projectDir = join(import.meta.dirname, '..', '..');

/** What runs many test files in one process; paths from the project's directory. Their names come first: they take the longest. */
export const entries = ['tests/allBrowser.ts', 'tests/allCore.ts'];

/** Arguments of Node for the reporter that tells a line for each file. */
export const reporterArgs = ['--test-reporter=./tests/run/reporter.ts', '--test-reporter-destination=stdout'];

/** Files of the core that need a process of their own: they start a server, or measure the memory of the process. */
const alone = ['tests/cards/delivery/postgres/', 'tests/cards/delivery/waits.test.ts'];

/** The test files of the core and of the dialogs that run in one process. Paths from the project's directory. */
export function coreFiles(): string[] {
  return testFiles('tests/{cards,dialogs}/**/*.test.ts').filter(
    (file) => !alone.some((start) => file.startsWith(start)),
  );
}

/** The test files that share one process and one browser. */
export function browserFiles(): string[] {
  return testFiles('tests/browser/*.test.ts');
}

/** What `npm test` gives to the test runner: the two entries, and each other file by itself. */
export function filesToRun(): string[] {
  const shared = new Set([...coreFiles(), ...browserFiles()]);
  return [...entries, ...testFiles('tests/**/*.test.ts').filter((file) => !shared.has(file))];
}

function testFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: projectDir })
    .map((file) => file.replaceAll(sep, '/'))
    .sort();
}
