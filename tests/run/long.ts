import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchNames } from '../bench/benchNames.ts';
import { faults } from '../faults/faults.ts';
import { runSteps, type Step } from './runSteps.ts';
import { coreFiles, longFiles, projectDir, reporterArgs } from './testFiles.ts';

/*
 * `npm run test:long`: what `npm test` does for a few inputs or leaves out. The property tests take 5,000 inputs each from a new
 * seed (`SEED` and `RUNS` choose others); then the files `*.long.test.ts`, every fault test and every benchmark, one after the other. It goes on after a
 * failure and ends with exit code 1.
 */
const { SEED: seed = String(randomInt(2 ** 31)), RUNS: runs = '5000' } = process.env;
const write = (text: string) => process.stdout.write(text);

const propertyTests = coreFiles().filter((file) =>
  readFileSync(join(projectDir, file), 'utf8').includes('/fakes/fastCheck.ts'),
);
const quiet = '--disable-warning=ExperimentalWarning';
const steps: Step[] = [
  {
    name: `properties (SEED=${seed} RUNS=${runs})`,
    args: [quiet, '--test', ...reporterArgs, ...propertyTests],
    environment: { SEED: seed, RUNS: runs },
  },
  { name: 'long tests', args: [quiet, '--test', '--test-concurrency=1', ...reporterArgs, ...longFiles()] },
  ...Object.keys(faults).map((name) => ({
    name: `faults ${name}`,
    args: [quiet, 'tests/faults/main.ts', name],
  })),
  ...benchNames.map((name) => ({ name: `bench ${name}`, args: [quiet, 'tests/bench/main.ts', name] })),
];

for (const step of steps) {
  write(`\n== ${step.name}\n`);
  if (!(await runSteps([{ ...step, isLive: true }], write))) process.exitCode = 1;
}
