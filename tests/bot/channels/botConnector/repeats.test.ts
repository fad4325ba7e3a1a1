import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { MemoryStorage } from 'botbuilder';
import type { TurnLogic } from '../../../../bot/channels/botConnector/botbuilder.ts';
import { createRepeatKey } from '../../../../bot/channels/botConnector/session/repeats.ts';
import { withoutAnswers } from '../../../../bot/channels/botConnector/session/sessions.ts';
import { sessionOf } from '../../../../bot/turns/turnState.ts';
import { ManualClock } from './manualClock.ts';
import { call, type Saying, startConnector } from './startConnector.ts';

interface Case {
  what: string;
  route: 'v1' | 'v2';
  first: Saying;
  /** Said between the two. */
  between?: Saying;
  afterMs: number;
  second: Saying;
  isRepeat: boolean;
}

const yes = { text: 'yes' };
const cases: Case[] = [
  { what: 'the same words at once', route: 'v1', first: yes, afterMs: 0, second: yes, isRepeat: true },
  { what: 'the same words after 3 s', route: 'v1', first: yes, afterMs: 3_000, second: yes, isRepeat: true },
  {
    what: 'the same words after more than 3 s',
    route: 'v1',
    first: yes,
    afterMs: 3_001,
    second: yes,
    isRepeat: false,
  },
  { what: 'other words', route: 'v1', first: yes, afterMs: 0, second: { text: 'no' }, isRepeat: false },
  {
    what: 'the same words in another session',
    route: 'v1',
    first: yes,
    afterMs: 0,
    second: { ...yes, sessionId: 'other' },
    isRepeat: false,
  },
  {
    what: 'the same label with another payload',
    route: 'v1',
    first: { text: 'Choose', payload: 'a' },
    afterMs: 0,
    second: { text: 'Choose', payload: 'b' },
    isRepeat: false,
  },
  {
    what: 'the same words and the same correlation id',
    route: 'v1',
    first: { ...yes, correlationId: 'c-1' },
    afterMs: 0,
    second: { ...yes, correlationId: 'c-1' },
    isRepeat: true,
  },
  {
    what: 'the same words and another correlation id: the customer said it twice',
    route: 'v1',
    first: { ...yes, correlationId: 'c-1' },
    afterMs: 0,
    second: { ...yes, correlationId: 'c-2' },
    isRepeat: false,
  },
  {
    what: 'the same words after other words: the flow went on',
    route: 'v1',
    first: yes,
    between: { text: 'Ada' },
    afterMs: 0,
    second: yes,
    isRepeat: false,
  },
  {
    what: 'the same words and the same correlation id after other words',
    route: 'v1',
    first: { ...yes, correlationId: 'c-1' },
    between: { text: 'Ada' },
    afterMs: 0,
    second: { ...yes, correlationId: 'c-1' },
    isRepeat: true,
  },
  {
    what: 'the same messageId',
    route: 'v2',
    first: { ...yes, messageId: 'm-1' },
    afterMs: 3_600_000,
    second: { ...yes, messageId: 'm-1', correlationId: 'c-2' },
    isRepeat: true,
  },
  {
    what: 'the same words and another messageId',
    route: 'v2',
    first: { ...yes, messageId: 'm-1' },
    afterMs: 0,
    second: { ...yes, messageId: 'm-2' },
    isRepeat: false,
  },
];

function counting(): TurnLogic {
  let turns = 0;
  return async (context) => {
    turns += 1;
    await context.sendActivity(`Turn ${turns}`);
  };
}

for (const { what, route, first, between, afterMs, second, isRepeat } of cases) {
  test(`${route}: ${what} is ${isRepeat ? 'a repeat and gets the same answer' : 'a turn of its own'}`, async (t) => {
    const clock = new ManualClock();
    const bot = await startConnector(t, { clock, logic: counting() });
    const one = await call(bot.url, route, first);
    if (between !== undefined) await call(bot.url, route, between);
    clock.advance(afterMs);
    const two = await call(bot.url, route, second);
    if (isRepeat) assert.deepEqual(two.body, one.body);
    else assert.notDeepEqual(two.body, one.body);
    assert.equal(bot.answered.at(-1)?.how, isRepeat ? 'repeated' : 'answered');
  });
}

for (const route of ['v1', 'v2'] as const) {
  test(`${route}: two copies at once run one turn`, async (t) => {
    const bot = await startConnector(t, { logic: counting() });
    const says = { text: 'yes', messageId: 'm-1' };
    const [one, two] = await Promise.all([call(bot.url, route, says), call(bot.url, route, says)]);
    assert.deepEqual(one.body, two.body);
    assert.deepEqual(
      bot.answered.map((event) => event.how),
      ['answered', 'repeated'],
    );
  });
}

test('of twenty messages every id is remembered, though an old answer is not', async (t) => {
  const bot = await startConnector(t, { logic: counting() });
  for (let i = 1; i <= 10; i += 1) await call(bot.url, 'v2', { text: 'hi', messageId: `m-${i}` });
  const { status, body } = await call(bot.url, 'v2', { text: 'hi', messageId: 'm-1' });
  assert.deepEqual([status, body.botState, body.replyMessages], [200, 'MoreData', []]);
  const next = await call(bot.url, 'v2', { text: 'hi', messageId: 'm-11' });
  assert.equal(next.body.replyMessages[0].text, 'Turn 11');
});

test('a repeat is recognised by another instance that shares the storage, also after a restart', async (t) => {
  const storage = new MemoryStorage();
  const first = await startConnector(t, { storage, logic: counting() });
  const second = await startConnector(t, { storage, logic: counting() });
  const says = { text: 'yes', messageId: 'm-1' };
  const one = await call(first.url, 'v2', says);
  await first.connector.idle();
  const two = await call(second.url, 'v2', says);
  assert.deepEqual(two.body, one.body);
  assert.equal(second.answered[0]?.how, 'repeated');
});

test('what is stored of a message without an id is a keyed hash: nobody finds a short text by trying some', async (t) => {
  const storage = new MemoryStorage();
  const { url, connector } = await startConnector(t, { storage, logic: counting() });
  await call(url, 'v1', { text: 'yes' });
  await connector.idle();
  const stored = JSON.stringify(storage);
  assert.match(stored, /"key/);
  const said = JSON.stringify(['yes', undefined, []]);
  for (const digest of ['hex', 'base64', 'base64url'] as const)
    assert.ok(!stored.includes(createHash('sha256').update(said).digest(digest)));
});

test('instances with the same secret know the same repeats, and others do not', () => {
  const utterance = { messageId: undefined, text: 'yes', click: undefined, files: [] };
  const [one, same, other] = ['secret-1', 'secret-1', 'secret-2'].map((secret) => createRepeatKey(secret));
  assert.equal(one?.(utterance), same?.(utterance));
  assert.notEqual(one?.(utterance), other?.(utterance));
});

test('an hour after its last turn a session keeps no answer, and after its end no variable', async (t) => {
  const storage = new MemoryStorage();
  const isLast = ({ activity }: Parameters<TurnLogic>[0]) => activity.text === 'bye';
  const { url, connector } = await startConnector(t, {
    storage,
    logic: async (context) => {
      await context.sendActivity('Dear Quimby-Ostrander');
      if (isLast(context)) sessionOf(context)?.end({ intent: 'cancel' });
    },
  });
  for (const [text, keeps] of [
    ['hi', true],
    ['bye', false],
  ] as const) {
    await call(url, 'v2', { text, messageId: text });
    await connector.idle();
    const key = Object.keys(Reflect.get(storage, 'memory')).find((one) => one.includes('/sessions/')) ?? '';
    const { [key]: stored } = await storage.read([key]);
    assert.match(JSON.stringify(stored), /Quimby.*|gold/);
    const left = withoutAnswers(stored);
    assert.doesNotMatch(JSON.stringify(left), /Quimby/);
    assert.equal(JSON.stringify(left).includes('gold'), keeps);
    assert.deepEqual(left?.given.at(-1)?.key, `id:${text}`);
    assert.equal(withoutAnswers(left ?? {}), undefined);
  }
});
