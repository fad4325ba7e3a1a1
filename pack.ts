import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
// Building `dist/` comes first: the types, the copied files and the bill of materials are taken from there.
import { copiedFolders, dist, own, root, writeLicences } from './build.ts';

/**
 * Makes `lib/`, which is what the npm package holds: the plugin, its command line and the sandbox, with most libraries bundled, so that
 * a bot's developer installs a quarter of the megabytes and the import reads ten files instead of four hundred. What checks cards and
 * callers (`dependencies` in package.json) is not bundled: `npm audit` sees it, and an update replaces it. Nor is what no bundler can
 * follow, for its CommonJS hands `require` on.
 */
const lib = join(root, 'lib');

/** Modules that something loads by its path: each is a file of `lib/` at the same place. */
const entries = [
  'bot/plugin.ts',
  'bot/agents.ts',
  'bot/cli/main.ts',
  'sandbox/startSandbox.ts',
  'sandbox/verify/verifyBot.ts',
  'sandbox/verify/writeReport.ts',
  'cards/delivery/store/sqlite/damageWorker.ts',
];

/** Who uses these has installed them: peers, the optional parts of the Agents SDK, and what only the finished bot needs. */
const notBundled = [
  ...Object.keys(own.dependencies),
  ...Object.keys(own.peerDependencies),
  ...['@sparticuz/chromium', 'botbuilder-dialogs', 'botframework-connector', 'pg', 'pg-boss', 'pino'],
];

/** Names the commands as they are called by who installed the package: that project has no scripts of ours. */
const nameCommands = (text: string): string =>
  text
    .replaceAll('npm run cards --', 'npx genesys-card-bot')
    .replaceAll('npm run studio', 'npx genesys-card-bot studio');

/** Packages that modules require when they first need them: together in one file, which an import does not read. */
const required = new Set<string>();

/** Lets a bundled module find the files beside its source and the packages that it requires. */
const keepPaths: Plugin = {
  name: 'keepPaths',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const place = relative(root, path).split(sep).join('/').replace(/ts$/, 'js');
      const contents = nameCommands(text)
        .replace(/\bcreateRequire\(import\.meta\.url\)(?=\()/g, 'requireBundled')
        .replace(/^ *const require = createRequire\(import\.meta\.url\);$/gm, '')
        .replace(/\brequire(?=\()/g, text.includes('createRequire(') ? 'requireBundled' : 'require')
        .replace(/\bimport\.meta\.resolve(?=\([`']#vendor)/g, 'resolveVendored')
        .replaceAll('import.meta.dirname', `(libDir + '/${dirname(place)}')`)
        .replaceAll('import.meta.filename', `(libDir + '/${place}')`)
        .replace(/(?<!findPackageJSON\()\bimport\.meta\.url\b/g, `toFileUrl(libDir + '/${place}')`);
      for (const [, name = ''] of contents.matchAll(/requireBundled\('([^']+)'\)/g)) required.add(name);
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * What `keepPaths` writes into modules. The nearest package.json is beside `lib/`, however deep a module is. An older Node, which
 * has no `findPackageJSON`, comes as far as our own words about it.
 */
const places = `import nodeModule from 'node:module';
import { dirname as dirOf } from 'node:path';
import { pathToFileURL as toUrl } from 'node:url';
const require = nodeModule.createRequire(import.meta.url);
const libDir = dirOf(nodeModule.findPackageJSON?.(import.meta.url) ?? '') + '/lib';
const requireBundled = (name) => require(libDir + '/required.cjs')[name]();
const toFileUrl = (path) => toUrl(path).href;
const resolveVendored = (name) => toFileUrl(libDir + name.replace('#', '/'));`;

rmSync(lib, { recursive: true, force: true });
const settings = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  legalComments: 'none',
  external: notBundled,
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;
const modules = await build({
  ...settings,
  entryPoints: entries,
  outbase: '.',
  outdir: 'lib',
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  format: 'esm',
  banner: { js: places },
  plugins: [keepPaths],
});
const loaders = [...required].map((name) => `'${name}': () => require('${name}')`);
const later = await build({
  ...settings,
  stdin: { contents: `module.exports = { ${loaders.join(', ')} };`, resolveDir: root },
  outfile: 'lib/required.cjs',
  format: 'cjs',
});
const inputs = [...Object.keys(modules.metafile.inputs), ...Object.keys(later.metafile.inputs)];
const outputs = [...Object.values(modules.metafile.outputs), ...Object.values(later.metafile.outputs)];

const isKnown = (path: string) =>
  path.startsWith('node:') ||
  builtinModules.includes(path) ||
  notBundled.some((name) => path === name || path.startsWith(`${name}/`));
const strange = outputs
  .flatMap(({ imports }) => imports.filter(({ external, path }) => external && !isKnown(path)))
  .map(({ path }) => path);
if (strange.length > 0) throw new Error(`The bundle loads what nobody installs: ${strange.join(', ')}.`);

for (const file of globSync(
  ['{bot,cards,dialogs}/**/*.json', '{bot,sandbox}/**/web/**/*.*', 'vendor/**/*', 'examples/*.json'],
  {
    cwd: dist,
  },
)) {
  mkdirSync(dirname(join(lib, file)), { recursive: true });
  cpSync(join(dist, file), join(lib, file), { recursive: true });
  if (/\/web\/.*\.(?:html|js)$/.test(file.replaceAll(sep, '/')))
    writeFileSync(join(lib, file), nameCommands(readFileSync(join(dist, file), 'utf8')));
}
const bundledFolders = inputs.flatMap(
  (path) => /^node_modules\/(?:@[^/]+\/)?[^/]+(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*/.exec(path)?.[0] ?? [],
);
writeLicences([...new Set([...bundledFolders, ...copiedFolders])].sort(), join(lib, 'LICENSES.txt'));

/** Copies the types of a module with those that they name, also as `.d.cts`: TypeScript takes that for CommonJS. */
function copyTypes(file: string): void {
  const copy = join(lib, file);
  if (existsSync(copy)) return;
  const text = nameCommands(readFileSync(join(dist, file), 'utf8')).replace(
    /^\/\/# sourceMappingURL=.*$/m,
    '',
  );
  const named = /(['"])(\.{1,2}\/[^'"]+)\.[jt]s\1/g;
  mkdirSync(dirname(copy), { recursive: true });
  writeFileSync(copy, text);
  writeFileSync(copy.replace(/\.d\.ts$/, '.d.cts'), text.replace(named, '$1$2.cjs$1'));
  for (const [, , path = ''] of text.matchAll(named)) copyTypes(join(dirname(file), `${path}.d.ts`));
}

// Who requires the package gets the same modules as who imports it.
for (const entry of ['plugin', 'agents']) {
  copyTypes(`bot/${entry}.d.ts`);
  writeFileSync(join(lib, 'bot', `${entry}.cjs`), `module.exports = require('./${entry}.js');\n`);
}
