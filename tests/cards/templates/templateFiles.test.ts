import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadTemplate, loadTemplates, TemplateRegistry } from '../../../cards/templates/loadTemplates.ts';
import { templateFile } from '../../fakes/templates.ts';

/** Loads one file of this content from a folder of its own; gives the problems. */
function problemsOf(t: TestContext, content: unknown, name = 'test-v1.json') {
  const dir = mkdtempSync(join(tmpdir(), 'templates-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const isText = typeof content === 'string' || Buffer.isBuffer(content);
  writeFileSync(join(dir, name), isText ? content : JSON.stringify(content));
  return loadTemplates([dir]).problems.map(({ error }) => error);
}

const components = (...list: unknown[]) => templateFile({ card: { components: list } });
const header = { type: 'header', text: 'x' };

const wrong: [name: string, content: unknown, path: string][] = [
  ['is not JSON', '{"id":', '-'],
  ['is not UTF-8 but Latin-1', Buffer.from(JSON.stringify(templateFile({ title: 'Grüße' })), 'latin1'), '-'],
  [
    'is not UTF-8 but UTF-16',
    Buffer.from(`\ufeff${JSON.stringify(templateFile({ title: 'Hello' }))}`, 'utf16le'),
    '-',
  ],
  ['has no id', templateFile({ id: undefined }), 'template:$.id'],
  ['has an id in capitals', templateFile({ id: 'Test' }), 'template:$.id'],
  ['has version 0', templateFile({ version: 0 }), 'template:$.version'],
  ['has an unknown key', templateFile({ colour: 'red' }), 'template:$.colour'],
  ['has no locale', templateFile({ locales: [] }), 'template:$.locales'],
  ['has no sample', templateFile({ samples: {} }), 'template:$.samples'],
  [
    'has a schema that is none',
    templateFile({ fields: { type: 'object', properties: { name: { type: 'text' } } } }),
    'template:$.fields',
  ],
  [
    'has a schema with an unknown keyword',
    templateFile({ fields: { type: 'object', propertees: {} } }),
    'template:$.fields',
  ],
  ['has an unknown component', components({ type: 'hologram' }), 'template:$.card.components[0].type'],
  [
    'has an unknown key in a component',
    components({ ...header, colour: 'red' }),
    'template:$.card.components[0].colour',
  ],
  ['has a header without text', components({ type: 'header' }), 'template:$.card.components[0].text'],
  [
    'has a text that is a number',
    components({ type: 'header', text: 1 }),
    'template:$.card.components[0].text',
  ],
  [
    'binds a field that is not declared',
    components({ type: 'header', text: '${nam}' }),
    'template:$.card.components[0].text',
  ],
  [
    'binds an outer field inside $data without $root',
    components({ type: 'facts', items: [{ $data: '${items}', label: '${name}', value: 'x' }] }),
    'template:$.card.components[0].items[0].label',
  ],
  [
    'has a broken binding',
    components({ type: 'header', text: '${name +}' }),
    'template:$.card.components[0].text',
  ],
  [
    'names an item by half a number',
    components({ type: 'header', text: '${items[0.5].label}' }),
    'template:$.card.components[0].text',
  ],
  [
    'calls an unknown function',
    components({ type: 'header', text: '${eval(name)}' }),
    'template:$.card.components[0].text',
  ],
  [
    'calls a function with too few arguments',
    components({ type: 'header', text: '${formatCurrency(count)}' }),
    'template:$.card.components[0].text',
  ],
  [
    'has a $when that is not one binding',
    components({ ...header, $when: 'name' }, header),
    'template:$.card.components[0].$when',
  ],
  [
    'repeats what is no list',
    components({ ...header, $data: '${name}' }),
    'template:$.card.components[0].$data',
  ],
  [
    'has a style that is not on the list',
    components({ ...header, style: 'color:red' }),
    'template:$.card.components[0].style',
  ],
  [
    'has an action that is not on the list',
    components({ type: 'buttonGroup', buttons: [{ label: 'x', action: 'eval', payload: 'x' }] }),
    'template:$.card.components[0].buttons[0].action',
  ],
  [
    'has a link that runs a script',
    components({
      type: 'buttonGroup',
      buttons: [{ label: 'x', action: 'openUrl', payload: 'javascript:alert(1)' }],
    }),
    'template:$.card.components[0].buttons[0].payload',
  ],
  [
    'has a picture without encryption',
    components({ type: 'image', url: 'http://cdn.example.com/x.png', altText: 'x' }),
    'template:$.card.components[0].url',
  ],
  [
    'has Markdown with a script link',
    components({ type: 'body', markdown: true, text: '[x](javascript:alert(1))' }),
    'template:$.card.components[0].text',
  ],
  [
    'puts a bound address into Markdown',
    components({ type: 'body', markdown: true, text: '[x](${link})' }),
    'template:$.card.components[0].text',
  ],
  [
    'has a title over the limit',
    components({ type: 'header', text: 'x'.repeat(81) }),
    'template:$.card.components[0].text',
  ],
  [
    'has six buttons',
    components({
      type: 'buttonGroup',
      buttons: Array.from({ length: 6 }, (_, i) => ({
        label: `b${i}`,
        action: 'postback',
        payload: `p${i}`,
      })),
    }),
    'template:$.card.components[0].buttons',
  ],
  [
    'has 11 fixed facts that no sample shows',
    components(header, {
      type: 'facts',
      $when: '${exists(note)}',
      items: Array.from({ length: 11 }, (_, i) => ({ label: `l${i}`, value: 'v' })),
    }),
    'template:$.card.components[1].items',
  ],
  [
    'has six fixed links that no sample shows',
    components(header, {
      type: 'buttonGroup',
      $when: '${exists(note)}',
      buttons: Array.from({ length: 6 }, (_, i) => ({
        label: `l${i}`,
        action: 'openUrl',
        payload: `https://shop.example/${i}`,
      })),
    }),
    'template:$.card.components[1].buttons',
  ],
  [
    'is five levels deep',
    components({
      type: 'section',
      components: [
        {
          type: 'section',
          components: [{ type: 'section', components: [{ type: 'section', components: [header] }] }],
        },
      ],
    }),
    'card:$.components[0].components[0].components[0].components[0].components[0]',
  ],
  ['has 21 components', components(...Array.from({ length: 21 }, () => header)), 'card:$.components[20]'],
  [
    'has two buttons alike',
    components({
      type: 'buttonGroup',
      buttons: [1, 2].map(() => ({ label: 'a', action: 'postback', payload: 'a' })),
    }),
    'card:$.components[0].buttons[1]',
  ],
  ['has a sample without a required field', templateFile({ samples: { bad: {} } }), 'fields:$.name'],
  [
    'has a sample with an undeclared field',
    templateFile({ samples: { bad: { name: 'x', more: 1 } } }),
    'fields:$.more',
  ],
  ['has a fallback text of nothing', templateFile({ text: '${note}' }), 'template:$.text'],
  [
    'has private-use characters',
    components({ type: 'header', text: '\uE000' }),
    'template:$.card.components[0].text',
  ],
  [
    'has a field of unknown media',
    templateFile({
      fields: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string', contentMediaType: 'image/png' } },
      },
    }),
    'template:$.card.components[0].text',
  ],
];
const secret = { type: 'string', writeOnly: true };
const hiddenIn: [what: string, pin: object, path: string, more?: object][] = [
  ['a reference', { $ref: '#/$defs/pin' }, '.pin.$ref', { $defs: { pin: secret } }],
  ...['allOf', 'anyOf', 'oneOf'].map((key): [string, object, string] => [
    key,
    { [key]: [secret] },
    `.pin.${key}`,
  ]),
  ['a condition', { type: 'string', if: { minLength: 1 }, else: secret }, '.pin.if'],
  ['a pattern', { type: 'object', patternProperties: { '^p': secret } }, '.pin.patternProperties'],
  ['other names', { type: 'object', additionalProperties: secret }, '.pin.additionalProperties'],
  [
    'a tuple',
    { type: 'array', items: [secret], minItems: 1, additionalItems: false },
    '.pin.additionalItems',
  ],
  ['a list', { type: 'array', items: { allOf: [secret] } }, '.pin.items.allOf'],
  [
    'an object',
    { type: 'object', properties: { inner: { anyOf: [secret] } } },
    '.pin.properties.inner.anyOf',
  ],
];
for (const [what, pin, path, more] of hiddenIn) {
  test(`a field that is marked writeOnly within ${what} is refused: the mark would not be seen`, (t) => {
    const fields = { type: 'object', properties: { name: { type: 'string' }, pin }, ...more };
    const [problem] = problemsOf(t, templateFile({ fields }));
    assert.equal(problem?.code, 'template.invalid');
    assert.equal(problem.path, `template:$.fields.properties${path}`);
    assert.match(problem.hint, /properties/);
  });
}

test('fields may be named as the keywords that are refused', (t) => {
  const properties = { name: { type: 'string' }, if: { type: 'string' }, anyOf: { type: 'string' } };
  assert.deepEqual(problemsOf(t, templateFile({ fields: { type: 'object', properties } })), []);
});

for (const [name, content, path] of wrong) {
  test(`a template file that ${name} is refused with its path and a hint`, (t) => {
    const [problem, ...others] = problemsOf(t, content);
    assert.equal(problem?.code, 'template.invalid');
    assert.equal(others.length, 0);
    if (path !== '-') assert.equal(problem.path, path);
    assert.ok(problem.hint.length > 0);
  });
}

const meant: [mistake: string, component: object, hint: RegExp][] = [
  ['a key', { type: 'image', altext: 'x' }, /^Did you mean `altText`\? There are: /],
  ['a component type', { type: 'heder', text: 'x' }, /^Did you mean `header`\? There are: /],
  ['a function', { type: 'header', text: '${formatDat(day)}' }, /^Did you mean `formatDate`\? There are: /],
  ['a field', { type: 'header', text: '${naem}' }, /^Did you mean `name`\? Declare it/],
  [
    'a field of $root',
    { type: 'header', text: '${$root.naem}' },
    /^Did you mean `\$root\.name`\? Declare it/,
  ],
  [
    'a field of $data',
    { type: 'facts', items: [{ $data: '${items}', label: '${lable}', value: 'x' }] },
    /^Did you mean `label`\? /,
  ],
  [
    'an outer field within $data',
    { type: 'facts', items: [{ $data: '${items}', label: '${name}', value: 'x' }] },
    /^Did you mean `\$root\.name`\? /,
  ],
  ['a field like no other', { type: 'header', text: '${zzzzzzzz}' }, /^Declare it/],
];
for (const [mistake, component, hint] of meant) {
  test(`the error itself says what was meant by ${mistake}`, (t) => {
    const [problem] = problemsOf(t, components(component));
    assert.match(problem?.hint ?? '', hint);
  });
}

test('a right template file loads', (t) => {
  assert.deepEqual(problemsOf(t, templateFile()), []);
});

test('a file must be named by its id and version', (t) => {
  assert.equal(problemsOf(t, templateFile({ version: 2 }))[0]?.path, 'template:$.version');
});

test('a folder that is not there is a problem, not an empty list', () => {
  assert.equal(loadTemplates([join(tmpdir(), 'not-there')]).problems.length, 1);
});

test('two files may not publish the same version', (t) => {
  const dirs = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'templates-')));
  t.after(() => {
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  });
  for (const dir of dirs) writeFileSync(join(dir, 'test-v1.json'), JSON.stringify(templateFile()));
  assert.equal(loadTemplates(dirs).problems[0]?.error.code, 'template.duplicate');
});

test('a bad template stops the start, with its file; in watch mode the old ones stay', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'templates-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'test-v1.json');
  writeFileSync(file, JSON.stringify(templateFile()));
  const registry = new TemplateRegistry(loadTemplates([dir]));
  writeFileSync(file, '{');
  assert.throws(() => new TemplateRegistry(loadTemplates([dir])), {
    code: 'template.invalid',
    message: /^\S*test-v1\.json: /,
  });
  writeFileSync(join(dir, 'test-v2.json'), '[]');
  assert.throws(() => new TemplateRegistry(loadTemplates([dir])), {
    message: /^2 template files are invalid\. The first is \S*test-v1\.json: /,
  });
  assert.equal(registry.replace(loadTemplates([dir])), false);
  assert.deepEqual(registry.addresses, ['test-v1']);
});

test('a file is compiled again when its content or the allowed hosts changed, and only then', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'templates-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'test-v1.json');
  writeFileSync(file, JSON.stringify(templateFile()));
  const loaded = loadTemplate(file);
  assert.equal(loadTemplate(file), loaded);
  assert.notEqual(loadTemplate(file, { linkHosts: ['shop.example.com'] }), loaded);
  writeFileSync(file, JSON.stringify(templateFile({ title: 'Other' })));
  assert.equal(loadTemplate(file).file.title, 'Other');
  writeFileSync(file, JSON.stringify(templateFile()));
  assert.equal(loadTemplate(file), loaded);
});
