import { globSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The directory of the project. */
export const projectDir = join(import.meta.dirname, '..', '..');

/**
 * What runs many test files in one process, or a file that takes long; paths from the project's directory. The runner takes files in
 * the order of their names, so these come first.
 */
export const entries = [
  'tests/allBrowser.ts',
  'tests/allBot.ts',
  'tests/allOther.ts',
  'tests/allPostgres.ts',
  'tests/allProcesses.ts',
  'tests/allTelemetry.ts',
];

/** Arguments of Node for the reporter that tells a line for each file. */
export const reporterArgs = ['--test-reporter=./tests/run/reporter.ts', '--test-reporter-destination=stdout'];

/**
 * Files that need a process of their own. They put something in the place of a package before it is loaded, or measure the process,
 * or run the test runner.
 */
const alone = [
  'tests/bot/channels/botConnector/parsedOnce.test.ts',
  'tests/cards/delivery/clock.test.ts',
  'tests/linear.test.ts',
  'tests/regularExpressions.test.ts',
  'tests/run/',
];

/** Files that do little but start and wait for other processes. */
const ofProcesses = [
  'tests/bot/dev.test.ts',
  'tests/bot/log/output.test.ts',
  'tests/bot/log/readableLog.test.ts',
  'tests/bot/npmStart.test.ts',
  'tests/bot/plugin/pluginImport.test.ts',
  'tests/bot/start.test.ts',
  'tests/sandbox/main.test.ts',
];

/** Files that load the SDK of Application Insights, which changes the whole process. The first looks at what is loaded before it. */
const telemetry = ['lazy', 'canaries', 'ingestionAway', 'oneTurn', 'restart'].map(
  (name) => `tests/bot/telemetry/${name}.test.ts`,
);

const postgresDir = 'tests/cards/delivery/store/postgres/';

/** The test files of the core and of the dialogs: those with property tests. Paths from the project's directory. */
export function coreFiles(): string[] {
  return sharing('tests/{cards,dialogs}/**/*.test.ts');
}

/** The test files of the bot that run in one process. */
export function botFiles(): string[] {
  return sharing('tests/bot/**/*.test.ts');
}

/** The test files that share one process and one browser. */
export function browserFiles(): string[] {
  return sharing('tests/browser/*.test.ts');
}

/** The test files that share one process with the SDK of Application Insights. */
export function telemetryFiles(): string[] {
  return telemetry;
}

/** The test files with a PostgreSQL server, which share it. */
export function postgresFiles(): string[] {
  return testFiles(`${postgresDir}*.test.ts`);
}

/** The test files that start other processes, and share one in which nothing else waits for them. */
export function processFiles(): string[] {
  return testFiles('tests/**/*.test.ts').filter((file) => ofProcesses.includes(file));
}

/** The test files of every other part that run in one process. */
export function otherFiles(): string[] {
  const shared = new Set([...botFiles(), ...browserFiles()]);
  return sharing('tests/**/*.test.ts').filter((file) => !shared.has(file));
}

/** What `npm run test:long` runs besides the property tests: a shorter form of each is in a file that `npm test` runs. */
export function longFiles(): string[] {
  return globFiles('tests/**/*.long.test.ts');
}

/** What `npm test` gives to the test runner: the entries, and each file that needs a process of its own. */
export function filesToRun(): string[] {
  return [...entries, ...testFiles('tests/**/*.test.ts').filter(needsOwnProcess)];
}

function sharing(pattern: string): string[] {
  return testFiles(pattern).filter(
    (file) =>
      !needsOwnProcess(file) &&
      !ofProcesses.includes(file) &&
      !telemetry.includes(file) &&
      !file.startsWith(postgresDir),
  );
}

function needsOwnProcess(file: string): boolean {
  return alone.some((start) => file.startsWith(start));
}

function testFiles(pattern: string): string[] {
  return globFiles(pattern).filter((file) => !file.endsWith('.long.test.ts'));
}

function globFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: projectDir })
    .map((file) => file.replaceAll(sep, '/'))
    .sort();
}
