import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findProblems } from '../../../../bot/authoring/lint/findProblems.ts';
import { lintRules } from '../../../../bot/authoring/lint/findWarnings.ts';
import { anyPublicHost } from '../../../../cards/richText/urlPolicy.ts';

const dir = mkdtempSync(join(tmpdir(), 'mistakes-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** A template in which everything is right, as an author writes it. */
const right = `{
  "id": "parcel-shop",
  "version": 1,
  "title": "Parcel shop",
  "description": "Where a parcel waits.",
  "locales": ["en"],
  "fields": {
    "type": "object",
    "required": ["shop", "until", "orderId"],
    "properties": {
      "shop": { "type": "string", "minLength": 1, "maxLength": 80 },
      "until": { "type": "string", "format": "date" },
      "orderId": { "type": "string", "pattern": "^[0-9]{3,12}$" },
      "note": { "type": "string", "minLength": 1, "maxLength": 200 },
      "price": { "type": "number", "minimum": 0 }
    }
  },
  "card": {
    "components": [
      { "type": "header", "text": "Your parcel", "style": "bold" },
      { "type": "body", "text": "It waits at \${shop}." },
      { "type": "image", "url": "https://shop.example.com/map.png", "altText": "The way" },
      { "type": "facts", "items": [{ "label": "Until", "value": "\${formatDate(until)}" }] },
      { "type": "body", "text": "\${note ?? 'No note'}: \${formatCurrency(price ?? 0, 'EUR')}" },
      {
        "type": "buttonGroup",
        "buttons": [{ "label": "Track", "action": "postback", "payload": "order.track:\${orderId}" }]
      }
    ]
  },
  "text": "Your parcel waits at \${shop}.",
  "samples": { "first": { "shop": "Corner shop", "until": "2026-12-01", "orderId": "12345" } }
}
`;

let files = 0;
function lint(text: string, name = 'parcel-shop-v1.json') {
  files += 1;
  const folder = mkdtempSync(join(dir, `${files}-`));
  const file = join(folder, name);
  writeFileSync(file, text);
  return findProblems(file, anyPublicHost).map(
    ({ line, column, path, code, message, hint }) =>
      `${line}:${column} ${path} ${code} ${message} -> ${hint}`,
  );
}

interface Mistake {
  name: string;
  /** What is written instead of what. */
  from: string;
  to: string;
  found: RegExp;
  fileName?: string;
  /** What follows the file. */
  behind?: string;
}

const mistakes: readonly Mistake[] = [
  // No JSON.
  {
    name: 'a comma too many',
    from: '"Parcel shop",',
    to: '"Parcel shop",,',
    found: /4:26 \$ .*not expected.*Remove/,
  },
  {
    name: 'a comma at the end',
    from: '"locales": ["en"]',
    to: '"locales": ["en",]',
    found: /6:19 \$ .*Nothing follows this comma.*Remove/,
  },
  {
    name: 'a missing comma',
    from: '"version": 1,',
    to: '"version": 1',
    found: /4:3 \$ .*A comma is missing before this/,
  },
  { name: 'a comment', from: '"title"', to: '// name\n  "title"', found: /4:3 \$ .*no comments/ },
  { name: 'single quotes', from: '"Parcel shop"', to: "'Parcel shop'", found: /4:12 \$ .*quotes of JSON/ },
  { name: 'curly quotes', from: '"Parcel shop"', to: '“Parcel shop”', found: /4:12 \$ .*quotes of JSON/ },
  {
    name: 'a key without quotes',
    from: '"title"',
    to: 'title',
    found: /4:3 \$ .*`title` has no quotes/,
  },
  { name: 'a text over two lines', from: 'Where a', to: 'Where\na', found: /5:24 \$ .*end of its line.*\\n/ },
  {
    name: 'a backslash alone',
    from: 'Where a',
    to: 'Where\\\\ \\a',
    found: /5:27 \$ .*not a valid escape/,
  },
  { name: 'a missing colon', from: '"version": 1', to: '"version" 1', found: /3:13 \$ .*colon is missing/ },
  { name: 'a second template', from: '', to: '', behind: '{}', found: /34:1 \$ .*Something follows the end/ },
  { name: 'lists in lists', from: '["en"]', to: '['.repeat(1_000), found: /6:21\d \$ .*nested too deep/ },
  {
    name: 'a file that ends too early',
    from: '"12345" } }\n}',
    to: '"12345" } }',
    found: /33:1 \$ .*too early/,
  },
  {
    name: 'a merge conflict',
    from: '  "version"',
    to: '<<<<<<< HEAD\n  "version"',
    found: /3:1 \$ .*merge conflict/,
  },
  {
    name: 'a key that stands twice',
    from: '"version": 1,',
    to: '"version": 1,\n  "version": 1,',
    found: /4:3 \$\.version lint\.repeatedKey/,
  },
  // The frame of the file.
  {
    name: 'a version in quotes',
    from: '"version": 1',
    to: '"version": "1"',
    found: /3:3 \$\.version .*must be a number: 1/,
  },
  { name: 'a version of 0', from: '"version": 1', to: '"version": 0', found: /3:3 \$\.version/ },
  {
    name: 'an id with capitals',
    from: '"parcel-shop"',
    to: '"ParcelShop"',
    found: /2:3 \$\.id .*small letters.*"parcel-shop"/,
  },
  { name: 'locales as a text', from: '["en"]', to: '"en"', found: /6:3 \$\.locales .*a list.*\["en"\]/ },
  {
    name: 'a mistyped key',
    from: '"title"',
    to: '"tilte"',
    found: /4:3 \$\.tilte .*not known.*Did you mean `title`/,
  },
  {
    name: 'a missing title',
    from: '  "title": "Parcel shop",\n',
    to: '',
    found: /\$\.title .*missing.*"Parcel shop"/,
  },
  {
    name: 'a missing text',
    from: '  "text": "Your parcel waits at ${shop}.",\n',
    to: '',
    found: /\$\.text /,
  },
  { name: 'no samples', from: '{ "first": {', to: '{ "First One": {', found: /\$\.samples.*first-one/ },
  {
    name: 'a file of another name',
    from: '',
    to: '',
    fileName: 'parcelshop-v1.json',
    found: /3:3 \$\.version .*must be named parcel-shop-v1\.json.*Rename/,
  },
  // The schema of the fields.
  {
    name: 'an unknown type of a field',
    from: '{ "type": "number"',
    to: '{ "type": "nummer"',
    found: /\$\.fields/,
  },
  {
    name: 'a misspelled keyword',
    from: '"maxLength": 80',
    to: '"maxLenght": 80',
    found: /\$\.fields.*maxLenght/,
  },
  {
    name: 'a schema with $ref',
    from: '{ "type": "number"',
    to: '{ "$ref": "#/x"',
    found: /\$\.fields.*\$ref/,
  },
  // Components.
  {
    name: 'a mistyped component',
    from: '"type": "header"',
    to: '"type": "haeder"',
    found: /20:9 \$\.card\.components\[0\]\.type .*Did you mean `header`/,
  },
  {
    name: 'a mistyped key of a component',
    from: '"altText"',
    to: '"altext"',
    found: /22:\d+ \$\.card\.components\[2\]\.altext .*Did you mean `altText`/,
  },
  {
    name: 'a picture without words',
    from: ', "altText": "The way"',
    to: '',
    found: /22:7 \$\.card\.components\[2\]\.altText/,
  },
  {
    name: 'an unknown style',
    from: '"style": "bold"',
    to: '"style": "blod"',
    found: /\.style .*[Dd]id you mean `bold`|\.style .*bold/,
  },
  {
    name: 'an unknown action',
    from: '"action": "postback"',
    to: '"action": "postbak"',
    found: /\.action .*postback/,
  },
  {
    name: 'a picture by http',
    from: 'https://shop',
    to: 'http://shop',
    found: /\$\.card\.components\[2\]\.url/,
  },
  {
    name: 'a title that is too long',
    from: 'Your parcel"',
    to: `${'long '.repeat(60)}"`,
    found: /\$\.card\.components\[0\]\.text/,
  },
  {
    name: 'a button that runs a script',
    from: '"action": "postback", "payload": "order.track:${orderId}"',
    to: '"action": "openUrl", "payload": "javascript:alert(${orderId})"',
    found: /\$\.card\.components\[5\]\.buttons\[0\]\.payload template\.invalid/,
  },
  {
    name: 'a text that is a number',
    from: '"text": "Your parcel",',
    to: '"text": 5,',
    found: /\.text .*text is expected/,
  },
  // Bindings.
  {
    name: 'a mistyped field',
    from: 'at ${shop}." },',
    to: 'at ${shpo}." },',
    found: /21:25 \$\.card\.components\[1\]\.text .*shpo.*[Dd]id you mean `shop`/,
  },
  {
    name: 'a mistyped function',
    from: 'formatDate(until)',
    to: 'formatDat(until)',
    found: /formatDat\..*`formatDate`/,
  },
  {
    name: 'an argument too many',
    from: 'formatDate(until)',
    to: "formatDate(until, 'long', 'UTC', 1)",
    found: /takes 1 to 3/,
  },
  {
    name: 'a binding that cannot be read',
    from: 'formatDate(until)',
    to: 'until +',
    found: /items\[0\]\.value template\.invalid/,
  },
  {
    name: 'a host that a field makes',
    from: 'https://shop.example.com/map',
    to: 'https://${shop}/map',
    found: /\[2\]\.url/,
  },
  // Samples.
  {
    name: 'a sample with an unknown field',
    from: '"shop": "Corner shop"',
    to: '"shop": "Corner shop", "stret": "x"',
    found: /32:\d+ \$\.samples\.first\.stret .*does not declare/,
  },
  {
    name: 'a sample without a required field',
    from: ', "orderId": "12345"',
    to: '',
    found: /32:\d+ \$\.samples\.first\.orderId .*missing/,
  },
  {
    name: 'a sample with a wrong date',
    from: '2026-12-01',
    to: '1 December',
    found: /32:\d+ \$\.samples\.first\.until/,
  },
  // Right, and still wrong.
  {
    name: 'an optional field that takes a line with it',
    from: "${note ?? 'No note'}: ${formatCurrency(price ?? 0, 'EUR')}",
    to: "${note}: ${formatCurrency(price ?? 0, 'EUR')}",
    found: /24:25 \$\.card\.components\[4\]\.text lint\.absentField .*note/,
  },
  {
    name: 'a price that is struck through',
    from: '"text": "It waits at ${shop}."',
    to: '"markdown": true, "text": "~~80~~ 60, at ${shop}"',
    found: /21:\d+ .*lint\.strike/,
  },
  {
    name: 'a payload that nobody understands',
    from: 'order.track:',
    to: 'ordr.track:',
    found: /lint\.unknownPayload .*Did you mean `order\.track`/,
  },
  {
    name: 'a missing translation',
    from: '["en"]',
    to: '["en", "de"]',
    found: /\$\.card\.components\[0\]\.text lint\.translation/,
  },
  {
    name: 'a text of a locale that there is none of',
    from: '"text": "Your parcel",',
    to: '"text": { "en": "Your parcel", "fr": "Votre colis" },',
    found: /\.text\.fr lint\.translation .*no locale fr/,
  },
  {
    name: 'a field that no text uses',
    from: '"price": { "type"',
    to: '"weight": { "type": "number" },\n      "price": { "type"',
    found: /15:7 \$\.fields\.properties\.weight lint\.unusedField/,
  },
  {
    name: 'a binding without its end',
    from: 'at ${shop}.",\n',
    to: 'at ${shop.",\n',
    found: /\.text lint\.binding/,
  },
  {
    name: 'a binding of Mustache',
    from: 'at ${shop}.',
    to: 'at {{shop}}.',
    found: /lint\.binding .*\{\{shop\}\}/,
  },
  {
    name: 'a binding without a dollar',
    from: 'at ${shop}.',
    to: 'at {shop}.',
    found: /lint\.binding .*\{shop\}/,
  },
  { name: 'a binding without braces', from: 'at ${shop}.', to: 'at $shop.', found: /lint\.binding .*\$shop/ },
  { name: 'Markdown in a plain text', from: 'It waits', to: 'It **waits**', found: /\.text lint\.markdown/ },
  {
    name: 'a picture that is called as its file',
    from: '"The way"',
    to: '"map.png"',
    found: /\.altText lint\.picture .*name of a file/,
  },
  {
    name: 'a locale with an underscore',
    from: '["en"]',
    to: '["en_US"]',
    found: /6:15 \$\.locales\[0\] lint\.locale .*Write en-US/,
  },
  {
    name: 'the name of a language',
    from: '["en"]',
    to: '["english"]',
    found: /\$\.locales\[0\] lint\.locale .*english is not/,
  },
  {
    name: 'a locale that stands twice',
    from: '["en"]',
    to: '["en", "en"]',
    found: /\$\.locales\[1\] lint\.locale .*twice/,
  },
  {
    name: 'limits that no text fits',
    from: '"minLength": 1, "maxLength": 200',
    to: '"minLength": 300, "maxLength": 200',
    found: /\.note\.minLength lint\.limits/,
  },
  {
    name: 'a number that is compared with a text',
    from: '{ "type": "body", "text": "It waits',
    to: '{ "$when": "${exists(price) && price == \'5\'}", "type": "body", "text": "It waits',
    found: /\[1\]\.\$when lint\.comparison .*price/,
  },
  { name: 'HTML in a text', from: 'It waits at', to: 'It <b>waits</b> at', found: /lint\.html/ },
  {
    name: 'a code that is cropped',
    from: '"The way"',
    to: '"QR code of the shop"',
    found: /\[2\]\.url lint\.picture/,
  },
  {
    name: 'a button that becomes text on a route',
    from: '{ "label": "Track", "action": "postback", "payload": "order.track:${orderId}" }',
    to: '{ "label": "Mail us ${orderId}", "action": "openUrl", "payload": "mailto:a@shop.example.com" }',
    found: /lint\.degraded .*became text/,
  },
];

test('the template of these tests is right', () => {
  assert.deepEqual(lint(right), []);
});

test('there are at least 43 kinds of mistakes, and every warning is one of them', () => {
  assert.ok(mistakes.length >= 43, String(mistakes.length));
  const warned = mistakes.map(({ found }) => found.source.replaceAll('\\', '')).join(' ');
  for (const rule of Object.keys(lintRules)) assert.ok(warned.includes(rule), rule);
});

for (const { name, from, to, found, fileName, behind = '' } of mistakes) {
  test(`${name} is found where it stands, with a hint`, () => {
    assert.ok(right.includes(from), 'the row changes nothing');
    const told = lint((from === '' ? right : right.replace(from, () => to)) + behind, fileName);
    assert.ok(
      told.some((line) => found.test(line)),
      told.join('\n') || 'nothing was found',
    );
    for (const line of told) assert.doesNotMatch(line, /npm run cards -- lint|undefined|\[object/);
  });
}

test('all mistakes of a file are found in one run, in the order of the file', () => {
  const changes: [from: string, to: string][] = [
    ['"type": "header"', '"type": "heading"'],
    ['at ${shop}." },', 'at ${shpo}." },'],
    ['https://shop', 'http://shop'],
    ['formatDate(until)', 'formatDat(until)'],
    ['"label": "Track"', '"label": ""'],
    ['"action": "postback"', '"action": "postbak"'],
    ['2026-12-01', '1 December'],
  ];
  const wrong = changes.reduce((text, [from, to]) => text.replace(from, () => to), right);
  assert.deepEqual(
    lint(wrong).map((line) => line.split(' ')[1]),
    [
      '$.card.components[0].type',
      '$.card.components[1].text',
      '$.card.components[2].url',
      '$.card.components[3].items[0].value',
      '$.card.components[5].buttons[0].label',
      '$.card.components[5].buttons[0].action',
      '$.samples.first.until',
    ],
  );
});

test('all mistakes of the frame are found in one run', () => {
  const wrong = right
    .replace('"version": 1', '"version": "1"')
    .replace('["en"]', '"en"')
    .replace('"title"', '"tilte"');
  assert.deepEqual(
    lint(wrong).map((line) => line.split(' ')[1]),
    ['$.title', '$.version', '$.tilte', '$.locales'],
  );
});
