import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { lintRules } from '../bot/authoring/lint/findWarnings.ts';
import { settingNames } from '../bot/config/config.ts';
import { checkCard } from '../cards/checks/checkedCard.ts';
import { CodedError, errorCodes } from '../cards/errors.ts';
import { limits } from '../cards/limits.ts';
import { payloadForms, routeOf } from '../dialogs/recognizer/payloadRoutes.ts';
import { card } from './fakes/card.ts';
import { readCookbook } from './fakes/cookbook.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('docs/errors.md says of every code what the registry says, and of no other', () => {
  const rows = Object.entries(errorCodes).map(
    ([code, [meaning, whatToDo]]) => `| \`${code}\` | ${meaning} | ${whatToDo} |`,
  );
  const written = read('docs/errors.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  assert.deepEqual(written, rows);
});

test('CONTRIBUTING.md names only files and folders that are there', () => {
  const named = [
    ...read('CONTRIBUTING.md').matchAll(/`((?:bot|cards|dialogs|docs|sandbox|tests)\/[\w./-]*)`/g),
  ];
  assert.ok(named.length > 10);
  for (const [, path = ''] of named) assert.ok(existsSync(join(root, path)), path);
});

test('an error carries its code, its path and the advice of the registry', () => {
  const error = new CodedError('card.limit', 'Too long.', { path: '$.components[0].text' });
  assert.deepEqual(
    [error.code, error.path, error.hint],
    ['card.limit', '$.components[0].text', errorCodes['card.limit'][1]],
  );
});

test('every recipe of docs/cookbook.md is a card that the checks take, and has a picture', () => {
  const recipes = readCookbook();
  assert.equal(recipes.length, read('docs/cookbook.md').split('\n## ').length - 1);
  for (const { picture, components } of recipes) {
    checkCard(card(components));
    assert.ok(existsSync(join(root, 'docs', 'cookbook', `${picture}.png`)), picture);
  }
});

test('docs/cards.md names every limit as it is', () => {
  const rows = Object.entries(limits).map(
    ([name, l]) => `| ${name} | ${l.max} | ${l.unit} | ${l.source} | ${l.note} |`,
  );
  const text = read('docs/cards.md');
  for (const row of rows) assert.ok(text.includes(row), row);
});

test('.env.example names only settings that are read, and all that an operator sets', () => {
  const named = [...read('.env.example').matchAll(/^# ([A-Za-z_]+)=/gm)].map((match) => match[1] ?? '');
  const notForFiles = ['NODE_ENV', 'HOST', 'SANDBOX_PORT'];
  assert.deepEqual(named.sort(), settingNames.filter((name) => !notForFiles.includes(name)).sort());
});

test('docs/card-authors.md names every warning of lint, and every payload that the dialogs understand', () => {
  const text = read('docs/card-authors.md');
  const rows = [...Object.entries(lintRules), ...payloadForms].map(
    ([name, what]) => `| \`${name}\` | ${what} |`,
  );
  for (const row of rows) assert.ok(text.includes(row), row);
});

test('every payload of the docs is understood', () => {
  for (const [form] of payloadForms) {
    const route = routeOf(form.replace('NUMBER', '12345').replace('SKU', 'LP-10'));
    assert.ok(route !== undefined && route.intent !== 'none', form);
  }
});

test('every link of the docs to a file of the project leads somewhere', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'sandbox/README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((f) => f.endsWith('.md'))
      .map((f) => `docs/${f}`),
  ];
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)]
      .map((match) => match[1] ?? '')
      .filter((link) => !existsSync(join(root, dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  );
  assert.deepEqual(broken, []);
});
