import { globSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, extname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A file of the page, read when it is asked for. */
export interface WebFile {
  readonly path: string;
  readonly type: string;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** What the page imports by name; the packages that these import are found from them. */
const imported = [
  '@codemirror/autocomplete',
  '@codemirror/commands',
  '@codemirror/lang-json',
  '@codemirror/language',
  '@codemirror/lint',
  '@codemirror/merge',
  '@codemirror/state',
  '@codemirror/view',
  '@lezer/highlight',
];
const ownDir = join(import.meta.dirname, 'web');
/** The Messenger of the sandbox, whose drawing of a card the preview uses. */
const messengerDir = join(import.meta.dirname, '..', '..', 'sandbox', 'web');

/** Every file that the Studio serves, by its address, and the import map of the page. */
export interface WebFiles {
  readonly files: ReadonlyMap<string, WebFile>;
  readonly imports: Readonly<Record<string, string>>;
}

/** Lists the files of the page, the Messenger's drawing, and the libraries, which come straight from their packages. */
export function listWebFiles(): WebFiles {
  const files = new Map<string, WebFile>();
  const add = (address: string, path: string): void => {
    const type = types[extname(path)];
    if (type !== undefined) files.set(address, { path, type });
  };
  const addFolder = (address: string, dir: string, pattern: string): void => {
    for (const name of globSync(pattern, { cwd: dir }))
      add(`${address}/${name.split(sep).join('/')}`, join(dir, name));
  };
  addFolder('/studio', ownDir, '**/*.{js,css}');
  addFolder('/web', messengerDir, '*.{js,css,svg}');
  addFolder('/pictures', join(messengerDir, 'shop'), '*.png');
  const modules = new Map<string, string>();
  for (const name of [...imported, 'preact', 'htm']) findModules(name, import.meta.filename, modules);
  for (const [name, path] of modules) add(`/vendor/${name}.js`, path);
  const adaptive = findPackage('adaptivecards', import.meta.filename);
  add('/vendor/adaptivecards.js', join(adaptive.dir, 'dist', 'adaptivecards.min.js'));
  const imports = Object.fromEntries([...modules.keys()].map((name) => [name, `/vendor/${name}.js`]));
  return { files, imports };
}

/** The ES modules of a package and of all that it depends on, each in one file. */
function findModules(name: string, from: string, found: Map<string, string>): void {
  if (found.has(name)) return;
  const { dir, module, exports, dependencies = {} } = findPackage(name, from);
  const path = join(dir, module ?? exports?.import ?? 'index.js');
  found.set(name, path);
  for (const one of Object.keys(dependencies)) findModules(one, path, found);
}

interface Package {
  readonly dir: string;
  readonly module?: string;
  readonly exports?: { readonly import?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}

function findPackage(name: string, from: string): Package {
  const path = findPackageJSON(name, pathToFileURL(from));
  if (path === undefined) throw new Error(`The package ${name} is not installed.`);
  return { ...JSON.parse(readFileSync(path, 'utf8')), dir: dirname(path) };
}
