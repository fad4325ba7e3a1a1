import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../../cards/errors.ts';
import { FieldSchema } from '../../../cards/templates/fieldSchema.ts';

const schema = new FieldSchema({
  type: 'object',
  properties: {
    short: { type: 'string', minLength: 2, maxLength: 3 },
    one: { type: 'string', minLength: 1 },
  },
});

const cases: [name: string, fields: { [key: string]: string }, message: string | undefined][] = [
  ['one letter is too short', { short: 'a' }, 'must NOT have fewer than 2 characters'],
  ['two letters are long enough', { short: 'ab' }, undefined],
  ['three letters are short enough', { short: 'abc' }, undefined],
  ['four letters are too long', { short: 'abcd' }, 'must NOT have more than 3 characters'],
  ['an emoji is one character: too short', { short: '😀' }, 'must NOT have fewer than 2 characters'],
  ['two emoji are long enough', { short: '😀😀' }, undefined],
  ['three emoji are short enough, though of six units', { short: '😀😀😀' }, undefined],
  ['four emoji are too long', { short: '😀😀😀😀' }, 'must NOT have more than 3 characters'],
  ['half of an emoji is a character', { short: '\ud83dab' }, undefined],
  ['nothing is too short for one', { one: '' }, 'must NOT have fewer than 1 characters'],
  ['an emoji is one', { one: '😀' }, undefined],
];

for (const [name, fields, message] of cases) {
  test(`lengths of fields are counted in characters: ${name}`, () => {
    if (message === undefined) schema.check(fields);
    else {
      assert.throws(
        () => schema.check(fields),
        (error) => error instanceof CodedError && error.message === `The field ${message}.`,
      );
    }
  });
}

test('a length in a schema that is no number makes the template invalid', () => {
  assert.throws(
    () => new FieldSchema({ type: 'object', properties: { a: { type: 'string', maxLength: 'x' } } }),
    (error) => error instanceof CodedError && error.code === 'template.invalid',
  );
});

test('two schemas may use the same id inside', () => {
  for (const maxLength of [1, 2]) {
    const one = new FieldSchema({
      type: 'object',
      properties: { name: { $id: 'name.json', type: 'string', maxLength } },
    });
    one.check({ name: 'a'.repeat(maxLength) });
    assert.throws(() => one.check({ name: 'a'.repeat(maxLength + 1) }), CodedError);
  }
});

test('a schema that is none is refused, however many were good before', () => {
  assert.throws(
    () => new FieldSchema({ type: 'object', properties: { name: { type: 'strin' } } }),
    /The schema of the fields is not valid: schema is invalid: data\/properties\/name\/type/,
  );
});
