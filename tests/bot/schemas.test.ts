import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import languageService from 'vscode-json-languageservice';
import { createTemplateJsonSchema } from '../../bot/authoring/templateSchema.ts';
import { createBotsJsonSchema } from '../../bot/channels/botConnector/wire/botList.ts';
import { componentTypes } from '../../cards/components/componentTypes.ts';
import {
  listTemplateFiles,
  ownTemplatesDir,
  startTemplatesDir,
  templateSchemaFile,
} from '../../cards/templates/readTemplates.ts';
import { templateFile } from '../fakes/templates.ts';

const wire = join(import.meta.dirname, '../../bot/channels/botConnector/wire');
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

for (const [path, schema, documents] of [
  [
    templateSchemaFile,
    createTemplateJsonSchema(),
    [...[ownTemplatesDir, startTemplatesDir].flatMap(listTemplateFiles).map(readJson), templateFile()],
  ],
  [join(wire, 'bots.schema.json'), createBotsJsonSchema(), [readJson(join(wire, 'bots.json'))]],
] as const) {
  test(`the file is what \`npm run schemas\` writes, and every file of ours fits it: ${basename(path)}`, () => {
    assert.deepEqual(readJson(path), schema);
    // An editor's own keywords are not Ajv's.
    const fits = new Ajv({ strict: false }).compile(schema);
    for (const document of documents) assert.ok(fits(document), JSON.stringify(fits.errors));
  });
}

const { getLanguageService, TextDocument } = languageService;
const service = getLanguageService({});

/** What VS Code says of a template whose `card.components` are this text; `|` is the cursor. */
function edit(components: string) {
  const whole = JSON.stringify(templateFile({ card: { components: [] } })).replace(
    '"components":[]',
    () => `"components":${components}`,
  );
  const document = TextDocument.create('file:///test-v1.json', 'json', 1, whole.replace('|', ''));
  const position = document.positionAt(Math.max(0, whole.indexOf('|')));
  // The types of the service are those of a schema that was written by hand.
  const schema = JSON.parse(JSON.stringify(createTemplateJsonSchema()));
  service.configure({ schemas: [{ uri: 'schema://template', fileMatch: ['*.json'], schema }] });
  return { document, position, json: service.parseJSONDocument(document) };
}

const styles = ['"default"', '"bold"', '"large"', '"subtle"'];
const places: [place: string, components: string, labels: readonly string[]][] = [
  ['a new component', '[|]', Object.keys(componentTypes)],
  ['a type', '[{"type":|}]', Object.keys(componentTypes).map((type) => `"${type}"`)],
  ['the keys of a header', '[{"type":"header",|}]', ['$data', '$when', 'style', 'text']],
  ['the style of a header', '[{"type":"header","style":|}]', styles],
  [
    'the keys of a button in a section',
    '[{"type":"section","components":[{"type":"buttonGroup","buttons":[{"action":"postback",|}]}]}]',
    ['$data', '$when', 'label', 'payload', 'style'],
  ],
  [
    'the action of a button',
    '[{"type":"buttonGroup","buttons":[{"action":|}]}]',
    ['"openUrl"', '"postback"', '"webchat"'],
  ],
];
for (const [place, components, labels] of places) {
  test(`VS Code completes ${place}`, async () => {
    const { document, position, json } = edit(components);
    const completed = await service.doComplete(document, position, json);
    const found = completed?.items.map(({ label }) => label) ?? [];
    assert.deepEqual(
      labels.filter((label) => !found.includes(label)),
      [],
      found.join(' '),
    );
    if (place.startsWith('the keys')) assert.deepEqual(found.toSorted(), [...labels]);
  });
}

test('VS Code says at a key what it is, and how long it may be', async () => {
  const { document, position, json } = edit(
    '[{"type":"image","url":"https://a.example/x.png","alt|Text":"x"}]',
  );
  const hover = await service.doHover(document, position, json);
  assert.match(JSON.stringify(hover?.contents), /What the picture shows.*300 characters/);
});

const mistakes: [mistake: string, components: string, message: RegExp][] = [
  ['an unknown type', '[{"type":"headr","text":"x"}]', /Value must be|not accepted|Valid values/],
  ['a key that is not known', '[{"type":"header","txt":"x","text":"x"}]', /Property txt is not allowed/],
  ['a missing text', '[{"type":"header"}]', /Missing property "text"/],
  [
    'an unknown style',
    '[{"type":"header","text":"x","style":"huge"}]',
    /Value is not accepted|does not match/,
  ],
  ['a number as a text', '[{"type":"body","text":5}]', /Incorrect type/],
  [
    'a button without a label',
    '[{"type":"buttonGroup","buttons":[{"action":"postback","payload":"x"}]}]',
    /Missing property "label"/,
  ],
];
for (const [mistake, components, message] of mistakes) {
  test(`VS Code marks ${mistake}`, async () => {
    const { document, json } = edit(components);
    const found = await service.doValidation(document, json);
    assert.match(found.map((one) => one.message).join('\n'), message);
  });
}
