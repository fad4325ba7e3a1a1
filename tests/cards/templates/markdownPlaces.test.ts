import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Nodes } from 'mdast';
import { CodedError } from '../../../cards/errors.ts';
import { parseMarkdown } from '../../../cards/richText/blocks.ts';
import { cleanMarkdown } from '../../../cards/richText/markdown.ts';
import { cleanText } from '../../../cards/richText/text.ts';
import type { CompiledTemplate } from '../../../cards/templates/compileTemplate.ts';
import { anyCharacter, fc } from '../../fakes/fastCheck.ts';
import { compileTest } from '../../fakes/templates.ts';
import { hostileTexts } from '../corpora/hostileTexts.ts';
import { dangerousTags, renderMarkdown } from '../corpora/renderMarkdown.ts';

const fields = {
  type: 'object',
  properties: {
    a: { type: 'string' },
    b: { type: 'string' },
    html: { type: 'string', contentMediaType: 'text/html' },
    markdown: { type: 'string', contentMediaType: 'text/markdown' },
  },
};

function templateOf(text: string): CompiledTemplate {
  return compileTest({
    fields,
    card: { components: [{ type: 'body', markdown: true, text }] },
    text: 'x',
    samples: { none: {} },
  });
}

function bodyOf(template: CompiledTemplate, values: Record<string, string>): string {
  const body = template.compose({ ...values })[0]?.card.components[0];
  assert.ok(body?.type === 'body');
  return body.text;
}

const evil = '(https://evil.example/login)';
const joints: [template: string, values: Record<string, string>, expected: string][] = [
  ['Open <${a}> now', { a: 'javascript:alert(1)' }, 'Open &lt;javascript:alert(1)> now'],
  ['Open <${a}> now', { a: 'https://evil.example/login' }, 'Open &lt;https://evil.example/login> now'],
  ['Write to <${a}>.', { a: 'me@evil.example' }, 'Write to &lt;me@evil.example>.'],
  ['x <${a}', { a: 'javascript:alert(1)>' }, 'x &lt;javascript:alert(1)>'],
  ['Terms [1]${a}', { a: evil }, `Terms [1&#93;${evil}`],
  ['[${a}]${b}', { a: 'bank.example', b: evil }, `\\[bank.example&#93;${evil}`],
  ['${markdown}${a}', { markdown: 'Go to [bank]', a: evil }, `Go to [bank&#93;${evil}`],
  ['${html}${a}', { html: 'Go to [bank]', a: evil }, `Go to [bank&#93;${evil}`],
  ['${html}(https://evil.example/x)', { html: 'x [bank]' }, 'x [bank&#93;(https://evil.example/x)'],
  ['${markdown}${a}', { markdown: 'x <', a: 'javascript:alert(1)>' }, 'x &lt;javascript:alert(1)>'],
  [
    '- ${markdown}',
    { markdown: '```\nx\n[x](javascript:alert(1))\n```' },
    '- ```\n  x\n  [x](javascript:alert(1))\n  ```',
  ],
  ['&${a}', { a: 'lt;b' }, '&amp;lt;b'],
  ['&#${a}', { a: '60;' }, '&amp;#60;'],
  ['${a}au;', { a: 'AT&T' }, 'AT&amp;Tau;'],
  ['C:\\\\${a}', { a: '*x*' }, 'C:\\\\\\*x\\*'],
  ['${a}[x](https://shop.example/a)', { a: 'hi!' }, 'hi\\![x](https://shop.example/a)'],
  ['${a}. x', { a: '12' }, '12\\. x'],
  ['1${a}', { a: '. x' }, '1\\. x'],
  ['1${a}', { a: '2. x' }, '12\\. x'],
  ['1${a}. x', { a: '2' }, '12\\. x'],
  ['- ${a}) x', { a: '2' }, '- 2\\) x'],
  ['See ${a}. x', { a: 'b\n1' }, 'See b\\\n1\\. x'],
  ['[${a}](https://shop.example/a)', { a: 'bank.example' }, 'bank.example'],
  ['[${a}](https://shop.example/a)', { a: 'our shop' }, '[our shop](https://shop.example/a)'],
  ['Dear **${a}**, hello', { a: '' }, 'Dear , hello'],
  ['Dear **${a}**, hello', { a: '\u00a0Max\u3000' }, 'Dear \u00a0**Max**\u3000, hello'],
  ['Dear **${a}**, hello', { a: ' Max ' }, 'Dear  **Max** , hello'],
  ['*it**${a}***bold**-', { a: 'x' }, '*i&#x74;__&#x78;__*&#x62;old\\*\\*-'],
  ['Note: ${markdown}!', { markdown: 'a\n\n**b**' }, 'Note: a\n\n**b**!'],
  ['**${markdown}**', { markdown: 'a **b**\n\nc' }, '**a b\\\n\\\nc**'],
];
for (const [template, values, expected] of joints) {
  test(`${JSON.stringify(template)} with ${JSON.stringify(values)} is written so that it is what it was`, () => {
    assert.equal(bodyOf(templateOf(template), values), expected);
  });
}

for (const value of [' ', '\n', '\u200b', '\u00a0', '']) {
  for (const template of ['${a}', '**${a}**', '- ${a}', '${html}']) {
    test(`${template} with ${JSON.stringify(value)} shows nothing, so it is refused`, () => {
      assert.throws(() => bodyOf(templateOf(template), { a: value, html: value }), {
        code: 'card.unsafeText',
      });
    });
  }
}

const noPlace = [
  '[Track](https://shop.example/${a})',
  'See <https://shop.example/${a}>',
  '[Track](https://shop.example/ "${a}")',
  'Your code: `${a}`',
  '```\n${a}\n```',
  'x [a]\n\n[a]: https://shop.example/${a}',
];
for (const template of noPlace) {
  test(`a binding where no value can be shown is refused: ${JSON.stringify(template)}`, () => {
    assert.throws(
      () => templateOf(template),
      (error: unknown) => {
        assert.ok(error instanceof CodedError);
        assert.equal(error.code, 'template.invalid');
        assert.equal(error.path, 'template:$.card.components[0].text');
        assert.match(error.hint, /button/);
        return true;
      },
    );
  });
}

/** A character with the marks and the address that it has for a reader; blanks have none. */
interface Shown {
  readonly character: string;
  readonly marks: readonly string[];
}

const unseen = /[\s\p{Default_Ignorable_Code_Point}\p{Cc}]/u;

function shownIn(node: Nodes, marks: readonly string[] = []): Shown[] {
  switch (node.type) {
    case 'text':
    case 'inlineCode':
    case 'code': {
      const own = node.type === 'text' ? marks : [...marks, 'code'];
      return [...node.value].filter((c) => !unseen.test(c)).map((character) => ({ character, marks: own }));
    }
    case 'link':
      return node.children.flatMap((child) => shownIn(child, [...marks, node.url]));
    case 'strong':
    case 'emphasis':
    case 'delete':
    case 'list':
      return node.children.flatMap((child) => shownIn(child, [...new Set([...marks, node.type])]));
    case 'root':
    case 'paragraph':
    case 'listItem':
      return node.children.flatMap((child) => shownIn(child, marks));
    case 'break':
      return [];
    default: // no canonical Markdown has it
      return [{ character: '?', marks: [node.type] }];
  }
}

/** What a template must show: the placeholders read in the author's text, and each value with the marks of its place. */
function expected(template: string, values: Record<string, string>): Shown[] {
  const named = template.replace(/\$\{(\w+)\}/g, (_, name: string) => (name === 'a' ? 'Ꙁ' : 'Ꙃ'));
  return shownIn(parseMarkdown(cleanMarkdown(named, {}).text)).flatMap((shown) => {
    const value = shown.character === 'Ꙁ' ? values.a : shown.character === 'Ꙃ' ? values.b : undefined;
    if (value === undefined) return [shown];
    return [...cleanText(value, 'block')]
      .filter((c) => !unseen.test(c))
      .map((character) => ({ character, marks: shown.marks }));
  });
}

test('words placed into words are what the long way writes', () => {
  const part = fc.constantFrom(
    ...[
      'a',
      'b ',
      ' ',
      '-',
      '- ',
      '1',
      '.',
      ')',
      '#',
      '&',
      'lt;',
      '<',
      '_',
      '*',
      '[',
      ']',
      '(',
      '\n',
      '\u0301',
    ],
  );
  const text = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
  const short = templateOf('a ${a}b ${markdown}.');
  // Marks beside them make the long way necessary.
  const long = templateOf('a ${a}b ${markdown}.\n\n*x*');
  fc.assert(
    fc.property(text, text, (a, markdown) => {
      assert.equal(`${bodyOf(short, { a, markdown })}\n\n*x*`, bodyOf(long, { a, markdown }));
    }),
  );
});

const statics = [
  ...[
    '${a}',
    '${a}',
    '${a}',
    '${b}',
    ' ',
    ' ',
    '\n',
    '\n\n',
    '. ',
    ', ',
    ': ',
    '; ',
    '! ',
    ')',
    '(',
    '"',
    '-',
  ],
  ...[
    '<',
    '</',
    '<!',
    '>',
    '[',
    ']',
    '](',
    ']:',
    '!',
    '&',
    '&#',
    '&#x',
    '&l',
    ';',
    '\\',
    '1',
    '12',
    '. ',
    ') ',
  ],
  ...[
    '- ',
    '+ ',
    '* ',
    '1. ',
    '# ',
    '#',
    '=',
    '-',
    '|',
    '*',
    '**',
    '***',
    '_',
    '~',
    '~~',
    '`',
    ':',
    '/',
    '@',
  ],
  ...['word', 'é', 'https:', 'mailto:', 'javascript:', 'au;', '**bold**', '*it*', '~~no~~', '`code`'],
  ...[
    '[link](https://shop.example/)',
    '**${a}**',
    '*${a}*',
    '[${a}](https://shop.example/)',
    '_${b}_',
    '(${a})',
  ],
];
const author = fc
  .array(fc.constantFrom(...statics), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''))
  .filter((text) => text.includes('${'));

const fragments = [
  ...['a', 'b', 'é', 'word', '1', '12', ' ', '  ', '\n', '\n\n', '\u00a0', '\u3000', '\u200b', '\u0301'],
  ...[
    '*',
    '**',
    '_',
    '__',
    '~',
    '~~',
    '`',
    '```',
    '```\n',
    '[',
    ']',
    '(',
    ')',
    '](',
    '![',
    '!',
    '<',
    '</',
    '>',
  ],
  ...[
    '[x](https://evil.example)',
    '(https://evil.example)',
    '<https://evil.example>',
    '](javascript:alert(1))',
  ],
  ...[
    '[a]: https://evil.example\n',
    '[a]',
    ':',
    ': https://evil.example',
    'javascript:',
    'https://evil.example',
  ],
  ...[
    'me@evil.example',
    '&',
    '&#',
    '&#60;',
    '&lt;',
    'lt;',
    '60;',
    ';',
    'AT&T',
    '#',
    '# ',
    '-',
    '- ',
    '+',
    '.',
    ') ',
  ],
  ...['. ', '1. ', '=', '==', '---', '|', '\\', '\\\n', '"', "'", '😀', '€5', '(5)', 'Inc.', 'https:'],
];
const value = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 8 }) },
);

const words = (shown: readonly Shown[]): string =>
  shown
    .map(({ character }) => character)
    .join('')
    .normalize('NFC');

test('no value adds a mark, a link or an address to any body, or takes what it shows from its place', () => {
  let composed = 0;
  const check = (template: CompiledTemplate, text: string, values: Record<string, string>): void => {
    let body: string;
    try {
      body = bodyOf(template, values);
    } catch (error) {
      assert.ok(error instanceof CodedError, String(error));
      return;
    }
    composed += 1;
    assert.deepEqual(dangerousTags(renderMarkdown(body)), []);
    const read = shownIn(parseMarkdown(body));
    const wanted = expected(text, values);
    assert.equal(words(read), words(wanted));
    if (read.length !== wanted.length) return; // a combining mark was composed with what it follows
    for (const [i, { marks }] of read.entries()) {
      const own = new Set(wanted[i]?.marks);
      for (const mark of marks) assert.ok(own.has(mark), `${mark} at ${i}`);
    }
  };
  const values = fc.array(fc.record({ a: value, b: value }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(author, values, (text, list) => {
      let template: CompiledTemplate;
      try {
        template = templateOf(text);
      } catch (error) {
        assert.ok(error instanceof CodedError, String(error));
        return;
      }
      for (const one of list) check(template, text, one);
    }),
  );
  assert.ok(composed > 200, `only ${composed} were composed`);
});

function linksIn(node: Nodes): string[] {
  const own = node.type === 'link' || node.type === 'image' || node.type === 'definition' ? [node.url] : [];
  return 'children' in node ? [...own, ...node.children.flatMap(linksIn)] : own;
}

const richAuthor = fc
  .array(fc.constantFrom(...statics, '${html}', '${html}', '${markdown}', '${markdown}'), { maxLength: 6 })
  .map((parts) => parts.join(''))
  .filter((text) => text.includes('${html}') || text.includes('${markdown}'));
const html = fc
  .array(fc.constantFrom('<b>', '</b>', '<i>', '</i>', '<p>', '</p>', '<br>', 'x', ...fragments), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

test('a rich value brings no link but its own, whatever stands beside it', () => {
  let composed = 0;
  const values = fc.array(fc.record({ a: value, b: value, html, markdown: value }), {
    minLength: 1,
    maxLength: 10,
  });
  fc.assert(
    fc.property(richAuthor, values, (text, list) => {
      let template: CompiledTemplate;
      try {
        template = templateOf(text);
      } catch (error) {
        assert.ok(error instanceof CodedError, String(error));
        return;
      }
      const authors = linksIn(parseMarkdown(cleanMarkdown(text, {}).text));
      for (const one of list) {
        let body: string;
        try {
          body = bodyOf(template, one);
        } catch (error) {
          assert.ok(error instanceof CodedError, String(error));
          continue;
        }
        composed += 1;
        assert.deepEqual(dangerousTags(renderMarkdown(body)), []);
        const known = new Set([...authors, ...linksIn(parseMarkdown(cleanMarkdown(one.markdown, {}).text))]);
        for (const link of linksIn(parseMarkdown(body))) assert.ok(known.has(link), link);
      }
    }),
  );
  assert.ok(composed > 150, `only ${composed} were composed`);
});
