import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { runCli } from '../../../bot/cli/runCli.ts';
import { findClosest } from '../../../cards/closest.ts';
import { templateFile } from '../../fakes/templates.ts';

async function cards(args: string[], env: Record<string, string> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([text(stdout), text(stderr)]);
  const code = await runCli(args, { env, stdin: Readable.from([]), stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, out, err };
}

const fields = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };
const right = templateFile({ fields });
const wrong = templateFile({ fields, card: { components: [{ type: 'header', text: '${nmae}' }] } });

function folder(t: TestContext, files: Record<string, object | string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'lint-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(
      join(dir, name),
      typeof content === 'string' ? content : JSON.stringify(content, undefined, 2),
    );
  }
  return dir;
}

test('lint of a folder looks at every file in it, and says where each problem stands', async (t) => {
  const dir = folder(t, { 'test-v1.json': wrong, 'other-v1.json': '{', 'notes.txt': 'x' });
  const { code, err, out } = await cards(['lint', dir]);
  assert.equal(code, 1);
  assert.equal(out, '');
  assert.match(err, /other-v1\.json:1:2: \$: template\.invalid: The file ends too early\./);
  assert.match(err, /test-v1\.json:\d+:\d+: \$\.card\.components\[0\]\.text: template\.invalid: .*nmae/);
  assert.match(err, /hint: Did you mean `name`\?/);
});

test('lint --format json writes one list for programs', async (t) => {
  const dir = folder(t, { 'test-v1.json': wrong });
  const { code, out, err } = await cards(['lint', '--format', 'json', dir]);
  assert.equal(code, 1);
  assert.equal(err, '');
  const [first] = JSON.parse(out);
  assert.deepEqual(
    [Object.keys(first).sort(), first.severity, first.code, first.path],
    [
      ['code', 'column', 'file', 'hint', 'line', 'message', 'path', 'severity'],
      'error',
      'template.invalid',
      '$.card.components[0].text',
    ],
  );
  const well = await cards(['lint', '--format', 'json', folder(t, { 'test-v1.json': right })]);
  assert.deepEqual([well.code, JSON.parse(well.out)], [0, []]);
});

test('lint --format github writes annotations', async (t) => {
  const { code, out } = await cards(['lint', '--format', 'github', folder(t, { 'test-v1.json': wrong })]);
  assert.equal(code, 1);
  assert.match(
    out,
    /^::error file=[^\n]*test-v1\.json,line=\d+,col=\d+,title=template\.invalid::\$\.card\.components\[0\]\.text: .*\n/,
  );
});

test('a warning alone ends well', async (t) => {
  const unused = templateFile({
    fields: { ...fields, properties: { name: { type: 'string' }, more: { type: 'string' } } },
  });
  const { code, out, err } = await cards(['lint', folder(t, { 'test-v1.json': unused })]);
  assert.equal(code, 0);
  assert.match(out, /^ok {2}1 templates, .*; 1 warning\n$/);
  assert.match(err, /: warning lint\.unusedField: /);
});

test('an unknown format, command and template are told, with what was meant', async () => {
  assert.match((await cards(['lint', '--format', 'xml'])).err, /--format is one of text, github, json/);
  assert.match((await cards(['liint'])).err, /^Unknown command\. Did you mean lint\?/);
  assert.match((await cards(['preview', 'order-stauts-v1'])).err, /hint: Did you mean order-status-v1\?/);
});

test('lint --watch looks again after a change, until it is ended', async (t) => {
  const dir = folder(t, { 'test-v1.json': wrong });
  const main = join(import.meta.dirname, '..', '..', '..', 'bot', 'cli', 'main.ts');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, 'lint', '--watch', dir],
    { env: { PATH: process.env.PATH ?? '' } },
  );
  t.after(() => child.kill());
  await once(child.stderr, 'data');
  const well = once(child.stdout, 'data');
  // The folder may not be watched yet when the first result is read: write until it is seen.
  const again = setInterval(() => writeFileSync(join(dir, 'test-v1.json'), JSON.stringify(right)), 200);
  const [said] = await well;
  clearInterval(again);
  assert.match(String(said), /^ok {2}1 templates/);
});

const names: readonly [wrong: string, meant: string | undefined][] = [
  ['lnit', 'lint'],
  ['lit', 'list'],
  ['previw', 'preview'],
  ['LINT', 'lint'],
  ['publsh', 'publish'],
  ['frobnicate', undefined],
  ['x', undefined],
];
for (const [name, meant] of names) {
  test(`${name} is ${meant === undefined ? 'close to nothing' : `close to ${meant}`}`, () => {
    assert.equal(findClosest(name, ['list', 'lint', 'preview', 'publish']), meant);
  });
}
