import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStorage } from 'botbuilder';
import {
  boundsInWords,
  bytesOf,
  keepLastMessages,
  mergeParameters,
} from '../../../../bot/channels/botConnector/session/bounds.ts';
import { Clicks } from '../../../../bot/channels/botConnector/turn/clicks.ts';
import { Reply } from '../../../../bot/channels/botConnector/turn/reply.ts';
import { CodedError, codeOf } from '../../../../cards/errors.ts';
import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import { call, startConnector } from './startConnector.ts';

const kib = 1_024;

const merges: [
  what: string,
  older: Record<string, string>,
  newer: Record<string, string>,
  names: string[],
  left: number,
][] = [
  ['a newer value counts', { a: '1', b: '2' }, { a: '3' }, ['a', 'b'], 0],
  ['a value that is too large is left out alone', { a: '1' }, { b: 'x'.repeat(65 * kib) }, ['a'], 1],
  ['sizes are bytes of UTF-8', { a: '1' }, { b: '😀'.repeat(17 * kib) }, ['a'], 1],
  [
    'where there is no place the newer ones stay',
    { a: 'x'.repeat(40 * kib) },
    { b: 'y'.repeat(40 * kib) },
    ['b'],
    1,
  ],
];
for (const [what, older, newer, names, left] of merges) {
  test(`of session variables ${what}`, () => {
    const bounded = mergeParameters(older, newer);
    assert.deepEqual([Object.keys(bounded.kept).sort(), bounded.left], [names, left]);
  });
}

test('of a hundred and one session variables the newer ones stay', () => {
  const older = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`old ${i}`, '']));
  const { kept, left } = mergeParameters(older, { new: '' });
  assert.deepEqual([Object.keys(kept).length, kept.new, left], [100, '', 1]);
});

test('of messages the last ones stay: fifty, and 256 KiB', () => {
  assert.deepEqual(keepLastMessages(Array.from({ length: 52 }, (_, i) => i)).kept.slice(0, 2), [2, 3]);
  const { kept, left } = keepLastMessages(['a', 'b', 'c'].map((one) => one.repeat(100 * kib)));
  assert.deepEqual([kept.map(([first]) => first), left], [['b', 'c'], 1]);
  assert.deepEqual(keepLastMessages(['x'.repeat(300 * kib)]), { kept: [], left: 1 });
});

for (const route of ['v1', 'v2'] as const) {
  test(`${route}: whatever many turns bring, a session stays small, and what is not kept is told`, async (t) => {
    const storage = new MemoryStorage();
    const { url, connector, changes } = await startConnector(t, {
      storage,
      logic: async (context) => {
        await context.sendActivity('y'.repeat(1_000));
      },
    });
    for (let turn = 0; turn < 6; turn += 1) {
      const parameters = Object.fromEntries(
        Array.from({ length: 30 }, (_, i) => [`${turn} ${i}`, 'x'.repeat(1_000)]),
      );
      assert.equal((await call(url, route, { text: `turn ${turn}`, more: { parameters } })).status, 200);
    }
    await connector.idle();
    assert.ok(bytesOf(storage) < 200 * kib, `${bytesOf(storage)} bytes`);
    assert.ok(
      changes.some(({ path, what }) => path === '$.parameters' && what.includes(boundsInWords.parameters)),
    );
  });

  test(`${route}: a turn that says more than a session can keep fails with a code`, async (t) => {
    const bot = await startConnector(t, {
      logic: async (context) => {
        for (let i = 0; i < 49; i += 1) await context.sendActivity('😀'.repeat(2_000));
      },
    });
    const { body } = await call(bot.url, route, { text: 'all of it' });
    const [error] = bot.failures;
    assert.ok(error instanceof CodedError && error.code === 'card.limit');
    assert.equal(body.parameters.reason, 'error');
  });

  test(`${route}: parameters of a turn that do not fit are told`, async (t) => {
    const bot = await startConnector(t, {
      logic: async (context) => {
        context.turnState.get('genesysSession').tell({ big: 'x'.repeat(70 * kib), small: 'y' });
        await context.sendActivity('done');
      },
    });
    const { body } = await call(bot.url, route, { text: 'tell' });
    assert.deepEqual([body.parameters.big, body.parameters.small], [undefined, 'y']);
    assert.match(JSON.stringify(bot.changes), /parameters discarded: 1;/);
  });
}

test('a message that is changed counts with its new size, and not with its old one', () => {
  const messages = (count: number): GenesysMessage[] =>
    Array.from({ length: count }, (_, i) => ({ type: 'Text', text: `${i}` }));
  const grown = new Reply(new Clicks());
  grown.say('a', messages(1));
  grown.change('a', messages(50));
  assert.throws(
    () => grown.say('b', messages(1)),
    (error) => codeOf(error) === 'card.limit',
  );
  const shrunk = new Reply(new Clicks());
  shrunk.say('a', messages(50));
  shrunk.change('a', []);
  shrunk.say('b', messages(50));
  assert.equal(shrunk.take().length, 50);
});
