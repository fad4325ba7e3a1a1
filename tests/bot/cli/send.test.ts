import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { runCli } from '../../../bot/cli/runCli.ts';
import { createCardSender } from '../../../cards/delivery/cardSender.ts';
import { json, listen } from '../../fakes/listen.ts';

/** A Genesys that answers cards with a status (default 200), and a way to run the command against it. */
async function rig(t: TestContext, statusOf: (messageId: string) => number = () => 200) {
  const shown: string[] = [];
  const genesys = await listen(({ path, body }, response) => {
    if (path === '/oauth/token') return json(response, 200, { access_token: 't', expires_in: 3_600 });
    if (!path.endsWith('/messages')) return json(response, 404, {});
    const { messageId } = JSON.parse(body).message.card;
    shown.push(messageId);
    return json(response, statusOf(messageId), {});
  });
  const dataDir = mkdtempSync(join(tmpdir(), 'send-'));
  t.after(async () => {
    await genesys.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const env = {
    DATA_DIR: dataDir,
    GENESYS_LOGIN_URL: genesys.url,
    GENESYS_API_URL: genesys.url,
    GENESYS_CLIENT_ID: 'client',
    GENESYS_CLIENT_SECRET: 'client-secret',
    GENESYS_REQUESTS_PER_MINUTE: '100000',
  };
  const run = async (args: string[], input = '', isTerminal = false) => {
    const [stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: isTerminal })];
    const texts = Promise.all([text(stdout), text(stderr)]);
    const stdin = Readable.from([Buffer.from(input)]);
    const code = await runCli(['send', ...args], { env, stdin, stdout, stderr });
    stdout.end();
    stderr.end();
    const [out, err] = await texts;
    return { code, out, err };
  };
  return { run, shown, dataDir, url: genesys.url };
}

const lines = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const orders = (...all: object[]) => all.map((order) => `${JSON.stringify(order)}\n`).join('');
const help = (conversationId: string, more: object = {}) => ({
  conversationId,
  templateId: 'help-v1',
  fields: {},
  ...more,
});

test('one card is sent by its template, with fields from a file or from standard input', async (t) => {
  const { run, shown, dataDir } = await rig(t);
  const fields = {
    orderId: '1',
    status: 'shipped',
    itemCount: 1,
    total: 5,
    currency: 'EUR',
    placedOn: '2026-11-20',
  };
  const file = join(dataDir, 'fields.json');
  writeFileSync(file, JSON.stringify(fields));
  const fromFile = await run(['c-1', 'order-status-v1', '--fields', file, '--message-id', 'm-1']);
  assert.equal(fromFile.code, 0);
  assert.match(fromFile.out, /^accepted {2}m-1 {2}1 attempt {2}\d+ ms\n$/);
  const args = ['c-1', 'order-status-v1', '--fields', '-', '--message-id', 'm-2', '--json'];
  const fromInput = await run(args, JSON.stringify(fields, null, 2));
  assert.deepEqual([JSON.parse(fromInput.out).outcome, shown], ['accepted', ['m-1', 'm-2']]);
});

test('a card that Genesys refuses is told with its code, and exit 1', async (t) => {
  const { run } = await rig(t, () => 400);
  const { code, out } = await run(['c-1', 'help-v1']);
  assert.equal(code, 1);
  assert.match(out, /^rejected {2}\S+ {2}genesys\.rejected {2}1 attempt/);
});

test('a card that our checks refuse is told with its code and hint, and nothing is sent', async (t) => {
  const { run, shown } = await rig(t);
  const { code, err } = await run(['c-1', 'hlep-v1']);
  assert.equal(code, 1);
  assert.match(err, /^template\.unknown: .*\n {2}hint: Did you mean help-v1/);
  assert.deepEqual(shown, []);
});

test('a batch gives each line its result, keeps the order, and goes on after a wrong line', async (t) => {
  const { run, shown } = await rig(t, (id) => (id === 'm-2' ? 400 : 200));
  const batch = `${orders(help('c-1', { messageId: 'm-1' }), help('c-1', { messageId: 'm-2' }))}\nno json\n${orders(
    help('c-1', { templateId: 'nothing-v1', messageId: 'm-3' }),
    help('c-1', { messageId: 'm-4' }),
  )}`;
  const { code, out, err } = await run(['--jsonl', '-'], batch);
  assert.equal(code, 1);
  const results = lines(out).sort((a, b) => a.line - b.line);
  assert.deepEqual(
    results.map(({ line, messageId, outcome, code, path }) => [line, messageId, outcome, code, path]),
    [
      [1, 'm-1', 'accepted', undefined, undefined],
      [2, 'm-2', 'rejected', 'genesys.rejected', undefined],
      [4, undefined, 'refused', 'card.schema', '$'],
      [5, 'm-3', 'refused', 'template.unknown', '$.templateId'],
      [6, 'm-4', 'accepted', undefined, undefined],
    ],
  );
  assert.deepEqual(shown, ['m-1', 'm-2', 'm-4']);
  assert.match(err, /^5 of 5 cards: .*accepted 2/);
});

test('a batch that is sent again sends no card twice, and equal lines are two cards', async (t) => {
  const { run, shown, dataDir } = await rig(t);
  const file = join(dataDir, 'orders.jsonl');
  writeFileSync(file, orders(help('c-1'), help('c-2'), help('c-1')));
  const first = await run(['--jsonl', file]);
  const second = await run(['--jsonl', file]);
  assert.deepEqual([first.code, second.code, shown.length], [0, 0, 3]);
  const ids = (out: string) =>
    lines(out)
      .map(({ messageId }) => messageId)
      .sort();
  assert.deepEqual(ids(second.out), ids(first.out));
  assert.equal(new Set(ids(first.out)).size, 3);
  await run(['--jsonl', file, '--batch', 'tuesday']);
  assert.equal(shown.length, 6);
});

test('a batch that was killed goes on where it was', async (t) => {
  const { run, shown, dataDir, url } = await rig(t);
  const batch = orders(...Array.from({ length: 10 }, (_, i) => help('c-1', { messageId: `m-${i}` })));
  // A former run stored some of the cards and sent some of those.
  const former = await createCardSender({
    loginUrl: url,
    apiUrl: url,
    clientId: 'client',
    clientSecret: 'client-secret',
    dataDir,
  });
  for (const order of lines(batch).slice(0, 5)) await former.submit(order);
  await former.close();
  assert.equal((await run(['--jsonl', '-'], batch)).code, 0);
  assert.deepEqual(
    shown,
    Array.from({ length: 10 }, (_, i) => `m-${i}`),
  );
});

test('a terminal shows how far a batch is', async (t) => {
  const { run } = await rig(t);
  const { err } = await run(['--jsonl', '-'], orders(help('c-1'), help('c-2')), true);
  assert.match(err, /\r.*\[#{20}\] 2 of 2 cards: accepted 2/);
});

const wrong: string[][] = [
  [],
  ['c-1'],
  ['c-1', 'help-v1', 'more'],
  ['--jsonl', '-', 'c-1'],
  ['--jsonl', '-', '--fields', 'x'],
  ['c-1', 'help-v1', '--wait', 'x'],
  ['c-1', 'help-v1', '--wait', '-1'],
];
for (const args of wrong) {
  test(`send refuses ${JSON.stringify(args)}`, async (t) => {
    const { run } = await rig(t);
    const { code, err } = await run(args);
    assert.equal(code, 2);
    assert.match(err, /Usage: npm run cards -- send/);
  });
}

test('a file that is not there, or is a folder, is named', async (t) => {
  const { run } = await rig(t);
  for (const args of [
    ['--jsonl', 'nowhere.jsonl'],
    ['--jsonl', import.meta.dirname],
    ['c-1', 'help-v1', '--fields', import.meta.dirname],
    ['c-1', 'help-v1', '--fields', 'nowhere.json'],
  ])
    assert.ok((await run(args)).err.startsWith(`file.unreadable: The file ${args.at(-1)} cannot be read.`));
});
