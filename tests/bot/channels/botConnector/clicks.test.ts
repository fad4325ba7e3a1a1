import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Activity, ActivityHandler, CardFactory, MemoryStorage, MessageFactory } from 'botbuilder';
import { Clicks, type KeptClicks } from '../../../../bot/channels/botConnector/turn/clicks.ts';
import { cardAttachment } from '../../../../cards/cardRequest.ts';
import { deliveredOrder } from '../../../fakes/card.ts';
import { call, startConnector } from './startConnector.ts';

/** A button as it came to the customer. */
interface ShownButton {
  text: string;
  payload: string;
}

/** All buttons and quick replies of an answer that send something, in their order. */
function buttonsOf(body: { replyMessages: object[] }): ShownButton[] {
  const found: ShownButton[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('payload' in value && typeof value.payload === 'string' && 'text' in value)
      found.push({ text: String(value.text), payload: value.payload });
    else for (const child of Object.values(value)) walk(child);
  };
  walk(body.replyMessages);
  return found;
}

const hero = (...buttons: unknown[]): Partial<Activity> => ({
  type: 'message',
  attachments: [{ contentType: 'application/vnd.microsoft.card.hero', content: { title: 'Lamp', buttons } }],
});
const suggested = (...actions: unknown[]): Partial<Activity> => {
  const activity = { type: 'message', text: 'Which?', suggestedActions: { to: [], actions } };
  return JSON.parse(JSON.stringify(activity));
};
const adaptive = (...actions: unknown[]): Partial<Activity> =>
  MessageFactory.attachment(
    CardFactory.adaptiveCard({
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'TextBlock', text: 'Lamp' }],
      actions,
    }),
  );
const button = (type: string, value: unknown, more = {}) => ({ type, title: 'Press', value, ...more });
const submit = (data?: unknown) => ({ type: 'Action.Submit', title: 'Press', data });
const execute = (more: object) => ({ type: 'Action.Execute', title: 'Press', ...more });
const long = 'x'.repeat(20_000);

/** What Web Chat sends for a click; a key that is missing must be missing. */
const clicks: [what: string, says: Partial<Activity>, arrives: object][] = [
  ['an imBack', hero(button('imBack', 'buy lamp')), { text: 'buy lamp' }],
  ['a suggested action', suggested(button('imBack', 'yes')), { text: 'yes' }],
  [
    'a suggested action of a string in the Agents SDK',
    suggested(button('imBack', { text: 'yes' })),
    { text: 'yes' },
  ],
  [
    'an imBack with more than a text',
    hero(button('imBack', { text: 'yes', id: 7 })),
    { value: { text: 'yes', id: 7 } },
  ],
  ['a suggested postBack', suggested(button('postBack', { go: 1 })), { value: { go: 1 } }],
  ['a postBack of a text', hero(button('postBack', 'buy lamp')), { text: 'buy lamp' }],
  ['a postBack of an object', hero(button('postBack', { a: { b: [1] } })), { value: { a: { b: [1] } } }],
  ['an empty object', hero(button('postBack', {})), { value: {} }],
  ['a list', hero(button('postBack', [1, 'a'])), { value: [1, 'a'] }],
  ['an empty list', hero(button('postBack', [])), { value: [] }],
  ['a number', hero(button('postBack', 5)), { value: 5 }],
  ['zero', hero(button('postBack', 0)), { value: 0 }],
  ['false', hero(button('postBack', false)), { value: false }],
  ['true', hero(button('imBack', true)), { value: true }],
  ['a text that looks like JSON', hero(button('imBack', '{"a":1}')), { text: '{"a":1}' }],
  ['a text that looks like a list', hero(button('imBack', '[1]')), { text: '[1]' }],
  ['a text that looks like a number', hero(button('imBack', '7')), { text: '7' }],
  ['a text that looks like a yes', hero(button('imBack', 'true')), { text: 'true' }],
  ['a text with line breaks', hero(button('imBack', 'one\ntwo\tthree')), { text: 'one\ntwo\tthree' }],
  ['a text with blanks around it', hero(button('imBack', ' one ')), { text: ' one ' }],
  ['a long text', hero(button('imBack', long)), { text: long }],
  ['a long value', hero(button('postBack', { long })), { value: { long } }],
  [
    'a text that looks like a key',
    hero(button('imBack', 'click:abcdefghijkl')),
    { text: 'click:abcdefghijkl' },
  ],
  [
    'a messageBack',
    hero(button('messageBack', { id: 7 }, { text: 'details', displayText: 'Shown' })),
    { text: 'details', value: { id: 7 } },
  ],
  ['a messageBack of two texts', hero(button('messageBack', 'v', { text: 't' })), { text: 't', value: 'v' }],
  ['a messageBack with a text only', hero(button('messageBack', undefined, { text: 't' })), { text: 't' }],
  ['a messageBack with a value only', hero(button('messageBack', { v: 1 })), { value: { v: 1 } }],
  ['a messageBack with a value that is a text', hero(button('messageBack', 'v')), { value: 'v' }],
  ['a submit', adaptive(submit({ order: 7 })), { value: { order: 7 } }],
  [
    'a submit whose data has names of the card format',
    adaptive(
      submit({ id: 7, value: false, text: 3, title: true, url: 'true', type: 'x', items: [{ id: 1 }] }),
    ),
    { value: { id: 7, value: false, text: 3, title: true, url: 'true', type: 'x', items: [{ id: 1 }] } },
  ],
  ['a submit without data', adaptive(submit()), { value: {} }],
  ['a submit of a text', adaptive(submit('buy')), { text: 'buy' }],
  ['a submit of a text like JSON', adaptive(submit('{"a":1}')), { text: '{"a":1}' }],
  ['a submit of a number', adaptive(submit(5)), { value: 5 }],
  ['a submit of a list', adaptive(submit([1, 2])), { value: [1, 2] }],
  ['a submit of false', adaptive(submit(false)), { value: false }],
  [
    'a submit with a payload of its own',
    adaptive(submit({ payload: 'p', x: 1 })),
    { value: { payload: 'p', x: 1 } },
  ],
  ['a submit with a long value', adaptive(submit({ long })), { value: { long } }],
  ['a Teams imBack', adaptive(submit({ msteams: { type: 'imBack', value: 'buy' } })), { text: 'buy' }],
  [
    'a Teams messageBack',
    adaptive(submit({ msteams: { type: 'messageBack', text: 't', value: { v: 1 }, displayText: 'd' } })),
    { text: 't', value: { v: 1 } },
  ],
];
for (const route of ['v1', 'v2'] as const) {
  for (const [what, says, arrives] of clicks) {
    test(`a click on ${what} arrives by ${route} as Web Chat sends it`, async (t) => {
      const seen: Activity[] = [];
      const bot = await startConnector(t, {
        logic: async (context) => {
          seen.push(context.activity);
          if (seen.length === 1) await context.sendActivity(says);
        },
      });
      const { body } = await call(bot.url, route, { text: 'hello' });
      const [shown, ...more] = buttonsOf(body);
      assert.ok(shown);
      assert.deepEqual(more, []);
      assert.ok(shown.payload.length <= 1_000);
      await call(bot.url, route, shown);
      const [, click] = seen;
      const { type, text, value } = click ?? {};
      const keys = ['text', 'value'].filter((key) => click !== undefined && key in click);
      assert.deepEqual(
        { type, ...(keys.includes('text') ? { text } : {}), ...(keys.includes('value') ? { value } : {}) },
        { type: 'message', ...arrives },
      );
      assert.deepEqual(bot.failures, []);
    });
  }
}

test("what Web Chat notes of a click stands in the channel data, beside Genesys' own", async (t) => {
  const seen: Activity[] = [];
  const bot = await startConnector(t, {
    logic: async (context) => {
      seen.push(context.activity);
      if (seen.length > 1) return;
      const back = button('messageBack', 'v', { text: 't', displayText: 'Shown' });
      await context.sendActivity(hero(button('postBack', { a: 1 }), back));
    },
  });
  const { body } = await call(bot.url, 'v2', { text: 'hello' });
  for (const shown of buttonsOf(body)) await call(bot.url, 'v2', shown);
  const [, post, back] = seen.map(({ channelData }) => channelData);
  assert.equal(post.postBack, true);
  assert.deepEqual(back.messageBack, { displayText: 'Shown' });
  assert.equal(back.genesys.click.label, 'Press');
});

const answersToExecute: [what: string, body: object, shows: string | undefined][] = [
  [
    'a card',
    {
      statusCode: 200,
      type: 'application/vnd.microsoft.card.adaptive',
      value: { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text: 'Approved by Ann' }] },
    },
    'Approved by Ann',
  ],
  [
    'a message',
    { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Done' },
    'Done',
  ],
  [
    'an error',
    { statusCode: 400, type: 'application/vnd.microsoft.error', value: { code: 'x', message: 'y' } },
    undefined,
  ],
  [
    'a request to sign in',
    { statusCode: 401, type: 'application/vnd.microsoft.activity.loginRequest', value: {} },
    undefined,
  ],
];
for (const [what, answer, shows] of answersToExecute) {
  test(`a click on an Action.Execute is an invoke, and ${what} in its answer is ${shows === undefined ? 'told' : 'shown'}`, async (t) => {
    const seen: Activity[] = [];
    class Approver extends ActivityHandler {
      constructor() {
        super();
        this.onMessage(async (context, next) => {
          await context.sendActivity(adaptive(execute({ id: 'ok', verb: 'approve', data: { order: 7 } })));
          await next();
        });
      }
      protected override async onAdaptiveCardInvoke(): Promise<never> {
        // The type of the SDK names three of the five answers of its protocol.
        return JSON.parse(JSON.stringify(answer)) as never;
      }
    }
    const approver = new Approver();
    const bot = await startConnector(t, {
      logic: async (context) => {
        seen.push(context.activity);
        await approver.run(context);
      },
    });
    const { body } = await call(bot.url, 'v2', { text: 'hello' });
    const [shown] = buttonsOf(body);
    assert.ok(shown);
    const { body: after } = await call(bot.url, 'v2', shown);
    const { type, name, value } = seen[1] ?? {};
    assert.deepEqual([type, name], ['invoke', 'adaptiveCard/action']);
    assert.deepEqual(value, {
      action: { type: 'Action.Execute', id: 'ok', verb: 'approve', data: { order: 7 } },
      trigger: 'manual',
    });
    const said = after.replyMessages.map((one: { text: string }) => one.text);
    assert.deepEqual(said, shows === undefined ? [] : [shows]);
    assert.equal(bot.changes.length, shows === undefined ? 1 : 0);
    assert.deepEqual(bot.failures, []);
  });
}

test('equal buttons of a carousel look equal and can be told apart', async (t) => {
  const seen: Activity[] = [];
  const lamp = (title: string) => CardFactory.heroCard(title, [], [button('imBack', 'buy')]);
  const bot = await startConnector(t, {
    logic: async (context) => {
      seen.push(context.activity);
      if (seen.length === 1)
        await context.sendActivity(MessageFactory.carousel([lamp('A'), lamp('B'), lamp('C')]));
    },
  });
  const { body } = await call(bot.url, 'v2', { text: 'hello' });
  const shown = buttonsOf(body);
  assert.deepEqual(
    shown.map(({ text }) => text),
    ['Press', 'Press', 'Press'],
  );
  assert.equal(new Set(shown.map(({ payload }) => payload)).size, 3);
  for (const one of shown) await call(bot.url, 'v2', one);
  assert.deepEqual(
    seen.slice(1).map(({ text }) => text),
    ['buy', 'buy', 'buy'],
  );
});

test('a card of an earlier session is still understood, also one that is two sessions old, by any instance', async (t) => {
  const seen: Activity[] = [];
  const storage = new MemoryStorage();
  const logic = async (context: {
    activity: Activity;
    sendActivity: (a: Partial<Activity>) => Promise<unknown>;
  }) => {
    seen.push(context.activity);
    if (context.activity.text === 'cards')
      await context.sendActivity(
        hero(button('imBack', '{"a":1}'), button('messageBack', { v: 1 }, { text: 't' })),
      );
  };
  const first = await startConnector(t, { storage, logic });
  const second = await startConnector(t, { storage, logic });
  const { body } = await call(first.url, 'v2', { text: 'cards', sessionId: 's-1' });
  const [json, back] = buttonsOf(body);
  assert.ok(json !== undefined && back !== undefined);
  await call(second.url, 'v2', { ...json, sessionId: 's-2' });
  await call(first.url, 'v1', { ...back, sessionId: 's-3' });
  assert.equal(seen[1]?.text, '{"a":1}');
  assert.deepEqual([seen[2]?.text, seen[2]?.value], ['t', { v: 1 }]);
});

test('a click of which nothing is known any more says its label, also in the conversation of somebody else', async (t) => {
  const seen: Activity[] = [];
  const bot = await startConnector(t, {
    logic: async (context) => {
      seen.push(context.activity);
      if (seen.length === 1) await context.sendActivity(hero(button('messageBack', { v: 1 }, { text: 't' })));
    },
  });
  const { body } = await call(bot.url, 'v2', { text: 'hello', sessionId: 's-1' });
  const [shown] = buttonsOf(body);
  assert.ok(shown);
  const others = { genesysConversationId: 'another' };
  await call(bot.url, 'v2', { ...shown, sessionId: 's-2', more: others });
  assert.deepEqual([seen[1]?.text, seen[1] !== undefined && 'value' in seen[1]], ['Press', false]);
});

test("a template's payload is a text, also one that looks like data", async (t) => {
  const seen: Activity[] = [];
  const order = cardAttachment('order-status-v1', deliveredOrder);
  const bot = await startConnector(t, {
    logic: async (context) => {
      seen.push(context.activity);
      if (seen.length === 1) await context.sendActivity(MessageFactory.attachment(order));
    },
  });
  const { body } = await call(bot.url, 'v2', { text: 'hello' });
  const shown = buttonsOf(body);
  assert.ok(shown.length > 0);
  for (const one of shown) await call(bot.url, 'v2', one);
  for (const [i, { payload }] of shown.entries()) {
    const click = seen[i + 1];
    assert.deepEqual(
      [click?.type, click?.text, click !== undefined && 'value' in click],
      ['message', payload, false],
    );
  }
});

test('clicks are kept within bounds: the oldest go first, and one that is too large is refused', () => {
  const kept: KeptClicks = {};
  const keys = Array.from({ length: 700 }, (_, i) => `click:${String(i).padStart(12, '0')}`);
  const book = new Clicks(kept, { makeKey: () => keys.shift() ?? '' });
  const big = (n: number) => ({ type: 'postBack', value: [n, 'x'.repeat(60_000)] }) as const;
  const payloads = [1, 2, 3, 4].map((n) => book.payloadOf(big(n)) ?? '');
  assert.deepEqual(
    payloads.map((payload) => book.meaningOf(payload) !== undefined),
    [false, true, true, true],
  );
  assert.equal(book.payloadOf({ type: 'postBack', value: ['x'.repeat(300_000)] }), undefined);
  for (let n = 0; n < 600; n += 1) book.payloadOf({ type: 'postBack', value: n });
  assert.equal(Object.keys(kept).length, 500);
  // What was kept is counted again by the next turn.
  const next = new Clicks(kept);
  next.payloadOf({ type: 'postBack', value: 1 });
  assert.equal(Object.keys(kept).length, 500);
});
