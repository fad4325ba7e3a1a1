import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBarriers } from '../../../bot/authoring/findBarriers.ts';
import type { Component } from '../../../cards/card.ts';
import { checkCard } from '../../../cards/checks/checkedCard.ts';
import { sayAll } from '../../../cards/components/componentTypes.ts';
import { loadTemplates } from '../../../cards/templates/loadTemplates.ts';
import { ownTemplatesDir, startTemplatesDir } from '../../../cards/templates/readTemplates.ts';
import { card } from '../../fakes/card.ts';

const header: Component = { type: 'header', text: 'Order 12345' };
const image = (altText: string): Component => ({ type: 'image', url: 'https://example.com/a.png', altText });
const button = (label: string, payload = label): Component => ({
  type: 'buttonGroup',
  buttons: [{ label, action: 'postback', payload }],
});
const body = (text: string, markdown = false): Component => ({ type: 'body', text, markdown });

const barriers: [what: string, components: Component[], path: string, message: RegExp][] = [
  ['a file name as alternative text', [image('IMG_1234.jpg')], '$.components[0].altText', /name of a file/],
  [
    'an address as alternative text',
    [image('https://example.com/a')],
    '$.components[0].altText',
    /name of a file|no word/,
  ],
  ['a camera name', [image('DSC 0042')], '$.components[0].altText', /name of a file/],
  ['picture of', [image('A picture of a lamp')], '$.components[0].altText', /that it is a picture/],
  ['Bild von', [image('Bild von einer Lampe')], '$.components[0].altText', /that it is a picture/],
  ['a long alternative text', [image('word '.repeat(40))], '$.components[0].altText', /200 characters/],
  ['a vague label', [header, button('Click here')], '$.components[1].buttons[0].label', /what happens/],
  ['a vague German label', [header, button('Mehr …')], '$.components[1].buttons[0].label', /what happens/],
  ['a label of signs', [header, button('👍')], '$.components[1].buttons[0].label', /no word/],
  [
    'equal labels',
    [header, button('Choose', 'a'), button('choose', 'b')],
    '$.components[2].buttons[0].label',
    /sound alike/,
  ],
  ['many emoji', [header, body('Great 🎉🎉🎉🎉')], '$.components[1].text', /emoji/],
  ['shouting', [header, body('PLEASE PAY YOUR BILL NOW')], '$.components[1].text', /capitals/],
  ['no heading', [body('a'), body('b'), body('c')], '$.components', /no heading/],
  ['a late heading', [body('Where your order is.'), header], '$.components[1].text', /after the text/],
];
for (const [what, components, path, message] of barriers) {
  test(`a barrier is found: ${what}`, () => {
    const found = findBarriers(checkCard(card(components)));
    assert.deepEqual(
      found.map((one) => one.path),
      [path],
      JSON.stringify(found),
    );
    assert.match(found[0]?.message ?? '', message);
  });
}

const fine: [what: string, components: Component[]][] = [
  ['a title in capitals of one word', [{ type: 'header', text: 'INTERNATIONALISATION' }]],
  ['an abbreviation', [header, body('IBAN DE12 3456')]],
  ['one short text', [body('Hello')]],
  ['a script without capitals', [header, body('ご注文の商品を発送しました。ありがとう ございます')]],
  ['a picture before its heading', [image('A parcel on its way'), header, body('It comes today.')]],
  ['a label with a number only', [header, button('5')]],
  ['Bilder as a word of its own', [image('Bildschirm mit Tastatur')]],
];
for (const [what, components] of fine) {
  test(`no barrier is found in ${what}`, () => {
    assert.deepEqual(findBarriers(checkCard(card(components))), []);
  });
}

test('a screen reader hears roles and texts in reading order, Markdown without its marks', () => {
  const components: Component[] = [
    image('A lamp'),
    header,
    { type: 'section', components: [body('It is **on its way**', true)] },
    { type: 'facts', items: [{ label: 'Total', value: '€5' }] },
    { type: 'divider' },
    {
      type: 'carousel',
      cards: [
        { components: [{ type: 'header', text: 'One' }] },
        { components: [{ type: 'header', text: 'Two' }] },
      ],
    },
    {
      type: 'buttonGroup',
      buttons: [
        { label: 'Track', action: 'openUrl', payload: 'https://example.com/t' },
        { label: 'Help', action: 'postback', payload: 'support' },
      ],
    },
    { type: 'video', label: 'How to', url: 'https://example.com/a.mp4', poster: 'https://example.com/a.png' },
    { type: 'quickReplies', replies: [{ label: 'Yes', payload: 'y' }] },
  ];
  assert.deepEqual(
    sayAll(checkCard(card(components)).card.components, '$.components').map(
      ({ role, text }) => `${role}: ${text}`,
    ),
    [
      ...['Picture: A lamp', 'Heading: Order 12345', ': It is on its way', ': Total: €5'],
      ...['Carousel: 2 cards', 'Card: 1 of 2', 'Heading: One', 'Card: 2 of 2', 'Heading: Two'],
      ...['Link: Track', 'Button: Help', 'Video: How to', 'Button: Yes'],
    ],
  );
});

test('links of the same name stand apart in the cards of a carousel, and not in one card', () => {
  const details = (path: string): Component => ({
    type: 'buttonGroup',
    buttons: [{ label: 'Details', action: 'openUrl', payload: `https://example.com/${path}` }],
  });
  const cards = [{ components: [details('a')] }, { components: [details('b'), details('c')] }];
  const found = findBarriers(checkCard(card([{ type: 'carousel', cards }])));
  assert.deepEqual(
    found.map(({ path }) => path),
    ['$.components[0].cards[1].components[1].buttons[0].label'],
  );
});

test('the start templates and the newest templates of the project have no barriers', () => {
  const { templates } = loadTemplates([ownTemplatesDir, startTemplatesDir]);
  for (const template of templates.values()) {
    const { id, version } = template.file;
    if (templates.has(`${id}-v${version + 1}`)) continue;
    for (const [sample, fields] of Object.entries(template.file.samples))
      for (const locale of template.file.locales)
        for (const one of template.compose(JSON.parse(JSON.stringify(fields)), { locale }))
          assert.deepEqual(findBarriers(one), [], `${template.ref.id} ${sample} ${locale}`);
  }
});
