import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { runCli } from '../../../bot/cli/runCli.ts';
import { templateSchemaFile } from '../../../cards/templates/readTemplates.ts';
import { templateFile } from '../../fakes/templates.ts';

/** A folder of two templates, and the command line for it. */
function author(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'publish-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const id of ['one', 'two'])
    writeFileSync(join(dir, `${id}-v1.json`), JSON.stringify({ ...templateFile(), id }));
  const cards = async (args: string[], input = '') => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const texts = Promise.all([text(stdout), text(stderr)]);
    const stdin = Readable.from([Buffer.from(input)]);
    const code = await runCli(args, { env: { CARD_TEMPLATES_DIR: dir }, stdin, stdout, stderr });
    stdout.end();
    stderr.end();
    const [out, err] = await texts;
    return { code, out, err };
  };
  const file = join(dir, 'published.json');
  const published = () => (existsSync(file) ? Object.keys(JSON.parse(readFileSync(file, 'utf8'))) : []);
  return { dir, cards, published };
}

const answers: readonly [answer: string, isPublished: boolean][] = [
  ['y\n', true],
  ['yes\n', true],
  ['Ja\n', true],
  ['n\n', false],
  ['\n', false],
  ['', false],
  ['maybe\n', false],
];
for (const [answer, isPublished] of answers) {
  test(`publish asks, and ${JSON.stringify(answer)} is ${isPublished ? 'a yes' : 'no yes'}`, async (t) => {
    const { cards, published } = author(t);
    const { code, out } = await cards(['publish', 'one-v1'], answer);
    assert.match(out, /^Publish one-v1\? From then on its file must not change\. \[y\/N\] /);
    assert.equal(code, isPublished ? 0 : 1);
    assert.deepEqual(published(), isPublished ? ['one-v1'] : []);
  });
}

test('publish --yes asks nothing, and says what was published already', async (t) => {
  const { cards, published } = author(t);
  assert.equal((await cards(['publish', 'one-v1', '--yes'])).out, 'one-v1 published\n');
  const { code, out } = await cards(['publish', 'one-v1', 'two-v1', '--yes']);
  assert.deepEqual([code, out], [0, 'one-v1 is published already\ntwo-v1 published\n']);
  assert.deepEqual(published(), ['one-v1', 'two-v1']);
});

test('publish without a name, or with a wrong one, says which there are', async (t) => {
  const { cards, published } = author(t);
  const none = await cards(['publish']);
  assert.equal(none.code, 2);
  assert.match(none.err, /Name a template\. Not published yet: one-v1, two-v1\./);
  assert.match(
    (await cards(['publish', 'onne-v1'])).err,
    /There is no template onne-v1\. Did you mean `one-v1`\?/,
  );
  assert.deepEqual(published(), []);
});

test('new writes a template like another one, and its next version; it overwrites nothing', async (t) => {
  const { dir, cards } = author(t);
  const { code, out } = await cards(['new', 'parcel-shop', '--like', 'order-status']);
  assert.equal(code, 0);
  assert.match(out, /parcel-shop-v1\.json written\. Change it, then: npm run cards -- lint /);
  const { $schema, id, version, fields } = JSON.parse(readFileSync(join(dir, 'parcel-shop-v1.json'), 'utf8'));
  assert.equal(resolve(dir, $schema), templateSchemaFile);
  assert.deepEqual([id, version, 'orderId' in fields.properties], ['parcel-shop', 1, true]);
  assert.equal((await cards(['lint', join(dir, 'parcel-shop-v1.json')])).code, 0);
  assert.match((await cards(['new', 'parcel-shop', '--like', 'one-v1'])).out, /parcel-shop-v2\.json written/);
});

test('diff shows what each receiver gets of two versions, and ends well when it is the same', async (t) => {
  const { cards } = author(t);
  const { code, out } = await cards(['diff', 'order-status-v1', 'order-status-v2']);
  assert.equal(code, 1);
  assert.match(out, /^delivered in de as text\n|^processing in en as guest\n {2}/m);
  assert.deepEqual(await cards(['diff', 'help-v1', 'help-v1']), {
    code: 0,
    out: 'Every receiver gets the same from both versions.\n',
    err: '',
  });
  assert.equal((await cards(['diff', 'help-v1'])).code, 2);
});

test('new begins with a start template, and lint finds nothing in it, not even a warning', async (t) => {
  const { dir, cards } = author(t);
  assert.equal((await cards(['new', 'eye-test', '--from', 'appointment'])).code, 0);
  assert.match((await cards(['lint', join(dir, 'eye-test-v1.json')])).out, /^ok {2}1 templates.*format\n$/);
});

for (const [args, told] of [
  [['new'], /Name the template/],
  [['new', 'Parcel Shop'], /small letters/],
  [['new', '../x'], /small letters/],
  [['new', 'x', '--like', 'order-stats-v1'], /Did you mean `order-status-v1`\?/],
  [['new', 'x', '--from', 'apointment'], /Did you mean `appointment`\?/],
  [['new', 'x', '--from', 'order-status'], /There are: appointment, boarding-pass, branch-finder/],
  [['new', 'x', '--from', 'invoice', '--like', 'help-v1'], /either --from or --like/],
] as const) {
  test(`cards ${args.join(' ')} is refused`, async (t) => {
    const { cards } = author(t);
    const { code, err } = await cards([...args]);
    assert.equal(code, 2);
    assert.match(err, told);
  });
}
