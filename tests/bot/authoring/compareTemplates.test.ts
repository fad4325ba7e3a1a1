import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareTemplates } from '../../../bot/authoring/compareTemplates.ts';
import { compileTest } from '../../fakes/templates.ts';

const button = (label: string, payload: string) => ({ label, action: 'postback', payload });
const group = (...buttons: object[]) => ({ type: 'buttonGroup', buttons });
const header = { type: 'header', text: 'For ${name}' };

const rows: [what: string, before: object, after: object, differences: string[]][] = [
  ['nothing', { card: { components: [header] } }, { card: { components: [header] }, version: 2 }, []],
  [
    'the text only',
    { text: 'Old ${name}' },
    { text: 'New ${name}' },
    [
      ...['genesys: -Structured text: Old Ada', 'genesys: +Structured text: New Ada'],
      ...['adaptive: -AdaptiveCard fallbackText: Old Ada', 'adaptive: -AdaptiveCard speak: Old Ada'],
      ...['adaptive: +AdaptiveCard fallbackText: New Ada', 'adaptive: +AdaptiveCard speak: New Ada'],
      ...['text: -Old Ada', 'text: +New Ada'],
    ],
  ],
  [
    'a title',
    { card: { components: [{ type: 'header', text: 'One' }] } },
    { card: { components: [{ type: 'header', text: 'Two' }] } },
    [
      ...['guest: -header text: One', 'guest: +header text: Two'],
      ...['genesys: -Structured title: One', 'genesys: +Structured title: Two'],
      ...['adaptive: -TextBlock text: One', 'adaptive: +TextBlock text: Two'],
    ],
  ],
  [
    'a style that only one route shows',
    { card: { components: [header] } },
    { card: { components: [{ ...header, style: 'subtle' }] } },
    ['guest: +header style: subtle', 'adaptive: +TextBlock isSubtle: true'],
  ],
  [
    'a field that is needed now',
    { fields: { type: 'object', properties: { name: { type: 'string' } } } },
    {
      fields: {
        type: 'object',
        required: ['note'],
        properties: { name: { type: 'string' }, note: { type: 'string' } },
      },
    },
    ['text: -Ada', 'text: +refused: template.missingField fields:$.note'],
  ],
];
for (const [what, before, after, differences] of rows) {
  test(`two versions differ in ${what}`, () => {
    const found = compareTemplates(compileTest({ ...before }), compileTest({ ...after }));
    const changed = found.flatMap(({ format, lines }) =>
      lines.flatMap(({ kind, text }) =>
        kind === 'same' ? [] : `${format}: ${kind === 'added' ? '+' : '-'}${text}`,
      ),
    );
    assert.deepEqual(
      what.startsWith('a field') ? changed.filter((line) => line.startsWith('text')) : changed,
      differences,
    );
  });
}

test('a button that is added stands between the lines that stay', () => {
  const two = [group(button('A', 'a')), group(button('A', 'a'), button('B', 'b'))].map((one) =>
    compileTest({ card: { components: [header, one] } }),
  );
  const [before, after] = two;
  assert.ok(before !== undefined && after !== undefined);
  const guest = compareTemplates(before, after).find(({ format }) => format === 'guest');
  assert.deepEqual(
    guest?.lines.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => `${kind} ${text}`),
    ['added buttonGroup label: B', 'added buttonGroup action: postback', 'added buttonGroup payload: b'],
  );
});
