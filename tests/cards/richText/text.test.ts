import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cleanText, hasVisibleText, isCleanPayload } from '../../../cards/richText/text.ts';
import { anyCharacter, fc } from '../../fakes/fastCheck.ts';
import { harmlessTexts } from '../corpora/harmlessTexts.ts';
import { hostileTexts } from '../corpora/hostileTexts.ts';

/** Any UTF-16 there is, lone surrogates and rare characters included. */
const anyText = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        '\ud83d',
        '\ude00',
        '\r',
        '\n',
        '\0',
        '\ufeff',
        '\u202e',
        'e',
        '\u0301',
        '\u{e0067}',
        '\u{1f3f4}',
        '\t',
        'a',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('plain text', () => {
  it('has a corpus that is large enough to mean something', () => {
    assert.ok(new Set(hostileTexts).size >= 150);
    assert.ok(new Set(harmlessTexts).size >= 100);
  });

  for (const text of harmlessTexts) {
    it(`carries as typed: ${JSON.stringify(text)}`, () => {
      assert.equal(cleanText(text, 'block'), text);
      assert.equal(cleanText(text, 'line'), text.replace(/[\n\t]+/g, ' '));
      assert.ok(hasVisibleText(text));
    });
  }

  const changes: [what: string, raw: string, block: string, line: string][] = [
    ['CR LF and CR become LF, in a line one blank', 'a\r\nb\rc\n\nd', 'a\nb\nc\n\nd', 'a b c d'],
    ['TAB stays in a block', 'a\tb', 'a\tb', 'a b'],
    ['controls go', 'a\0b\u0007c\u001bd\u007fe\u009bf', 'abcdef', 'abcdef'],
    ['other line breaks become LF', 'a\u000bb\u000cc\u0085d', 'a\nb\nc\nd', 'a b c d'],
    ['a control between CR and LF goes first', 'a\r\0\nb', 'a\nb', 'a b'],
    ['bidi overrides and isolates go', 'a\u202ab\u202ec\u2066d\u2069e', 'abcde', 'abcde'],
    [
      'direction marks and joiners stay',
      'a\u200eb\u200fc\u200cd\u200de\u00adf',
      'a\u200eb\u200fc\u200cd\u200de\u00adf',
      'a\u200eb\u200fc\u200cd\u200de\u00adf',
    ],
    ['BOM and tag characters go', '\ufeffa\u{e0001}b\u{e0041}\u{e007f}', 'ab', 'ab'],
    ['the flag of Wales stays', '🏴󠁧󠁢󠁷󠁬󠁳󠁿', '🏴󠁧󠁢󠁷󠁬󠁳󠁿', '🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
    ['other tag sequences on a flag go', '\u{1f3f4}\u{e0068}\u{e0069}\u{e007f}', '\u{1f3f4}', '\u{1f3f4}'],
    ['lone surrogates become U+FFFD', 'a\ud800b\udc00', 'a\ufffdb\ufffd', 'a\ufffdb\ufffd'],
    [
      'halves of a pair are not joined by what goes between',
      '\ud83d\ufeff\ude00',
      '\ufffd\ufffd',
      '\ufffd\ufffd',
    ],
    ['composed to NFC', 'e\u0301 A\u030a', 'é Å', 'é Å'],
    ['a line separator breaks no line', 'a\u2028b', 'a\u2028b', 'a b'],
    ['markup is text', '<b onclick="x">&amp;</b>', '<b onclick="x">&amp;</b>', '<b onclick="x">&amp;</b>'],
  ];
  for (const [what, raw, block, line] of changes) {
    it(what, () => {
      assert.equal(cleanText(raw, 'block'), block);
      assert.equal(cleanText(raw, 'line'), line);
    });
  }

  it('is treated only once, whatever it is', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('line' as const, 'block' as const), (text, kind) => {
        const once = cleanText(text, kind);
        assert.equal(cleanText(once, kind), once);
        assert.ok(once.isWellFormed());
        assert.doesNotMatch(once, kind === 'line' ? /\p{Cc}/u : /[^\P{Cc}\t\n]/u);
      }),
    );
  });

  it('takes the short way only when the long way changes nothing', () => {
    for (let code = 0; code < 0x10000; code += 1) {
      const text = `a${String.fromCharCode(code)}b`;
      if (cleanText(text, 'block') === text) assert.equal(text.normalize('NFC').toWellFormed(), text);
    }
  });

  it('holds nothing hidden, even of hostile texts', () => {
    for (const text of hostileTexts) {
      assert.doesNotMatch(
        cleanText(text, 'line'),
        /[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u,
      );
    }
  });
});

describe('visible text', () => {
  const nothing = [
    '',
    ' ',
    '\n\t',
    '\u00a0\u3000',
    '\u200b\u200c\u200d',
    '\u3164\u115f\u1160\uffa0',
    '\u2800',
    '\ufe0f',
    '\u00ad',
    '\ufff9',
  ];
  for (const text of nothing) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(hasVisibleText(text), false));
  }
  for (const text of ['a', '👍', '.', ' x ', '中', '\ufffd', '\u200f\u05d0']) {
    it(`is ${JSON.stringify(text)}`, () => assert.equal(hasVisibleText(text), true));
  }
});

describe('payloads', () => {
  for (const payload of ['order.cancel:12345', '{"a":"ä"}', 'e\u0301', '👍🏽', 'a b', '<x>', '\u200d']) {
    it(`come back byte for byte: ${JSON.stringify(payload)}`, () =>
      assert.equal(isCleanPayload(payload), true));
  }
  for (const payload of [
    'a\tb',
    'a\nb',
    'a\rb',
    'a\0',
    '\u007f',
    '\u0085',
    '\ud800',
    'a\u202eb',
    '\ufeffa',
    'a\u{e0041}',
  ]) {
    it(`are refused: ${JSON.stringify(payload)}`, () => assert.equal(isCleanPayload(payload), false));
  }
});
