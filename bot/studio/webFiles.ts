import { globSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { makeLazily } from '../../cards/lazily.ts';

/** A file of the page, read with each request. */
interface WebFile {
  readonly path: string;
  readonly type: string;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const ownDir = join(import.meta.dirname, 'web');
/** The Messenger of the sandbox, whose drawing of a card the preview uses. */
const messengerDir = join(import.meta.dirname, '..', '..', 'sandbox', 'web');

/** The files that the Studio serves, by their addresses, and the import map of the page. */
interface WebFiles {
  readonly files: ReadonlyMap<string, WebFile>;
  readonly imports: Readonly<Record<string, string>>;
}

/** Lists, once, the files of the page, the Messenger's drawing, and the libraries. */
export const listWebFiles = makeLazily((): WebFiles => {
  const files = new Map<string, WebFile>();
  const add = (address: string, path: string): void => {
    const type = types[extname(address)];
    if (type !== undefined) files.set(address, { path, type });
  };
  const addFolder = (address: string, dir: string, pattern: string): void => {
    for (const name of globSync(pattern, { cwd: dir }))
      add(`${address}/${name.split(sep).join('/')}`, join(dir, name));
  };
  addFolder('/studio', ownDir, '**/*.{js,css}');
  addFolder('/web', messengerDir, '*.{js,css,svg}');
  addFolder('/pictures', join(messengerDir, 'shop'), '*.png');
  const names = readVendored();
  for (const name of names) add(`/vendor/${name}`, fileURLToPath(import.meta.resolve(`#vendor/${name}`)));
  const modules = names.filter((name) => name.endsWith('.js')).map((name) => name.slice(0, -'.js'.length));
  return { files, imports: Object.fromEntries(modules.map((name) => [name, `/vendor/${name}.js`])) };
});

const packageSchema = z.object({ imports: z.record(z.string(), z.string()) });

/** The files of other packages that pages load, as the `imports` of our package.json name them. */
function readVendored(): string[] {
  const path = findPackageJSON(import.meta.url);
  if (path === undefined) throw new Error('The package.json of the Studio is missing.');
  const { imports } = packageSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return Object.keys(imports).map((name) => name.replace(/^#vendor\//, ''));
}
