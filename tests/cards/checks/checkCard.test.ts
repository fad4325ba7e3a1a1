import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCard } from '../../../cards/checks/checkedCard.ts';
import { CodedError } from '../../../cards/errors.ts';
import { card } from '../../fakes/card.ts';

const header = { type: 'header', text: 'x' };
const buttons = (...list: unknown[]) => [{ type: 'buttonGroup', buttons: list }];
const postback = (n: number | string = 1) => ({ label: `b${n}`, action: 'postback', payload: `p${n}` });
const nested = (levels: number): unknown[] =>
  levels === 1 ? [header] : [{ type: 'section', components: nested(levels - 1) }];
const many = (n: number) => Array.from({ length: n }, () => header);

test("the document's own card passes unchanged", () => {
  const checked = checkCard(card());
  assert.deepEqual(checked.card, card());
  assert.equal(checked.json, JSON.stringify(card()));
  assert.equal(
    checked.text,
    'Order Confirmation\nYour order has been processed successfully.\n- Track Order\n- Contact Support',
  );
});

const right: [name: string, components: unknown][] = [
  ['four levels', nested(4)],
  ['20 components', many(20)],
  [
    '20 components in a tree',
    [
      { type: 'section', components: many(9) },
      { type: 'section', components: many(9) },
    ],
  ],
  ['five buttons', buttons(1, 2, 3, 4, 5).map((g) => ({ ...g, buttons: [1, 2, 3, 4, 5].map(postback) }))],
  [
    'a carousel of three cards',
    [{ type: 'carousel', cards: [1, 2, 3].map((n) => ({ components: [header, ...buttons(postback(n))] })) }],
  ],
  ['quick replies', [{ type: 'quickReplies', replies: [{ label: 'a', payload: 'a' }] }]],
  ['facts and a divider', [{ type: 'facts', items: [{ label: 'a', value: 'b' }] }, { type: 'divider' }]],
  ['a picture', [{ type: 'image', url: 'https://cdn.example.com/a.png', altText: 'a' }]],
  [
    'links',
    buttons(
      { label: 'a', action: 'openUrl', payload: 'https://shop.example.com/' },
      { label: 'b', action: 'openUrl', payload: 'tel:+49301234' },
      { label: 'c', action: 'openUrl', payload: 'mailto:a@example.com' },
    ),
  ],
  [
    'words that only look dangerous',
    [{ type: 'header', text: 'Confirmation = 12345; javascript: a primer' }],
  ],
];
for (const [name, components] of right) {
  test(`a card with ${name} passes`, () => {
    const first = checkCard(card(components));
    assert.deepEqual(checkCard(first.card).card, first.card, 'checking twice changes nothing');
  });
}

const wrong: [name: string, input: unknown, code: string, path: string][] = [
  ['nothing', undefined, 'card.schema', 'card:$'],
  ['null', null, 'card.schema', 'card:$'],
  ['a text', 'card', 'card.schema', 'card:$'],
  ['a list', [], 'card.schema', 'card:$'],
  ['no messageId', card(undefined, { messageId: undefined }), 'card.schema', 'card:$.messageId'],
  ['a messageId that is a number', card(undefined, { messageId: 1 }), 'card.schema', 'card:$.messageId'],
  [
    'a messageId with a line feed',
    card(undefined, { messageId: 'a\r\nX: y' }),
    'card.schema',
    'card:$.messageId',
  ],
  [
    'no template matrix',
    card(undefined, { templateMatrix: undefined }),
    'card.schema',
    'card:$.templateMatrix',
  ],
  [
    'a template matrix that is a text',
    card(undefined, { templateMatrix: 'nope' }),
    'card.schema',
    'card:$.templateMatrix',
  ],
  [
    'another layout engine',
    card(undefined, {
      templateMatrix: { templateId: 'a', layoutEngine: 'grid', version: '1', fallbackBehavior: 'textOnly' },
    }),
    'card.schema',
    'card:$.templateMatrix.layoutEngine',
  ],
  [
    'a template id that is a path',
    card(undefined, {
      templateMatrix: {
        templateId: '../x',
        layoutEngine: 'flexbox',
        version: '1',
        fallbackBehavior: 'textOnly',
      },
    }),
    'card.schema',
    'card:$.templateMatrix.templateId',
  ],
  ['no dynamic fields', card(undefined, { dynamicFields: undefined }), 'card.schema', 'card:$.dynamicFields'],
  ['an unknown key', card(undefined, { onload: 'x' }), 'card.schema', 'card:$.onload'],
  ['no components', card([]), 'card.schema', 'card:$.components'],
  ['components that are an object', card({ 0: header }), 'card.schema', 'card:$.components'],
  ['a component that is a text', card(['x']), 'card.schema', 'card:$.components[0]'],
  ['a component that is null', card([null]), 'card.schema', 'card:$.components[0]'],
  ['an unknown component', card([{ type: 'iframe', src: 'x' }]), 'card.schema', 'card:$.components[0].type'],
  [
    'an unknown key in a component',
    card([{ ...header, onclick: 'x' }]),
    'card.schema',
    'card:$.components[0].onclick',
  ],
  [
    'a header that is a number',
    card([{ type: 'header', text: 42 }]),
    'card.schema',
    'card:$.components[0].text',
  ],
  ['a body that is null', card([{ type: 'body', text: null }]), 'card.schema', 'card:$.components[0].text'],
  [
    'a text hidden in a list',
    card([{ type: 'header', text: ['javascript:x'] }]),
    'card.schema',
    'card:$.components[0].text',
  ],
  [
    'a header of 81 characters',
    card([{ type: 'header', text: 'x'.repeat(81) }]),
    'card.limit',
    'card:$.components[0].text',
  ],
  [
    'a header of blanks',
    card([{ type: 'header', text: ' \u200B ' }]),
    'card.unsafeText',
    'card:$.components[0].text',
  ],
  [
    'five levels',
    card(nested(5)),
    'card.limit',
    'card:$.components[0].components[0].components[0].components[0].components[0]',
  ],
  ['21 components', card(many(21)), 'card.limit', 'card:$.components[20]'],
  [
    '21 components in a tree',
    card([{ type: 'section', components: many(20) }]),
    'card.limit',
    'card:$.components[0].components[19]',
  ],
  [
    'a thousand children',
    card([{ type: 'section', components: many(1_000) }]),
    'card.limit',
    'card:$.components[0].components[19]',
  ],
  [
    'components below an object',
    card([{ type: 'section', components: { a: [header] } }]),
    'card.schema',
    'card:$.components[0].components',
  ],
  [
    'six buttons',
    card(buttons(...[1, 2, 3, 4, 5, 6].map(postback))),
    'card.limit',
    'card:$.components[0].buttons',
  ],
  ['no buttons', card(buttons()), 'card.schema', 'card:$.components[0].buttons'],
  ['a button that is a text', card(buttons('x')), 'card.schema', 'card:$.components[0].buttons[0]'],
  [
    'a button with an empty label',
    card(buttons({ label: '', action: 'postback', payload: 'x' })),
    'card.unsafeText',
    'card:$.components[0].buttons[0].label',
  ],
  [
    'a button with an unknown action',
    card(buttons({ label: 'x', action: 'anything', payload: 'x' })),
    'card.schema',
    'card:$.components[0].buttons[0].action',
  ],
  [
    'a button without a payload',
    card(buttons({ label: 'x', action: 'postback' })),
    'card.schema',
    'card:$.components[0].buttons[0].payload',
  ],
  ...[' ', '\u200b', '\u00a0'].map((payload): [string, unknown, string, string] => [
    `a payload of ${JSON.stringify(payload)}, which clients drop with the whole message`,
    card(buttons({ label: 'x', action: 'postback', payload })),
    'card.schema',
    'card:$.components[0].buttons[0].payload',
  ]),
  [
    'a payload of 1,001 characters',
    card(buttons({ label: 'x', action: 'postback', payload: 'x'.repeat(1_001) })),
    'card.limit',
    'card:$.components[0].buttons[0].payload',
  ],
  [
    'a payload with a control character',
    card(buttons({ label: 'x', action: 'postback', payload: 'a\u0000' })),
    'card.unsafeText',
    'card:$.components[0].buttons[0].payload',
  ],
  [
    'a style that is CSS',
    card(buttons({ ...postback(), style: 'position:fixed' })),
    'card.schema',
    'card:$.components[0].buttons[0].style',
  ],
  [
    'two buttons alike',
    card(buttons(postback(), postback())),
    'card.schema',
    'card:$.components[0].buttons[1]',
  ],
  [
    'two buttons alike across a carousel',
    card([{ type: 'carousel', cards: [1, 2].map(() => ({ components: buttons(postback()) })) }]),
    'card.schema',
    'card:$.components[0].cards[1].components[0].buttons[0]',
  ],
  [
    'eleven cards in a carousel',
    card([{ type: 'carousel', cards: Array.from({ length: 11 }, () => ({ components: [header] })) }]),
    'card.limit',
    'card:$.components[0].cards',
  ],
  [
    'a carousel in a carousel',
    card([
      {
        type: 'carousel',
        cards: [{ components: [{ type: 'carousel', cards: [{ components: [header] }] }] }],
      },
    ]),
    'card.schema',
    'card:$.components[0].cards[0].components[0].type',
  ],
  [
    'fourteen quick replies',
    card([
      {
        type: 'quickReplies',
        replies: Array.from({ length: 14 }, (_, i) => ({ label: `${i}`, payload: `${i}` })),
      },
    ]),
    'card.limit',
    'card:$.components[0].replies',
  ],
  [
    'a link that runs a script',
    card(buttons({ label: 'x', action: 'openUrl', payload: 'javascript:alert(1)' })),
    'card.unsafeUrl',
    'card:$.components[0].buttons[0].payload',
  ],
  [
    'a link that hides its scheme',
    card(buttons({ label: 'x', action: 'openUrl', payload: 'java\tscript:alert(1)' })),
    'card.unsafeUrl',
    'card:$.components[0].buttons[0].payload',
  ],
  [
    'a link without encryption',
    card(buttons({ label: 'x', action: 'openUrl', payload: 'http://shop.example.com' })),
    'card.unsafeUrl',
    'card:$.components[0].buttons[0].payload',
  ],
  [
    'a link into our own network',
    card(buttons({ label: 'x', action: 'openUrl', payload: 'https://169.254.169.254/' })),
    'card.unsafeUrl',
    'card:$.components[0].buttons[0].payload',
  ],
  [
    'a picture as data',
    card([{ type: 'image', url: 'data:text/html,x', altText: 'x' }]),
    'card.unsafeUrl',
    'card:$.components[0].url',
  ],
  [
    'a picture without alternative text',
    card([{ type: 'image', url: 'https://cdn.example.com/a.png' }]),
    'card.schema',
    'card:$.components[0].altText',
  ],
  [
    'a number that is not finite',
    card(undefined, { dynamicFields: { a: Number.NaN } }),
    'card.schema',
    'card:$.dynamicFields.a',
  ],
  ['a date', card(undefined, { dynamicFields: { a: new Date(0) } }), 'card.schema', 'card:$.dynamicFields.a'],
  ['a bigint', card(undefined, { dynamicFields: { a: 1n } }), 'card.schema', 'card:$.dynamicFields.a'],
  [
    'a function',
    card(undefined, { dynamicFields: { toJSON: () => 'x' } }),
    'card.schema',
    'card:$.dynamicFields.toJSON',
  ],
  [
    'a prototype as a key',
    card(undefined, JSON.parse('{"dynamicFields":{"a":{"__proto__":{"x":1}}}}')),
    'card.schema',
    'card:$.dynamicFields.a.__proto__',
  ],
  [
    'a constructor as a key',
    card(undefined, { dynamicFields: { constructor: 1 } }),
    'card.schema',
    'card:$.dynamicFields.constructor',
  ],
];
for (const [name, input, code, path] of wrong) {
  test(`a card with ${name} is ${code} at ${path}`, () => {
    assert.throws(
      () => checkCard(input),
      (error: unknown) => {
        assert.ok(error instanceof CodedError, String(error));
        assert.deepEqual([error.code, error.path], [code, path]);
        assert.doesNotMatch(error.message, /alert|169\.254|position/);
        return true;
      },
    );
  });
}

/** Deep, wide, long and looping input: refused, typed, without harm. */
const hostile: [name: string, make: () => unknown][] = [
  [
    'a hundred thousand levels',
    () => {
      let component: unknown = header;
      for (let i = 0; i < 100_000; i += 1) component = { type: 'section', components: [component] };
      return card([component]);
    },
  ],
  ['a million components', () => card(Array.from({ length: 1_000_000 }, () => header))],
  ['ten megabytes of text', () => card([{ type: 'body', text: 'on'.repeat(5_000_000) }])],
  [
    'a megabyte of angle brackets',
    () => card([{ type: 'body', markdown: true, text: '<'.repeat(1_000_000) }]),
  ],
  [
    'a loop',
    () => {
      const loop: Record<string, unknown> = { type: 'section' };
      loop.components = [loop];
      return card([loop]);
    },
  ],
  [
    'one node a billion times',
    () => {
      let list: unknown[] = [header];
      for (let i = 0; i < 3; i += 1) {
        const inner = list;
        list = Array.from({ length: 1_000 }, () => ({ type: 'section', components: inner }));
      }
      return card(list);
    },
  ],
  [
    'a hundred thousand fields',
    () =>
      card(undefined, {
        dynamicFields: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`f${i}`, i])),
      }),
  ],
  [
    'a getter that throws',
    () => {
      const fail = () => {
        throw new Error('x');
      };
      return card(undefined, {
        dynamicFields: Object.defineProperty({}, 'a', { get: fail, enumerable: true }),
      });
    },
  ],
  [
    'a proxy that lies',
    () =>
      card(
        new Proxy([header], {
          get: (target, key) => (key === 'length' ? 2 ** 31 : Reflect.get(target, key)),
        }),
      ),
  ],
];
for (const [name, make] of hostile) {
  test(`a card with ${name} is refused with a coded error`, () => {
    const input = make();
    assert.throws(
      () => checkCard(input),
      (error: unknown) => error instanceof CodedError && error.code.startsWith('card.'),
    );
  });
}

test('what is checked is what is sent: a value that changes between reads is read once', () => {
  let reads = 0;
  const component = {
    type: 'header',
    get text() {
      reads += 1;
      return reads === 1 ? 'safe' : 42;
    },
  };
  assert.deepEqual(checkCard(card([component])).card.components, [{ type: 'header', text: 'safe' }]);
});

test('no prototype is changed by any of it', () => {
  assert.equal(Object.hasOwn(Object.prototype, 'x'), false);
});

test('lone surrogates become replacement characters, so the bytes are valid UTF-8', () => {
  const { json } = checkCard(card([{ type: 'header', text: 'a\uD800b' }]));
  assert.match(json, /a\uFFFDb/);
});

test('Markdown that was checked a moment ago is not checked again, also without a policy', ({ mock }) => {
  const body = { type: 'body', text: 'See [us](https://example.com/seen-before) *now*', markdown: true };
  const first = checkCard(card([body]));
  const parse = mock.method(URL, 'parse');
  assert.equal(checkCard(card([body])).json, first.json);
  assert.equal(parse.mock.callCount(), 0);
});
