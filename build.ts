import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Makes the deployable package in `dist/`: compiled JavaScript with types, the JSON files that it reads, a package.json of
 * its own whose `npm start` runs the built files, the lock file, and a bill of materials (`sbom.cdx.json`). `--install` adds the production dependencies.
 */
export const root = import.meta.dirname;
export const dist = join(root, 'dist');
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

for (const file of globSync(
  ['{bot,cards,dialogs}/**/*.json', 'examples/*.json', 'sandbox/web/**/*.*', 'bot/{ops,studio}/web/**/*.*'],
  {
    cwd: root,
  },
)) {
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  cpSync(join(root, file), join(dist, file));
}

export const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The package that a file of `node_modules` belongs to. */
const packageOf = (path: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;

// What only pages load is copied, file by file: the packages themselves are four times as large.
export const vendored = new Map<string, string>();
const copied: Record<string, string> = {};
for (const [name, target] of Object.entries<string>(own.imports)) {
  const file = name.replace('#', './');
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  cpSync(fileURLToPath(import.meta.resolve(name)), join(dist, file));
  vendored.set(name, file);
  copied[packageOf(target)] = '*';
}

/** What the finished bot needs besides `dependencies`: in the npm package it is bundled, or whoever wants it installs it. */
const onlyForTheBot = [
  ...[
    '@azure/identity',
    '@opentelemetry/resources',
    'ajv',
    'ajv-formats',
    'applicationinsights',
    'botbuilder',
  ],
  ...['botbuilder-dialogs', 'botframework-connector', 'hast-util-raw', 'hast-util-to-mdast'],
  ...['lru-cache', 'mdast-util-from-markdown', 'mdast-util-gfm-strikethrough', 'mdast-util-gfm-table'],
  ...['micromark-extension-cjk-friendly', 'micromark-extension-gfm-table'],
  ...['mdast-util-to-hast', 'mdast-util-to-markdown', 'micromark-extension-gfm-strikethrough', 'mime'],
  ...['node-fetch', 'pg', 'pg-boss', 'pino', 'pino-pretty', 'rate-limiter-flexible', 'restify', 'tlds'],
];
function versionOf(name: string): string {
  const version = own.devDependencies[name];
  if (version === undefined) throw new Error(`${name} is not among the devDependencies.`);
  return version;
}
const dependencies = Object.fromEntries(
  [...Object.entries(own.dependencies), ...onlyForTheBot.map((name) => [name, versionOf(name)])].sort(),
);
// A package that was installed for development alone would be missing where the bot is deployed.
const installed = [
  ...Object.keys(dependencies),
  ...Object.keys(own.peerDependencies),
  own.name,
  '@sparticuz/chromium',
];
for (const file of globSync('{bot,cards,dialogs,sandbox}/**/*.js', { cwd: dist })) {
  if (file.split(sep).includes('web')) continue;
  const loads = /(?:\bfrom |\bimport |\bimport\(|\brequire\(|import\.meta\.url\)\()'([\w@][^'\s]*)'/g;
  for (const [, path = ''] of readFileSync(join(dist, file), 'utf8').matchAll(loads)) {
    if (!isBuiltin(path) && !installed.includes(packageOf(path)))
      throw new Error(
        `${file} loads ${path}: add it to onlyForTheBot, or to the dependencies in package.json.`,
      );
  }
}
const node = ['node', '--disable-warning=ExperimentalWarning'].join(' ');
const deployed = {
  name: own.name,
  version: own.version,
  license: own.license,
  type: own.type,
  engines: own.engines,
  main: './bot/plugin.js',
  types: './bot/plugin.d.ts',
  imports: Object.fromEntries(vendored),
  // What dies young in V8 needs 16 MiB at most here; its default reserve costs 80 MiB more.
  scripts: {
    start: `${node} --max-semi-space-size=8 bot/start.js`,
    cards: `${node} bot/cli/main.js`,
    studio: `${node} bot/cli/main.js studio`,
  },
  allowScripts: own.allowScripts,
};

interface Locked {
  dev?: boolean;
  devOptional?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const locked = new Map<string, Locked>(Object.entries(lock.packages));

/** Where Node finds a package from inside another, as the lock file names it. */
function findLocked(name: string, from: string): string | undefined {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (locked.has(path)) return path;
  return from === '' ? undefined : findLocked(name, from.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, ''));
}

/** The packages that dependencies bring, each as its own: the lock file marks some as those of development. */
function lockedFor(wanted: Record<string, string>): Record<string, Locked> {
  const found = new Map<string, Locked>();
  const add = (names: Record<string, string> = {}, from = ''): void => {
    for (const name of Object.keys(names)) {
      const path = findLocked(name, from);
      if (path === undefined || found.has(path)) continue;
      const { dev: _, devOptional: __, ...entry } = locked.get(path) ?? {};
      found.set(path, entry);
      add({ ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies }, path);
    }
  };
  add(wanted);
  return Object.fromEntries([...found].sort());
}

const {
  devDependencies: _,
  peerDependencies: __,
  peerDependenciesMeta: ___,
  bin: ____,
  ...rootPackage
} = lock.packages[''];

/** Writes `package.json` and the lock file for some dependencies. */
function writeManifest(dependencies: Record<string, string>): void {
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ ...deployed, dependencies }, null, 2)}\n`);
  const packages = { '': { ...rootPackage, dependencies }, ...lockedFor(dependencies) };
  writeFileSync(join(dist, 'package-lock.json'), `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
}

/** Writes the licences of packages, named by their folders such as `node_modules/zod`, into one file. */
export function writeLicences(folders: readonly string[], file: string): void {
  const licences = folders.map((folder) => {
    const [licence] = globSync('LICEN[CS]E*', { cwd: join(root, folder) });
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const text =
      licence === undefined ? `Licence: ${license}` : readFileSync(join(root, folder, licence), 'utf8');
    return `${name} ${version}\n\n${text.trim()}\n`;
  });
  writeFileSync(file, licences.join('\n---\n\n'));
}

/** The folders of the packages whose files are copied into `vendor`, and of what is bundled in those. */
export const copiedFolders = Object.keys(lockedFor(copied));
writeLicences(copiedFolders, join(dist, 'vendor', 'LICENSES.txt'));

// What is in the package, for auditors: a bill of materials in CycloneDX, from the lock file alone, with what is copied.
writeManifest({ ...dependencies, ...copied });
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
writeManifest(dependencies);

if (process.argv.includes('--install')) run('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], dist);
