import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textsFor } from '../../dialogs/languages.ts';
import { de, en } from './allTexts.ts';

const locales: readonly [locale: string | undefined, language: string][] = [
  ['en', 'en'],
  ['en-US', 'en'],
  ['de', 'de'],
  ['de-AT', 'de'],
  ['DE_ch', 'de'],
  ['fr', 'en'],
  ['', 'en'],
  ['constructor', 'en'],
  [undefined, 'en'],
];

for (const [locale, language] of locales) {
  test(`the locale ${locale} is spoken to in ${language}`, () => {
    assert.equal(textsFor(locale).locale, language);
  });
}

test('no text is empty, and none is left in English by mistake', () => {
  const [english, german] = [flat(en), flat(de)];
  assert.deepEqual(Object.keys(german), Object.keys(english));
  for (const [key, text] of Object.entries(german)) {
    assert.notEqual(text, '', key);
    assert.notEqual(text, english[key], key);
  }
});

function flat(texts: object): Record<string, string> {
  const entries = Object.entries(texts).flatMap(([key, text]): [string, string][] => {
    if (typeof text === 'function') return [[key, text('1', '2')]];
    if (typeof text === 'object') return Object.entries(flat(text)).map(([k, t]) => [`${key}.${k}`, t]);
    return [[key, text]];
  });
  return Object.fromEntries(entries);
}
