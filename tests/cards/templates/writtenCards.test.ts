import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../cards/card.ts';
import { compileTest, componentsOf, ownRegistry } from '../../fakes/templates.ts';

const registry = ownRegistry();

test('the card of a checked card is what its JSON says, and the same object each time', () => {
  const [checked] = registry.compose({
    templateId: 'order-confirmation-v2',
    fields: { title: 'A "title"', description: 'x\ny' },
    messageId: 'm-1',
  });
  assert.ok(checked);
  assert.deepEqual(checked.card, JSON.parse(checked.json));
  assert.equal(checked.card, checked.card);
  assert.deepEqual([checked.messageId, checked.card.messageId], ['m-1', 'm-1']);
});

const lists: [name: string, components: Json[], fields: { [key: string]: Json }, expected: unknown[]][] = [
  [
    'fixed elements between made ones',
    [
      { type: 'divider' },
      { type: 'header', text: '${note}' },
      { type: 'divider' },
      { type: 'header', text: '${name}' },
      { type: 'divider' },
    ],
    {},
    [{ type: 'divider' }, { type: 'divider' }, { type: 'header', text: 'Ada' }, { type: 'divider' }],
  ],
  [
    'a first element that goes',
    [
      { type: 'header', text: '${note}' },
      { type: 'header', text: '${name}', style: '${note}' },
    ],
    {},
    [{ type: 'header', text: 'Ada' }],
  ],
  [
    'an optional value that comes',
    [{ type: 'header', text: '${name}', style: '${note}' }],
    { note: 'bold' },
    [{ type: 'header', text: 'Ada', style: 'bold' }],
  ],
  [
    'quotes, backslashes and line feeds in fixed and made texts',
    [{ type: 'body', text: 'say "\\" ${note}' }],
    { note: '"a\\b"\n\u2028' },
    [{ type: 'body', text: 'say "\\" "a\\b"\n\u2028' }],
  ],
];
for (const [name, components, fields, expected] of lists) {
  test(`a card is written with ${name}`, () => assert.deepEqual(componentsOf(components, fields), expected));
}

test('a rich text that comes again after another one is treated as the first time', () => {
  const template = compileTest({
    card: { components: [{ type: 'body', text: '${html}!', markdown: true }] },
  });
  const show = (html: string) => template.compose({ name: 'Ada', html })[0]?.card.components[0];
  for (const _ of [1, 2]) {
    assert.deepEqual(show('<b>a</b>'), { type: 'body', text: '**a**!', markdown: true });
    assert.deepEqual(show('<b>a</b>'), { type: 'body', text: '**a**!', markdown: true });
    assert.deepEqual(show('b'), { type: 'body', text: 'b!', markdown: true });
  }
});

test('a field named like an inherited property is absent unless it is given', () => {
  const properties = { name: { type: 'string' }, toString: { type: 'string' } };
  const parts = { fields: { type: 'object', properties } };
  const components = [
    { type: 'header', text: '${name}' },
    { type: 'header', text: '${toString}' },
  ];
  assert.equal(componentsOf(components, {}, {}, parts)?.length, 1);
  assert.equal(componentsOf(components, { toString: 'x' }, {}, parts)?.length, 2);
});

const forwarded: [name: string, fields: { [key: string]: Json }, expected: Json][] = [
  ['plain fields as they are', { count: 3, items: [{ label: 'x' }] }, { count: 3, items: [{ label: 'x' }] }],
  ['controls are gone', { note: 'a\u0000b "c"' }, { note: 'ab "c"' }],
  ['letters with marks are composed', { note: 'a\u0301' }, { note: 'á' }],
  ['rich and write-only fields stay here', { html: '<b>x</b>', markdown: 'x', hidden: 'x' }, {}],
  ['addresses are parsed', { link: 'https://EXAMPLE.com/a' }, { link: 'https://example.com/a' }],
  [
    'within lists, too',
    { items: [{ label: 'a\u0000' }, {}, { value: 'v' }] },
    { items: [{ label: 'a' }, {}, { value: 'v' }] },
  ],
];
for (const [name, fields, expected] of forwarded) {
  test(`the dynamic fields of a card: ${name}`, () => {
    const [checked] = compileTest().compose({ name: 'Ada', ...fields });
    assert.deepEqual(checked?.card.dynamicFields, { name: 'Ada', ...(expected as object) });
  });
}

test('fields of a plain schema are held to the same treatment', () => {
  const compose = (title: string) =>
    registry.compose({ templateId: 'order-confirmation-v2', fields: { title, description: 'x' } })[0]?.card
      .dynamicFields;
  assert.deepEqual(compose('a b'), { title: 'a b', description: 'x', actions: [] });
  assert.deepEqual(compose('a\u0000b'), { title: 'ab', description: 'x', actions: [] });
  assert.deepEqual(compose('a\u202eb "c" \\'), { title: 'ab "c" \\', description: 'x', actions: [] });
});
