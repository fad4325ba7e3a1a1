import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Everything that a reviewer would run: types, lint, and every test with its coverage. Stops at the first failure. */
const require = createRequire(import.meta.url);
const packageDir = (name: string) => join(require.resolve(`${name}/package.json`), '..');

const steps: [name: string, args: string[]][] = [
  ['types', [join(packageDir('typescript'), 'bin', 'tsc'), '-p', 'tsconfig.json']],
  ['lint', [join(packageDir('@biomejs/biome'), 'bin', 'biome'), 'check', '.']],
  [
    'tests',
    [
      '--disable-warning=ExperimentalWarning',
      '--test',
      '--test-concurrency=2',
      '--experimental-test-coverage',
      '--test-coverage-include=bot/**',
      '--test-coverage-include=cards/**',
      '--test-coverage-include=dialogs/**',
      '--test-coverage-include=sandbox/**',
      ...(process.argv.length > 2 ? process.argv.slice(2) : ['tests/**/*.test.ts']),
    ],
  ],
];

for (const [name, args] of steps) {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(process.execPath, args, {
    stdio: 'inherit',
    cwd: join(import.meta.dirname, '..'),
  });
  if (status !== 0) process.exit(status ?? 1);
}
