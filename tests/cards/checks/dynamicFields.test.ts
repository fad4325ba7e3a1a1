import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Json } from '../../../cards/card.ts';
import { checkCard } from '../../../cards/checks/checkedCard.ts';
import { card } from '../../fakes/card.ts';
import { compileTest } from '../../fakes/templates.ts';

const properties = {
  name: { type: 'string' },
  hidden: { type: 'string', writeOnly: true },
  link: { type: 'string', format: 'uri' },
  inner: { type: 'object', additionalProperties: true, properties: { name: { type: 'string' } } },
};
const open = compileTest({ fields: { type: 'object', additionalProperties: true, properties } });

const rawFields = (fields: Json): unknown =>
  checkCard(card(undefined, { dynamicFields: fields })).card.dynamicFields;
const templateFields = (fields: Json): unknown =>
  open.compose(structuredClone(fields))[0]?.card.dynamicFields;

const cleaned: [what: string, fields: Json, expected: Json][] = [
  ['clean names stay', { name: 'a', 'Größe 5 €': 'b' }, { name: 'a', 'Größe 5 €': 'b' }],
  ['controls go', { name: 'a', 'x\u0000y\u001b': 'b' }, { name: 'a', xy: 'b' }],
  ['line breaks and tabs become a blank', { name: 'a', 'x\r\ny\tz': 'b' }, { name: 'a', 'x y z': 'b' }],
  ['bidi overrides go', { name: 'a', 'x\u202ey': 'b' }, { name: 'a', xy: 'b' }],
  ['lone surrogates are replaced', { name: 'a', 'x\ud800': 'b' }, { name: 'a', 'x\ufffd': 'b' }],
  ['accents are joined', { name: 'a', 'u\u0308': 'b' }, { name: 'a', ü: 'b' }],
  [
    'inner names are cleaned, also in lists',
    { name: 'a', inner: { 'x\u0000': 1 }, list: [[{ 'y\u0000': 2 }]] },
    { name: 'a', inner: { x: 1 }, list: [[{ y: 2 }]] },
  ],
];
const refused: [what: string, fields: Json][] = [
  ['two names that become equal', { name: 'a', 'na\u0000me': 'b' }],
  ['two that are equal but for an accent', { name: 'a', ü: 1, 'u\u0308': 2 }],
  ['an inner name that becomes equal to another', { name: 'a', inner: { name: 'b', 'name\u0007': 'c' } }],
  ['a name that becomes __proto__', { name: 'a', '__pro\u0000to__': { x: 1 } }],
  ['a name that becomes constructor', { name: 'a', inner: { 'constructor\u202e': 1 } }],
];

for (const [route, fieldsOf] of [
  ['a raw card', rawFields],
  ['a template', templateFields],
] as const) {
  describe(`names of dynamic fields of ${route}`, () => {
    for (const [what, fields, expected] of cleaned) {
      it(`are clean: ${what}`, () => {
        assert.deepEqual(fieldsOf(fields), expected);
      });
    }
    for (const [what, fields] of refused) {
      it(`are refused: ${what}`, () => {
        assert.throws(() => fieldsOf(fields), { code: 'card.unsafeText' });
      });
    }
  });
}

it('a name with hidden characters is treated as the field that it becomes', () => {
  assert.deepEqual(templateFields({ name: 'a', 'hid\u0000den': 'secret' }), { name: 'a' });
  assert.throws(() => templateFields({ name: 'a', 'li\u0000nk': 'javascript:alert(1)' }), {
    code: 'card.unsafeUrl',
  });
});

it('a template does not declare a name with hidden characters', () => {
  const fields = { type: 'object', properties: { ...properties, 'na\u0000me': { type: 'string' } } };
  assert.throws(() => compileTest({ fields }), { code: 'template.invalid' });
});
