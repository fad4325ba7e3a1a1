import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFieldTypes } from '../../../bot/authoring/fieldTypes.ts';
import { cardAttachment } from '../../../cards/cardRequest.ts';
import { templateFileSchema } from '../../../cards/templates/readTemplates.ts';
import { ownRegistry, templateFile } from '../../fakes/templates.ts';

const rows: [what: string, properties: object, type: string][] = [
  ['a text that is needed', { name: { type: 'string' } }, 'name: string;'],
  ['a text that may be left out', { note: { type: 'string' } }, 'note?: string | undefined;'],
  ['an integer', { name: { type: 'integer' } }, 'name: number;'],
  ['a field with a default', { name: { type: 'boolean', default: true } }, 'name?: boolean | undefined;'],
  ['one of several words', { name: { enum: ['a', "b'c"] } }, `name: "a" | "b'c";`],
  ['one fixed value', { name: { const: 5 } }, 'name: 5;'],
  ['several types', { name: { type: ['string', 'null'] } }, 'name: string | null;'],
  ['a list of texts', { name: { type: 'array', items: { type: 'string' } } }, 'name: readonly string[];'],
  [
    'a list of words',
    { name: { type: 'array', items: { enum: ['a', 'b'] } } },
    'name: readonly ("a" | "b")[];',
  ],
  ['a list of anything', { name: { type: 'array' } }, 'name: readonly unknown[];'],
  [
    'a list of objects',
    {
      name: {
        type: 'array',
        items: { type: 'object', required: ['x'], properties: { x: { type: 'number' } } },
      },
    },
    'name: readonly { x: number; }[];',
  ],
  ['an object with any names', { name: { type: 'object' } }, 'name: { [name: string]: unknown; };'],
  [
    'an object without names',
    { name: { type: 'object', additionalProperties: false } },
    'name: Record<string, never>;',
  ],
  ['a name with a dash', { 'my-name': {} }, '"my-name"?: unknown | undefined;'],
  [
    'a description',
    { note: { type: 'string', description: 'A */ note\nof two lines' } },
    '/** A *\\/ note of two lines */ note?: string | undefined;',
  ],
];
for (const [what, properties, type] of rows) {
  test(`the type of ${what}`, () => {
    const file = templateFile({ fields: { type: 'object', required: ['name'], properties } });
    const written = writeFieldTypes([templateFileSchema.parse(file)]);
    const body = /'test-v1': \{([\s\S]*)\};\n\}\n$/.exec(written)?.[1]?.replace(/\s+/g, ' ').trim();
    assert.equal(body, type);
  });
}

test('the types of the templates that come with the project are those of the files', () => {
  const registry = ownRegistry();
  const written = readFileSync(join(import.meta.dirname, '../../../dialogs/cardTemplates.d.ts'), 'utf8');
  const files = registry.addresses.map((address) => registry.get(address).file);
  const hint = 'Run `npm run cards -- types dialogs/cardTemplates.d.ts`.';
  assert.equal(written.replaceAll('\r\n', '\n'), writeFieldTypes(files), hint);
});

/** Never called: the compiler refuses what it should not, and each mistake must be one. */
export function mistakes(): void {
  const order = {
    orderId: '1',
    status: 'shipped',
    itemCount: 1,
    total: 1,
    currency: 'EUR',
    placedOn: '2026-11-20',
  } as const;
  cardAttachment('order-status-v1', order);
  cardAttachment('order-status-v1', { ...order, carrier: undefined });
  // @ts-expect-error -- there is no such template
  cardAttachment('order-statsu-v1', order);
  // @ts-expect-error -- a field is missing
  cardAttachment('order-status-v1', { orderId: '1' });
  // @ts-expect-error -- a field has another name
  cardAttachment('order-status-v1', { ...order, orderNumber: '1' });
  // @ts-expect-error -- not one of the words
  cardAttachment('order-status-v1', { ...order, status: 'lost' });
  // @ts-expect-error -- a number is expected
  cardAttachment('order-status-v1', { ...order, total: '1' });
}
