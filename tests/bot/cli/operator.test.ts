import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { deadLetters, replay, resolve, waiting } from '../../../bot/cli/cardLists.ts';
import type { Command } from '../../../bot/cli/command.ts';
import { audit, forget, show, status, watch } from '../../../bot/cli/operator.ts';
import { CardStore } from '../../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../../cards/delivery/store/sqlite/database.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { storeCard } from '../../fakes/storeCard.ts';

/** A store with a card that was accepted, one that failed and one that waits; gives the way to run a command on it. */
async function prepare(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), 'operator-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const db = openDatabase(dataDir);
  const store = new CardStore(db);
  const add = async (messageId: string) => storeCard(store, outgoingCard({ messageId }));
  await store.settle(await add('m-1'), 'accepted', 1, { result: 'accepted', status: 200 });
  await store.settle(await add('m-2'), 'failed', 8, {
    result: 'retry',
    code: 'genesys.unavailable',
    status: 503,
  });
  await add('m-3');
  store.close();
  const run = async (command: Command, ...args: string[]) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const code = await command.run({
      args,
      env: {},
      stdin: new PassThrough(),
      stdout,
      stderr,
      templateDirs: [],
      policy: {},
      store: { databaseUrl: undefined, dataDir },
    });
    return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
  };
  return { run, dataDir };
}

test('status tells what waits, what is dead and how the last hour went', async (t) => {
  const { run } = await prepare(t);
  const { code, out } = await run(status);
  assert.equal(code, 0);
  assert.match(out, /^waiting +1, the oldest for \d+\.\d s$/m);
  assert.match(out, /^dead letters +1 \(rejected 0, failed 1, unknown 0\)$/m);
  assert.match(out, /accepted 1, rejected 0, failed 1/);
  assert.match(out, /^success rate +50\.00 % of the cards that have ended; 1 still waits$/m);
  assert.match(out, /npm run cards -- dead-letters/);
  const { pending, deadLetters: dead } = JSON.parse((await run(status, '--json')).out);
  assert.deepEqual([pending, dead], [1, { rejected: 0, unknown: 0, failed: 1 }]);
});

test('status of a store that cannot be written says why, and what to do, instead of what the bot last wrote', async (t) => {
  const { run, dataDir } = await prepare(t);
  const db = openDatabase(dataDir);
  db.exec("CREATE TRIGGER full BEFORE INSERT ON meta BEGIN SELECT RAISE(ABORT, 'no'); END");
  db.close();
  const { out } = await run(status);
  assert.match(out, /^The store in .*cards\.sqlite cannot be written/m);
  assert.match(out, /^ {2}hint: /m);
  assert.doesNotMatch(out, /^(Bot|Genesys):/m);
});

test('dead-letters gives each card a line with its reason', async (t) => {
  const { run } = await prepare(t);
  const { code, out } = await run(deadLetters);
  assert.equal(code, 0);
  assert.match(out, /^m-2 .* failed +genesys\.unavailable HTTP 503 .* 8 attempts .*\n1 shown\n$/);
  assert.equal(JSON.parse((await run(deadLetters, '--json')).out).messageId, 'm-2');
});

test('show --json tells the whole story of a card with readable times, and what the customer reads only when asked', async (t) => {
  const { run } = await prepare(t);
  const { code, out } = await run(show, 'm-2', '--json');
  assert.equal(code, 0);
  const { card, audit: entries, content } = JSON.parse(out);
  for (const time of [card.storedAt, card.startedAt, card.settledAt])
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(
    entries.map(({ event }: { event: string }) => event),
    ['stored', 'failed'],
  );
  assert.equal(content, undefined);
  assert.doesNotMatch(out, /The text of the card/);
  assert.match((await run(show, 'm-2', '--json', '--content')).out, /The text of the card/);
  assert.equal(JSON.parse((await run(show, 'm-3', '--json')).out).card.settledAt, null);
});

test('show is a timeline of lines with ISO times, and a long life is shortened', async (t) => {
  const { run, dataDir } = await prepare(t);
  const lines = (await run(show, 'm-2')).out.trim().split('\n');
  assert.match(lines[0] ?? '', /^m-2 {2}failed {2}genesys\.unavailable HTTP 503$/);
  assert.match(
    lines[4] ?? '',
    /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}failed {5}attempt 8 {2}genesys\.unavailable HTTP 503 {2}after \d+ ms$/,
  );
  assert.equal(lines.length, 5);
  assert.match((await run(show, 'm-2', '--content')).out, /\n\nThe text of the card\.\n$/);
  const store = new CardStore(openDatabase(dataDir));
  for (let i = 0; i < 20; i += 1) await store.note('fallback', outgoingCard({ messageId: 'm-2' }));
  store.close();
  const long = (await run(show, 'm-2')).out.trim().split('\n');
  assert.equal(long.length, 11);
  assert.match(long[5] ?? '', /^… 15 more, see --json$/);
});

test('watch shows the status again and again', async (t) => {
  const { run } = await prepare(t);
  const { code, out } = await run(watch, '--every', '0', '--count', '3');
  assert.deepEqual(
    [code, out.match(/^dead letters +1 /gm)?.length, out.match(/^\d{4}-.*Z$/gm)?.length],
    [0, 3, 3],
  );
});

test('waiting lists the cards that wait, with ISO times in JSON, too', async (t) => {
  const { run } = await prepare(t);
  assert.match((await run(waiting)).out, /^m-3 {2}\d{4}-.*Z {2}pending .*\n1 shown\n$/);
  assert.match(JSON.parse((await run(waiting, '--json')).out).storedAt, /^\d{4}-\d\d-\d\dT/);
  assert.match(JSON.parse((await run(deadLetters, '--json')).out).settledAt, /^\d{4}-\d\d-\d\dT/);
});

const choices: [args: string[], isChosen: boolean][] = [
  [['--code', 'genesys.unavailable'], true],
  [['--code', 'genesys.rejected'], false],
  [['--template', 'order-status'], true],
  [['--template', 'order-status-v1'], true],
  [['--template', 'order'], false],
  [['--conversation', 'c-1'], true],
  [['--conversation', 'c-2'], false],
  [['--since', '1h'], true],
  [['--since', '2999-01-01'], false],
  [['--code', 'genesys.unavailable', '--conversation', 'c-2'], false],
];
for (const [args, isChosen] of choices) {
  test(`dead letters are chosen by ${args.join(' ')}: ${isChosen}`, async (t) => {
    const { run } = await prepare(t);
    assert.equal((await run(deadLetters, ...args)).out.startsWith('m-2'), isChosen);
    const { out } = await run(replay, ...args, '--dry-run');
    assert.match(out, isChosen ? /^m-2 .*\n1 would be replayed\n$/ : /^0 would be replayed\n$/);
    assert.equal((await run(replay, ...args)).out, `${isChosen ? 1 : 0} replayed\n`);
  });
}

test('a dry run tells what the command would refuse, and that a replay may be shown twice', async (t) => {
  const { run, dataDir } = await prepare(t);
  const store = new CardStore(openDatabase(dataDir));
  for (const [messageId, result, code] of [
    ['m-4', 'unknown', 'genesys.unknownOutcome'],
    ['m-5', 'rejected', 'genesys.conversationEnded'],
  ] as const) {
    const stored = await storeCard(store, outgoingCard({ messageId }));
    await store.settle(stored, result, 1, { result, code });
  }
  store.close();
  const ids = ['m-1', 'm-3', 'm-4', 'm-5', 'm-9'];
  const [dryReplay, dryResolve] = [
    await run(replay, ...ids, '--dry-run'),
    await run(resolve, ...ids, '--reason', 'x', '--dry-run'),
  ];
  assert.match(
    dryReplay.out,
    /\n2 would be replayed; 1 may have arrived already and would be shown twice\n$/,
  );
  assert.match(dryResolve.out, /^m-4 .*\n1 would be closed\n$/);
  const resolved = await run(resolve, ...ids, '--reason', 'x');
  assert.deepEqual([dryResolve.code, dryResolve.err], [1, resolved.err]);
  const replayed = await run(replay, ...ids);
  assert.deepEqual([replayed.out, dryReplay.code, dryReplay.err], ['2 replayed\n', 1, replayed.err]);
});

test('a dead letter that is closed is kept with its reason, and is neither listed nor counted', async (t) => {
  const { run } = await prepare(t);
  const dry = await run(resolve, 'm-2', '--reason', 'the customer called', '--dry-run');
  assert.match(dry.out, /1 would be closed\n$/);
  const { code, out, err } = await run(resolve, 'm-2', 'm-1', 'm-9', '--reason', 'the customer called');
  assert.deepEqual([code, out], [1, '1 closed\n']);
  assert.match(err, /m-9: there is no card[\s\S]*m-1: is not a dead letter/);
  assert.equal((await run(deadLetters)).out, 'There are no dead letters.\n');
  assert.match((await run(status)).out, /^dead letters +0 /m);
  assert.match(
    (await run(show, 'm-2')).out,
    /closed by an operator[\s\S]*resolved {3}the customer called\n$/,
  );
  assert.equal((await run(resolve, 'm-2', '--reason', 'again')).code, 1);
  assert.equal((await run(replay, '--all')).out, '0 replayed\n');
  assert.equal((await run(replay, 'm-2')).out, '1 replayed\n');
  assert.match((await run(audit, 'verify')).out, /^ok/);
});

test('replay sends dead letters once more, and says of others why not', async (t) => {
  const { run } = await prepare(t);
  const { code, out, err } = await run(replay, 'm-2', 'm-1', 'm-9');
  assert.deepEqual([code, out], [1, '1 replayed\n']);
  assert.match(err, /m-9: there is no card with this id/);
  assert.match(err, /m-1: is not a dead letter/);
  assert.deepEqual(await run(replay, '--all'), { code: 0, out: '0 replayed\n', err: '' });
});

test('audit exports every entry, goes on after one, and finds a change', async (t) => {
  const { run, dataDir } = await prepare(t);
  const lines = (await run(audit, 'export')).out.trim().split('\n');
  assert.equal(lines.length, 5);
  assert.equal(JSON.parse(lines[0] ?? '').event, 'stored');
  assert.equal((await run(audit, 'export', '--after', '3')).out.trim().split('\n').length, 2);
  assert.match((await run(audit, 'verify')).out, /^ok {2}5 entries/);
  const db = openDatabase(dataDir);
  db.exec('UPDATE audit SET entry = replace(entry, \'"status":503\', \'"status":200\')');
  db.close();
  const { code, err } = await run(audit, 'verify');
  assert.equal(code, 1);
  assert.match(err, /^broken at entry 4/);
});

test('forget deletes one conversation, and says when there is none', async (t) => {
  const { run } = await prepare(t);
  const { code, out } = await run(forget, 'c-1');
  assert.deepEqual(
    [code, out],
    [0, 'deleted: 3 cards, 0 records of state; 5 audit entries no longer name the conversation\n'],
  );
  assert.doesNotMatch((await run(audit, 'export')).out, /"c-1"/);
  assert.match((await run(audit, 'verify')).out, /^ok {2}8 entries/);
  assert.deepEqual(await run(forget, 'c-1'), {
    code: 1,
    out: '',
    err: 'The store has no conversation with this id.\n',
  });
});

const wrong: [name: string, command: Command, args: string[]][] = [
  ['dead-letters', deadLetters, ['--limit', '0']],
  ['show', show, []],
  ['show', show, ['m-1', 'm-2']],
  ['replay', replay, []],
  ['replay', replay, ['--all', 'm-2']],
  ['replay', replay, ['--code', 'genesys.rejected', 'm-2']],
  ['replay', replay, ['--code', 'genesys.nothing']],
  ['dead-letters', deadLetters, ['--since', 'yesterday']],
  ['watch', watch, ['--every', 'x']],
  ['watch', watch, ['--count', '0']],
  ['resolve', resolve, ['m-2']],
  ['resolve', resolve, ['m-2', '--reason', ' ']],
  ['resolve', resolve, ['m-2', '--reason', 'x'.repeat(201)]],
  ['resolve', resolve, ['--reason', 'x']],
  ['forget', forget, []],
  ['forget', forget, ['']],
  ['forget', forget, ['c-1', 'c-2']],
  ['audit', audit, []],
  ['audit', audit, ['export', '--after', 'x']],
  ['audit', audit, ['verify', '--head', '5']],
  ['audit', audit, ['verify', '--head', 'x:abc']],
];
for (const [name, command, args] of wrong) {
  test(`${name} refuses ${JSON.stringify(args)}`, async (t) => {
    const { run } = await prepare(t);
    await assert.rejects(run(command, ...args), { name: 'UsageError' });
  });
}
