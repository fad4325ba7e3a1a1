import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { runCli } from '../../../bot/cli/runCli.ts';

/** Runs `convert` inside this process. */
async function run(args: string[], input: string) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([text(stdout), text(stderr)]);
  const code = await runCli(['convert', ...args], { env: {}, stdin: Readable.from([input]), stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, out, err };
}

const answersTo = async (lines: unknown[]): Promise<Record<string, unknown>[]> => {
  const input = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const { code, out } = await run(['--jsonl'], input);
  assert.equal(code, 0);
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
};

const hero = {
  contentType: 'application/vnd.microsoft.card.hero',
  content: {
    title: 'Order',
    text: 'On its **way**',
    buttons: [{ type: 'imBack', title: 'Track', value: 't' }],
  },
};

test('convert answers with messages, plain text, Adaptive Cards and changes', async () => {
  const [answer] = await answersTo([
    { id: 'a', activity: { type: 'message', text: 'Hello', attachments: [hero], speak: 'Hello to you' } },
  ]);
  const text = 'Order\nOn its way\n- Track';
  assert.deepEqual(answer?.messages, [
    { type: 'Text', text: 'Hello' },
    {
      type: 'Structured',
      text,
      content: [
        {
          contentType: 'Card',
          card: {
            title: 'Order',
            description: 'On its way',
            actions: [{ type: 'Postback', text: 'Track', payload: 't' }],
          },
        },
      ],
    },
  ]);
  assert.equal(answer?.text, `Hello\n${text}`);
  assert.equal(Array.isArray(answer?.adaptive) && answer.adaptive.length, 1);
  assert.deepEqual(answer?.changes, [
    { path: '$.speak', what: 'left out', why: 'Web Messaging has no voice' },
    {
      path: '$.components[1].text',
      what: 'shown without its marks',
      why: 'a Genesys card is plain text',
    },
  ]);
});

test('convert answers every line, a bad one with an error that names its id', async () => {
  const answers = await answersTo([
    'no JSON',
    { id: 1 },
    { id: 2, activity: null },
    { id: 3, activity: { text: 'x', attachments: [null, 7, { contentType: 7 }], suggestedActions: 7 } },
    { id: 4, activity: { text: 'x', attachments: 'none' } },
    '',
    { id: 'last', activity: { text: 'y' }, locale: 'de' },
  ]);
  assert.deepEqual(
    answers.map(({ id, code = 'ok' }) => [id, code]),
    [
      [null, 'card.schema'],
      [1, 'activity.invalid'],
      [2, 'activity.invalid'],
      [3, 'ok'],
      [4, 'ok'],
      ['last', 'ok'],
    ],
  );
});

test('convert without --jsonl tells people what one activity becomes', async () => {
  const { out: told } = await run([], JSON.stringify({ attachments: [hero] }));
  assert.match(told, /Plain text\n\n {2}Order\n/);
  assert.match(told, /"contentType": "Card"/);
  assert.match(told, /shown without its marks \(a Genesys card is plain text\)/);
});

test('a file that is not there is named with a code', async () => {
  const { code, err } = await run(['no-such-file.json'], '');
  assert.equal(code, 1);
  assert.match(err, /file\.unreadable: The file no-such-file\.json cannot be read/);
});

const adaptiveCard = { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text: 'Hello' }] };
for (const [what, given, shown] of [
  ['a bare Adaptive Card', adaptiveCard, /Hello/],
  ['a bare attachment', hero, /Order/],
] as const) {
  test(`convert shows ${what} as a message that holds it`, async () => {
    const { code, out } = await run([], JSON.stringify(given));
    assert.equal(code, 0);
    assert.match(out, shown);
    const [answer] = await answersTo([{ id: 'a', activity: given }]);
    assert.match(String(answer?.text), shown);
  });
}
