import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Root } from 'mdast';
import { CodedError } from '../../../cards/errors.ts';
import { blocksOf, createPlainBlocks, parseMarkdown } from '../../../cards/richText/blocks.ts';
import { convertHtmlToText, readHtml } from '../../../cards/richText/html.ts';
import { cleanMarkdown, cleanParsed } from '../../../cards/richText/markdown.ts';
import { cleanText } from '../../../cards/richText/text.ts';
import { placeValues } from '../../../cards/templates/compileMarkdown.ts';
import { fc } from '../../fakes/fastCheck.ts';
import { harmlessTexts } from '../corpora/harmlessTexts.ts';
import { hostileTexts } from '../corpora/hostileTexts.ts';
import { dangerousTags, renderMarkdown, shownText } from '../corpora/renderMarkdown.ts';

/** HTML as the only value of a body. */
function htmlToMarkdown(html: string, path?: string): string {
  return cleanParsed(placeValues(createPlainBlocks('\uE0000\uE001'), [readHtml(html, path)]), {}).text;
}

const withoutPlaces = (blocks: Root): unknown =>
  JSON.parse(JSON.stringify(blocks, (name, value) => (name === 'position' ? undefined : value)));

describe('HTML', () => {
  const forms: [html: string, markdown: string, text: string][] = [
    ['plain', 'plain', 'plain'],
    ['plain *x*\nline', 'plain \\*x\\*\\\nline', 'plain *x*\nline'],
    ['<b>a</b> <strong>b</strong> <i>c</i> <em>d</em>', '**a** **b** *c* *d*', 'a b c d'],
    ['<B>a</B><BR/>b', '**a**\\\nb', 'a\nb'],
    ['<u>a</u><span class="x">b</span>', 'ab', 'ab'],
    ['<p>a</p>\n<p>b<br> c</p>', 'a\n\nb\\\nc', 'a\n\nb\nc'],
    ['<div>a</div><div>b</div>', 'a\\\nb', 'a\nb'],
    ['<b onclick="x" style="position:fixed">a</b>', '**a**', 'a'],
    ['<b><i>a</b></i>', '**_a_**', 'a'],
    ['<b>a', '**a**', 'a'],
    ['<b>a</b><i>b</i>c', '**a**_&#x62;_&#x63;', 'abc'],
    ['<b>a</b> <i>(b)</i> c', '**a** *(b)* c', 'a (b) c'],
    ['<b>* 5</b>', '**\\* 5**', '* 5'],
    ['Dear <John>, x < y', 'Dear &lt;John>, x < y', 'Dear <John>, x < y'],
    ['Dear <John> <b>a</b>', 'Dear &lt;John> **a**', 'Dear <John> a'],
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['a<script>alert(1)</script>b', 'ab', 'ab'],
    ['a<SCRIPT src=x>alert(1)</SCRIPT >b', 'ab', 'ab'],
    ['a<style>b{}</style>c', 'ac', 'ac'],
    ['a<!-- b --><b>c</b>', 'a**c**', 'ac'],
    ['a <!-- b', 'a &lt;!-- b', 'a <!-- b'],
    ['a<script', 'a&lt;script', 'a<script'],
    ['&lt;b&gt; &amp;lt; AT&T &copy;', '&lt;b> &amp;lt; AT&T ©', '<b> &lt; AT&T ©'],
    ['&#x202e;a&#8;', 'a', 'a'],
    [
      '[x](javascript:alert(1)) <b>y</b>',
      '\\[x&#93;(javascript:alert(1)) **y**',
      '[x](javascript:alert(1)) y',
    ],
    ['a <b>\u200b</b> b', 'a \u200b b', 'a \u200b b'],
    ['<p></p><br>', '', ''],
  ];
  for (const [html, markdown, text] of forms) {
    it(`turns ${JSON.stringify(html)} into Markdown and text`, () => {
      assert.equal(htmlToMarkdown(html), markdown);
      assert.equal(convertHtmlToText(html), text);
      assert.equal(htmlToMarkdown(html), markdown, 'from the cache');
    });
  }

  it('shows harmless texts without tags and entities as they were typed', () => {
    const entity = /&(?:#|[a-z]+;|copy)/i;
    const tag = /<\/?(?:b|i|u|p|br|em|strong|span|div|!--)\b|<!--/i;
    const texts = harmlessTexts.filter((text) => !entity.test(text) && !tag.test(text));
    assert.ok(texts.length >= 100);
    for (const text of texts) {
      assert.equal(convertHtmlToText(text), text);
      assert.equal(shownText(renderMarkdown(htmlToMarkdown(text))), text);
    }
  });

  it('disarms hostile texts', () => {
    for (const raw of hostileTexts) {
      const markdown = htmlToMarkdown(raw);
      assert.deepEqual(dangerousTags(renderMarkdown(markdown)), [], raw);
      assert.doesNotMatch(renderMarkdown(markdown), /<a /);
      assert.deepEqual(cleanMarkdown(markdown, {}).dropped, []);
    }
  });

  it('is safe and clean for any text', () => {
    const part = fc.constantFrom(
      '<',
      '>',
      '<b>',
      '</b>',
      '<i>',
      '</i>',
      '<p>',
      '</p>',
      '<br>',
      '<div>',
      '<script>',
      '</script>',
      '<style>',
      '<!--',
      '-->',
      '&',
      '&lt;',
      '&amp;',
      '&#x202e;',
      '*',
      '_',
      '[x](https://a.com)',
      ' ',
      '\n',
      'a',
      '.',
      '"',
      "'",
      '=',
      '/',
      '<x y>',
      '\0',
      '\ud800',
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 15 }).map((parts) => parts.join('')),
        (html) => {
          const markdown = htmlToMarkdown(html);
          assert.deepEqual(dangerousTags(renderMarkdown(markdown)), []);
          assert.equal(cleanText(markdown, 'block'), markdown);
          assert.equal(cleanText(convertHtmlToText(html), 'block'), convertHtmlToText(html));
          // Another reading of it, which no cache knows, shows the same.
          const more = `${markdown}\n\n*x*`;
          const bare = (rendered: string): string =>
            rendered.replace(/\s|<br \/>/g, '').replace('<p></p>', '');
          assert.equal(bare(renderMarkdown(cleanMarkdown(more, {}).text)), bare(renderMarkdown(more)));
          const shown = (text: string): string => text.replace(/\s+/g, ' ').trim();
          assert.equal(
            shown(shownText(renderMarkdown(markdown).replaceAll('</p>', '\n'))),
            shown(convertHtmlToText(html)),
          );
        },
      ),
    );
  });

  it('keeps the blocks of what is written only where a reader of it finds the same', () => {
    const part = fc.constantFrom(
      ...['<b>', '</b>', '<b>', '</b>', '<i>', '</i>', '<br>', '<p>', 'a', 'b ', ' c', '1', '2', '. ', ', '],
      ...['-', '- ', '+', '#', '(', ')', '!', ':', '|', '=', '*', '_', '[', ']', '&amp;', 'lt;', '&lt;', '>'],
      ...['\u00e9', '\u0301', '\u{1f600}', '\u00a0', '\u200b', '\u3000', 'www.', '/', '\n'],
    );
    let kept = 0;
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = htmlToMarkdown(parts.join(''));
        if (text === '') return;
        const read = parseMarkdown(text);
        assert.equal(cleanParsed(read, {}).text, text);
        const known = blocksOf(text);
        kept += JSON.stringify(known).includes('position') ? 0 : 1;
        assert.deepEqual(withoutPlaces(known), withoutPlaces(read));
      }),
    );
    assert.ok(kept > 20, String(kept));
  });

  const refused = (html: string, path?: string): CodedError => {
    try {
      htmlToMarkdown(html, path);
    } catch (error) {
      if (error instanceof CodedError) return error;
    }
    throw new Error('not refused');
  };

  it('refuses a text that is too long before it reads it', () => {
    assert.equal(refused('a'.repeat(10_001)).code, 'card.limit');
    const error = refused('<b>'.repeat(1_000_000), '$.fields.note');
    assert.equal(error.code, 'card.limit');
    assert.equal(error.path, '$.fields.note');
  });

  it('refuses more than 100 nested tags, of any name', () => {
    for (const tag of ['b', 'div', 'x']) {
      assert.equal(refused(`<${tag}>`.repeat(101)).code, 'card.unsafeText');
    }
    assert.equal(convertHtmlToText(`${'<b>'.repeat(100)}a${'</b>'.repeat(100)}`), 'a');
    assert.equal(convertHtmlToText('<b>a</b><br>'.repeat(800)).length, 1_599);
  });

  it('copes with the longest text of any one tag or character', () => {
    for (const part of [
      '<',
      '>',
      '&',
      '<br>',
      '<b></b>',
      '<b>a</b>',
      '<p>a<br>b</p>',
      '<!--',
      '<!-- -->',
      '</b>',
      '&amp;',
      '&#',
      '<p></p>',
      '"',
      '= <',
    ]) {
      const html = part.repeat(Math.floor(10_000 / part.length));
      assert.deepEqual(dangerousTags(renderMarkdown(htmlToMarkdown(html))), []);
    }
  });
});
