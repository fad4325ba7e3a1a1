import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLocale, editTemplate, renameField } from '../../../bot/studio/editTemplate.ts';

const text = `{
  "locales": ["en", "de"],
  "fields": {
    "type": "object",
    "required": ["shop", "items"],
    "properties": {
      "shop": { "type": "string" },
      "items": {
        "type": "array",
        "items": { "type": "object", "properties": { "shop": { "type": "string" }, "price": { "type": "number" } } }
      }
    }
  },
  "card": {
    "components": [
      { "type": "body", "text": { "en": "At \${shop}, not 'shop'", "de": "Bei \${ upper(shop) }" } },
      { "type": "body", "$data": "\${items}", "text": "\${shop} \${price} \${$root.shop} \${$root.items[0].shop}" },
      { "type": "body", "$when": "\${shop == 'shop' && count(items) > 0}", "text": "shop" }
    ]
  },
  "text": { "en": "\${shop}", "de": "\${items[0].shop}" },
  "samples": {
    "one": { "shop": "Corner shop", "items": [{ "shop": "x", "price": 1 }] },
    "two": { "shop": "\${shop}" }
  }
}
`;

test('a value is changed, added and removed, and the rest stays as it was written', () => {
  const edits = [
    { path: ['samples', 'one', 'shop'], value: 'Kiosk' },
    { path: ['samples', 'two', 'items'], value: [] },
    { path: ['samples', 'one', 'items', 0, 'price'] },
  ];
  const edited = editTemplate(text, edits);
  assert.deepEqual(JSON.parse(edited).samples, {
    one: { shop: 'Kiosk', items: [{ shop: 'x' }] },
    two: { shop: '${shop}', items: [] },
  });
  assert.equal(edited.slice(0, edited.indexOf('"samples"')), text.slice(0, text.indexOf('"samples"')));
});

test('a field of the card is renamed where it is declared, in samples and in bindings, and no other of its name', () => {
  const expected = text
    .replace('"required": ["shop"', '"required": ["store"')
    .replace('"shop": { "type": "string" },\n', '"store": { "type": "string" },\n')
    .replace("At ${shop}, not 'shop'", "At ${store}, not 'shop'")
    .replace('${ upper(shop) }', '${ upper(store) }')
    .replace('${$root.shop}', '${$root.store}')
    .replace("${shop == 'shop'", "${store == 'shop'")
    .replace('"text": { "en": "${shop}"', '"text": { "en": "${store}"')
    .replace('"shop": "Corner', '"store": "Corner')
    .replace('"two": { "shop"', '"two": { "store"');
  assert.equal(renameField(text, ['properties', 'shop'], 'store'), expected);
});

test('a field of a list is renamed, and no other of its name', () => {
  const path = ['properties', 'items', 'items', 'properties', 'shop'];
  const expected = text
    .replace('"properties": { "shop"', '"properties": { "store"')
    .replace('"text": "${shop} ${price}', '"text": "${store} ${price}')
    .replaceAll('items[0].shop', 'items[0].store')
    .replace('[{ "shop": "x"', '[{ "store": "x"');
  assert.equal(renameField(text, path, 'store'), expected);
});

const refused: [why: string, edit: () => string][] = [
  ['a name that is taken', () => renameField(text, ['properties', 'shop'], 'items')],
  ['a name with a blank', () => renameField(text, ['properties', 'shop'], 'my shop')],
  ['a field that is not declared', () => renameField(text, ['properties', 'none'], 'some')],
  ['a locale that is there', () => addLocale(text, 'de')],
  ['a text that is not JSON', () => editTemplate(text.slice(1), [])],
  ['a text with comments', () => editTemplate(`// x\n${text}`, [])],
];
for (const [why, edit] of refused) {
  test(`${why} is refused`, () => {
    assert.throws(edit, { name: 'RefusedRequest' });
  });
}

test('a new locale begins with the texts of the first one', () => {
  const { locales, card, text: words } = JSON.parse(addLocale(text, 'fr'));
  assert.deepEqual(locales, ['en', 'de', 'fr']);
  assert.equal(card.components[0].text.fr, card.components[0].text.en);
  assert.equal(card.components[1].text, '${shop} ${price} ${$root.shop} ${$root.items[0].shop}');
  assert.equal(words.fr, '${shop}');
});
