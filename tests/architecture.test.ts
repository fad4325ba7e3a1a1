import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, posix, relative, sep } from 'node:path';
import { test } from 'node:test';
import { layers } from './layers.ts';

const root = join(import.meta.dirname, '..');
const rooms = ['bot', 'cards', 'dialogs', 'sandbox'] as const;

interface Import {
  from: string;
  to: string;
}

function importsOf(room: string): Import[] {
  return readdirSync(join(root, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((file) => {
      const source = readFileSync(file, 'utf8');
      const specifiers = [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
        (match) => match[1] ?? '',
      );
      const from = relative(root, file).split(sep).join('/');
      return specifiers.map((specifier) => ({
        from,
        to: specifier.startsWith('.')
          ? relative(root, join(file, '..', specifier))
              .split(sep)
              .join('/')
          : specifier,
      }));
    });
}

const all = rooms.flatMap(importsOf);
const inRoom = (path: string, room: string) => path.startsWith(`${room}/`);

function offenders(from: (path: string) => boolean, to: (target: string) => boolean): string[] {
  return all.filter((i) => from(i.from) && to(i.to)).map((i) => `${i.from} imports ${i.to}`);
}

test('the rooms hold files, so that the rules below say something', () => {
  for (const room of rooms)
    assert.ok(
      all.some((i) => inRoom(i.from, room)),
      room,
    );
});

test('cards imports nothing of the other rooms and none of the bot libraries', () => {
  const foreign = /^(bot|dialogs|sandbox)\/|^(botbuilder|botframework|restify|applicationinsights)/;
  assert.deepEqual(
    offenders(
      (f) => inRoom(f, 'cards'),
      (t) => foreign.test(t),
    ),
    [],
  );
});

test('the rooms of the connector know no SDK, and no adapter of one', () => {
  const rooms = /^bot\/channels\/botConnector\/(?:wire|session|turn|http)\//;
  const sdk =
    /^(?:botbuilder|botframework|@microsoft\/agents)|^bot\/channels\/botConnector\/(?:botbuilder|agents)\.ts$/;
  assert.deepEqual(
    offenders(
      (f) =>
        rooms.test(f) ||
        f === 'bot/channels/botConnector/connector.ts' ||
        f === 'bot/channels/botConnector/createEndpoints.ts',
      (t) => sdk.test(t),
    ),
    [],
  );
});

test('the requests of the connector know of a message only that it is one', () => {
  const shows = /^cards\/(?:formats|readers|richText)\/|^bot\/channels\/botConnector\/(?:turn|http)\//;
  assert.deepEqual(
    offenders(
      (f) => inRoom(f, 'bot/channels/botConnector/session'),
      (t) => shows.test(t),
    ),
    [],
  );
});

test('dialogs imports, of the other rooms, cards only', () => {
  assert.deepEqual(
    offenders(
      (f) => inRoom(f, 'dialogs'),
      (t) => /^(bot|sandbox)\//.test(t),
    ),
    [],
  );
});

test('the dialogs know the Bot Framework SDK by one file', () => {
  assert.deepEqual(
    offenders(
      (f) => inRoom(f, 'dialogs') && f !== 'dialogs/sdk.ts',
      (t) => /^botbuilder/.test(t),
    ),
    [],
  );
});

test('the sandbox and the bot know nothing of each other', () => {
  assert.deepEqual(
    offenders(
      (f) => inRoom(f, 'sandbox'),
      (t) => /^(bot|cards|dialogs)\//.test(t),
    ),
    [],
  );
  assert.deepEqual(
    offenders(
      (f) => !inRoom(f, 'sandbox'),
      (t) => inRoom(t, 'sandbox'),
    ),
    [],
  );
});

test('the Studio is no part of the bot: only commands load it', () => {
  assert.deepEqual(
    offenders(
      (f) => !/^bot\/(?:cli|studio)\//.test(f),
      (t) => inRoom(t, 'bot/studio'),
    ),
    [],
  );
});

test('only checks and the template compiler can brand a card as checked', () => {
  const users = all.filter((i) => i.to === 'cards/checks/checkedCard.ts').map((i) => i.from);
  const sealing = users.filter((file) => /\bsealCard\b/.test(readFileSync(join(root, file), 'utf8')));
  assert.deepEqual(sealing.toSorted(), ['cards/templates/compileTemplate.ts']);
});

test('the layers of cards point one way', () => {
  const layerOf = (path: string): number => {
    const part = path.split('/')[1] ?? '';
    const layer = layers.findIndex((parts) => parts.includes(part));
    assert.notEqual(layer, -1, `${path} stands in no layer`);
    return layer;
  };
  const isUpward = ({ from, to }: Import): boolean =>
    inRoom(from, 'cards') &&
    inRoom(to, 'cards') &&
    from.split('/')[1] !== to.split('/')[1] &&
    layerOf(from) <= layerOf(to) &&
    layerOf(from) > 0;
  assert.deepEqual(
    all.filter(isUpward).map(({ from, to }) => `${from} imports ${to}`),
    [],
  );
});

test('no file imports itself by way of others; types alone may', () => {
  const imports = new Map<string, string[]>();
  for (const file of new Set(all.map(({ from }) => from))) {
    const code = stripTypeScriptTypes(readFileSync(join(root, file), 'utf8'));
    const specifiers = [
      ...code.matchAll(/^(?:import|export)\b[^'";]*?from\s*'(\.[^']+)'|^import\s*'(\.[^']+)'/gm),
    ];
    imports.set(
      file,
      specifiers.map(([, from, alone]) => posix.join(posix.dirname(file), from ?? alone ?? '')),
    );
  }
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) cycles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
    if (way.includes(file) || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  assert.deepEqual(cycles, []);
});
