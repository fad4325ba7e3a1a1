import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../cards/card.ts';
import { checkCard } from '../../../cards/checks/checkedCard.ts';
import { writeFallbackText } from '../../../cards/components/componentTypes.ts';
import { CodedError } from '../../../cards/errors.ts';
import { formatAll } from '../../../cards/formats/allFormats.ts';
import { anyCharacter, fc } from '../../fakes/fastCheck.ts';
import { compileTest, ownRegistry } from '../../fakes/templates.ts';

const registry = ownRegistry();
const confirmation = { title: 'Order Confirmation', description: 'Done.', actions: [] };

const wrong: [name: string, request: unknown, code: string, path: string][] = [
  ['nothing', undefined, 'template.invalidField', 'request:$'],
  ['a text', 'order-confirmation-v2', 'card.schema', 'request:$'],
  ['no template', { fields: {} }, 'card.schema', 'request:$.templateId'],
  ['no fields', { templateId: 'help-v1' }, 'card.schema', 'request:$.fields'],
  ['fields that are a list', { templateId: 'help-v1', fields: [] }, 'card.schema', 'request:$.fields'],
  ['an unknown key', { templateId: 'help-v1', fields: {}, html: 'x' }, 'card.schema', 'request:$.html'],
  ['an unknown template', { templateId: 'nope-v1', fields: {} }, 'template.unknown', 'request:$.templateId'],
  ['an unknown version', { templateId: 'help-v9', fields: {} }, 'template.unknown', 'request:$.templateId'],
  [
    'a template named like an object property',
    { templateId: 'constructor', fields: {} },
    'template.unknown',
    'request:$.templateId',
  ],
  [
    'a missing field',
    { templateId: 'order-confirmation-v2', fields: { title: 'x' } },
    'template.missingField',
    'fields:$.description',
  ],
  [
    'a missing field in a list',
    {
      templateId: 'order-confirmation-v2',
      fields: { ...confirmation, actions: [{ label: 'x', type: 'postback' }] },
    },
    'template.missingField',
    'fields:$.actions[0].value',
  ],
  [
    'an undeclared field',
    { templateId: 'order-confirmation-v2', fields: { ...confirmation, secret: 's' } },
    'template.unknownField',
    'fields:$.secret',
  ],
  [
    'a field of the wrong type',
    { templateId: 'order-confirmation-v2', fields: { ...confirmation, title: 42 } },
    'template.invalidField',
    'fields:$.title',
  ],
  [
    'a field that is null',
    { templateId: 'order-confirmation-v2', fields: { ...confirmation, description: null } },
    'template.invalidField',
    'fields:$.description',
  ],
  [
    'actions that are null',
    { templateId: 'order-confirmation-v2', fields: { ...confirmation, actions: null } },
    'template.invalidField',
    'fields:$.actions',
  ],
  [
    'an action that is a text',
    { templateId: 'order-confirmation-v2', fields: { ...confirmation, actions: ['x'] } },
    'template.invalidField',
    'fields:$.actions[0]',
  ],
  [
    'an unknown action',
    {
      templateId: 'order-confirmation-v2',
      fields: { ...confirmation, actions: [{ label: 'x', type: 'eval', value: 'x' }] },
    },
    'template.invalidField',
    'fields:$.actions[0].type',
  ],
  [
    'an empty title',
    { templateId: 'order-confirmation-v2', fields: { ...confirmation, title: '' } },
    'template.invalidField',
    'fields:$.title',
  ],
  [
    'a title of blanks',
    { templateId: 'order-confirmation-v2', fields: { ...confirmation, title: '  ' } },
    'card.unsafeText',
    'template:$.card.components[0].text',
  ],
  [
    'a link that runs a script',
    {
      templateId: 'order-confirmation-v2',
      fields: { ...confirmation, actions: [{ label: 'x', type: 'openUrl', value: 'javascript:alert(1)' }] },
    },
    'card.unsafeUrl',
    'template:$.card.components[2].buttons[0].payload',
  ],
  [
    'an answer of a blank',
    {
      templateId: 'order-confirmation-v2',
      fields: { ...confirmation, actions: [{ label: 'x', type: 'postback', value: ' ' }] },
    },
    'card.schema',
    'template:$.card.components[2].buttons[0].payload',
  ],
  [
    'six actions',
    {
      templateId: 'order-confirmation-v2',
      fields: {
        ...confirmation,
        actions: Array.from({ length: 6 }, (_, i) => ({ label: `a${i}`, type: 'postback', value: `v${i}` })),
      },
    },
    'card.limit',
    'card:$.components[2].buttons',
  ],
  [
    'two actions alike',
    {
      templateId: 'order-confirmation-v2',
      fields: { ...confirmation, actions: [1, 2].map(() => ({ label: 'a', type: 'postback', value: 'v' })) },
    },
    'card.schema',
    'card:$.components[2].buttons[1]',
  ],
  [
    'a date that is none',
    {
      templateId: 'order-status-v1',
      fields: {
        orderId: '1',
        status: 'shipped',
        itemCount: 1,
        total: 1,
        currency: 'EUR',
        placedOn: '2026-13-45',
      },
    },
    'template.invalidField',
    'fields:$.placedOn',
  ],
  [
    'a field address that runs a script',
    {
      templateId: 'order-status-v1',
      fields: {
        orderId: '1',
        status: 'delivered',
        itemCount: 1,
        total: 1,
        currency: 'EUR',
        placedOn: '2026-01-01',
        trackingUrl: 'javascript:alert(1)',
      },
    },
    'card.unsafeUrl',
    'fields:$.trackingUrl',
  ],
  [
    'a messageId with a line feed',
    { templateId: 'help-v1', fields: {}, messageId: 'a\nb' },
    'card.schema',
    'request:$.messageId',
  ],
  [
    '51 fields',
    { templateId: 'help-v1', fields: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`f${i}`, 1])) },
    'card.limit',
    'fields:$',
  ],
];
for (const [name, request, code, path] of wrong) {
  test(`a card request with ${name} is ${code} at ${path}`, () => {
    assert.throws(
      () => registry.compose(request),
      (error: unknown) => {
        assert.ok(error instanceof CodedError, String(error));
        assert.deepEqual([error.code, error.path], [code, path]);
        return true;
      },
    );
  });
}

test('any JSON as fields gives a valid card in every format, or a coded error', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...registry.addresses),
      fc.jsonValue(),
      fc.constantFrom('en', 'de', 'ar', 'x', undefined),
      (templateId, fields, locale) => {
        try {
          for (const card of registry.compose({ templateId, fields, locale })) {
            assert.deepEqual(checkCard(card.card).card, card.card);
            formatAll(card);
          }
        } catch (error) {
          assert.ok(error instanceof CodedError, String(error));
        }
      },
    ),
  );
});

/** A text without the blanks that Markdown does not keep. */
const words = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

test('any text in a field gives a card that passes the full check with the same words, or a coded error', () => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom(
        '*',
        '_',
        '[',
        ']',
        '(',
        ')',
        '<',
        '>',
        '&',
        '`',
        '~',
        '\\',
        '#',
        '-',
        '1',
        '.',
        ' ',
        '\n',
        'a',
        '=',
        '|',
        ':',
        '/',
      ),
      maxLength: 60,
    }),
  );
  fc.assert(
    fc.property(text, text, (title, description) => {
      try {
        const [card] = registry.compose({
          templateId: 'order-confirmation-v2',
          fields: { title, description },
        });
        assert.ok(card);
        const again = checkCard(card.card);
        assert.equal(words(again.text), words(writeFallbackText(card.card.components)));
        assert.deepEqual(checkCard(again.card).card, again.card, 'the treatment is idempotent');
      } catch (error) {
        assert.ok(error instanceof CodedError, String(error));
      }
    }),
  );
});

test('the same text looks the same to the customer in every format', () => {
  const [card] = registry.compose({
    templateId: 'order-confirmation-v2',
    fields: { ...confirmation, description: 'Tom & Jerry <3 AT&T' },
  });
  assert.ok(card);
  const shown = formatAll(card);
  for (const format of Object.values(shown)) assert.match(JSON.stringify(format), /Tom & Jerry <3 AT&T/);
});

test('over a limit, a template may degrade: what is left out and shortened is reported', () => {
  const template = compileTest({
    overLimit: 'degrade',
    card: {
      components: [
        { type: 'header', text: '${name}' },
        {
          type: 'buttonGroup',
          buttons: [{ $data: '${items}', label: '${label}', action: 'postback', payload: '${value}' }],
        },
      ],
    },
  });
  const items = Array.from({ length: 7 }, (_, i) => ({ label: `l${i}`, value: `v${i}` }));
  const [card, ...more] = template.compose({ name: 'x'.repeat(100), items });
  assert.equal(more.length, 0);
  const [header, group] = card?.card.components ?? [];
  assert.ok(header?.type === 'header' && header.text.length === 80 && header.text.endsWith('…'));
  assert.ok(group?.type === 'buttonGroup' && group.buttons.length === 5);
  assert.deepEqual(
    card?.changes.map((c) => c.what),
    ['shortened from 100 to 80 characters', 'left out 2 of 7'],
  );
});

test('over a limit, the fallback text of a template that may degrade or split is shortened, too', () => {
  for (const overLimit of ['degrade', 'split']) {
    const template = compileTest({ text: '${note}', overLimit });
    const [card] = template.compose({ name: 'Ada', note: 'x'.repeat(4_001) });
    assert.equal(card?.text.length, 4_000);
    assert.deepEqual(card.changes, [
      { path: 'template:$.text', what: 'shortened from 4001 to 4000 characters' },
    ]);
  }
});

test('the fallback text of a card whose text shows nothing says its components', () => {
  const template = compileTest({ text: '${note}' });
  for (const note of ['', ' \n', '\u200b']) {
    assert.equal(template.compose({ name: 'Ada', note })[0]?.text, 'Ada');
  }
  const items = Array.from({ length: 6 }, (_, i) => ({ label: `l${i}`, value: `v${i}` }));
  const split = compileTest({
    text: '${note}',
    overLimit: 'split',
    card: {
      components: [
        {
          type: 'buttonGroup',
          buttons: [{ $data: '${items}', label: '${label}', action: 'postback', payload: '${value}' }],
        },
      ],
    },
  });
  assert.match(split.compose({ name: 'Ada', note: '', items })[0]?.text ?? '', /^- l0\n/);
});

test('a fixed list that is too long is split as one of values is', () => {
  const items = Array.from({ length: 12 }, (_, i) => ({ label: `l${i}`, value: 'v' }));
  const template = compileTest({ overLimit: 'split', card: { components: [{ type: 'facts', items }] } });
  const [card] = template.compose({ name: 'Ada' });
  assert.deepEqual(
    card?.card.components.map((one) => one.type === 'facts' && one.items.length),
    [10, 2],
  );
});

test('a message id that leaves no room for the number of a further card is refused, not sent too long', () => {
  const template = compileTest({
    overLimit: 'split',
    card: { components: [{ type: 'body', $data: '${items}', text: '${label}' }] },
  });
  const compose = (length: number, count: number) =>
    template
      .compose(
        { name: 'Ada', items: Array.from({ length: count }, () => ({ label: 'x' })) },
        { messageId: 'm'.repeat(length) },
      )
      .map(({ messageId }) => messageId.length);
  assert.deepEqual(compose(126, 25), [126, 128]);
  assert.deepEqual(compose(128, 20), [128]);
  assert.throws(() => compose(127, 25), { code: 'card.schema', path: 'request:$.messageId' });
});

test('over a limit, a template may split: nothing is lost, and every card has an id of its own', () => {
  const products = Array.from({ length: 12 }, (_, i) => ({
    sku: `S-${i}`,
    name: `Product ${i}`,
    price: i,
    currency: 'EUR',
  }));
  const cards = registry.compose({ templateId: 'product-offers-v1', fields: { products }, messageId: 'm' });
  assert.deepEqual(
    cards.map((c) => c.card.messageId),
    ['m', 'm-2'],
  );
  const names = cards.flatMap((c) => JSON.stringify(c.card.components).match(/"Product \d+"/g) ?? []);
  assert.equal(names.length, 12);
  assert.ok(cards[0]?.changes.length);
  for (const card of cards) assert.deepEqual(checkCard(card.card).card, card.card);
});

const mistyped: [name: string, fields: { [key: string]: unknown }, path: string, words: RegExp][] = [
  ['an undeclared field', { name: 'Ada', notee: 'x' }, 'fields:$.notee', /Did you mean `note`\? \w/],
  [
    'an undeclared field like no other',
    { name: 'Ada', surname: 'x' },
    'fields:$.surname',
    /this field\. (?!Did)/,
  ],
  ['a missing field', { nam: 'Ada' }, 'fields:$.name', /missing\. One with a similar name is given\./],
  ['a missing field and no other', {}, 'fields:$.name', /missing\. (?!One)/],
];
for (const [name, fields, path, words] of mistyped) {
  test(`${name} is told with the name that was probably meant`, () => {
    // Fields as a dialog might send them, which the template has to refuse.
    assert.throws(
      () => compileTest().compose(fields as Json),
      (error: unknown) => {
        assert.ok(error instanceof CodedError);
        assert.equal(error.path, path);
        assert.match(`${error.message} ${error.hint}`, words);
        return true;
      },
    );
  });
}

const unfit: [text: string, message: RegExp][] = [
  ['${formatDate(note)}', /^The field note does not fit formatDate\.$/],
  ['${formatDate($root.note)}', /^The field \$root\.note does not fit formatDate\.$/],
  ['${formatDate(note ?? name)}', /^One of note, name does not fit formatDate\.$/],
  ["${formatDate('2026-11-23', 'huge')}", /^One of '2026-11-23', 'huge' does not fit formatDate\.$/],
  ["${formatCurrency(5, 'EURO')}", /^One of 5, 'EURO' does not fit formatCurrency\.$/],
  ['${upper(items[0].label ?? 5)}', /^One of items\[0\]\.label, 5 does not fit upper\.$/],
];
for (const [text, message] of unfit) {
  test(`${text} names the field that does not fit`, () => {
    const template = compileTest({ card: { components: [{ type: 'header', text }] }, text: 'x' });
    assert.throws(() => template.compose({ name: 'Ada', note: 'yesterday' }), {
      code: 'template.invalidField',
      path: 'template:$.card.components[0].text',
      message,
    });
  });
}

const unread: [binding: string, message: RegExp, hint: RegExp][] = [
  ['${name + 1}', /^`\+` is not expected in `\$\{name \+ 1\}`\.$/, /nothing is calculated/],
  ['${count > -1}', /^`-` is not expected/, /Bindings are paths/],
  ['${upper(\u2018a\u2019)}', /^`\u2018` is not expected/, /Quotes are straight/],
  ['${\u{1F600}}', /^`\u{1F600}` is not expected/u, /Bindings are paths/],
  ["${'a}b'}", /^A text that begins with `'` does not end in `\$\{'a\}`\.$/, /no `\}` in it/],
  ['${upper("a)}', /^A text that begins with `"` does not end/, /no escapes/],
  [`\${${'!'.repeat(501)}name}`, /^A binding of 505 characters begins with/, /at most 500/],
  ['${upper()}', /^upper takes 1 argument\.$/, /^Write it like upper\(text\)\./],
  ["${if(count > 1, 'a')}", /^if takes 3 arguments\.$/, /^Write it like if\(/],
  ['${count($index)}', /^`\$index` has a value only inside \$data\.$/, /from 0/],
  ['${items[0].nam}', /^The field items\[0\]\.nam is not declared\.$/, /Declare it/],
];
test('a text without the first locale names it', () => {
  assert.throws(() => compileTest({ text: { de: 'Hallo' } }), {
    code: 'template.invalid',
    message: 'There is no text for en.',
  });
});

for (const [text, message, hint] of unread) {
  test(`a binding that cannot be read says what is wrong: ${text.slice(0, 30)}`, () => {
    assert.throws(() => compileTest({ text }), { code: 'template.invalid', message, hint });
  });
}
