/** A part of an Adaptive Card as JSON. */
export type Part = { readonly [key: string]: unknown };
/** A card and what it is about. */
export interface CorpusCard {
  readonly name: string;
  readonly card: Part;
}

let words = 0;
/** A word that stands at one place only. */
function word(): string {
  words += 1;
  return `w${words}x`;
}
const picture = (more: Part = {}): Part => ({
  type: 'Image',
  url: `https://cdn.example.com/${word()}.png`,
  altText: word(),
  ...more,
});
const text = (more: Part = {}): Part => ({ type: 'TextBlock', text: word(), ...more });
const submit = (more: Part = {}): Part => ({
  type: 'Action.Submit',
  title: word(),
  data: { a: words },
  ...more,
});
const openUrl = (): Part => ({ type: 'Action.OpenUrl', title: word(), url: 'https://example.com/' });
const cell = (...items: Part[]): Part => ({ type: 'TableCell', items });
const column = (...items: Part[]): Part => ({ type: 'Column', items });

/** Each element of schema 1.6, with its content. */
const elements: Record<string, (more?: Part) => Part> = {
  TextBlock: text,
  RichTextBlock: (more) => ({
    type: 'RichTextBlock',
    inlines: [
      word(),
      { type: 'TextRun', text: ` ${word()}`, weight: 'bolder' },
      { type: 'TextRun', text: ` ${word()}` },
    ],
    ...more,
  }),
  Image: picture,
  ImageSet: (more) => ({ type: 'ImageSet', images: [picture(), picture()], ...more }),
  Media: (more) => ({
    type: 'Media',
    sources: [{ mimeType: 'video/mp4', url: 'https://example.com/v.mp4' }],
    ...more,
  }),
  Container: (more) => ({ type: 'Container', items: [text(), text()], ...more }),
  'Container of a card': (more) => ({ type: 'Container', items: [text(), picture(), text()], ...more }),
  ColumnSet: (more) => ({ type: 'ColumnSet', columns: [column(text()), column(text())], ...more }),
  'ColumnSet of rows': (more) => ({
    type: 'ColumnSet',
    columns: [column(text(), text()), column(text(), text())],
    ...more,
  }),
  'ColumnSet of a picture': (more) => ({
    type: 'ColumnSet',
    columns: [column(picture()), column(text(), text())],
    ...more,
  }),
  'ColumnSet of cards': (more) => ({
    type: 'ColumnSet',
    columns: [column(text(), picture(), text()), column(text(), picture(), text())],
    ...more,
  }),
  Table: (more) => ({
    type: 'Table',
    columns: [{ width: 1 }, { width: 1 }],
    rows: [1, 2].map(() => ({ type: 'TableRow', cells: [cell(text()), cell(text())] })),
    ...more,
  }),
  'Table of three columns': (more) => ({
    type: 'Table',
    columns: [{ width: 1 }, { width: 1 }, { width: 1 }],
    rows: [1, 2].map(() => ({ type: 'TableRow', cells: [cell(text()), cell(text()), cell(text())] })),
    ...more,
  }),
  FactSet: (more) => ({
    type: 'FactSet',
    facts: [
      { title: word(), value: word() },
      { title: word(), value: word() },
    ],
    ...more,
  }),
  ActionSet: (more) => ({ type: 'ActionSet', actions: [submit(), openUrl()], ...more }),
  'Input.Text': (more) => ({ type: 'Input.Text', id: word(), label: word(), ...more }),
  'Input.Number': (more) => ({ type: 'Input.Number', id: word(), label: word(), ...more }),
  'Input.Date': (more) => ({ type: 'Input.Date', id: word(), label: word(), ...more }),
  'Input.Time': (more) => ({ type: 'Input.Time', id: word(), label: word(), ...more }),
  'Input.Toggle': (more) => ({ type: 'Input.Toggle', id: word(), title: word(), ...more }),
  'Input.ChoiceSet': (more) => ({
    type: 'Input.ChoiceSet',
    id: word(),
    label: word(),
    style: 'expanded',
    choices: [
      { title: word(), value: '1' },
      { title: word(), value: '2' },
    ],
    ...more,
  }),
};

/** Properties of schema 1.6 and of careless bots, for any element. */
const properties: Part[] = [
  ...[
    { isVisible: false },
    { isVisible: 'False' },
    { isVisible: 'true' },
    { isVisible: null },
    { isVisible: 0 },
  ],
  {
    spacing: 'large',
    height: 'stretch',
    lang: 'de',
    horizontalAlignment: 'center',
    isSubtle: true,
    color: 'good',
  },
  {
    bleed: true,
    rtl: true,
    minHeight: '80px',
    showGridLines: false,
    imageSize: 'small',
    wrap: true,
    maxLines: 1,
  },
  ...[{ separator: true }, { style: 'emphasis' }, { style: 'heading' }, { size: 'large', weight: 'bolder' }],
  ...[{ firstRowAsHeader: false }, { requires: { adaptiveCards: '1.2' } }, { unknown: 'value', id: 'an-id' }],
  ...[{ selectAction: null }, { fallback: 'drop' }],
];

/** What an element may stand in. */
const places: Record<string, (element: Part) => Part[]> = {
  'a container': (element) => [{ type: 'Container', items: [element] }],
  'a container in a container': (element) => [
    { type: 'Container', items: [text(), { type: 'Container', items: [element] }] },
  ],
  'a hidden container': (element) => [text(), { type: 'Container', isVisible: false, items: [element] }],
  'a column': (element) => [{ type: 'ColumnSet', columns: [column(element), column(text())] }],
  'a hidden column': (element) => [
    { type: 'ColumnSet', columns: [{ ...column(element), isVisible: false }, column(text())] },
  ],
  'a fallback': (element) => [{ type: 'Acme.Thing', fallback: element }],
  'what has a requirement': (element) => [{ ...text(), requires: { acme: '2.0' }, fallback: element }],
  'a container without a child': (element) => [
    text(),
    { type: 'Container', items: [element, { type: 'Acme.Thing' }] },
  ],
  'two containers': (element) => [
    { type: 'Container', items: [text(), element] },
    { type: 'Container', items: [text(), picture()] },
  ],
  'texts around it': (element) => [text(), element, text({ separator: true })],
};

/** Markdown as authors write it; each `w` becomes a word of its own. */
const markdowns = [
  ...['**w** w', '_w_ and __w__', '***w*** w', 'w*w*w', '~~w~~ w', '`w` w', 'w \\*w\\*', 'w * w * w'],
  ...['[w](https://example.com/)', 'w [w **w**](https://example.com/w) w', '[w](mailto:a@example.com)'],
  ...['<https://example.com/w>', 'https://example.com/w', '[w](http://example.com/w) w', '[w]: w', '[w] w'],
  ...['- w\n- w', '* w\n* w\n\nw', '1. w\n2. w', '1. w\n   - w\n   - w\n2. w', '- w\r- w', '- [ ] w'],
  ...['w\n\nw', 'w  \nw', 'w\nw', 'w\n\n\n\nw', '# w\n\nw', 'w\n===\n\nw', '> w\n> w\n\nw', 'w\n\n---\n\nw'],
  ...[
    '```\nw\nw\n```',
    '    w\n\nw',
    '| w | w |\n|---|---|\n| w | w |',
    'w <b>w</b> w',
    'w &amp; w',
    'w &lt;w&gt;',
  ],
  ...['1) w', '2026. w', '+ w', '#w w', '\\# w', 'w: w', '- w: w', '• w\n• w'],
  ...['w :w: w', '$w$ w', 'w|w', '{w} w', '<w> w', 'w < w > w', '^w^ ==w== ++w++', 'w[^1]\n\n[^1]: w'],
];
const written = (markdown: string): string => markdown.replace(/w/g, () => word());

const showCard = (...body: Part[]): Part => ({
  type: 'Action.ShowCard',
  title: word(),
  card: { type: 'AdaptiveCard', body },
});
const toggle = (...targetElements: unknown[]): Part => ({
  type: 'Action.ToggleVisibility',
  title: word(),
  targetElements,
});

const cardOf = (body: readonly Part[], more: Part = {}): Part => ({
  type: 'AdaptiveCard',
  version: '1.6',
  body,
  ...more,
});

/** Cards that hold each element and property of schema 1.6, and mutations of them; every word stands at one place only. */
export function corpusOfAdaptiveCards(): CorpusCard[] {
  words = 0;
  const cards: CorpusCard[] = [];
  const add = (name: string, card: Part): void => void cards.push({ name, card });
  for (const [type, make] of Object.entries(elements)) {
    add(type, cardOf([text(), make()]));
    for (const property of properties) {
      add(`${type} with ${JSON.stringify(property)}`, cardOf([text(), make(property), text()]));
    }
    for (const [place, put] of Object.entries(places)) add(`${type} in ${place}`, cardOf(put(make())));
    add(`${type} beside actions`, cardOf([make()], { actions: [submit(), openUrl()] }));
    add(`${type} twice`, cardOf([make(), make(), text()]));
  }
  for (const markdown of markdowns) {
    const sample = (more: Part = {}) => text({ text: written(markdown), ...more });
    add(
      `Markdown ${JSON.stringify(markdown)}`,
      cardOf([
        sample({ style: 'heading' }),
        sample(),
        { type: 'ColumnSet', columns: [column(sample()), column(text())] },
        { type: 'FactSet', facts: [{ title: word(), value: written(markdown) }] },
      ]),
    );
  }
  for (const [type, make] of Object.entries(elements)) {
    add(`${type} in an opened card`, cardOf([text()], { actions: [showCard(make(), text())] }));
    add(
      `${type} that is toggled`,
      cardOf([text(), make({ id: 'it', isVisible: false })], { actions: [toggle('it')] }),
    );
  }
  add('two opened cards', cardOf([text()], { actions: [showCard(text()), submit(), showCard(text())] }));
  add(
    'an opened card with actions',
    cardOf([text()], {
      actions: [
        {
          type: 'Action.ShowCard',
          title: word(),
          card: { type: 'AdaptiveCard', body: [text()], actions: [submit(), openUrl()] },
        },
      ],
    }),
  );
  add(
    'an opened card in an opened card',
    cardOf([text()], {
      actions: [
        {
          type: 'Action.ShowCard',
          title: word(),
          card: { type: 'AdaptiveCard', body: [text()], actions: [showCard(text())] },
        },
      ],
    }),
  );
  add(
    'an opened card in an ActionSet',
    cardOf([{ type: 'ActionSet', actions: [showCard(text(), text()), openUrl()] }, text()]),
  );
  add(
    'an opened card in a column',
    cardOf([
      {
        type: 'ColumnSet',
        columns: [column(text(), { type: 'ActionSet', actions: [showCard(text())] }), column(text())],
      },
    ]),
  );
  add(
    'an opened card that toggles',
    cardOf([text({ id: 'it', isVisible: false })], {
      actions: [showCard(text(), { type: 'ActionSet', actions: [toggle('it')] })],
    }),
  );
  add(
    'a toggled column',
    cardOf(
      [{ type: 'ColumnSet', columns: [column(text()), { ...column(text()), id: 'it', isVisible: false }] }],
      { actions: [toggle({ elementId: 'it', isVisible: true })] },
    ),
  );
  add(
    'a toggle that hides',
    cardOf([text({ id: 'it' }), text({ id: 'other', isVisible: false })], {
      actions: [toggle('it', { elementId: 'other' })],
    }),
  );
  add(
    'a toggle that never shows',
    cardOf([text(), text({ id: 'it', isVisible: false })], {
      actions: [toggle({ elementId: 'it', isVisible: false })],
    }),
  );
  add('a toggle of nothing', cardOf([text(), text({ isVisible: false })], { actions: [toggle('nothing')] }));
  add(
    'a toggle by a click on a container',
    cardOf([
      { type: 'Container', items: [text()], selectAction: toggle('it') },
      { type: 'Container', id: 'it', isVisible: false, items: [text(), picture()] },
    ]),
  );
  add(
    'a toggled part in a toggled part',
    cardOf(
      [
        {
          type: 'Container',
          id: 'outer',
          isVisible: false,
          items: [text(), text({ id: 'inner', isVisible: false })],
        },
      ],
      { actions: [toggle('outer'), toggle('inner')] },
    ),
  );
  add(
    'a toggled part in a hidden part',
    cardOf(
      [text(), { type: 'Container', isVisible: false, items: [text({ id: 'inner', isVisible: false })] }],
      { actions: [toggle('inner')] },
    ),
  );
  add(
    'a toggled row',
    cardOf(
      [
        {
          type: 'Table',
          columns: [{ width: 1 }],
          rows: [
            { type: 'TableRow', cells: [cell(text())] },
            { type: 'TableRow', id: 'it', isVisible: false, cells: [cell(text())] },
          ],
        },
      ],
      { actions: [toggle('it')] },
    ),
  );
  add('a card with a fallback', { ...cardOf([text()]), version: '9.9', fallback: text() });
  add(
    'actions',
    cardOf([text()], {
      actions: [submit(), submit({ style: 'positive' }), submit({ isEnabled: false }), openUrl()],
    }),
  );
  add(
    'a field with its own action',
    cardOf([{ type: 'Input.Text', id: 'it', label: word(), inlineAction: submit() }, text()]),
  );
  add(
    'many facts',
    cardOf([
      { type: 'FactSet', facts: Array.from({ length: 25 }, () => ({ title: word(), value: word() })) },
    ]),
  );
  add('many texts', cardOf(Array.from({ length: 60 }, () => text())));
  add('many pictures', cardOf(Array.from({ length: 12 }, () => picture())));
  return cards;
}
