import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { defer, deferPackages, share } from '../../../bot/process/deferPackages.ts';

const folder = mkdtempSync(join(tmpdir(), 'defer-'));
const { cache } = createRequire(import.meta.url);
after(() => {
  for (const path of Object.keys(cache)) if (path.startsWith(folder)) delete cache[path];
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a package `owner` that has a `part` of its own, and returns the `require` of its files. */
function writeOwner(owner: string, code: string, version = '1.0.0'): NodeJS.Require {
  const part = join(folder, owner, 'node_modules', 'part');
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, 'package.json'), JSON.stringify({ version }));
  writeFileSync(join(part, 'index.js'), code);
  return createRequire(join(folder, owner, 'index.js'));
}

const isLoaded = (require: NodeJS.Require) => (cache[require.resolve('part')]?.children.length ?? 0) > 0;
const child = "require('./package.json');";

for (const [name, code, key] of [
  ['a named member', `${child} exports.word = 'read';`, 'word'],
  ['the default of an ES module', `${child} exports.__esModule = true; exports.default = 'read';`, 'default'],
  ['the default of a package that is one value', `${child} module.exports = 'read';`, 'default'],
] as const)
  test(`a deferred package is loaded when somebody reads ${name}`, () => {
    const require = writeOwner(key + name.length, code);
    defer(require, 'part');
    const part: unknown = require('part');
    assert.equal(Reflect.get(Object(part), '__esModule'), true);
    assert.equal(isLoaded(require), false);
    assert.equal(Reflect.get(Object(part), key), 'read');
    assert.equal(isLoaded(require), true);
  });

/** Each member of the package that is also a function: how it is used, and what that gives. */
const uses: [how: string, use: (part: unknown, path: string) => unknown, gives: unknown][] = [
  ['calls it', (part) => Reflect.apply(Object(part), undefined, ['Ada']), 'called by Ada'],
  ['makes one of it', (part) => Object(Reflect.construct(Object(part), ['Ada'])).name, 'Ada'],
  [
    'asks whether something is one of it',
    (part) => Reflect.construct(Object(part), []) instanceof Object(part),
    true,
  ],
  ['asks what kind it is', (part) => typeof part, 'function'],
  ['asks for its members', (part) => Object.keys(Object(part)), ['word']],
  ['asks whether it has a member', (part) => ['word' in Object(part), 'none' in Object(part)], [true, false]],
  ['copies it', (part) => ({ ...Object(part) }), { word: 'read' }],
  ['imports a member', async (_, path) => (await import(path)).word, 'read'],
];
for (const [how, use, gives] of uses)
  test(`a deferred package is as any other for who ${how}`, async () => {
    const require = writeOwner(
      how,
      "module.exports = function (name) { if (new.target) this.name = name; else return 'called by ' + name; }; module.exports.word = 'read';",
    );
    defer(require, 'part');
    const path = pathToFileURL(require.resolve('part')).href;
    assert.deepEqual(await use(require('part'), path), gives);
  });

test('what is not installed where it is looked for ends nothing', () => {
  deferPackages(pathToFileURL(join(folder, 'index.js')).href);
});

test('a package that is loaded already stays as it is', () => {
  const require = writeOwner('early', "exports.word = 'read'");
  const part: unknown = require('part');
  defer(require, 'part');
  assert.equal(require('part'), part);
});

for (const [version, isShared] of [
  ['1.0.0', true],
  ['1.0.1', false],
] as const)
  test(`a copy of version ${version} ${isShared ? 'stands in' : 'does not stand in'} for one of 1.0.0`, () => {
    const first = writeOwner(`first${version}`, 'exports.word = {}', version);
    const second = writeOwner(`second${version}`, 'exports.word = {}');
    share('part', first, second);
    assert.equal(first('part') === second('part'), isShared);
  });
