import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { MemoryStorage } from 'botbuilder';
import { cardAttachment, codeOf, HostedPictures } from '../../../../bot/plugin.ts';
import { deliveredOrder } from '../../../fakes/card.ts';
import {
  agentBot,
  type Bot,
  botbuilderBot,
  Customer,
  type Logic,
  type Options,
  onAgents,
  onBotbuilder,
  type Sent,
} from './bothSdks.ts';

/* What every bot may rely on, whichever SDK it is written for: each sentence is held by a bot of both. */

const adaptive = (body: object[], actions: object[]): Sent => {
  const content = { type: 'AdaptiveCard', version: '1.5', body, actions };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  };
};
const hero = (...buttons: object[]): Sent => {
  const content = { title: 'Choose', buttons };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.hero', content }] };
};
const block = { type: 'TextBlock', text: 'Your order' };

/** One activity of a streamed message. */
const streamed = (type: string, streamType: string, text: string, ...more: object[]): Sent => ({
  type,
  text,
  entities: [{ type: 'streaminfo', streamType, streamSequence: 1 }, ...more],
});

interface Sentence {
  logic: Logic;
  options?: Options;
  holds(customer: Customer, bot: Bot): Promise<void>;
}

/** What a click on the only button of an activity sends to the bot. */
function clickSends(sent: Sent, wanted: object): Sentence {
  const got: Record<string, unknown>[] = [];
  return {
    logic: async ({ activity, send }) => {
      if (activity.text === 'hi') await send(sent);
      else got.push(activity);
    },
    holds: async (customer) => {
      const { buttons } = await customer.say('hi');
      await customer.click(buttons[0]);
      const { type, text, value } = got.splice(0)[0] ?? {};
      assert.deepEqual(JSON.parse(JSON.stringify({ type, text, value })), wanted);
    },
  };
}

const echo: Logic = async ({ activity, send }) => {
  if (activity.type === 'message') await send(`You said: ${activity.text}`);
};

const order = cardAttachment('order-status-v1', deliveredOrder);

/** A reference of each turn, newest last. */
const references: object[] = [];

const sentences: Record<string, Sentence> = {
  'a picture that came as its bytes is served by the bot': {
    options: {
      pictures: new HostedPictures({
        baseUrl: 'https://bot.example.com/api/genesys',
        storage: new MemoryStorage(),
      }),
      policy: { imageHosts: ['cdn.example.com'] },
    },
    logic: async ({ send }) => {
      const content = { title: 'A', images: [{ url: 'data:image/gif;base64,R0lGODlhAAA=' }] };
      await send({
        type: 'message',
        attachments: [{ contentType: 'application/vnd.microsoft.card.hero', content }],
      });
    },
    holds: async (customer, { endpoints, changes }) => {
      const { images } = await customer.say('hi');
      const [image = ''] = images;
      assert.match(image, /^https:\/\/bot\.example\.com\/api\/genesys\/pictures\/[\w-]+\/\w{64}\.gif$/);
      assert.equal((await endpoints.fetch(new Request(image)))?.headers.get('content-type'), 'image/gif');
      assert.deepEqual(changes, []);
    },
  },
  'the bot is told a channel that its SDK knows, with what is of Genesys in the channel data': {
    logic: async ({ activity, send }) =>
      send(`${activity.channelId} ${JSON.stringify(activity.channelData)}`),
    holds: async (customer) => {
      const { texts } = await customer.say('hi');
      assert.match(texts[0] ?? '', /^webchat .*"genesys".*"route":"v2"/);
    },
  },
  'the welcome comes before the first message, and once': {
    logic: async ({ activity, send }) =>
      send(activity.type === 'conversationUpdate' ? 'Welcome!' : `You said: ${activity.text}`),
    options: { welcome: true },
    holds: async (customer) => {
      assert.deepEqual((await customer.say('hi')).texts, ['Welcome!', 'You said: hi']);
      assert.deepEqual((await customer.say('again')).texts, ['You said: again']);
    },
  },
  'a message without files has no attachments, and a conversation no name': {
    logic: async ({ activity, send }) => {
      const { conversation } = activity;
      await send(`${'attachments' in activity} ${JSON.stringify(Object.keys(Object(conversation)))}`);
    },
    holds: async (customer) => {
      const [said = ''] = (await customer.say('hi')).texts;
      assert.doesNotMatch(said, /true|name/);
    },
  },
  'a file without a type or a name gets those of its address': {
    logic: async ({ activity, send }) => {
      const { attachments } = activity;
      for (const { contentType, name } of Array.isArray(attachments) ? attachments : [])
        await send(`${contentType} ${name}`);
    },
    holds: async (customer) => {
      for (const [path, shown] of [
        ['a/bill.pdf?x=1', 'application/pdf bill.pdf'],
        ['a/%2e%2e%2fb', 'application/octet-stream %2e%2e%2fb'],
        ['', 'application/octet-stream file'],
      ]) {
        for (const more of [{}, { filename: ' ', mime: '' }]) {
          const attachment = { url: `https://files.example.com/${path}`, ...more };
          const { texts } = await customer.say('', { content: [{ contentType: 'Attachment', attachment }] });
          assert.deepEqual(texts, [shown]);
        }
      }
    },
  },
  'a string button arrives as a text without a value': clickSends(
    hero({ type: 'postBack', title: 'Track', value: 'track 7' }),
    { type: 'message', text: 'track 7' },
  ),
  'a click without a payload says its label': {
    logic: echo,
    holds: async (customer) => {
      const buttonResponse = { type: 'QuickReply', text: 'Yes', payload: '' };
      const { texts } = await customer.say('', {
        content: [{ contentType: 'ButtonResponse', buttonResponse }],
      });
      assert.deepEqual(texts, ['You said: Yes']);
    },
  },
  'a string that looks like JSON stays a string': clickSends(
    hero({ type: 'imBack', title: 'Track', value: '{"id":7}' }),
    { type: 'message', text: '{"id":7}' },
  ),
  'a messageBack arrives with both its text and its value': clickSends(
    hero({ type: 'messageBack', title: 'Track', text: 'track it', value: { id: 7 } }),
    { type: 'message', text: 'track it', value: { id: 7 } },
  ),
  'a Submit without data arrives as an empty value': clickSends(
    adaptive([block], [{ type: 'Action.Submit', title: 'Go' }]),
    { type: 'message', value: {} },
  ),
  'the data of a Submit is the value, without a text': clickSends(
    adaptive([block], [{ type: 'Action.Submit', title: 'Go', data: { verb: 'track', id: 7 } }]),
    { type: 'message', value: { verb: 'track', id: 7 } },
  ),
  ...Object.fromEntries(
    [7, false, ['a', 'b']].map((value) => [
      `${JSON.stringify(value)} as the value of a postBack stays what it is`,
      clickSends(hero({ type: 'postBack', title: 'Go', value }), { type: 'message', value }),
    ]),
  ),
  'an Action.Execute arrives as an invoke': clickSends(
    adaptive([block], [{ type: 'Action.Execute', title: 'Go', verb: 'approve', data: { id: 8 } }]),
    {
      type: 'invoke',
      value: { action: { type: 'Action.Execute', verb: 'approve', data: { id: 8 } }, trigger: 'manual' },
    },
  ),
  'a card in the answer to an invoke is shown': {
    logic: async ({ activity, send }) => {
      const { content } = Object(adaptive([{ type: 'TextBlock', text: 'Approved' }], []).attachments)[0];
      const body = { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: content };
      await send(
        activity.type === 'invoke'
          ? { type: 'invokeResponse', value: { status: 200, body } }
          : adaptive([block], [{ type: 'Action.Execute', title: 'Go', verb: 'approve' }]),
      );
    },
    holds: async (customer) => {
      const { buttons } = await customer.say('hi');
      assert.deepEqual((await customer.click(buttons[0])).texts, ['Approved']);
    },
  },
  'suggested actions are quick replies': {
    logic: async ({ send }) => {
      const actions = ['Yes', 'No'].map((value) => ({ type: 'imBack', title: value, value }));
      await send({ type: 'message', text: 'Sure?', suggestedActions: { actions, to: [] } });
    },
    holds: async (customer) => {
      assert.deepEqual((await customer.say('hi')).buttons, [
        ['Yes', 'Yes'],
        ['No', 'No'],
      ]);
    },
  },
  'equal buttons look equal and can be told apart': {
    logic: async ({ activity, send }) =>
      activity.value === undefined
        ? send(
            hero(
              { type: 'postBack', title: 'Buy', value: { id: 1 } },
              { type: 'postBack', title: 'Buy', value: { id: 2 } },
            ),
          )
        : send(JSON.stringify(activity.value)),
    holds: async (customer) => {
      const { buttons } = await customer.say('hi');
      assert.deepEqual(
        buttons.map(([label]) => label),
        ['Buy', 'Buy'],
      );
      assert.match((await customer.click(buttons[1])).texts[0] ?? '', /2/);
    },
  },
  'a card of an earlier session is still understood': {
    logic: async ({ activity, send }) =>
      activity.text === 'hi'
        ? send(hero({ type: 'messageBack', title: 'Track', text: 'track', value: [7] }))
        : send(`${activity.text} ${JSON.stringify(activity.value)}`),
    holds: async (customer) => {
      const { buttons } = await customer.say('hi');
      customer.sessionId = randomUUID();
      assert.match((await customer.click(buttons[0])).texts[0] ?? '', /^track .*7/);
    },
  },
  'an error hands over to a person, and no word of a developer reaches the customer': {
    logic: () => Promise.reject(new Error('broken')),
    holds: async (customer, { failures }) => {
      const { state, parameters, texts } = await customer.say('hi');
      assert.deepEqual(
        [state, parameters.reason, failures.map(String)],
        ['Complete', 'error', ['Error: broken']],
      );
      assert.doesNotMatch(texts.join(' '), /broken|source code|bot encountered/i);
    },
  },
  'what the bot throws is reported, also when it is not an error': {
    logic: () => Promise.reject('a text'),
    holds: async (customer, { failures }) => {
      assert.equal((await customer.say('hi')).state, 'Complete');
      assert.equal(failures[0], 'a text');
    },
  },
  "the bot's own handler of errors may go on": {
    logic: () => Promise.reject(new Error('broken')),
    options: { turnErrors: 'onTurnError' },
    holds: async (customer, { onError }) => {
      onError('Please try again.');
      const { state, texts } = await customer.say('hi');
      assert.deepEqual([state, texts], ['MoreData', ['Please try again.']]);
    },
  },
  'a turn that the bot begins while a turn runs says its messages in that turn': {
    logic: async ({ reference, send }) => {
      references.push(reference);
      const bot = running.at(-1);
      await bot?.begin(reference, (own) => own.send('from within'));
      await send('after');
    },
    holds: async (customer) => {
      assert.deepEqual((await customer.say('hi')).texts, ['from within', 'after']);
    },
  },
  'a turn that the bot begins later is said with the next answer': {
    logic: async (turn) => {
      references.push(turn.reference);
      await echo(turn);
    },
    holds: async (customer, bot) => {
      await customer.say('hi');
      await bot.begin(references.at(-1) ?? {}, ({ send }) => send('It has left.'));
      assert.deepEqual((await customer.say('ok')).texts, ['It has left.', 'You said: ok']);
    },
  },
  'an error of a turn that the bot begins is for the bot, and the customer is left in peace': {
    logic: async (turn) => {
      references.push(turn.reference);
      await echo(turn);
    },
    holds: async (customer, bot) => {
      await customer.say('hi');
      await assert.rejects(
        bot.begin(references.at(-1) ?? {}, () => Promise.reject(new Error('broken'))),
        /broken/,
      );
      assert.deepEqual((await customer.say('ok')).texts, ['You said: ok']);
    },
  },
  'a message to a session that is over, with no newer one, is refused': {
    logic: async ({ reference, send }) => {
      references.push(reference);
      await send({ type: 'endOfConversation' });
    },
    holds: async (customer, bot) => {
      assert.equal((await customer.say('bye')).state, 'Complete');
      await assert.rejects(
        bot.begin(references.at(-1) ?? {}, ({ send }) => send('too late')),
        (error) => codeOf(error) === 'genesys.conversationEnded',
      );
    },
  },
  'a form is asked field by field, and the whole value is submitted': {
    logic: async ({ activity, send }) => {
      const fields = [
        { type: 'Input.Text', id: 'name', label: 'Your name', isRequired: true },
        { type: 'Input.Number', id: 'age', label: 'Your age', isRequired: true },
      ];
      if (activity.text === 'hi') {
        await send(
          adaptive([block, ...fields], [{ type: 'Action.Submit', title: 'Send', data: { form: 'person' } }]),
        );
      } else await send(JSON.stringify(activity.value));
    },
    holds: async (customer) => {
      assert.match((await customer.say('hi')).texts.join('\n'), /Your name/);
      assert.match((await customer.say('Ada')).texts.join('\n'), /Your age/);
      assert.match((await customer.say('old')).texts.join('\n'), /number/i);
      const [value = ''] = (await customer.say('36')).texts;
      for (const part of [/"form":"person"/, /"name":"Ada"/, /"age":/])
        assert.match(value.replaceAll('\\', ''), part);
    },
  },
  'with forms off, an action whose fields cannot be filled in is left out, and that is told': {
    logic: async ({ send }) =>
      send(adaptive([block, { type: 'Input.Text', id: 'name' }], [{ type: 'Action.Submit', title: 'Send' }])),
    options: { forms: false },
    holds: async (customer, { changes }) => {
      assert.deepEqual((await customer.say('hi')).buttons, []);
      assert.ok(changes.length > 0);
    },
  },
  'what was not yet said can be changed and taken back': {
    logic: async ({ send, update, remove }) => {
      const [one, two] = [await send('one'), await send('two')];
      await update({ type: 'message', id: one, text: 'changed' });
      await remove(two);
    },
    holds: async (customer) => {
      assert.deepEqual((await customer.say('hi')).texts, ['changed']);
    },
  },
  'typing and traces are not said, and an event of another channel is told as left out': {
    logic: async ({ send }) => {
      for (const type of ['typing', 'trace']) await send({ type, name: 'x' });
      await send({ type: 'event', name: 'webchat/join' });
      await send('Hello');
    },
    holds: async (customer, { changes }) => {
      assert.deepEqual((await customer.say('hi')).texts, ['Hello']);
      assert.deepEqual(
        changes.map(({ path }) => path),
        ['$.name'],
      );
    },
  },
  'a stream is one message, with the documents that only its typing activities cite': {
    logic: async ({ send }) => {
      const citation = [{ position: 1, appearance: { name: 'Manual', url: 'https://docs.example.com/a' } }];
      await send(streamed('typing', 'informative', 'Looking it up …'));
      await send(
        streamed('typing', 'streaming', 'It does', { type: 'https://schema.org/Message', citation }),
      );
      await send(streamed('message', 'final', 'It does [1].'));
    },
    holds: async (customer, { changes }) => {
      const { texts } = await customer.say('hi');
      assert.deepEqual(texts, ['It does \\[1].\n\n\\[1] [Manual](https://docs.example.com/a)']);
      assert.deepEqual(changes, []);
    },
  },
  'a stream that the bot does not end is said with the last that it streamed': {
    logic: async ({ send }) => {
      await send(streamed('typing', 'streaming', 'It'));
      await send(streamed('typing', 'streaming', 'It has left.'));
      await send({ type: 'typing', channelData: { streamType: 'streaming' }, text: 'It has left you.' });
    },
    holds: async (customer) => {
      assert.deepEqual((await customer.say('hi')).texts, ['It has left you.']);
      assert.deepEqual((await customer.say('hi')).texts, ['It has left you.']);
    },
  },
  'half a stream of a turn that fails is not said': {
    logic: async ({ send }) => {
      await send(streamed('typing', 'streaming', 'It has'));
      throw new Error('broken');
    },
    options: { turnErrors: 'onTurnError' },
    holds: async (customer, { onError }) => {
      onError('Please try again.');
      assert.deepEqual((await customer.say('hi')).texts, ['Please try again.']);
    },
  },
  'a hand-off with a reason is told to the flow, with all that it says': {
    logic: async ({ send }) =>
      send({ type: 'event', name: 'handoff.initiate', value: { reason: 'refund', amount: 7 } }),
    holds: async (customer) => {
      const { state, parameters } = await customer.say('hi');
      assert.deepEqual([state, parameters.reason, parameters.amount], ['Complete', 'refund', '7']);
    },
  },
  'the session gives the variables of the flow and takes parameters for it': {
    logic: async ({ session, send }) => {
      session?.tell({ seen: session.parameters.tier });
      await send('ok');
    },
    holds: async (customer) => {
      assert.equal((await customer.say('hi')).parameters.seen, 'gold');
    },
  },
  'a card template is composed, and one that is refused is a coded error for the bot': {
    logic: async ({ activity, send }) => {
      const wrong = { ...order, content: { ...order.content, fields: {} } };
      const attachment = activity.text === 'wrong' ? wrong : order;
      const result = await send({ type: 'message', attachments: [attachment] }).catch(codeOf);
      if (result === 'template.missingField') await send('refused');
    },
    holds: async (customer) => {
      assert.match((await customer.say('hi')).texts[0] ?? '', /12345/);
      assert.deepEqual((await customer.say('wrong')).texts, ['refused']);
    },
  },
  'a sign-in card without a token service has no button, and its developer is told': {
    logic: async ({ send }) => {
      const content = { connectionName: 'work', text: 'Sign in', buttons: [{ type: 'signin', title: 'Go' }] };
      await send({
        type: 'message',
        attachments: [{ contentType: 'application/vnd.microsoft.card.oauth', content }],
      });
      await send('Anything else?');
    },
    holds: async (customer, { failures, changes }) => {
      const { state, texts, buttons } = await customer.say('hi');
      assert.deepEqual([state, texts, buttons], ['MoreData', ['Sign in', 'Anything else?'], []]);
      assert.deepEqual(failures.map(codeOf), ['config.invalid']);
      assert.ok(changes.some(({ what }) => what.includes('token service')));
    },
  },
};

/** The bots of the tests, the one that runs last. */
const running: Bot[] = [];
const sdks = {
  botbuilder: (logic: Logic, options: Options) => onBotbuilder(botbuilderBot(logic), options),
  'the Agents SDK': (logic: Logic, options: Options) => onAgents(agentBot(logic), options),
};
for (const [sdk, make] of Object.entries(sdks)) {
  for (const [sentence, { logic, options, holds }] of Object.entries(sentences)) {
    test(`${sdk}: ${sentence}`, async () => {
      const bot = make(logic, { welcome: false, ...options });
      running.push(bot);
      await holds(new Customer(bot.endpoints), bot);
    });
  }
}
