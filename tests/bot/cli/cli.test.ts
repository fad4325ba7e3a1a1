import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { check } from '../../../bot/cli/check.ts';
import { commands, headings } from '../../../bot/cli/commands.ts';
import { readBoundedLines } from '../../../bot/cli/lines.ts';
import { runCli } from '../../../bot/cli/runCli.ts';
import { deadStates } from '../../../cards/delivery/cardTable.ts';
import { formatNames } from '../../../cards/formats/allFormats.ts';
import { ownTemplatesDir } from '../../../cards/templates/readTemplates.ts';
import { startSandbox } from '../../../sandbox/startSandbox.ts';
import { card } from '../../fakes/card.ts';
import { templateFile } from '../../fakes/templates.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'bot', 'cli', 'main.ts');

/** Runs a command inside this process. */
async function cards(args: string[], input = '', env: Record<string, string> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([text(stdout), text(stderr)]);
  const code = await runCli(args, { env, stdin: Readable.from([Buffer.from(input)]), stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, out, err };
}

/** Runs a command as a person does: as a process of its own. */
async function spawnCards(args: string[], cwd = process.cwd()) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { PATH: process.env.PATH ?? '' },
    cwd,
  });
  const closed = once(child, 'close');
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, out, err };
}

test('list names the templates with their fields', async () => {
  const { code, out } = await cards(['list']);
  assert.equal(code, 0);
  assert.match(out, /order-confirmation-v2 .*Order confirmation/);
  assert.match(out, /fields title, description, actions\?/);
});

test('list names the file that cannot be read, and lists the others', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'list-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'test-v1.json'), JSON.stringify(templateFile()));
  writeFileSync(join(dir, 'torn-v1.json'), '{');
  const { code, out, err } = await cards(['list'], '', { CARD_TEMPLATES_DIR: dir });
  assert.equal(code, 1);
  assert.match(out, /^test-v1 /m);
  assert.match(err, /torn-v1\.json:\$: template\.invalid: The file is not JSON/);
  const without = await cards(['list'], '', { CARD_TEMPLATES_DIR: join(dir, 'none') });
  assert.match(without.err, /The folder of templates cannot be read\.\n {2}hint: Check CARD_TEMPLATES_DIR/);
});

test('lint says that all is well, without colours where no terminal reads them', async () => {
  const { code, out } = await cards(['lint']);
  assert.equal(code, 0);
  assert.match(out, /^ok {2}\d+ templates/);
});

test('lint of one file holds a published version to its promise, as lint of all does', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'published-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const env = { CARD_TEMPLATES_DIR: dir };
  const file = join(dir, 'test-v1.json');
  writeFileSync(file, JSON.stringify(templateFile()));
  writeFileSync(join(dir, 'published.json'), JSON.stringify({ 'test-v1': '0123456789abcdef' }));
  for (const args of [['lint'], ['lint', file]]) {
    const { code, err } = await cards(args, '', env);
    assert.equal(code, 1);
    assert.match(err, /test-v1 is published and must not change/);
  }
});

test('a list of published versions that cannot be read is named itself, and no template is blamed', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'published-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const name of ['test', 'other']) {
    writeFileSync(join(dir, `${name}-v1.json`), JSON.stringify({ ...templateFile(), id: name }));
  }
  writeFileSync(join(dir, 'published.json'), '{ <<<<<<< HEAD');
  const { code, err } = await cards(['lint'], '', { CARD_TEMPLATES_DIR: dir });
  assert.equal(code, 1);
  assert.match(err, /published\.json:1:1: \$: template\.invalid: .*is not a list of published versions/);
  assert.doesNotMatch(err, /test-v1|other-v1/);
});

test('a byte order mark before a template or a request changes nothing', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'mark-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'test-v1.json'), `\ufeff${JSON.stringify(templateFile())}`);
  assert.equal((await cards(['lint', join(dir, 'test-v1.json')])).code, 0);
  const request = JSON.stringify({ id: 1, templateId: 'help-v1', fields: {} });
  const { out } = await cards(['check', '--jsonl'], `\ufeff${request}\n`);
  assert.equal(JSON.parse(out).status, 'ok');
});

test('a template file has the whole name of its address', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'name-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'my-test-v1.json'), JSON.stringify(templateFile()));
  const { code, err } = await cards(['lint', join(dir, 'my-test-v1.json')]);
  assert.equal(code, 1);
  assert.match(err, /must be named test-v1\.json/);
});

test('lint names file, path and hint of each problem and exits with 1', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'lint-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'test-v1.json'), JSON.stringify(templateFile({ text: '${nam}' })));
  writeFileSync(join(dir, 'other-v1.json'), '{');
  const { code, err } = await cards(['lint'], '', { CARD_TEMPLATES_DIR: dir });
  assert.equal(code, 1);
  assert.match(
    err,
    /test-v1\.json:1:\d+: \$\.text: template\.invalid: The field nam is not declared\.\n {2}hint: /,
  );
  assert.match(err, /other-v1\.json/);
  const one = await cards(['lint', join(dir, 'test-v1.json')]);
  assert.equal(one.code, 1);
  assert.doesNotMatch(one.err, /other-v1/);
});

for (const [format, pattern] of [
  ['guest', /"type": "webchat"/],
  ['genesys', /"contentType": "Card"/],
  ['adaptive', /"type": "AdaptiveCard"/],
  ['text', /^Bestellung 54321: in Arbeit/],
] as const) {
  test(`preview shows a sample as ${format}`, async () => {
    const { code, out } = await cards([
      'preview',
      'order-status-v1',
      '--sample',
      'processing',
      '--format',
      format,
      '--locale',
      'de',
    ]);
    assert.equal(code, 0);
    assert.match(out, pattern);
  });
}

const wrongUse: [args: string[], pattern: RegExp][] = [
  [[], /^Usage:/],
  [['nope'], /Unknown command/],
  [['toString'], /Unknown command/],
  [['preview'], /Name one template/],
  [['preview', 'help-v1', '--format', 'html'], /--format is one of guest, genesys, adaptive, text/],
  [['preview', 'help-v1', '--sample', 'x'], /--sample is one of default/],
  [['preview', 'help-v1', '--colour'], /^Unknown option '--colour'\.\nUsage: /],
  [['preview', 'help-v1', '--fromat=text'], /^Unknown option '--fromat'\. Did you mean --format\?\nUsage: /],
  [['preveiw', 'help-v1'], /^Unknown command\. Did you mean preview\?\nAll commands: .* help\n$/],
  [['check'], /Missing --jsonl/],
  [['check', '--jsonl', 'cards.jsonl'], /Unexpected argument 'cards\.jsonl'/],
  [['status', 'now'], /Unexpected argument 'now'/],
];
for (const [args, pattern] of wrongUse) {
  test(`"${args.join(' ')}" is told what is wrong, with exit code 2`, async () => {
    const { code, out, err } = await cards(args);
    assert.equal(code, 2);
    assert.match(out + err, pattern);
  });
}

test('an unknown template is a coded error with exit code 1', async () => {
  const { code, err } = await cards(['preview', 'nope-v1']);
  assert.equal(code, 1);
  assert.match(err, /template\.unknown/);
});

test('every command that --help names can be loaded', async () => {
  for (const [name, entry] of Object.entries(commands))
    assert.equal(typeof (await entry.load()).run, 'function', name);
});

test('as a process: the answer on its output, the problem on its errors in plain words, and the exit code', async (t) => {
  const listed = await spawnCards(['list']);
  assert.deepEqual([listed.code, listed.err], [0, '']);
  assert.match(listed.out, /order-confirmation-v2 /);
  const dir = mkdtempSync(join(tmpdir(), 'env-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, '.env'));
  const refused = await spawnCards(['list'], dir);
  assert.deepEqual([refused.code, refused.out], [1, '']);
  assert.match(refused.err, /^config\.invalid: The file \.env cannot be read \(\w+\)\.\n {2}hint: /);
});

test('--help explains every command', async () => {
  const { code, out } = await cards(['--help']);
  assert.equal(code, 0);
  for (const { usage, summary } of Object.values(commands)) {
    assert.ok(out.includes(`\n  ${usage}\n      ${summary}\n`), usage);
  }
  assert.ok(out.includes(`--format ${formatNames.join('|')}`));
  for (const state of deadStates) assert.ok(out.includes(state), state);
  assert.match((await cards(['check', '--help'])).out, /one a line/);
});

test('bots register pushes the list that bots list reads', async (t) => {
  const sandbox = await startSandbox({ port: 0, clientId: 'c', clientSecret: 's' });
  t.after(() => sandbox.close());
  const env = {
    GENESYS_LOGIN_URL: sandbox.url,
    GENESYS_API_URL: sandbox.url,
    GENESYS_CLIENT_ID: 'c',
    GENESYS_CLIENT_SECRET: 's',
  };
  const registered = await cards(['bots', 'register', '--integration', 'i-1'], '', env);
  assert.deepEqual([registered.code, registered.err], [0, '']);
  const { code, out } = await cards(['bots', 'list', '--integration', 'i-1'], '', env);
  assert.equal(code, 0);
  assert.match(out, /^card-bot .* intents .*handoff/m);
  assert.equal((await cards(['bots', 'list'])).code, 2);
});

test('check answers every line in order and never stops at a bad one', async () => {
  const fields = { title: 'Order Confirmation', description: 'Done.' };
  const lines = [
    JSON.stringify({ id: 'a', templateId: 'order-confirmation-v2', fields }),
    '{"id": "b", ',
    JSON.stringify({ id: 3, card: card() }),
    JSON.stringify({ id: 'd', templateId: 'nope-v1', fields }),
    '',
    '[]',
    JSON.stringify({ id: 'g', card: card([{ type: 'header', text: 'x'.repeat(100) }]) }),
    `{"id": "h", "card": ${'['.repeat(100_000)}`,
    JSON.stringify({ id: 'i', templateId: 'help-v1', fields: {}, card: card() }),
    JSON.stringify({ id: 'j', card: 'x'.repeat(300_000) }),
    `${JSON.stringify({ id: 'k', templateId: 'help-v1', fields: {}, locale: 'de-AT' })}\r`,
  ];
  const { code, out } = await cards(['check', '--jsonl'], lines.join('\n'));
  assert.equal(code, 0);
  const answers = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    answers.map(({ id, status, code: c, path }) => [id, status, c, path]),
    [
      ['a', 'ok', undefined, undefined],
      [null, 'refused', 'card.schema', '$'],
      [3, 'ok', undefined, undefined],
      ['d', 'refused', 'template.unknown', 'request:$.templateId'],
      [null, 'refused', 'card.schema', '$'],
      [null, 'refused', 'card.schema', '$'],
      ['g', 'refused', 'card.limit', 'card:$.components[0].text'],
      [null, 'refused', 'card.limit', '$'],
      ['i', 'refused', 'card.schema', '$'],
      [null, 'refused', 'card.limit', '$'],
      ['k', 'ok', undefined, undefined],
    ],
  );
  assert.deepEqual(Object.keys(answers[0].formats), ['guest', 'genesys', 'adaptive', 'text']);
  assert.equal(answers[0].card.components[0].text, 'Order Confirmation');
  assert.match(answers[10].formats.text, /^Ich sage Ihnen/);
});

test('check streams: lines are answered as they come, not gathered', async () => {
  const line = `${JSON.stringify({ id: 1, templateId: 'help-v1', fields: {} })}\n`;
  const count = 300;
  let answers = 0;
  let most = 0;
  const stdin = Readable.from(
    (function* () {
      for (let i = 0; i < count; i += 1) {
        most = Math.max(most, i - answers);
        yield Buffer.from(line);
      }
    })(),
    { objectMode: false, highWaterMark: 64 },
  );
  const stdout = new Writable({
    write(chunk, _, done) {
      answers += String(chunk).split('\n').length - 1;
      setImmediate(done);
    },
    highWaterMark: 1,
  });
  const code = await check.run({
    args: ['--jsonl'],
    env: {},
    stdin,
    stdout,
    stderr: new PassThrough(),
    templateDirs: [ownTemplatesDir],
    policy: {},
    store: { databaseUrl: undefined, dataDir: ':memory:' },
  });
  assert.equal(code, 0);
  assert.equal(answers, count);
  assert.ok(most < 100, `${most} lines were read ahead`);
});

test('a line over the limit is not kept in memory, and the next one is read', async () => {
  const input = Readable.from([Buffer.from('ab'), Buffer.alloc(100, 120), Buffer.from('\ncd\n\nlast')]);
  const lines: (string | undefined)[] = [];
  for await (const line of readBoundedLines(input, 10)) lines.push(line);
  assert.deepEqual(lines, [undefined, 'cd', '', 'last']);
});

test('each heading of the help stands above a command', async () => {
  const { out } = await cards(['help']);
  for (const [name, heading] of Object.entries(headings))
    assert.match(out, new RegExp(`^${heading}\n {2}${name} ?`, 'm'));
});
