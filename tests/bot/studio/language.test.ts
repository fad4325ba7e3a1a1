import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTemplateLanguage } from '../../../bot/studio/language.ts';
import { functions } from '../../../cards/templates/functions.ts';

const language = createTemplateLanguage();

/** A template whose components are this text; `|` is the cursor. */
function at(components: string): [text: string, offset: number] {
  const fields = {
    type: 'object',
    properties: {
      status: { enum: ['new', 'old'], description: 'Where it is' },
      items: { type: 'array', items: { type: 'object', properties: { price: { type: 'number' } } } },
      address: { type: 'object', properties: { city: { type: 'string' } } },
    },
  };
  const text = `{ "$schema": "../template.schema.json", "fields": ${JSON.stringify(fields)}, "card": { "components": [${components}] } }`;
  return [text.replace('|', ''), text.indexOf('|')];
}
const body = (text: string) => `{ "type": "body", "text": "${text}" }`;
const inList = (text: string) => `{ "type": "body", "$data": "\${items}", "text": "${text}" }`;

const completed: [where: string, components: string, has: string[], lacks: string[]][] = [
  ['a new component', '|', ['header', 'carousel'], ['status']],
  ['a style', '{ "type": "header", "text": "x", "style": | }', ['"bold"'], []],
  ['a binding', body('${|'), ['status', 'items', '$root', ...functions.keys()], ['price', 'city', 'header']],
  ['a binding that is begun', body('Hello ${st|'), ['status'], []],
  ['an object in a binding', body('${address.|}'), ['city'], ['status', 'formatDate']],
  ['an argument', body('${formatNumber(|'), ['items'], []],
  ['a text in a binding', body("${if(status == '|"), [], ['status']],
  ['an item of a list', inList('${|'), ['price', '$index'], ['status', 'address']],
  ['all fields from inside a list', inList('${$root.|'), ['status', 'items'], ['price']],
  ['the list itself', '{ "type": "body", "$data": "${|" }', ['items'], ['price']],
  ['a text behind a binding', body('${status} |'), [], ['status']],
];
for (const [where, components, has, lacks] of completed) {
  test(`the editor completes ${where}`, async () => {
    const labels = (await language.complete(...at(components))).map(({ label }) => label);
    assert.deepEqual(
      [has.filter((one) => !labels.includes(one)), lacks.filter((one) => labels.includes(one))],
      [[], []],
      labels.join(' '),
    );
  });
}

const hovered: [where: string, components: string, words: RegExp][] = [
  ['a key', '{ "type": "header", "st|yle": "bold" }', /^How the title looks/],
  ['a field', body('${stat|us}'), /^status: one of · new, old · Where it is$/],
  ['a field of a list', inList('${pri|ce}'), /^price: number$/],
  ['a field of all', inList('${$root.stat|us}'), /Where it is/],
  ['a function', body('${upp|er(status)}'), /^upper\(text\)\n/],
  ['an unknown name', body('${no|ne}'), /^$/],
];
for (const [where, components, words] of hovered) {
  test(`the editor says what ${where} is`, async () => {
    assert.match(await language.hover(...at(components)), words);
  });
}

test('a text that is not JSON is completed as far as it goes', async () => {
  const [text, offset] = at('{ "type": "header", "style": |');
  const found = await language.complete(text.slice(0, offset), offset);
  assert.ok(found.some(({ label }) => label === '"bold"'));
});
