import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../cards/card.ts';
import { cardRequestSchema, readCardRequest } from '../../cards/cardRequest.ts';
import { CodedError } from '../../cards/errors.ts';
import { fc } from '../fakes/fastCheck.ts';

const edges: [name: string, json: Json][] = [
  ['a template id of 100 characters', { templateId: 'x'.repeat(100), fields: {} }],
  ['a template id of 101 characters', { templateId: 'x'.repeat(101), fields: {} }],
  ['an empty template id', { templateId: '', fields: {} }],
  ['a locale of one character', { templateId: 'x', fields: {}, locale: 'e' }],
  ['a locale of 36 characters', { templateId: 'x', fields: {}, locale: 'e'.repeat(36) }],
  ['a locale that is null', { templateId: 'x', fields: {}, locale: null }],
  ['a messageId that is a number', { templateId: 'x', fields: {}, messageId: 1 }],
  ['a field name of 100 characters', { templateId: 'x', fields: { ['f'.repeat(100)]: 1 } }],
  ['a field name of 101 characters', { templateId: 'x', fields: { ['f'.repeat(101)]: 1 } }],
  ['fields that are a list', { templateId: 'x', fields: [] }],
  ['fields that are null', { templateId: 'x', fields: null }],
  ['an unknown key', { templateId: 'x', fields: {}, html: '' }],
  ['a list', []],
  ['null', null],
];

function read(json: Json): unknown {
  try {
    return readCardRequest(json);
  } catch (error) {
    assert.ok(error instanceof CodedError, String(error));
    return error.code;
  }
}

function readBySchema(json: Json): unknown {
  const parsed = cardRequestSchema.safeParse(json);
  return parsed.success ? parsed.data : 'card.schema';
}

for (const [name, json] of edges) {
  test(`${name} in a card request is judged as the schema judges it`, () => {
    assert.deepEqual(read(json), readBySchema(json));
  });
}

test('any card request is judged as the schema judges it', () => {
  const text = fc.string({ maxLength: 110 });
  const request = fc.record(
    {
      templateId: fc.oneof(text, fc.jsonValue()),
      fields: fc.oneof(fc.dictionary(text, fc.jsonValue()), fc.jsonValue()),
      locale: fc.oneof(text, fc.jsonValue()),
      messageId: fc.oneof(text, fc.jsonValue()),
      more: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(request, fc.jsonValue()), (value) => {
      // What reaches the reader is plain JSON without a `__proto__`.
      const json: Json = JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto'));
      assert.deepEqual(read(json), readBySchema(json));
    }),
  );
});
