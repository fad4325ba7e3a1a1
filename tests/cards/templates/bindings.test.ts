import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../cards/card.ts';
import { compileTest, componentsOf } from '../../fakes/templates.ts';

const line = (text: Json, fields: { [key: string]: Json }, locale?: string) =>
  componentsOf([{ type: 'header', text }], fields, locale === undefined ? {} : { locale }, {
    locales: ['en', 'de', 'ar'],
  });

const texts: [name: string, text: Json, fields: { [key: string]: Json }, expected: string][] = [
  ['a field', 'Hello ${name}', {}, 'Hello Ada'],
  ['two fields', '${name}, ${count}', { count: 3 }, 'Ada, 3'],
  ['a path', '${items[0].label}', { items: [{ label: 'x' }] }, 'x'],
  ['a field of the root', '${$root.name}', {}, 'Ada'],
  ['a date', '${formatDate(day)}', { day: '2026-11-23' }, 'Nov 23, 2026'],
  ['a date in a style', "${formatDate(day, 'short')}", { day: '2026-11-23' }, '11/23/26'],
  ['a number', '${formatNumber(count)}', { count: 1234567 }, '1,234,567'],
  ['a number with digits', '${formatNumber(count, 2)}', { count: 5 }, '5.00'],
  ['a currency', "${formatCurrency(count, 'EUR')}", { count: 5 }, '€5.00'],
  ['a choice', "${if(count > 1, 'many', 'one')}", { count: 2 }, 'many'],
  ['a count', '${count(items)}', { items: [{}, {}] }, '2'],
  ['upper case', '${upper(name)}', {}, 'ADA'],
  ['a text that looks like a binding stays text', '${name}', { name: '${secret} {{x}}' }, '${secret} {{x}}'],
  ['ampersands and angles as typed', '${name}', { name: 'Tom & Jerry <3 AT&T' }, 'Tom & Jerry <3 AT&T'],
  ['line feeds and tabs in a line are blanks', '${name}', { name: 'a\r\nb\tc' }, 'a b c'],
  ['controls and bidi overrides are gone', '${name}', { name: 'a\u0000b\u202Ec' }, 'abc'],
];
for (const [name, text, fields, expected] of texts) {
  test(`a header shows ${name}`, () => {
    assert.deepEqual(line(text, fields), [{ type: 'header', text: expected }]);
  });
}

for (const [price, shown] of [
  [-0.01, '-€0.01'],
  [-0.001, '€0.00'],
  [-0, '€0.00'],
] as const) {
  test(`an amount of ${price} is ${shown}`, () => {
    const properties = { name: { type: 'string' }, price: { type: 'number' } };
    const header = [{ type: 'header', text: "${formatCurrency(price, 'EUR')}" }];
    assert.deepEqual(componentsOf(header, { price }, {}, { fields: { type: 'object', properties } }), [
      { type: 'header', text: shown },
    ]);
  });
}

test('dates, numbers and currency follow the locale, and its region', () => {
  const properties = { name: { type: 'string' }, day: { type: 'string' }, price: { type: 'number' } };
  const show = (locale: string) =>
    componentsOf(
      [{ type: 'header', text: "${formatDate(day)} ${formatCurrency(price, 'EUR')}" }],
      { day: '2026-11-23', price: 1234.5 },
      { locale },
      { locales: ['en', 'de'], fields: { type: 'object', required: ['name'], properties } },
    );
  assert.deepEqual(show('de'), [{ type: 'header', text: '23.11.2026 1.234,50\u00a0€' }]);
  assert.deepEqual(show('en-GB'), [{ type: 'header', text: '23 Nov 2026 €1,234.50' }]);
  assert.deepEqual(show('fr'), [{ type: 'header', text: 'Nov 23, 2026 €1,234.50' }]);
});

const absent: [name: string, component: Json][] = [
  ['a header', { type: 'header', text: 'Note: ${note}' }],
  ['a body', { type: 'body', text: '${note}' }],
  ['a Markdown body', { type: 'body', text: '**${note}**', markdown: true }],
  ['a formatted value', { type: 'header', text: '${formatDate(day)}' }],
  ['the only fact of a list', { type: 'facts', items: [{ label: 'Note', value: '${note}' }] }],
  [
    'the only button of a group',
    { type: 'buttonGroup', buttons: [{ label: 'Go', action: 'openUrl', payload: '${link}' }] },
  ],
  ['a picture', { type: 'image', url: '${link}', altText: 'x' }],
  ['a section with nothing left', { type: 'section', components: [{ type: 'header', text: '${note}' }] }],
  [
    'a carousel without cards',
    { type: 'carousel', cards: [{ $data: '${items}', components: [{ type: 'header', text: '${label}' }] }] },
  ],
];
for (const [name, component] of absent) {
  test(`an absent optional field takes ${name} with it`, () => {
    assert.deepEqual(componentsOf([{ type: 'header', text: 'stays' }, component], {}), [
      { type: 'header', text: 'stays' },
    ]);
  });
}

test('a card of which nothing is left is refused', () => {
  assert.throws(() => componentsOf([{ type: 'header', text: '${note}' }], {}), {
    code: 'template.missingField',
  });
});

test('$data repeats an element, with $index and the root at hand', () => {
  assert.deepEqual(
    componentsOf(
      [
        {
          type: 'facts',
          items: [{ $data: '${items}', label: '${$index}: ${label}', value: '${$root.name} ${value}' }],
        },
      ],
      {
        items: [
          { label: 'a', value: '1' },
          { label: 'b', value: '2' },
        ],
      },
    ),
    [
      {
        type: 'facts',
        items: [
          { label: '0: a', value: 'Ada 1' },
          { label: '1: b', value: 'Ada 2' },
        ],
      },
    ],
  );
});

const conditions: [condition: string, fields: { [key: string]: Json }, isShown: boolean][] = [
  ['${exists(note)}', {}, false],
  ['${exists(note)}', { note: 'x' }, true],
  ['${!exists(note)}', {}, true],
  ["${name == 'Ada'}", {}, true],
  ["${name != 'Ada'}", {}, false],
  ['${count >= 2 && count < 5}', { count: 2 }, true],
  ['${count >= 2 && count < 5}', { count: 5 }, false],
  ["${(count == 1 || count == 2) && !(name == 'Bob')}", { count: 2 }, true],
  ['${count > name}', { count: 2 }, false],
  ['${note == null}', {}, true],
  ['${note != null}', {}, false],
  ['${null == note}', { note: 'x' }, false],
  ['${note != null}', { note: '' }, true],
  ['${count == null}', { count: 0 }, false],
  ['${items}', { items: [] }, false],
  ['${items}', { items: [{}] }, true],
  ['${count}', { count: 0 }, false],
];
for (const [condition, fields, isShown] of conditions) {
  test(`$when ${condition} with ${JSON.stringify(fields)} is ${isShown}`, () => {
    const components = componentsOf(
      [{ type: 'divider' }, { $when: condition, type: 'header', text: 'x' }],
      fields,
    );
    assert.equal(components?.length, isShown ? 2 : 1);
  });
}

test('values are escaped for Markdown, where the author writes Markdown, and only as far as needed', () => {
  const body = (name: string) =>
    componentsOf([{ type: 'body', markdown: true, text: '**Hello** ${name}!' }], { name });
  assert.deepEqual(body('Tom & Jerry <3 AT&T'), [
    { type: 'body', text: '**Hello** Tom & Jerry <3 AT&T!', markdown: true },
  ]);
  const [hostile] = body('[x](javascript:alert(1)) <b>*y*') ?? [];
  assert.ok(hostile?.type === 'body');
  assert.doesNotMatch(hostile.text, /(?<!\\)\[x\]\(/);
});

test('a field declared as HTML or Markdown brings its own marks, and nothing else', () => {
  const body = (text: string, fields: { [key: string]: Json }) =>
    componentsOf([{ type: 'body', markdown: true, text }], fields);
  assert.deepEqual(body('${html}', { html: '<p>A <strong>b</strong> <script>x()</script>&amp; c</p>' }), [
    { type: 'body', text: 'A **b** & c', markdown: true },
  ]);
  assert.deepEqual(body('${markdown}', { markdown: '**a** [b](javascript:x)' }), [
    { type: 'body', text: '**a** b', markdown: true },
  ]);
});

test('only declared fields travel as data: no write-only ones, no rich text', () => {
  const [card] = compileTest().compose({ name: 'Ada', hidden: 's', html: '<b>x</b>', note: 'n\u0000' });
  assert.deepEqual(card?.card.dynamicFields, { name: 'Ada', note: 'n' });
});

test('the text of each locale is taken, with the first locale for what is missing', () => {
  const text = { en: 'Hello ${name}', de: 'Hallo ${name}' };
  assert.deepEqual(line(text, {}, 'de-AT'), [{ type: 'header', text: 'Hallo Ada' }]);
  assert.deepEqual(line(text, {}, 'ar'), [{ type: 'header', text: 'Hello Ada' }]);
  assert.deepEqual(line(text, {}, 'DE_de'), [{ type: 'header', text: 'Hallo Ada' }]);
  assert.deepEqual(line(text, {}, 'not a locale!'), [{ type: 'header', text: 'Hello Ada' }]);
});

test('a card in a right-to-left language is marked', () => {
  const template = compileTest({ locales: ['en', 'ar'] });
  assert.equal(template.compose({ name: 'x' }, { locale: 'ar-EG' })[0]?.direction, 'rtl');
  assert.equal(template.compose({ name: 'x' })[0]?.direction, 'ltr');
});
