import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOf } from '../../dialogs/languages.ts';
import { spoken } from './spokenSentences.ts';

const cases: readonly [text: string, tag: string | undefined, isClear?: boolean][] = [
  ['Wo ist meine Bestellung?', 'de', true],
  ['where is my order 12345', 'en', true],
  ['12345', undefined],
  ['', undefined],
  ['ok', undefined],
  ['Status', undefined],
  ['Angebote', 'de', false],
  ['cancel', 'en', false],
  ['zurückgeben', 'de', true],
  ['¿dónde está mi pedido?', undefined],
  ['où est ma commande 54321 ?', undefined],
  ['👍', undefined],
  [`Guten Tag, ${'12 '.repeat(2_000)}`, 'de', true],
];

for (const [text, tag, isClear] of cases) {
  test(`"${text.slice(0, 40)}" is ${tag ?? 'of no language'}${isClear ? ', clearly' : ''}`, () => {
    assert.deepEqual(languageOf(text), tag && { tag, isClear });
  });
}

test('no sentence of a customer is clearly in the other language', () => {
  const wrong = spoken.filter(({ said, locale }) => {
    const { tag, isClear } = languageOf(said) ?? {};
    return isClear && tag !== locale;
  });
  assert.deepEqual(wrong, []);
});
