import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { type ExportedSample, exportCard } from '../../../bot/authoring/exportCard.ts';
import { compileTest, ownRegistry, templateFile } from '../../fakes/templates.ts';

const order: ExportedSample = sampleOf('order-status-v1', 'shipped');

function sampleOf(templateId: string, sample: string): ExportedSample {
  const registry = ownRegistry();
  const fields = registry.get(templateId).file.samples[sample] ?? {};
  return { templateId, fields, cards: registry.compose({ templateId, fields }) };
}

/** Runs the code of a dialog with a `sendCard` that tells what it was given. */
function run(code: string): unknown[] {
  const [first, ...rest] = code.split('\n');
  assert.equal(first, "import { sendCard } from 'genesys-card-bot';");
  const body = rest.join('\n').replace('await ', 'return ');
  return new Function('sendCard', 'context', body)((...given: unknown[]) => given, 'context');
}

const hostile = {
  "it's": 'a\n"b"\\ \'c\' ${d} `e`\u2028</script>',
  list: [1.5, null, true, [], {}],
  __proto__x: 'x',
};
for (const [what, sample] of [
  ['a sample', order],
  ['values with quotes, line breaks and dollars', { ...order, fields: hostile }],
  ['no fields', { ...order, fields: {} }],
  ['a key of the prototype', { ...order, fields: JSON.parse('{"__proto__": "x"}') }],
] as const) {
  test(`the code of a dialog gives exactly the fields: ${what}`, () => {
    const [context, templateId, fields] = run(exportCard('dialog', sample));
    assert.deepEqual([context, templateId], ['context', 'order-status-v1']);
    assert.equal(JSON.stringify(fields), JSON.stringify(sample.fields));
  });
}

test('the code of a dialog names a locale that was chosen, and looks as it is written by hand', () => {
  const code = exportCard('dialog', {
    ...order,
    fields: { orderId: '1', lines: [{ name: 'a' }] },
    locale: 'de',
  });
  assert.equal(
    code,
    `import { sendCard } from 'genesys-card-bot';

await sendCard(context, 'order-status-v1', {
  orderId: '1',
  lines: [
    {
      name: 'a'
    }
  ]
}, 'de');
`,
  );
});

test('curl sends exactly the fields, whatever quotes and dollars are in them', {
  skip: process.platform === 'win32',
}, () => {
  const command = exportCard('curl', { ...order, fields: hostile });
  // The shell splits it as it would for curl: no curl is needed to see what it would send.
  const given = execFileSync('sh', ['-c', command.replace(/^curl/, "printf '%s\\0'")], {
    encoding: 'utf8',
  }).split('\0');
  assert.equal(given[1], 'https://BOT/api/cards?waitMs=10000');
  const body = JSON.parse(given.at(-2) ?? '');
  assert.deepEqual(body, { conversationId: 'CONVERSATION', templateId: 'order-status-v1', fields: hostile });
});

for (const [form, key] of [
  ['v1', 'replymessages'],
  ['v2', 'replyMessages'],
] as const) {
  test(`the answer of ${form} holds the card and goes on`, () => {
    const answer = JSON.parse(exportCard(form, order));
    assert.equal(answer.botState, 'MoreData');
    assert.match(JSON.stringify(answer[key]), /"contentType":"Card".*Order 12345/);
  });
}

test('a template that splits its card gives all of its cards', () => {
  const items = Array.from({ length: 30 }, (_, i) => ({ label: `L${i}`, value: 'x' }));
  const components = [{ $data: '${items}', type: 'header', text: '${label}' }];
  const fields = { name: 'Ada', items };
  const cards = compileTest({ ...templateFile(), card: { components }, overLimit: 'split' }).compose(fields);
  assert.ok(cards.length > 1);
  const answer = exportCard('v2', { templateId: 'test-v1', fields, cards });
  assert.match(answer, /L0[\s\S]*L29/);
});
