import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanText, hasVisibleText, isCleanPayload } from '../../../cards/richText/text.ts';
import { isSimpleText, quote } from '../../../cards/templates/simpleText.ts';
import { fc } from '../../fakes/fastCheck.ts';

const cases: [text: string, isSimple: boolean][] = [
  ['Your order 12345 was shipped.', true],
  ['Größe: 5 €'.replace('€', 'EUR'), true],
  ['\u00a0 x', true],
  ['Tom & Jerry <3 [x](y) *z*', true],
  ['', false],
  [' ', false],
  ['\u00a0', false],
  ['\u00ad', false],
  ['say "hello"', false],
  ['C:\\temp', false],
  ['two\nlines', false],
  ['a\u007fb', false],
  ['a\u0085b', false],
  ['a\u0301', false],
  ['日本', false],
  ['\ud800', false],
];
for (const [text, isSimple] of cases) {
  test(`${JSON.stringify(text)} is ${isSimple ? '' : 'not '}simple`, () =>
    assert.equal(isSimpleText(text), isSimple));
}

/** Latin characters, and those around the edges of what is simple. */
const unit = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0x20, max: 0x2ff }).map((code) => String.fromCharCode(code)) },
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
);

test('no treatment changes a simple text, and JSON holds it without an escape', () => {
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 20 }), (text) => {
      fc.pre(isSimpleText(text));
      assert.equal(cleanText(text, 'line'), text);
      assert.equal(cleanText(text, 'block'), text);
      assert.ok(hasVisibleText(text));
      assert.ok(isCleanPayload(text));
      assert.equal(JSON.stringify(text), `"${text}"`);
    }),
  );
  for (let code = 0; code <= 0xffff; code += 1) {
    const text = String.fromCharCode(code);
    if (isSimpleText(text)) assert.ok(hasVisibleText(text) && cleanText(text, 'line') === text, `U+${code}`);
  }
});

test('between its quotes any text is what JSON makes of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(`"${quote(text)}"`, JSON.stringify(text));
    }),
  );
});
