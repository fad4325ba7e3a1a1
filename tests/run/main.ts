import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeMemoryDir } from './memoryDir.ts';
import { runSteps, type Step } from './runSteps.ts';
import { filesToRun, reporterArgs } from './testFiles.ts';

/*
 * `npm test`: types, lint and every test, side by side. With `--coverage`, or `CI` in the environment, also the coverage.
 * `npm test -- FILE... OPTION...` runs these test files only and names each test; the options are those of Node's test runner.
 */
const args = process.argv.slice(2);
const named = args.filter((arg) => !arg.startsWith('-'));
const options = args.filter((arg) => arg.startsWith('-') && arg !== '--coverage');
const hasCoverage = args.includes('--coverage') || (process.env.CI ?? '') !== '';
const isWhole = named.length === 0 && options.length === 0;
const chosen = named.length > 0 ? named : ['tests/**/*.test.ts'];

const coverage = [
  '--experimental-test-coverage',
  ...['bot', 'cards', 'dialogs', 'sandbox'].map((room) => `--test-coverage-include=${room}/**`),
];

const memoryDir = isWhole ? makeMemoryDir() : undefined;

const tests: Step = {
  name: 'tests',
  isLive: true,
  environment: {
    // Some thirty processes load the same modules. What V8 has compiled before cannot be measured for the coverage.
    ...(hasCoverage ? {} : { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') }),
    ...(memoryDir === undefined ? {} : { TMPDIR: memoryDir }),
  },
  args: [
    '--disable-warning=ExperimentalWarning',
    // The files of a process hold much; a larger place for new objects saves a seventh of the time in copying them.
    '--max-semi-space-size=32',
    '--test',
    // More at once makes the tests that wait for a real time limit fail.
    `--test-concurrency=${Math.min(4, Math.max(2, availableParallelism()))}`,
    // A test that never ends fails instead of holding up the run. It is also the limit of a whole suite.
    '--test-timeout=900000',
    ...(isWhole ? reporterArgs : []),
    ...(hasCoverage ? coverage : []),
    ...options,
    ...(isWhole ? filesToRun() : chosen),
  ],
};

const require = createRequire(import.meta.url);
const packageDir = (name: string) => join(require.resolve(`${name}/package.json`), '..');
const checks: Step[] = [
  {
    name: 'types',
    // Several threads check many types twice: together they take twice the processor time of one.
    args: [join(packageDir('typescript'), 'bin', 'tsc'), '-p', 'tsconfig.json', '--singleThreaded'],
  },
  { name: 'lint', args: [join(packageDir('@biomejs/biome'), 'bin', 'biome'), 'check', '.'] },
];

const isGreen = await runSteps(isWhole ? [...checks, tests] : [tests], (text) => process.stdout.write(text));
process.exitCode = isGreen ? 0 : 1;
