import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ActionTypes,
  type Activity,
  ActivityHandler,
  CardFactory,
  type ConversationReference,
  EventFactory,
  MessageFactory,
  TurnContext,
} from 'botbuilder';
import { ChoiceFactory } from 'botbuilder-dialogs';
import type { TurnLogic } from '../../../../bot/channels/botConnector/botbuilder.ts';
import { readBots } from '../../../../bot/channels/botConnector/wire/botList.ts';
import { sessionOf } from '../../../../bot/turns/turnState.ts';
import { cardAttachment } from '../../../../cards/cardRequest.ts';
import { deliveredOrder } from '../../../fakes/card.ts';
import { call, startConnector } from './startConnector.ts';
import { startGenesys } from './startGenesys.ts';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const texts = (messages: { text: string }[]) => messages.map((message) => message.text);
const sends =
  (...activities: (Partial<Activity> | string)[]): TurnLogic =>
  async (context) => {
    for (const activity of activities) await context.sendActivity(activity);
  };

const order = cardAttachment('order-status-v1', deliveredOrder);

const said: [what: string, activity: Partial<Activity> | string, kinds: string[], text: RegExp][] = [
  ['a text', 'Hello', ['Text'], /^Hello$/],
  ['Markdown', { type: 'message', text: 'a **bold** word' }, ['Text'], /^a \*bold\* word$/],
  [
    'marks in plain text',
    { type: 'message', text: '2 * 3 * 4', textFormat: 'plain' },
    ['Text'],
    /^2 \\?\* 3 \\?\* 4$/,
  ],
  [
    'a hero card',
    MessageFactory.attachment(CardFactory.heroCard('Lamp', ['https://cdn.example.com/lamp.png'], ['Buy'])),
    ['Card'],
    /Lamp/,
  ],
  [
    'a carousel of hero cards',
    MessageFactory.carousel([
      CardFactory.heroCard('One', [], ['Buy one']),
      CardFactory.heroCard('Two', [], ['Buy two']),
    ]),
    ['Carousel'],
    /One/,
  ],
  [
    'suggested actions',
    MessageFactory.suggestedActions(['Yes', 'No'], 'Sure?'),
    ['QuickReply QuickReply'],
    /^Sure\?$/,
  ],
  [
    'an Adaptive Card',
    MessageFactory.attachment(
      CardFactory.adaptiveCard({
        type: 'AdaptiveCard',
        version: '1.5',
        body: [{ type: 'TextBlock', text: 'Hi' }],
      }),
    ),
    ['Text'],
    /^Hi$/,
  ],
  ['one of our templates', MessageFactory.attachment(order), ['Card'], /Order 12345/],
  [
    'one of our templates, with a text before and suggestions behind',
    { ...MessageFactory.suggestedActions(['Thanks'], 'Here it is.'), attachments: [order] },
    ['Text', 'Card', 'QuickReply'],
    /^Here it is\.$/,
  ],
];
for (const [what, activity, kinds, text] of said) {
  test(`${what} is shown as ${kinds.join(', ')}`, async (t) => {
    const bot = await startConnector(t, { logic: sends(activity) });
    const { body } = await call(bot.url, 'v1', { text: 'hello' });
    const shown = body.replymessages.map(
      ({ type, content }: { type: string; content?: { contentType: string }[] }) =>
        content?.map((one) => one.contentType).join(' ') ?? type,
    );
    assert.deepEqual(shown, kinds);
    assert.match(body.replymessages[0].text, text);
    assert.deepEqual(body.replyMessages, body.replymessages);
    assert.deepEqual(bot.failures, []);
  });
}

test('typing, traces and delays are not said, and take no time', async (t) => {
  const delay = { type: 'delay', value: 60_000 };
  const trace = { type: 'trace', name: 'state' };
  const bot = await startConnector(t, { logic: sends({ type: 'typing' }, trace, delay, 'Hello') });
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual(texts(body.replymessages), ['Hello']);
  assert.deepEqual(bot.changes, []);
});

const dropped: [what: string, activity: Partial<Activity>, said: string[]][] = [
  ['an event of another channel', { type: 'event', name: 'webchat/join' }, []],
  ['a reaction', { type: 'messageReaction' }, []],
  ['a link that runs a script', sendsCard('javascript:alert(1)'), ['Lamp']],
  ['a picture on this machine', pictureCard('https://127.0.0.1/lamp.png'), ['Lamp']],
];
function sendsCard(value: string): Partial<Activity> {
  return MessageFactory.attachment(
    CardFactory.heroCard('Lamp', [], [{ type: ActionTypes.OpenUrl, title: 'Open', value }]),
  );
}
function pictureCard(url: string): Partial<Activity> {
  return MessageFactory.attachment(CardFactory.heroCard('Lamp', [url]));
}
for (const [what, activity, wanted] of dropped) {
  test(`${what} is left out, and that is told`, async (t) => {
    const bot = await startConnector(t, { logic: sends(activity) });
    const { body } = await call(bot.url, 'v1', { text: 'hello' });
    assert.deepEqual(
      body.replymessages.map((message: { text: string }) => message.text.replaceAll('*', '')),
      wanted,
    );
    assert.ok(bot.changes.length > 0);
    assert.doesNotMatch(JSON.stringify(body), /javascript|127\.0\.0\.1/);
  });
}

test('attachments that cannot be read cost the bot its attachments, not its words', async (t) => {
  const content = { body: [{ big: 1n }] };
  const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content }];
  const bot = await startConnector(t, { logic: sends({ type: 'message', text: 'See this:', attachments }) });
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual(texts(body.replymessages), ['See this:']);
  assert.match(bot.changes[0]?.what ?? '', /attachments are refused/);
});

test('more attachments than a call has arguments cost the bot neither its words nor the card that answers a click', async (t) => {
  const attachments = Array(300_000).fill({ contentType: 'text/plain' });
  const value = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: 'Approved' }] };
  const body = { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value };
  const response = { type: 'invokeResponse', value: { status: 200, body } };
  const logic = sends({ type: 'message', text: 'Done.', attachments }, response);
  const bot = await startConnector(t, { logic });
  const answer = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual(texts(answer.body.replymessages), ['Done.', 'Approved']);
  assert.deepEqual(bot.failures, []);
});

test('suggested actions that cannot be read cost the bot its suggested actions, and nothing else', async (t) => {
  const suggestedActions = { actions: [{ type: 'imBack', title: 'Yes', value: 1n }] };
  const attachments = [CardFactory.heroCard('Lamp')];
  const activities = [
    { type: 'message', text: 'Which one?', attachments, suggestedActions },
    { type: 'message', text: 'Or none?', suggestedActions },
  ];
  const logic: TurnLogic = async (context) => {
    for (const activity of activities) await Reflect.apply(context.sendActivity, context, [activity]);
  };
  const bot = await startConnector(t, { logic });
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual(texts(body.replymessages), ['Which one?', 'Lamp', 'Or none?']);
  assert.deepEqual(bot.failures, []);
  for (const { what } of bot.changes) assert.match(what, /suggested actions are refused/);
});

test('a card of another shape that claims to be checked is not', async (t) => {
  const content = { card: { components: [] }, json: '{}', text: 'forged' };
  const attachments = [{ contentType: 'application/vnd.genesys.checked-card', content }];
  const bot = await startConnector(t, { logic: sends({ type: 'message', attachments }) });
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual(texts(body.replymessages), ['This message cannot be shown here.']);
  assert.equal(bot.changes.length, 2);
});

test('what was not yet said can be changed and taken back', async (t) => {
  const bot = await startConnector(t, {
    logic: async (context) => {
      const first = await context.sendActivity('Draft');
      const second = await context.sendActivity('Mistake');
      await context.sendActivity('End');
      await context.updateActivity({ id: first?.id ?? '', type: 'message', text: 'Final' });
      await context.deleteActivity(second?.id ?? '');
    },
  });
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual(texts(body.replymessages), ['Final', 'End']);
  assert.deepEqual(bot.changes, []);
});

test('what was said already is said again when it is changed, and that is told', async (t) => {
  const bot = await startConnector(t, {
    logic: async (context) => {
      await context.updateActivity({ id: 'of-an-earlier-turn', type: 'message', text: 'Now shipped' });
      await context.deleteActivity('of-an-earlier-turn-2');
    },
  });
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual(texts(body.replymessages), ['Now shipped']);
  assert.equal(bot.changes.length, 2);
});

test('the bot sees the customer, the session, the language and the click', async (t) => {
  const seen: Activity[] = [];
  const bot = await startConnector(t, { logic: async ({ activity }) => void seen.push(activity) });
  await call(bot.url, 'v1', { text: 'hello', more: { languageCode: 'de_AT' } });
  await call(bot.url, 'v2', { text: 'Cancel order', payload: 'order.cancel:1', messageId: 'm-1' });
  await call(bot.url, 'v1', { text: 'Track', payload: '{"action":"track","id":7}' });
  const [text, click, submit] = seen;
  assert.deepEqual(
    [text?.type, text?.text, text?.channelId, text?.locale, text?.textFormat],
    ['message', 'hello', 'webchat', 'de-AT', 'plain'],
  );
  assert.equal(text?.conversation.id, '72fea332-dde8-43cd-a10b-adfb742cfb17');
  assert.equal(text?.from.id, '8c562a4d-c68c-4a8f-8d4d-6bc3e3cf3f27');
  assert.deepEqual([text?.recipient.id, text?.recipient.name], ['card-bot', 'Card Bot']);
  assert.equal(text?.channelData.genesys.route, 'v1');
  assert.equal(text?.channelData.request.inputMessage.text, 'hello');
  assert.deepEqual([click?.id, click?.text], ['m-1', 'order.cancel:1']);
  assert.equal(click !== undefined && 'value' in click, false);
  assert.deepEqual(click?.channelData.genesys.click, { payload: 'order.cancel:1', label: 'Cancel order' });
  assert.equal(text !== undefined && 'attachments' in text, false);
  assert.deepEqual(text?.conversation, {
    id: '72fea332-dde8-43cd-a10b-adfb742cfb17',
    isGroup: false,
    conversationType: 'personal',
  });
  assert.deepEqual([submit?.text, submit?.value], [undefined, { action: 'track', id: 7 }]);
});

test('files of the customer arrive as attachments, when their address is https', async (t) => {
  const seen: Activity[] = [];
  const bot = await startConnector(t, { logic: async ({ activity }) => void seen.push(activity) });
  const file = (url: string) => ({
    contentType: 'Attachment',
    attachment: { url, mediaType: 'Image', mime: 'image/png', filename: 'bill.png' },
  });
  const content = [
    file('https://files.example.com/1'),
    file('http://files.example.com/2'),
    file('file:///etc/passwd'),
  ];
  await call(bot.url, 'v1', { more: { inputMessage: { type: 'Structured', content } } });
  assert.deepEqual(seen[0]?.attachments, [
    { contentType: 'image/png', contentUrl: 'https://files.example.com/1', name: 'bill.png' },
  ]);
});

const fileTypes: [what: string, attachment: Record<string, unknown>, contentType: string][] = [
  ['the type that Genesys names', { mime: 'image/webp', filename: 'a.pdf' }, 'image/webp'],
  ['the extension of the name', { mediaType: 'File', filename: 'Bill.PDF' }, 'application/pdf'],
  ['the extension of the address', { url: 'https://files.example.com/a/photo.jpeg?x=1.txt' }, 'image/jpeg'],
  ['the name before the address', { filename: 'a.csv', url: 'https://files.example.com/a.png' }, 'text/csv'],
  ['the kind, when nothing else is known', { mediaType: 'Image', filename: 'photo' }, 'image/*'],
  ['something that is no type', { mime: 'png', filename: 'a.png' }, 'image/png'],
  ['an empty type', { mime: '', filename: 'a.docx' }, docx],
  ['nothing at all', { mediaType: 'File' }, 'application/octet-stream'],
];
for (const [what, more, contentType] of fileTypes) {
  test(`a file has the type ${contentType} by ${what}`, async (t) => {
    const seen: Activity[] = [];
    const bot = await startConnector(t, { logic: async ({ activity }) => void seen.push(activity) });
    const attachment = { url: 'https://files.example.com/1', ...more };
    const content = [{ contentType: 'Attachment', attachment }];
    await call(bot.url, 'v2', { more: { inputMessage: { type: 'Structured', content } } });
    assert.equal(seen[0]?.attachments?.[0]?.contentType, contentType);
  });
}

test('a bot is told the channel that its developer chose', async (t) => {
  const seen: Activity[] = [];
  const logic: TurnLogic = async ({ activity }) => void seen.push(activity);
  const bot = await startConnector(t, { logic, channelId: 'genesys' });
  await call(bot.url, 'v1', { text: 'hello' });
  assert.equal(seen[0]?.channelId, 'genesys');
});

test('the prompts of the SDK keep their buttons', async (t) => {
  const bot = await startConnector(t, {
    logic: async (context) => {
      const choices = ChoiceFactory.forChannel(context, ['Red', 'Green', 'Blue', 'Black'], 'Which colour?');
      await context.sendActivity(choices);
    },
  });
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.equal(body.replymessages.at(-1).text, 'Which colour?');
  assert.deepEqual(
    body.replymessages.at(-1).content.map((one: { quickReply: { text: string } }) => one.quickReply.text),
    ['Red', 'Green', 'Blue', 'Black'],
  );
});

test('several choices of one answer are one text', async (t) => {
  const bot = await startConnector(t, {
    logic: async (context) => void (await context.sendActivity(context.activity.text)),
  });
  const choice = (payload: string) => ({
    contentType: 'ButtonResponse',
    buttonResponse: { text: payload, payload },
  });
  const inputMessage = { type: 'Structured', content: [choice('red'), choice('blue')] };
  const { body } = await call(bot.url, 'v1', { more: { inputMessage } });
  assert.deepEqual(texts(body.replymessages), ['red, blue']);
});

test('a session that begins without words greets the customer', async (t) => {
  class Greeter extends ActivityHandler {
    constructor() {
      super();
      this.onMembersAdded(async (context, next) => {
        await context.sendActivity('Welcome!');
        await next();
      });
      this.onMessage(async (context, next) => {
        await context.sendActivity(`[${context.activity.text}]`);
        await next();
      });
    }
  }
  const bot = await startConnector(t, { logic: (context) => new Greeter().run(context) });
  const joined = { type: 'Event', events: [{ eventType: 'Presence', presence: { type: 'Join' } }] };
  const first = await call(bot.url, 'v1', { correlationId: 'c-1', more: { inputMessage: joined } });
  const second = await call(bot.url, 'v1', { text: 'hi' });
  const third = await call(bot.url, 'v1', { correlationId: 'c-3', text: '' });
  assert.deepEqual(texts(first.body.replymessages), ['Welcome!']);
  assert.deepEqual(texts(second.body.replymessages), ['[hi]']);
  assert.deepEqual(texts(third.body.replymessages), ['[]']);
});

test('session variables are merged over the turns and reach dialogs as turn state', async (t) => {
  const seen: unknown[] = [];
  const bot = await startConnector(t, {
    logic: async (context) => {
      seen.push(sessionOf(context)?.parameters);
      sessionOf(context)?.tell({ count: 3, isNew: false, nothing: null, list: [1, { a: 'b' }], name: 'Ann' });
      sessionOf(context)?.tell({ at: new Date(0), page: new URL('https://example.com/'), big: 2n ** 60n });
    },
  });
  const { body } = await call(bot.url, 'v1', {
    text: '1',
    more: { parameters: { tier: 'gold', points: 7, vip: true } },
  });
  await call(bot.url, 'v1', { text: '2', more: { parameters: undefined } });
  await call(bot.url, 'v1', { text: '3', more: { parameters: { tier: 'silver' } } });
  const first = { tier: 'gold', points: '7', vip: 'true' };
  assert.deepEqual(seen, [first, first, { ...first, tier: 'silver' }]);
  assert.deepEqual(body.parameters, {
    count: '3',
    isNew: 'false',
    nothing: '',
    list: '[1,{"a":"b"}]',
    name: 'Ann',
    at: '1970-01-01T00:00:00.000Z',
    page: 'https://example.com/',
    big: '1152921504606846976',
  });
});

const endings: [what: string, logic: TurnLogic, intent: string, parameters: Record<string, string>][] = [
  [
    "the Bot Framework's hand-off",
    async (context) => {
      await context.sendActivity(
        EventFactory.createHandoffInitiation(context, { reason: 'refund', order: { id: 7 } }),
      );
    },
    'handoff',
    { language: 'en-US', reason: 'refund', order: '{"id":7}' },
  ],
  [
    'a hand-off with a text as its context',
    async (context) => {
      await context.sendActivity({ type: 'event', name: 'handoff.initiate', value: 'angry' });
    },
    'handoff',
    { language: 'en-US', reason: 'customerRequest', context: 'angry' },
  ],
  [
    'an old handoff activity',
    sends({ type: 'handoff' }),
    'handoff',
    { language: 'en-US', reason: 'customerRequest' },
  ],
  [
    'the end of the conversation',
    sends({ type: 'endOfConversation', code: 'completedSuccessfully' }),
    'done',
    {},
  ],
  [
    'the end of the conversation with an intent',
    sends({ type: 'endOfConversation', value: { intent: 'thanks' } }),
    'thanks',
    {},
  ],
  [
    'the end of the conversation with an intent that is not registered',
    sends({ type: 'endOfConversation', value: { intent: 'nobody' } }),
    'done',
    {},
  ],
  [
    'a dialog that ended with a registered intent',
    async (context) => sessionOf(context)?.end({ intent: 'cancel', parameters: { result: 'stopped' } }),
    'cancel',
    { result: 'stopped' },
  ],
  [
    'a dialog that ended with an intent that asks for a person',
    async (context) => sessionOf(context)?.end({ intent: 'contactSupport', entities: { orderId: '7' } }),
    'handoff',
    { language: 'en-US', orderId: '7', reason: 'customerRequest', lastIntent: 'contactSupport' },
  ],
  [
    'a dialog that ended because nothing was understood',
    async (context) => sessionOf(context)?.end({ intent: 'thanks', parameters: { reason: 'notUnderstood' } }),
    'handoff',
    { language: 'en-US', reason: 'notUnderstood', lastIntent: 'thanks' },
  ],
];
for (const [what, logic, intent, parameters] of endings) {
  test(`${what} is Complete with ${intent}`, async (t) => {
    const bot = await startConnector(t, { logic });
    const { body } = await call(bot.url, 'v1', { text: 'hello' });
    assert.deepEqual([body.botState, body.intent, body.parameters], ['Complete', intent, parameters]);
  });
}

test('an intent of an endOfConversation that is not registered is reported', async (t) => {
  const bot = await startConnector(t, {
    logic: sends({ type: 'endOfConversation', value: { intent: 'nobody' } }),
  });
  await call(bot.url, 'v1', { text: 'hello' });
  const what = 'the end of the conversation has the intent done: its own is not in BOTS_FILE';
  assert.deepEqual(bot.changes, [{ path: '$.value.intent', what }]);
});

test('the words of an endOfConversation are said', async (t) => {
  const bot = await startConnector(t, { logic: sends({ type: 'endOfConversation', text: 'Bye!' }) });
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual([texts(body.replymessages), body.botState], [['Bye!'], 'Complete']);
});

test('an ending with an intent that is not registered goes on, and that is told', async (t) => {
  const bot = await startConnector(t, {
    logic: async (context) => sessionOf(context)?.end({ intent: 'nobody' }),
  });
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual([body.botState, body.intent], ['MoreData', 'turn-odd']);
  assert.match(bot.changes[0]?.what ?? '', /not in BOTS_FILE/);
});

const types = {
  text: ['String', 'abc', 'abc'],
  count: ['Integer', '12', 12],
  price: ['Decimal', '10.50', 10.5],
  vip: ['Boolean', 'true', true],
  total: ['Currency', '{"amount":10.5,"code":"USD"}', { amount: 10.5, code: 'USD' }],
  piped: ['Currency', '17.00|USD', '17.00|USD'],
  day: ['Datetime', '2026-11-23T10:00:00Z', '2026-11-23T10:00:00Z'],
  time: ['Duration', 'PT5M', 'PT5M'],
  sizes: ['IntegerCollection', '["6","12"]', [6, 12]],
} as const;

test('entities are typed as the list of bots says, in the spelling of each version', async (t) => {
  const [own] = readBots();
  const [version] = own?.versions ?? [];
  assert.ok(own !== undefined && version !== undefined);
  const entities = Object.entries(types).map(([name, [type]]) => ({ name, type }));
  const intents = [...version.intents, { name: 'typed', entities }];
  const bots = [{ ...own, versions: [{ ...version, intents }] }];
  const values = Object.fromEntries(Object.entries(types).map(([name, [, value]]) => [name, value]));
  const given = { ...values, count: '12', other: 'x' };
  const bot = await startConnector(t, {
    bots,
    logic: async (context) => sessionOf(context)?.end({ intent: 'typed', entities: given }),
  });
  const v1 = await call(bot.url, 'v1', { text: 'hello' });
  const v2 = await call(bot.url, 'v2', { text: 'hello' });
  assert.deepEqual(
    v1.body.slotValues,
    Object.fromEntries(Object.entries(types).map(([name, [, , slot]]) => [name, slot])),
  );
  assert.deepEqual(v2.body.entities[1], { name: 'count', type: 'Integer', value: '12' });
  assert.deepEqual(v2.body.entities[8], { name: 'sizes', type: 'IntegerCollection', values: ['6', '12'] });
  assert.deepEqual(v2.body.entities[5].value, '{"amount":17.00,"code":"USD"}');
  assert.match(bot.changes[0]?.what ?? '', /not registered/);
});

const notOfType: [type: string, value: string][] = [
  ['Integer', 'twelve'],
  ['Integer', '1.5'],
  ['Decimal', ''],
  ['Boolean', 'yes'],
  ['Decimal', '0x10'],
  ['Decimal', '1e3'],
  ['Currency', '10 USD'],
  ['Datetime', '26.11.2026'],
  ['Datetime', '2026-11-26'],
  ['Datetime', '2026-02-30T10:00:00Z'],
  ['Duration', '5 minutes'],
  ['IntegerCollection', '["1","x"]'],
  ['DatetimeCollection', '["2026-11-23T10:00:00Z","tomorrow"]'],
];
for (const [type, value] of notOfType) {
  test(`"${value}" is no ${type}: it is left out, and that is told`, async (t) => {
    const [own] = readBots();
    const [version] = own?.versions ?? [];
    assert.ok(own !== undefined && version !== undefined);
    const intent = { name: 'typed', entities: [{ name: 'it', type }] };
    const text = JSON.stringify({
      bots: [{ ...own, versions: [{ ...version, intents: [...version.intents, intent] }] }],
    });
    const bot = await startConnector(t, {
      bots: JSON.parse(text).bots,
      logic: async (context) => sessionOf(context)?.end({ intent: 'typed', entities: { it: value } }),
    });
    const v1 = await call(bot.url, 'v1', { text: 'hello' });
    const v2 = await call(bot.url, 'v2', { text: 'hello' });
    assert.deepEqual([v1.body.slotValues, v2.body.entities], [{}, []]);
    assert.equal(bot.changes.length, 2);
  });
}

/** A bot that keeps the reference of its customer, for messages that it begins. */
function keepsReference() {
  const references: Partial<ConversationReference>[] = [];
  const logic: TurnLogic = async (context) => {
    references.push(TurnContext.getConversationReference(context.activity));
    await context.sendActivity('Noted.');
  };
  return { references, logic };
}

test('a message that the bot begins goes out by a call of our own on v2', async (t) => {
  const genesys = await startGenesys(t);
  const { references, logic } = keepsReference();
  const bot = await startConnector(t, { logic, outbox: genesys.outbox });
  await call(bot.url, 'v2', { text: 'hello' });
  const [reference] = references;
  assert.ok(reference !== undefined);
  await bot.connector.adapter.continueConversation(
    reference,
    sends('Your order has left.', MessageFactory.attachment(order)),
  );
  const { botSessionId, botState, replyMessages } = await genesys.next();
  assert.deepEqual([botSessionId, botState], [reference.conversation?.id, 'MoreData']);
  assert.deepEqual(texts(replyMessages), [
    'Your order has left.',
    'Order 12345: delivered. Items: 1. €10.00.',
  ]);
});

test('on v1 it is said with the next answer, also when a CloudAdapter is what the bot expects', async (t) => {
  const { references, logic } = keepsReference();
  const bot = await startConnector(t, { logic });
  await call(bot.url, 'v1', { text: 'hello' });
  const [reference] = references;
  assert.ok(reference !== undefined);
  await bot.connector.adapter.continueConversationAsync('app-id', reference, sends('Your order has left.'));
  const { body } = await call(bot.url, 'v1', { text: 'and?' });
  assert.deepEqual(texts(body.replymessages), ['Your order has left.', 'Noted.']);
});

test('it may be begun within a turn of the same session', async (t) => {
  const bot = await startConnector(t, {
    logic: async (context) => {
      const reference = TurnContext.getConversationReference(context.activity);
      await bot.connector.adapter.continueConversation(reference, sends('From inside.'));
      await context.sendActivity('From the turn.');
    },
  });
  const { body } = await call(bot.url, 'v1', { text: 'hello' });
  assert.deepEqual(texts(body.replymessages), ['From inside.', 'From the turn.']);
});

test('when it fails, the caller is told and the customer is left in peace', async (t) => {
  const { references, logic } = keepsReference();
  const bot = await startConnector(t, { logic });
  await call(bot.url, 'v1', { text: 'hello' });
  const [reference] = references;
  assert.ok(reference !== undefined);
  const { adapter } = bot.connector;
  const failing = adapter.continueConversation(reference, async () => {
    throw new Error('order system away');
  });
  await assert.rejects(failing, /order system away/);
  const stranger = { ...reference, conversation: { ...reference.conversation, id: 'nobody' } };
  await assert.rejects(
    adapter.continueConversation(JSON.parse(JSON.stringify(stranger)), sends('Hi')),
    /session is unknown/,
  );
  const { body } = await call(bot.url, 'v1', { text: 'and?' });
  assert.deepEqual([texts(body.replymessages), body.botState], [['Noted.'], 'MoreData']);
});
