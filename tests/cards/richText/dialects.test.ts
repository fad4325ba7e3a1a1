import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeAdaptive } from '../../../cards/richText/adaptiveDialect.ts';
import { blocksOf } from '../../../cards/richText/blocks.ts';
import { escapeMarkdown } from '../../../cards/richText/escapeMarkdown.ts';
import { cleanMarkdown } from '../../../cards/richText/markdown.ts';
import { writeMessenger } from '../../../cards/richText/messengerDialect.ts';
import { writePlain } from '../../../cards/richText/plainDialect.ts';
import { cleanText } from '../../../cards/richText/text.ts';
import { fc } from '../../fakes/fastCheck.ts';
import { harmlessTexts } from '../corpora/harmlessTexts.ts';
import { hostileTexts } from '../corpora/hostileTexts.ts';
import { dangerousTags, renderMarkdown, shownText } from '../corpora/renderMarkdown.ts';
import { renderMessenger } from '../corpora/renderMessenger.ts';

const clean = (text: string) => blocksOf(cleanMarkdown(text, {}).text);
const forms: [markdown: string, messenger: string, adaptive: string, plain: string][] = [
  ['plain text', 'plain text', 'plain text', 'plain text'],
  ['**a** *b* ~~c~~ `d`', '*a* _b_ ~c~ `d`', '**a** _b_ ~~c~~ d', 'a b ~~c~~ d'],
  ['~~20 €~~ 15 €', '~20 €~ 15 €', '~~20 €~~ 15 €', '~~20 €~~ 15 €'],
  ['***a***', '*_a_*', '**_a_**', 'a'],
  ['# Title\n\ntext', '*Title*\n\ntext', '**Title**\n\ntext', 'Title\n\ntext'],
  ['a\nb\\\nc\n\nd', 'a\nb\nc\n\nd', 'a\n\nb\n\nc\n\nd', 'a\nb\nc\n\nd'],
  ['**a\\\nb**', '*a*\n*b*', '**a**\n\n**b**', 'a\nb'],
  ['*a\\\n&#32;b*', '_a_\n _b_', '_a_\n\n&#32;_b_', 'a\n b'],
  [
    '- a\n- **b**\n  1. c\n  2. d',
    '• a\n• *b*\n  1. c\n  2. d',
    '- a\n- **b**\n  1. c\n  2. d',
    '• a\n• b\n  1. c\n  2. d',
  ],
  ['3. a\n4. b\\\n   c', '3. a\n4. b\n  c', '3. a\n4. b c', '3. a\n4. b\n  c'],
  ['```\na *b*\n\nc\n```', '```a \\*b\\*\n\nc```', 'a \\*b\\*\n\nc', 'a *b*\n\nc'],
  [
    '[x](https://example.com/)',
    '[x](https://example.com/)',
    '[x](https://example.com/)',
    'x (https://example.com/)',
  ],
  [
    '<https://example.com/>',
    '[https://example.com/](https://example.com/)',
    '[https://example.com/](https://example.com/)',
    'https://example.com/',
  ],
  [
    '[example.com](https://example.com)',
    '[example.com](https://example.com/)',
    '[example.com](https://example.com/)',
    'example.com',
  ],
  [
    '<a@example.com>',
    '[a@example.com](mailto:a@example.com)',
    '[a@example.com](mailto:a@example.com)',
    'a@example.com',
  ],
  ['[call](tel:+49301234)', '[call](tel:+49301234)', '[call](tel:+49301234)', 'call (tel:+49301234)'],
  [
    '**[x](https://example.com/*a)**',
    '[*x*](https://example.com/*a)',
    '[**x**](https://example.com/*a)',
    'x (https://example.com/*a)',
  ],
  [
    '**a [x](https://example.com/*a) b**',
    '*a [x](https://example.com/%2Aa) b*',
    '**a [x](https://example.com/*a) b**',
    'a x (https://example.com/*a) b',
  ],
  ['5 * 3', '5 * 3', '5 * 3', '5 * 3'],
  ['5 * 3 * 2', '5 \\* 3 \\* 2', '5 * 3 * 2', '5 * 3 * 2'],
  ['5 * 3 is **15**', '5 \\* 3 is *15*', '5 * 3 is **15**', '5 * 3 is 15'],
  ['\\~5 min', '~5 min', '\\~5 min', '~5 min'],
  ['un*believ*able', 'unbelievable', 'unbelievable', 'unbelievable'],
  ['snake_case and \\_x\\_', 'snake_case and \\_x\\_', 'snake_case and \\_x\\_', 'snake_case and _x_'],
  ['a__b__c', 'a\\_\\_b\\_\\_c', 'a__b__c', 'a__b__c'],
  ['\\==a\\==', '\\=\\=a\\=\\=', '\\==a\\==', '==a=='],
  ['Dear &lt;John>, AT&T', 'Dear <John>, AT&T', 'Dear &lt;John>, AT&T', 'Dear <John>, AT&T'],
  ['&amp;lt;', '\\&lt;', '&amp;lt;', '&lt;'],
  ['C:\\dir\\\\\\*', 'C:\\dir\\\\*', 'C:\\dir\\\\\\*', 'C:\\dir\\*'],
  ['**a\\\\**', 'a\\\\', '**a\\\\**', 'a\\'],
  [
    'Look! [x](https://example.com/)',
    'Look! [x](https://example.com/)',
    'Look! [x](https://example.com/)',
    'Look! x (https://example.com/)',
  ],
  [
    'Look\\![x](https://example.com/)',
    'Look\\![x](https://example.com/)',
    'Look\\![x](https://example.com/)',
    'Look!x (https://example.com/)',
  ],
  ['`a``b`', 'a\\`\\`b', 'a\\`\\`b', 'a``b'],
];

describe('Markdown dialects', () => {
  for (const [markdown, messenger, adaptive, plain] of forms) {
    it(`writes ${JSON.stringify(markdown)} for the Messenger, Adaptive Cards and as plain text`, () => {
      const canonical = clean(markdown);
      assert.equal(writeMessenger(canonical), messenger);
      assert.equal(writeAdaptive(canonical), adaptive);
      assert.equal(writePlain(canonical), plain);
    });
  }

  for (const text of harmlessTexts) {
    it(`shows a placed value as typed: ${JSON.stringify(text)}`, () => {
      const canonical = clean(`Value: ${escapeMarkdown(text)}.`);
      assert.equal(shownText(renderMessenger(writeMessenger(canonical))), `Value: ${text}.`);
      assert.equal(writePlain(canonical), `Value: ${text}.`);
      const adaptive = shownText(renderMarkdown(writeAdaptive(canonical)).replaceAll('</p>\n<p>', '\n'));
      const lines = (value: string): string[] => value.split('\n').filter((line) => line !== '');
      assert.deepEqual(lines(adaptive), lines(`Value: ${text}.`));
    });
  }

  const addresses: [address: string, inMarks?: { bold?: string; italic?: string; strike?: string }][] = [
    ['https://shop.example.com/'],
    ['https://shop.example.com/a_b?x=1&y=2#z'],
    ['https://shop.example.com/_a_b'],
    ['https://shop.example.com/a==b==c'],
    ['https://shop.example.com/`a`'],
    ['https://shop.example.com/[a](b)c'],
    ['https://shop.example.com/a\\.b'],
    ['https://shop.example.com/?a=1&lt;2'],
    ['www.example.com/_a_b'],
    ['https://shop.example.com/*a*b', { bold: 'https://shop.example.com/%2Aa%2Ab' }],
    ['https://shop.example.com/~a~b', { strike: 'https://shop.example.com/%7Ea%7Eb' }],
    ['https://shop.example.com/a_-b', { italic: 'https://shop.example.com/a%5F-b' }],
  ];
  for (const [address, { bold = address, italic = address, strike = address } = {}] of addresses) {
    it(`leaves an address without a link whole, with marks and without: ${address}`, () => {
      const shown = (markdown: string): string =>
        renderMessenger(writeMessenger(clean(markdown))).replaceAll('&amp;', '&');
      const linked = (shownAddress: string): string => `<a href="${shownAddress}">${shownAddress}</a>`;
      const value = escapeMarkdown(address);
      const others = '*x* **y** ~~z~~ \\==m\\==';
      const marked = '<em>x</em> <strong>y</strong> <s>z</s> ==m==';
      assert.equal(shown(`a ${value} b ${others}`), `a ${linked(address)} b ${marked}`);
      assert.equal(shown(`**a ${value} b** ${others}`), `<strong>a ${linked(bold)} b</strong> ${marked}`);
      assert.equal(shown(`*a ${value} b* ${others}`), `<em>a ${linked(italic)} b</em> ${marked}`);
      assert.equal(shown(`~~a ${value} b~~ ${others}`), `<s>a ${linked(strike)} b</s> ${marked}`);
    });
  }

  for (const value of [
    '[https://bank.example/](https://evil.example/)',
    '[see www.bank.example](https://evil.example/)',
    '*[https://bank.example/a](https://evil.example/ "x")*',
  ]) {
    it(`makes no link of a value that is spelled like one: ${value}`, () => {
      const text = `Value: ${escapeMarkdown(value)} *x* **y**`;
      const html = renderMessenger(writeMessenger(clean(text)));
      assert.doesNotMatch(html, /href="https:\/\/evil/);
      assert.equal(shownText(html).replaceAll('%2A', '*'), `Value: ${value} x y`);
    });
  }

  it('makes no link of code that is spelled like one', () => {
    const link = '[https://bank.example/](https://evil.example/)';
    for (const markdown of [`a \`${link}\``, `\`\`\`\n${link}\n\`\`\``]) {
      assert.doesNotMatch(renderMessenger(writeMessenger(clean(markdown))), /href="https:\/\/evil/);
    }
  });

  it('lets nothing hostile act', () => {
    for (const raw of hostileTexts) {
      const canonical = clean(raw);
      const link = /href="(?!https?:\/\/|www\.|mailto:|tel:\+)/;
      assert.doesNotMatch(renderMessenger(writeMessenger(canonical)), link);
      assert.deepEqual(dangerousTags(renderMarkdown(writeAdaptive(canonical))), []);
      const value = clean(escapeMarkdown(cleanText(raw, 'block')));
      assert.doesNotMatch(renderMessenger(writeMessenger(value)), /<(?!a |\/a>)/, raw);
    }
  });

  it('shows in the Messenger any value as it was typed', () => {
    const part = fc.constantFrom(
      '*',
      '**',
      '_',
      '__',
      '~',
      '`',
      '```',
      '==',
      '=',
      '[',
      ']',
      '(',
      ')',
      '](',
      '!',
      '&',
      '&lt;',
      '<b>',
      '\\',
      ' ',
      'a',
      'b',
      '1',
      '.',
      'é',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 16 }).map((parts) => parts.join('')),
        (raw) => {
          const lines = cleanText(raw, 'block').split('\n');
          const text = lines
            .map((line) => line.replace(/[ \t]+$/, ''))
            .join('\n')
            .trim();
          if (text === '') return;
          const messenger = writeMessenger(clean(escapeMarkdown(text)));
          assert.equal(shownText(renderMessenger(messenger)), text);
          const marked = writeMessenger(clean(`**x** *y* ~~z~~ \`c\` ${escapeMarkdown(`a ${text} b`)}`));
          const marks = '<strong>x</strong> <em>y</em> <s>z</s> <code>c</code> a ';
          assert.equal(renderMessenger(marked).slice(0, marks.length), marks);
          assert.equal(shownText(renderMessenger(marked)), `x y z c a ${text} b`);
        },
      ),
    );
  });
});
