import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPlainMarkdown, parseMarkdown } from '../../../cards/richText/blocks.ts';
import { escapeMarkdown } from '../../../cards/richText/escapeMarkdown.ts';
import { cleanMarkdown } from '../../../cards/richText/markdown.ts';
import { cleanText } from '../../../cards/richText/text.ts';
import { anyCharacter, fc, hostileLength } from '../../fakes/fastCheck.ts';
import { harmlessTexts } from '../corpora/harmlessTexts.ts';
import { hostileTexts } from '../corpora/hostileTexts.ts';
import { dangerousTags, renderMarkdown, shownText } from '../corpora/renderMarkdown.ts';

const anyHost = {};
const clean = (text: string): string => cleanMarkdown(text, anyHost).text;

/** Pieces of Markdown and of what breaks parsers; random strings of them find more than random characters. */
const fragments = [
  ...[
    '*',
    '**',
    '***',
    '_',
    '__',
    '~',
    '~~',
    '`',
    '``',
    '```',
    '```\n',
    '~~~',
    '[',
    ']',
    '(',
    ')',
    '](',
    '![',
    '!',
  ],
  ...[
    '](https://a.com)',
    '](javascript:x)',
    '[x](https://a.com)',
    '![i](https://b.com/x.png)',
    '<https://a.com>',
  ],
  ...[
    '[a]: https://b.com\n',
    '[a]',
    '<',
    '>',
    '<b>',
    '</b>',
    '<!--',
    '&',
    '&amp;',
    '&lt;',
    '&#32;',
    '&#10;',
    '&#x202e;',
  ],
  ...[
    '&nbsp;',
    '&#97;',
    '&#x301;',
    ';',
    '\\',
    '\\\n',
    '\n',
    '\n\n',
    ' ',
    '  ',
    '    ',
    '\t',
    '  \n',
    'a',
    'b',
    'é',
    '1',
  ],
  ...[
    '1. ',
    '12) ',
    '- ',
    '- - ',
    '+ ',
    '> ',
    '# ',
    '---',
    '===',
    '==',
    '|',
    '.',
    ':',
    '"',
    'https://a.com/',
    'a@b.com',
  ],
  ...['😀', '\u0301', '\u0338', '\u00a0', '\u200d', '\ud800', 'word '],
];
const nasty = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(fc.constantFrom(...fragments), { maxLength: 16 }).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom(...hostileTexts, ...harmlessTexts) },
);

describe('escapeMarkdown', () => {
  for (const text of [
    'Tom & Jerry <3 AT&T',
    'Your order has been processed successfully.',
    'a - b (c) 12.50 EUR #1',
    'x < y && y > z',
    '5 * 3 = 15, a == b, a _ b',
    'snake_case_name.pdf',
    'items[0] = 5, items[1] = 6',
    'C:\\dir\\file',
    '+49 30 1234, -5 °C, 3.5, (1)',
    'https://shop.example.com/a_b?x=1&y=2',
    '',
  ]) {
    it(`leaves alone what means nothing: ${JSON.stringify(text)}`, () =>
      assert.equal(escapeMarkdown(text), text));
  }

  const escaped: [text: string, markdown: string][] = [
    ['<b>', '&lt;b>'],
    ['&amp;', '&amp;amp;'],
    ['> x', '&gt; x'],
    ['*a* _b_ ~c~ `d`', '\\*a\\* \\_b\\_ \\~c\\~ \\`d\\`'],
    ['[a](b)', '\\[a&#93;(b)'],
    ['[a]', '\\[a\\]'],
    ['# a', '\\# a'],
    ['- a', '\\- a'],
    ['12. Mai', '12\\. Mai'],
    ['==a==', '\\==a\\=='],
    ['---', '\\---'],
    ['a\nb\n\nc', 'a\\\nb\\\n\\\nc'],
    ['a\n  b', 'a\\\n&#32; b'],
    [' a\t', '&#32;a&#9;'],
    ['\u00a0a\u3000', '&#160;a&#12288;'],
    ['\u2009', '&#8201;'],
    ['ends\\', 'ends\\\\'],
    ['ends <', 'ends &lt;'],
  ];
  for (const [text, markdown] of escaped) {
    it(`escapes ${JSON.stringify(text)}`, () => assert.equal(escapeMarkdown(text), markdown));
  }

  for (const text of harmlessTexts) {
    it(`is shown as typed: ${JSON.stringify(text)}`, () => {
      const html = renderMarkdown(escapeMarkdown(text));
      assert.match(html, /^<p>[\s\S]*<\/p>$/);
      assert.equal(shownText(html), text);
    });
  }

  it('shows hostile texts as text', () => {
    for (const raw of hostileTexts) {
      const text = cleanText(raw, 'block');
      const html = renderMarkdown(escapeMarkdown(text));
      assert.deepEqual(html.match(/<(?!\/?p>|br \/>)[^>]*>/g), null, raw);
      if (text.trim() !== '') assert.equal(shownText(html), text);
    }
  });

  const places: [before: string, after: string][] = [
    ['Hello ', ', welcome'],
    ['x', 'y'],
    ['**', '**'],
    ['*a ', ' b*'],
    ['~~', '~~'],
    ['[', '](https://example.com/)'],
    ['- ', '\n- next'],
    ['# ', ''],
    ['(', ')'],
    ['1 < ', ' > 0'],
    ['"', '"'],
  ];
  it('stays in its place, whatever stands beside it', () => {
    const word = fc.constantFrom('a', 'word', '1', 'é');
    const value = fc.tuple(word, nasty, word).map((parts) => cleanText(parts.join(''), 'line'));
    fc.assert(
      fc.property(value, fc.constantFrom(...places), (text, [before, after]) => {
        const [start = '', end = ''] = renderMarkdown(`${before}PLACE${after}`).split('PLACE');
        const html = renderMarkdown(before + escapeMarkdown(text) + after);
        assert.equal(html.slice(0, start.length), start);
        assert.equal(end === '' ? '' : html.slice(-end.length), end);
        assert.equal(shownText(html.slice(start.length, html.length - end.length)), text);
      }),
    );
  });

  it('stays in its place with any blank at its edges', () => {
    for (const blank of [' ', '\t', '\u00a0', '\u2009', '\u3000']) {
      for (const text of [`${blank}a`, `a${blank}`, `${blank}a${blank}`]) {
        assert.equal(
          renderMarkdown(`x **${escapeMarkdown(text)}** y`),
          `<p>x <strong>${text}</strong> y</p>`,
        );
      }
    }
  });

  it('shows any text as typed, and through cleanMarkdown without blanks at the ends of lines', () => {
    fc.assert(
      fc.property(nasty, (raw) => {
        const text = cleanText(raw, 'block');
        if (text.trim() === '') return;
        const markdown = escapeMarkdown(text);
        assert.equal(shownText(renderMarkdown(markdown)), text);
        const lines = text.split('\n').map((line) => line.replace(/[ \t]+$/, ''));
        const shown = shownText(renderMarkdown(clean(markdown)));
        if (shown !== '') assert.equal(shown.trim(), lines.join('\n').trim());
      }),
    );
  });
});

describe('cleanMarkdown', () => {
  const forms: [markdown: string, canonical: string][] = [
    ['plain text', 'plain text'],
    ['a\nb', 'a\nb'],
    ['a\n\n\n\nb', 'a\n\nb'],
    ['  a  ', 'a'],
    ['a  \nb', 'a\\\nb'],
    ['__a__ _b_ ~c~ ~~d~~', '**a** *b* \\~c\\~ ~~d~~'],
    ['Takes 2~3 days (express 1~2 days)', 'Takes 2\\~3 days (express 1\\~2 days)'],
    ['`` a`b ``', '``a`b``'],
    ['# Title\n\ntext', '**Title**\n\ntext'],
    ['Title\n===\ntext', '**Title**\n\ntext'],
    ['# *a* b', '**_a_ b**'],
    ['> quote', 'quote'],
    ['a\n\n---\n\nb', 'a\n\nb'],
    ['* a\n* b\n\n  c', '- a\n- b\n\n  c'],
    ['7. a\n7. b', '7. a\n8. b'],
    ['- a\n  1. b', '- a\n  1. b'],
    ['```js\nx < y\n```', '```\nx < y\n```'],
    ['[x](https://example.com)', '[x](https://example.com/)'],
    ['[x](https://example.com "title")', '[x](https://example.com/)'],
    ["[x](https://example.com/a(b)'?x=1&y=2)", '[x](https://example.com/a%28b%29%27?x=1&y=2)'],
    ['[x](https://example.com/?a&copy;)', '[x](https://example.com/?a%C2%A9)'],
    ['[x](https://example.com/?a&amp;copy;)', '[x](https://example.com/?a&amp;copy;)'],
    ['[**x**](mailto:a@example.com)', '[**x**](mailto:a@example.com)'],
    ['[call](tel:+49301234)', '[call](tel:+49301234)'],
    ['<https://example.com/x>', '[https://example.com/x](https://example.com/x)'],
    ['[a]\n\n[a]: https://example.com', '[a](https://example.com/)'],
    ['![alt](https://example.com/p.png)', '[alt](https://example.com/p.png)'],
    ['![alt](data:x)', 'alt'],
    ['[x](javascript:alert(1))', 'x'],
    ['<b>x</b>', '&lt;b>x&lt;/b>'],
    ['Dear <John>', 'Dear &lt;John>'],
    ['&lt;b&gt; &amp;amp; &copy;', '&lt;b> &amp;amp; ©'],
    ['&#x202e;a&#0;', 'a\ufffd'],
    ['**a **', '\\*\\*a **'],
    ['*a **b** c*', '*a **b** c*'],
    ['un*believ*able', 'un*believ*able'],
    ['a | b\n--- | ---', 'a | b\n\\--- | ---'],
    ['***', '\\*\\*\\*'],
    // What has no content is a text that only looks like a list, heading, quote, code, link or rule.
    ['2026.', '2026\\.'],
    ['1)', '1\\)'],
    ['-', '\\-'],
    ['+ ', '\\+'],
    ['#', '\\#'],
    ['## ', '\\##'],
    ['>', '&gt;'],
    ['```', '\\`\\`\\`'],
    ['~~~', '\\~\\~\\~'],
    ['---', '\\---'],
    ['[Status]: shipped', '\\[Status]: shipped'],
    ['[Order 5]: https://example.com/5\nSecond line', '\\[Order 5]: https://example.com/5\n\nSecond line'],
    ['Year\n\n2026.', 'Year\n\n2026\\.'],
    ['A\n\n***\n\nB', 'A\n\nB'],
    ['- a\n-\n- b', '- a\n- b'],
    ['[a][1]\n\n[1]: https://example.com/a', '[a](https://example.com/a)'],
  ];
  for (const [markdown, canonical] of forms) {
    it(`writes ${JSON.stringify(markdown)} as ${JSON.stringify(canonical)}`, () => {
      assert.equal(clean(markdown), canonical);
      assert.equal(clean(canonical), canonical);
    });
  }

  const links: [text: string, url: string, kept: boolean][] = [
    ['our shop', 'https://shop.example.com/', true],
    ['example.com', 'https://example.com/', true],
    ['Example.COM', 'https://example.com/x', true],
    ['www.example.com', 'https://example.com/', true],
    ['example.com', 'https://www.example.com/', true],
    ['https://example.com/a', 'https://example.com/b', true],
    ['bücher.example', 'https://xn--bcher-kva.example/', true],
    ['invoice.pdf', 'https://example.com/invoice.pdf', true],
    ['e.g. this, z.B. das, v1.2', 'https://example.com/', true],
    ['https://example.com/archive.zip', 'https://example.com/archive.zip', true],
    ['help@example.com', 'mailto:help@example.com', true],
    ['bank.com', 'https://evil.net/', false],
    ['https://bank.com/login', 'https://evil.net/login', false],
    ['Log in at **bank.com** now', 'https://evil.net/', false],
    ['bank.com/evil.net', 'https://evil.net/', false],
    ['https://bank.com@evil.net', 'https://evil.net/', false],
    ['bank。com', 'https://evil.net/', false],
    ['bank\uff0ecom', 'https://evil.net/', false],
    ['bank\u2024com', 'https://evil.net/', false],
    ['bank\u200b.com', 'https://evil.net/', false],
    ['ｂａｎｋ.com', 'https://evil.net/', false],
    ['bank&#46;com', 'https://evil.net/', false],
    ['example.com', 'https://example.com.evil.net/', false],
    ['bank.com', 'mailto:bank@evil.net', false],
    ['help@bank.com', 'mailto:help@evil.net', false],
  ];
  for (const [text, url, kept] of links) {
    it(`${kept ? 'keeps' : 'drops'} a link to ${url} that shows ${JSON.stringify(text)}`, () => {
      const { text: out, dropped } = cleanMarkdown(`[${text}](${url})`, anyHost);
      assert.equal(out.includes(']('), kept);
      assert.equal(dropped.length, kept ? 0 : 1);
    });
  }

  it('says what was lost, without the text', () => {
    const { dropped } = cleanMarkdown(
      '![secret](https://example.com/p.png) [secret](javascript:secret)\n\n---',
      anyHost,
    );
    assert.deepEqual(dropped, [
      'a picture became a link',
      'a link became its text: the address must begin with https://, mailto: or tel:',
      'a horizontal rule was removed',
    ]);
  });

  it('follows the policy it is given, not the one before', () => {
    const text = '[x](https://example.com/)';
    assert.equal(cleanMarkdown(text, { linkHosts: ['example.com'] }).text, text);
    assert.equal(cleanMarkdown(text, { linkHosts: ['example.org'] }).text, 'x');
    assert.equal(cleanMarkdown(text, anyHost).text, text);
  });

  it('flattens lists deeper than six levels', () => {
    const deep = Array.from({ length: 9 }, (_, i) => `${'  '.repeat(i)}- ${i}`).join('\n');
    const { text, dropped } = cleanMarkdown(deep, anyHost);
    assert.equal(Math.max(...text.split('\n').map((line) => line.search(/\S/))), 12);
    assert.equal(dropped.length, 3);
    for (let i = 0; i < 9; i += 1) assert.ok(text.includes(String(i)));
  });

  for (const text of harmlessTexts) {
    it(`keeps a placed value as typed: ${JSON.stringify(text)}`, () => {
      const { text: markdown, dropped } = cleanMarkdown(`Value: ${escapeMarkdown(text)}.`, anyHost);
      assert.deepEqual(dropped, []);
      assert.equal(shownText(renderMarkdown(markdown)), `Value: ${text}.`);
    });
  }

  for (const text of hostileTexts) {
    it(`disarms ${JSON.stringify(text.slice(0, 60))}`, () => {
      const { text: markdown } = cleanMarkdown(text, anyHost);
      const html = renderMarkdown(markdown);
      assert.deepEqual(dangerousTags(html), []);
      assert.doesNotMatch(html, /href="[^"]*(?:evil|tracker|bank)\.example[^"]*">[^<]*bank\./);
      assert.equal(clean(markdown), markdown);
    });
  }

  it('is idempotent where characters of two pieces become one', () => {
    const once = cleanMarkdown('==[\u0338](javascript:x)', anyHost).text;
    assert.equal(once, '=\u2260');
    assert.equal(cleanMarkdown(once, anyHost).text, once);
  });

  it('is idempotent and safe for any text', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const once = cleanMarkdown(text, anyHost).text;
        const twice = cleanMarkdown(once, anyHost);
        assert.equal(twice.text, once);
        assert.deepEqual(twice.dropped, []);
        assert.deepEqual(dangerousTags(renderMarkdown(once)), []);
        assert.equal(cleanText(once, 'block'), once);
      }),
    );
  });

  it('takes the short way only where the long way changes nothing', () => {
    const line = fc.array(
      fc.constantFrom(
        'a',
        ' ',
        '-',
        '+',
        '#',
        '1',
        '.',
        ')',
        '&',
        ';',
        '<',
        '>',
        '_',
        '=',
        '|',
        ':',
        '[',
        ']',
        '(',
        '!',
        '\n',
      ),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(
        line.map((parts) => parts.join('')),
        (text) => {
          if (!isPlainMarkdown(text) || text === '') return;
          // A mark beside it makes the long way necessary and ends its last line.
          const [head = '', tail] = clean(`${text}\n\n*x*`).split('\n\n*x*');
          assert.equal(head, text);
          assert.equal(tail, '');
          assert.doesNotMatch(renderMarkdown(text), /<(?!\/?p>)/);
        },
      ),
    );
  });
});

describe('long and deep Markdown', () => {
  it('shows a text that is longer than any that is checked as it was typed, and says so', () => {
    const { text, dropped } = cleanMarkdown('*a* '.repeat(5_001), {});
    assert.ok(text.startsWith('\\*a\\* '));
    assert.deepEqual(dropped, ['the marks of a long text are text']);
  });

  const length = hostileLength(10_000);
  const repeat = (part: string): string => part.repeat(Math.ceil(length / part.length)).slice(0, length);
  const parts = [
    ...[
      '> ',
      '- ',
      '1. ',
      '+ * - ',
      '> - ',
      '[',
      '![',
      ']',
      '](',
      '[a](',
      '[*a',
      '*',
      '*a',
      '_a',
      '*a **a ',
      '*a**b***c*',
    ],
    ...[
      '~a~~b~',
      '`',
      '`a``',
      '<',
      '<a',
      '<!--',
      '&',
      '&#',
      '&amp;',
      '\\',
      '\\*',
      '#\n',
      '# a\n',
      'a\n',
      'a\n=\n',
      '***\n',
    ],
    ...[
      '- a\n',
      '- a\n  - b\n',
      '>a\n',
      '> a\nb\n',
      '```\n',
      '[a]: b\n',
      'a  \n',
      'a\\\n',
      '|-',
      '\n',
      ' ',
      '\t',
      ' \n',
      '\ud800',
    ],
    ...['[a.b](https://c.com)', '![a](https://a.com)', '<https://a.com>', '&#10;', 'a.', '\u0301', 'a_b '],
  ];
  for (const part of parts) {
    it(`copes with ${length} characters of ${JSON.stringify(part)}`, () => {
      const text = repeat(part);
      const once = cleanMarkdown(text, anyHost).text;
      // A longer result is no text of a card: its limit refuses it.
      if (once.length <= 20_000) assert.equal(clean(once), once);
      assert.ok(parseMarkdown(text));
      const shown = renderMarkdown(escapeMarkdown(cleanText(part, 'block')));
      assert.deepEqual(dangerousTags(shown), []);
      assert.ok(escapeMarkdown(text).length <= 7 * length);
    });
  }

  for (const line of [
    '- - - - - - - - a',
    '> > > > > > > > a',
    '1. 1. 1. 1. a',
    '> - > - > - a',
    '>>>>>>>>',
  ]) {
    it(`reads many lines that each begin several lists or quotes as text: ${line}`, () => {
      const types = (lines: number): Set<string> =>
        new Set(parseMarkdown(`${line}\n`.repeat(lines)).children.map((node) => node.type));
      assert.deepEqual(types(400), new Set(['paragraph']));
      assert.ok(!types(40).has('paragraph'));
    });
  }

  it('reads a long list with rules and quotes in it as such', () => {
    const page = `${'- **a**\n- b\n'.repeat(60)}\n${'-'.repeat(60)}\n\n${'>> a\n'.repeat(60)}`;
    const types = parseMarkdown(page).children.map((node) => node.type);
    assert.deepEqual(types, ['list', 'thematicBreak', 'blockquote']);
  });

  it('nests lists of many lines without running out of stack', () => {
    const deep = Array.from({ length: 95 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n');
    assert.equal(clean(clean(deep)), clean(deep));
  });
});
