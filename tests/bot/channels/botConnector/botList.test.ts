import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Models } from 'purecloud-platform-client-v2';
import {
  type Ending,
  findBot,
  findUnlistedEndings,
  findVersion,
  readBots,
} from '../../../../bot/channels/botConnector/wire/botList.ts';
import { createV1BotList, createV2BotList } from '../../../../bot/channels/botConnector/wire/publishBots.ts';
import { allWishes } from '../../../../dialogs/allWishes.ts';

const version = {
  version: '1.0',
  languages: ['en-us'],
  turnIntents: ['odd', 'even'],
  endIntent: 'done',
  handOff: { intent: 'person' },
  intents: [{ name: 'odd' }, { name: 'even' }, { name: 'done' }, { name: 'person' }],
};
const bot = { id: 'a', name: 'A', provider: 'us', versions: [version] };
const withVersion = (more: object) => ({ bots: [{ ...bot, versions: [{ ...version, ...more }] }] });
const many = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `intent ${i}` }));

function read(content: unknown) {
  const folder = mkdtempSync(join(tmpdir(), 'bots-'));
  const file = join(folder, 'bots.json');
  try {
    const isText = typeof content === 'string' || Buffer.isBuffer(content);
    writeFileSync(file, isText ? content : JSON.stringify(content));
    return readBots(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const unreadable: [what: string, content: string | Buffer, problem: string][] = [
  [
    'is Latin-1',
    Buffer.from(JSON.stringify({ bots: [{ ...bot, name: 'Grüße' }] }), 'latin1'),
    'The file is not UTF-8.',
  ],
  ['is no JSON', '{', 'The text is not JSON.'],
  ['is nested too deep', '['.repeat(1_000), 'The JSON is nested deeper than'],
];
for (const [what, content, problem] of unreadable) {
  test(`a file that ${what} is config.invalid, with the setting and the file`, () => {
    assert.throws(() => read(content), {
      code: 'config.invalid',
      message: new RegExp(`^BOTS_FILE \\S+bots\\.json: ${problem}`),
    });
  });
}

test('a file may begin with the byte order mark that some editors write', () => {
  assert.equal(read(`\uFEFF${JSON.stringify({ bots: [bot] })}`)[0]?.id, 'a');
});

const wrong: [what: string, content: unknown, path: string | undefined][] = [
  ['no JSON', '{', '$'],
  ['no bots', { bots: [] }, '$.bots'],
  ['a bot without versions', { bots: [{ ...bot, versions: [] }] }, '$.bots[0].versions'],
  ['two bots with one id', { bots: [bot, bot] }, '$.bots'],
  [
    'two versions with one number',
    { bots: [{ ...bot, versions: [version, version] }] },
    '$.bots[0].versions',
  ],
  ['a name with a blank at its end', { bots: [{ ...bot, name: 'A ' }] }, '$.bots[0].name'],
  ['a name of 101 characters', { bots: [{ ...bot, name: 'x'.repeat(101) }] }, '$.bots[0].name'],
  ['a key that nobody knows', { bots: [{ ...bot, colour: 'red' }] }, '$.bots[0].colour'],
  ['a language that is none', withVersion({ languages: ['english!'] }), '$.bots[0].versions[0].languages[0]'],
  [
    'a language with a wrong region',
    withVersion({ languages: ['en-12'] }),
    '$.bots[0].versions[0].languages[0]',
  ],
  ['51 intents', withVersion({ intents: many(51) }), '$.bots[0].versions[0].intents'],
  [
    'the same intent twice',
    withVersion({ intents: [...version.intents, { name: 'done' }] }),
    '$.bots[0].versions[0].intents',
  ],
  ['one turn intent only', withVersion({ turnIntents: ['odd'] }), '$.bots[0].versions[0].turnIntents'],
  [
    'the same turn intent twice',
    withVersion({ turnIntents: ['odd', 'odd'] }),
    '$.bots[0].versions[0].turnIntents',
  ],
  [
    'a turn intent that is not listed',
    withVersion({ turnIntents: ['odd', 'x'] }),
    '$.bots[0].versions[0].turnIntents[1]',
  ],
  ['an end intent that is not listed', withVersion({ endIntent: 'x' }), '$.bots[0].versions[0].endIntent'],
  [
    'a hand-off that is not listed',
    withVersion({ handOff: { intent: 'x' } }),
    '$.bots[0].versions[0].handOff.intent',
  ],
  [
    'an entity of no known type',
    withVersion({ intents: [{ name: 'odd', entities: [{ name: 'n', type: 'Number' }] }] }),
    '$.bots[0].versions[0].intents[0].entities[0].type',
  ],
];
for (const [what, content, path] of wrong) {
  test(`a list with ${what} is config.invalid at ${path}`, () => {
    assert.throws(() => read(content), { code: 'config.invalid', path });
  });
}

test('a file that is not there is config.invalid, with its name', () => {
  assert.throws(
    () => readBots('/no/such/bots.json'),
    /BOTS_FILE: the file \/no\/such\/bots\.json cannot be read/,
  );
});

test('our own list names every intent and entity that our dialogs end with', () => {
  assert.deepEqual(findUnlistedEndings(readBots(), allWishes), []);
});

const endings: [what: string, ending: Ending, unlisted: string[]][] = [
  ['an intent that is not listed', { intent: 'x', endsWith: ['a'] }, ['a 1.0: x']],
  [
    'an entity that is not listed',
    { intent: 'done', endsWith: ['a', 'b'] },
    ['a 1.0: done.a', 'a 1.0: done.b'],
  ],
  ['an intent in passing', { intent: 'x' }, []],
  ['an intent that asks for a person', { intent: 'help me', endsWith: [] }, []],
];
for (const [what, ending, unlisted] of endings) {
  test(`the endings that a list lacks: ${what}`, () => {
    const handOff = { intent: 'person', alsoFor: ['help me'] };
    assert.deepEqual(findUnlistedEndings(read(withVersion({ handOff })), [ending]), unlisted);
  });
}

test('a version that is not known is the newest', () => {
  const [two] = read({ bots: [{ ...bot, versions: [version, { ...version, version: '2.0' }] }] });
  assert.ok(two !== undefined);
  const wanted = ['1.0', '2.0', '9', undefined];
  assert.deepEqual(
    wanted.map((one) => findVersion(two, one).version),
    ['1.0', '2.0', '2.0', '2.0'],
  );
});

test('a bot is found by its id before its name', () => {
  const bots = read({ bots: [{ ...bot, id: 'b', name: 'a' }, bot] });
  assert.equal(findBot(bots, ['a'])?.id, 'a');
  assert.equal(findBot(bots, [undefined, 'b'])?.id, 'b');
  assert.equal(findBot(bots, ['A'])?.id, 'a');
  assert.equal(findBot(bots, ['nobody']), undefined);
});

test('the lists have the shapes of the official SDK', () => {
  const v1: Models.BotList = createV1BotList(readBots());
  const v2: Models.BotListing = createV2BotList(readBots());
  const order = v1.chatBots[0]?.versions[0]?.intents.find((intent) => intent.name === 'orderStatus');
  assert.deepEqual(order?.slots, { orderId: { name: 'orderId', type: 'String' } });
  assert.equal(v2.entities?.[0]?.provider, 'genesys-card-bot');
});
