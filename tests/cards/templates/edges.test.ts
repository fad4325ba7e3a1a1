import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../cards/card.ts';
import { formatLocale } from '../../../cards/locale.ts';
import { parseMarkdown } from '../../../cards/richText/blocks.ts';
import { compileTest } from '../../fakes/templates.ts';

const listFields = {
  type: 'object',
  properties: { name: { type: 'string' }, list: { type: 'array', items: {} } },
};

function joined(list: Json[]): string {
  const [card] = compileTest({ fields: listFields, text: "Joined: ${join(list, ', ')}" }).compose({
    name: 'Ada',
    list,
  });
  return card?.text ?? '';
}

test('join says texts and numbers, leaves out null, and refuses what is no text', () => {
  assert.equal(joined(['a', null, 2, true, 'b']), 'Joined: a, 2, true, b');
  for (const item of [{ toString: 1 }, { n: 'x' }, ['a']])
    assert.throws(() => joined(['a', item]), { code: 'template.invalidField' });
});

test('a list that may be null repeats an element for each item, and for none when it is null', () => {
  const items = { type: 'object', properties: { label: { type: 'string' } } };
  const template = compileTest({
    fields: { type: 'object', properties: { name: {}, list: { type: ['array', 'null'], items } } },
    card: {
      components: [
        { type: 'header', text: 'Ada' },
        { type: 'body', $data: '${list}', text: '${label}' },
      ],
    },
  });
  const count = (list: Json) => template.compose({ name: 'Ada', list })[0]?.card.components.length;
  assert.deepEqual([count([{ label: 'a' }, { label: 'b' }]), count(null)], [3, 1]);
});

test('a list that is repeated for each item of a list is refused before it is made', () => {
  const items = { type: 'object', properties: { label: { type: 'string' } } };
  const body = { type: 'body', $data: '${$root.list}', text: '${label}' };
  const template = compileTest({
    overLimit: 'degrade',
    fields: { type: 'object', properties: { name: {}, list: { type: 'array', items } } },
    card: {
      components: [
        { type: 'header', text: 'Ada' },
        { type: 'section', $data: '${list}', components: [body] },
      ],
    },
  });
  const compose = (length: number) =>
    template.compose({ name: 'Ada', list: Array.from({ length }, () => ({ label: 'a' })) });
  assert.equal(compose(4)[0]?.card.components.length, 4);
  assert.throws(() => compose(71), {
    code: 'card.limit',
    path: 'template:$.card.components[1].components[0]',
  });
});

test('a currency that does not exist is refused, whatever was formatted before it', () => {
  const money = (text: string) =>
    compileTest({
      fields: { type: 'object', properties: { name: {}, n: { type: 'number' } } },
      text,
    }).compose({
      name: 'Ada',
      n: 5.5,
    })[0]?.text;
  assert.equal(money('${formatNumber(n)}'), '5.5');
  assert.throws(() => money("${formatCurrency(n, 'undefined')}"), { code: 'template.invalidField' });
});

const locales: [requested: string, text: string, format: string][] = [
  ['de-AT', 'de', 'de-AT'],
  ['fi-FI', 'fil', 'fil'],
  ['fil-PH', 'fil', 'fil-PH'],
  ['en_GB', 'en', 'en-GB'],
];
for (const [requested, text, format] of locales) {
  test(`a text in ${text} that was asked for as ${requested} is formatted as ${format}`, () => {
    assert.equal(formatLocale(requested, text), format);
  });
}

test('a template may write a locale with an underscore: cards are in the locale of BCP 47, and numbers are formatted', () => {
  const template = compileTest({
    locales: ['de_DE'],
    fields: { type: 'object', properties: { name: {}, n: { type: 'number' } } },
    text: { de_DE: '${formatNumber(n)}' },
  });
  const [card] = template.compose({ name: 'Ada', n: 5.5 });
  assert.deepEqual([card?.locale, card?.text], ['de-DE', '5,5']);
});

const long: [what: string, text: string, note: string][] = [
  ['in marks', '**Hello ${note}**', 'ab '.repeat(1_000)],
  ['before a link', '${note} [our shop](https://shop.example.com/)', 'ab '.repeat(662)],
  ['of marks', 'Hello ${note}', '*a'.repeat(1_000)],
  ['of entities', 'Hello ${note}', 'a<b '.repeat(700)],
];
for (const [what, text, note] of long) {
  test(`a template that degrades shortens a body ${what}, and never breaks its syntax`, () => {
    const template = compileTest({
      overLimit: 'degrade',
      card: { components: [{ type: 'body', markdown: true, text }] },
    });
    const [card] = template.compose({ name: 'Ada', note });
    const [body] = card?.card.components ?? [];
    assert.ok(
      body?.type === 'body' && body.text.length <= 2_000 && body.text.endsWith('…'),
      JSON.stringify(body),
    );
    const [paragraph, ...more] = parseMarkdown(body.text).children;
    assert.deepEqual(more, []);
    assert.ok(paragraph?.type === 'paragraph');
    assert.deepEqual(
      paragraph.children.map(({ type }) => type),
      ['text'],
    );
    assert.doesNotMatch(JSON.stringify(paragraph.children), /&lt|\\\\/);
  });
}

test('underscores inside words are no marks, however many there are', () => {
  const [paragraph] = parseMarkdown(`**Hi** ${'a_'.repeat(501)}a`).children;
  assert.ok(paragraph?.type === 'paragraph');
  assert.equal(paragraph.children[0]?.type, 'strong');
});
