import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { test } from 'node:test';
import { runSteps, type Step } from './runSteps.ts';
import {
  botFiles,
  browserFiles,
  coreFiles,
  entries,
  filesToRun,
  longFiles,
  otherFiles,
  postgresFiles,
  projectDir,
  reporterArgs,
  telemetryFiles,
} from './testFiles.ts';

const ends = (name: string, code: string): Step => ({ name, args: ['-e', code] });
const green = ends('lint', 'console.log("nothing to say")');

const steps: [what: string, steps: Step[], isGreen: boolean, said: RegExp][] = [
  ['all are green', [green, ends('types', '')], true, /✔ lint \d+\.\d s {3}✔ types \d+\.\d s\n$/],
  [
    'the first fails',
    [ends('types', 'console.log("no type"); process.exit(2)'), green],
    false,
    /== types\nno type\n/,
  ],
  ['the last fails', [green, ends('types', 'console.error("no type"); process.exit(1)')], false, /no type/],
  ['one throws', [green, ends('types', 'throw new Error("no type")')], false, /no type/],
  [
    'one is killed',
    [green, ends('types', 'process.kill(process.pid, "SIGKILL")')],
    false,
    /ended by SIGKILL/,
  ],
  ['one waits for ever', [green, ends('types', 'await new Promise(() => {})')], false, /✖ types/],
];
for (const [what, of, isGreen, said] of steps) {
  test(`the run is ${isGreen ? 'green' : 'red'} when ${what}`, async () => {
    let output = '';
    const write = (text: string) => {
      output += text;
    };
    assert.equal(await runSteps(of, write), isGreen);
    assert.match(output, said);
    assert.doesNotMatch(output, /nothing to say/);
  });
}

const testFile = (code: string) => {
  const file = join(mkdtempSync(join(tmpdir(), 'run-')), 'a.test.mjs');
  writeFileSync(file, `import { test } from 'node:test';\n${code}`);
  return file;
};

const files: [what: string, code: string, exitCode: number, ...args: string[]][] = [
  ['passes', `test('a', () => {});`, 0],
  ['has a failing test', `test('a', () => {}); test('b', () => { throw new Error('no'); });`, 1],
  ['throws while it is loaded', `test('a', () => {}); throw new Error('no');`, 1],
  ['is killed', `test('a', () => process.kill(process.pid, 'SIGKILL'));`, 1],
  ['waits for what never comes', `test('a', () => new Promise(() => {}));`, 1, '--test-timeout=100'],
];
for (const [what, code, exitCode, ...args] of files) {
  test(`npm test ends with ${exitCode} for a file that ${what}`, () => {
    const run = runMain(...args, testFile(code));
    assert.equal(run.status, exitCode, run.stdout);
    assert.match(run.stdout, /tests \d/);
  });
}

test('npm test ends with 1 for a file that is not there', () => {
  assert.equal(runMain('tests/no/such.test.ts').status, 1);
});

test('a failing test of many is named with its suite and its place, and the passed ones are not', () => {
  const file = testFile(`import { suite } from 'node:test';
test('a passes', () => {});
suite('letters', () => { test('b fails', () => { throw new Error('no'); }); test('c passes', () => {}); });`);
  const { status, stdout } = runMain(...reporterArgs, file);
  assert.equal(status, 1);
  assert.match(stdout, /▶ letters\n {2}✖ b fails/);
  assert.match(stdout, /ℹ tests 3\n/);
  assert.match(stdout, /failing tests:\n\ntest at .*a\.test\.mjs:4:/);
  assert.doesNotMatch(stdout, /passes/);
});

test('every test file is run once: in a shared process, by itself, or by the long run', () => {
  const alone = filesToRun().slice(entries.length);
  assert.ok(alone.includes('tests/run/main.test.ts'));
  const run = [
    ...browserFiles(),
    ...botFiles(),
    ...coreFiles(),
    ...otherFiles(),
    ...telemetryFiles(),
    ...postgresFiles(),
    ...alone,
    ...longFiles(),
  ].sort();
  const all = globSync('tests/**/*.test.ts', { cwd: projectDir }).map((file) => file.replaceAll(sep, '/'));
  assert.deepEqual(run, all.sort());
});

function runMain(...args: string[]) {
  // A run inside of a run of Node's test runner would report to the outer one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return spawnSync(process.execPath, ['tests/run/main.ts', ...args], {
    cwd: projectDir,
    encoding: 'utf8',
    env,
  });
}

test('no test chooses the number of its inputs, so that all tests follow RUNS', () => {
  const choosing = coreFiles().filter((file) =>
    readFileSync(join(projectDir, file), 'utf8').includes('numRuns'),
  );
  assert.deepEqual(choosing, []);
});
