import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCard } from '../../../../cards/checks/checkedCard.ts';
import { CodedError } from '../../../../cards/errors.ts';
import { formatGenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import {
  type BotFrameworkPart,
  readBotFramework,
} from '../../../../cards/readers/botFramework/fromBotFramework.ts';
import { anyCharacter, fc } from '../../../fakes/fastCheck.ts';
import { assertStrict } from '../../formats/strictGenesys.ts';
import { tables } from './fromBotFrameworkRows.ts';

/** Parts, or undefined for a coded error; anything else fails the test. */
function partsOf(activity: unknown): BotFrameworkPart[] | undefined {
  try {
    return readBotFramework(activity, { newId: () => 'm1' }).parts;
  } catch (error) {
    assert.ok(error instanceof CodedError, String(error));
    return undefined;
  }
}

const url = fc.constantFrom(
  'https://shop.example.com/a.png',
  'tel:+49301',
  'javascript:x',
  'https://x.example/?q=ä b',
  '',
);
const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.constantFrom(
    '**b** [x](https://a.example/)',
    'Yes',
    'Yes',
    ' ',
    '\u200b',
    '<b>x</b>',
    '- a\n- b',
    '# T',
    'w '.repeat(1_200),
  ),
  url,
);
/** Mostly what it should be. */
const loose = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 15, arbitrary: value }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });
const some = (value: fc.Arbitrary<unknown>, maxLength = 7) => loose(fc.array(loose(value), { maxLength }));
const shape = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, loose(value)])), {
    requiredKeys: [],
  });
const typed = (type: string, fields: Record<string, fc.Arbitrary<unknown>>) =>
  shape(fields).map((value) => ({ type, ...value }));

const cardAction = fc.oneof(
  ...['openUrl', 'imBack', 'postBack', 'messageBack', 'call', 'signin', 'x'].map((type) =>
    typed(type, { title: text, text, value: fc.oneof(url, text, fc.jsonValue()) }),
  ),
);
const picture = shape({ url, alt: text, tap: cardAction });
const basicCard = shape({
  title: text,
  subtitle: text,
  text,
  images: some(picture),
  buttons: some(cardAction),
  tap: cardAction,
});
const receipt = shape({
  title: text,
  facts: some(shape({ key: text, value: text }), 15),
  items: some(shape({ title: text, price: text, quantity: fc.nat(), tap: cardAction })),
  total: text,
  buttons: some(cardAction),
});
const video = shape({
  title: text,
  text,
  image: picture,
  media: some(shape({ url, profile: text })),
  buttons: some(cardAction),
});

const { element, action } = fc.letrec<{ element: unknown; action: unknown }>((tie) => ({
  action: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'card' },
    typed('Action.OpenUrl', { title: text, url, style: fc.constant('positive') }),
    typed('Action.Submit', { title: text, data: fc.jsonValue() }),
    typed('Action.Execute', { title: text, verb: text, data: fc.jsonValue() }),
    typed('Action.ToggleVisibility', { title: text, targetElements: some(fc.constant('a')) }),
    typed('Action.ShowCard', {
      title: text,
      card: shape({ body: some(tie('element'), 3), actions: some(tie('action'), 3) }),
    }),
    typed('Action.None', { fallback: tie('action') }),
  ),
  element: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'card' },
    typed('TextBlock', {
      text,
      size: fc.constant('large'),
      weight: fc.constant('bolder'),
      separator: fc.boolean(),
    }),
    typed('TextBlock', { text, id: fc.constant('a'), isVisible: fc.boolean() }),
    typed('RichTextBlock', {
      inlines: some(fc.oneof(text, typed('TextRun', { text, italic: fc.boolean() }))),
    }),
    typed('FactSet', { facts: some(shape({ title: text, value: text }), 25) }),
    typed('Image', { url, altText: text, selectAction: tie('action') }),
    typed('Media', { sources: some(shape({ url })), poster: url }),
    typed('Input.ChoiceSet', {
      id: text,
      label: text,
      choices: some(shape({ title: text, value: text }), 15),
    }),
    typed('ActionSet', { actions: some(tie('action')) }),
    typed('Container', { items: some(tie('element')), selectAction: tie('action') }),
    typed('ColumnSet', { columns: some(shape({ items: some(tie('element'), 2) }), 3) }),
    typed('Table', { rows: some(shape({ cells: some(shape({ items: some(tie('element'), 1) }), 3) }), 4) }),
    typed('None', { fallback: tie('element') }),
  ),
}));
const adaptive = shape({
  body: some(element, 12),
  actions: some(action, 8),
  selectAction: action,
  fallbackText: text,
});

const cards: [kind: string, content: fc.Arbitrary<unknown>][] = [
  ['hero', basicCard],
  ['receipt', receipt],
  ['signin', basicCard],
  ['video', video],
  ['adaptive', adaptive],
];
const attachment = fc.oneof(
  ...cards.map(([kind, content]) =>
    shape({ contentType: fc.constant(`application/vnd.microsoft.card.${kind}`), content }),
  ),
  shape({ contentType: fc.constantFrom('image/png', 'text/csv'), contentUrl: url, name: text }),
);
const activity = shape({
  text,
  textFormat: fc.constantFrom('markdown', 'plain', 'xml', 'other'),
  attachmentLayout: fc.constantFrom('carousel', 'list'),
  attachments: some(attachment),
  suggestedActions: shape({ actions: some(cardAction, 20) }),
});

describe('any value as an activity', () => {
  it('gives parts or a coded error', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
    });
    const keyed = fc.dictionary(
      fc.constantFrom('type', 'text', 'attachments', 'suggestedActions', 'locale'),
      anything,
    );
    fc.assert(
      fc.property(fc.oneof(anything, keyed, fc.jsonValue()), (value) => {
        partsOf(value);
      }),
    );
  });

  it('gives cards that pass the checks and are shown by the strictest client', () => {
    fc.assert(
      fc.property(activity, (value) => {
        for (const part of partsOf(value) ?? []) {
          if (part.kind === 'card') assertStrict(formatGenesysMessage(checkCard(part.card)).messages);
          else assert.ok(part.text !== '' && part.text.length <= 4_000);
        }
      }),
    );
  });

  it('gives the same for the same', () => {
    fc.assert(
      fc.property(activity, (value) => {
        assert.deepEqual(partsOf(value), partsOf(structuredClone(value)));
      }),
    );
  });

  it('takes the examples of the table with any of their values replaced', () => {
    const examples = Object.values(tables).flatMap((rows) => Object.values(rows).map((row) => row.activity));
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.nat(), fc.jsonValue(), (example, at, value) => {
        for (const part of partsOf(withReplaced(example, at, value)) ?? []) {
          if (part.kind === 'card') checkCard(part.card);
        }
      }),
    );
  });
});

/** A copy in which one value, counted through the whole tree, is another. */
function withReplaced(example: unknown, at: number, value: unknown): unknown {
  const count = JSON.stringify(example).match(/[:[,]/g)?.length ?? 1;
  let left = at % count;
  return JSON.parse(JSON.stringify(example), (_, old: unknown) => {
    left -= 1;
    return left === 0 ? value : old;
  });
}
