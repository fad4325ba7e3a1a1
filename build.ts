import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Makes the deployable package in `dist/`: compiled JavaScript with types, the JSON files that it reads, a package.json of
 * its own whose `npm start` runs the built files, the lock file, and a bill of materials (`sbom.cdx.json`). `--install` adds the production dependencies.
 */
const root = import.meta.dirname;
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

function run(command: string, args: string[], cwd: string): void {
  // npm is a script on Windows, which only a shell can start.
  const { status } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync(dist, { recursive: true, force: true });
run(
  process.execPath,
  [join(require.resolve('typescript/package.json'), '..', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
  root,
);

for (const file of globSync('{bot,cards,dialogs}/**/*.json', { cwd: root })) {
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  cpSync(join(root, file), join(dist, file));
}
// TypeScript's older ways of resolving refuse the types of a module in a CommonJS file: these are types of their own for it.
for (const entry of ['plugin', 'agents']) {
  const exported: Record<string, unknown> = await import(
    pathToFileURL(join(dist, 'bot', `${entry}.js`)).href
  );
  const asModule = "with { 'resolution-mode': 'import' }";
  const lines = Object.entries(exported).flatMap(([name, value]) => {
    const isClass = typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
    const declared = `export declare const ${name}: typeof all.${name};`;
    return isClass ? [declared, `export type ${name} = all.${name};`] : [declared];
  });
  const from = `'./${entry}.js' ${asModule}`;
  const text = [`import type * as all from ${from};`, `export type * from ${from};`, ...lines].join('\n');
  writeFileSync(join(dist, 'bot', `${entry}.d.cts`), `${text}\n`);
}

const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const node = ['node', '--disable-warning=ExperimentalWarning'].join(' ');
const deployed = {
  name: own.name,
  version: own.version,
  license: own.license,
  type: own.type,
  engines: own.engines,
  main: './bot/plugin.js',
  types: './bot/plugin.d.ts',
  // What dies young in V8 needs 16 MiB at most here; its default reserve costs 80 MiB more.
  scripts: { start: `${node} --max-semi-space-size=8 bot/start.js`, cards: `${node} bot/cli/main.js` },
  dependencies: own.dependencies,
  allowScripts: own.allowScripts,
};
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(deployed, null, 2)}\n`);

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const {
  devDependencies: _,
  peerDependencies: __,
  peerDependenciesMeta: ___,
  ...rootPackage
} = lock.packages[''];
const packages = Object.entries<{ dev?: boolean; devOptional?: boolean }>(lock.packages).filter(
  ([path, entry]) => path !== '' && entry.dev !== true && entry.devOptional !== true,
);
const deployedLock = { ...lock, packages: { '': rootPackage, ...Object.fromEntries(packages) } };
writeFileSync(join(dist, 'package-lock.json'), `${JSON.stringify(deployedLock, null, 2)}\n`);

// What is in the package, for auditors: a bill of materials in CycloneDX, from the lock file alone.
const sbom = spawnSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--omit=dev'], {
  cwd: dist,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'inherit'],
  // npm is a script on Windows, which only a shell can start.
  shell: process.platform === 'win32',
});
if (sbom.status !== 0) process.exit(sbom.status ?? 1);
writeFileSync(join(dist, 'sbom.cdx.json'), sbom.stdout);

if (process.argv.includes('--install')) run('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], dist);
