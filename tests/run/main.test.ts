import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { after, test } from 'node:test';
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
  processFiles,
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

const dir = mkdtempSync(join(tmpdir(), 'run-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const testFile = (name: string, code: string) => {
  const file = join(dir, `${name}.test.mjs`);
  writeFileSync(file, `import { suite, test } from 'node:test';\n${code}`);
  return file;
};

const runs: [what: string, args: () => string[], exitCode: number, said: RegExp][] = [
  ['passes', () => [testFile('good', `test('a', () => {});`)], 0, /✔ a .*\nℹ tests 1\n/],
  ['is not there', () => ['tests/no/such.test.ts'], 1, /^/],
  [
    'waits for what never comes',
    () => ['--test-timeout=100', testFile('endless', `test('a', () => new Promise(() => {}));`)],
    1,
    /ℹ tests 1\n/,
  ],
];
for (const [what, args, exitCode, said] of runs) {
  test(`npm test ends with ${exitCode} for a file that ${what}`, () => {
    const { status, stdout } = runMain(...args());
    assert.equal(status, exitCode, stdout);
    assert.match(stdout, said);
  });
}

test('a run with failing files ends with 1 and names each failure, but no test that passed', () => {
  const { status, stdout } = runMain(
    ...reporterArgs,
    testFile('passes', `test('a passes', () => {});`),
    testFile(
      'fails',
      `test('a passes', () => {});
suite('letters', () => { test('b fails', () => { throw new Error('no'); }); test('c passes', () => {}); });`,
    ),
    testFile('throws', `test('a passes', () => {}); throw new Error('not loaded');`),
    testFile('killed', `test('a passes', () => process.kill(process.pid, 'SIGKILL'));`),
  );
  assert.equal(status, 1);
  assert.match(stdout, /▶ letters\n {2}✖ b fails/);
  assert.match(stdout, /Error: not loaded/);
  assert.match(stdout, /ℹ fail 3\n/);
  const [, failures = ''] = stdout.split('failing tests:\n');
  assert.match(failures, /test at .*fails\.test\.mjs:3:.*\n✖ b fails/);
  assert.match(failures, /✖ .*throws\.test\.mjs/);
  assert.match(failures, /✖ .*killed\.test\.mjs/);
  assert.doesNotMatch(stdout, /a passes|c passes/);
});

test('every test file is run once: in a shared process, by itself, or by the long run', () => {
  const alone = filesToRun().slice(entries.length);
  assert.ok(alone.includes('tests/run/main.test.ts'));
  const run = [
    ...browserFiles(),
    ...botFiles(),
    ...otherFiles(),
    ...telemetryFiles(),
    ...postgresFiles(),
    ...processFiles(),
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
