import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  AgentApplication,
  MemoryStorage as AgentStorage,
  CardFactory,
  MessageFactory,
  type TurnState,
} from '@microsoft/agents-hosting';
import { ConversationState, MemoryStorage } from 'botbuilder';
import {
  AttachmentPrompt,
  ChoicePrompt,
  ComponentDialog,
  ConfirmPrompt,
  DateTimePrompt,
  type DialogContext,
  DialogTurnStatus,
  NumberPrompt,
  runDialog,
  TextPrompt,
  WaterfallDialog,
} from 'botbuilder-dialogs';
import type { Agent } from '../../../../bot/agents.ts';
import type { TurnLogic } from '../../../../bot/channels/botConnector/botbuilder.ts';
import {
  agentBot,
  agentTurn,
  type Bot,
  botbuilderBot,
  botbuilderTurn,
  Customer,
  cardsOf,
  type Logic,
  type Options,
  onAgents,
  onBotbuilder,
  type Sent,
  type Shown,
  type Turn,
} from './bothSdks.ts';
import { type Button, type Seen, type WebChat, webChats, wordsOf } from './webChat.ts';

/*
 * Bots in the shape of those that others write, on both SDKs: each talks to a customer of Web Chat and to one of Genesys by
 * v1 and v2. What both see and what their clicks send is the same, but for the differences that are listed with their reasons.
 */

/** Why a customer of Genesys sees something else; the words are those of docs/plugin-reference.md. */
const reasons = {
  player: 'no client plays in the chat',
  receipt: 'lines of a receipt are text',
  form: 'a chat card cannot be filled in',
  label: 'a picture and a file have a name in a card',
  links: 'a quick reply opens nothing',
  phone: 'a link of Genesys is https',
  groups: 'a message has at most 13 quick replies',
  columns: 'texts side by side are read row by row',
  cited: 'Web Chat leaves out what a stream cites',
  begun: 'without an outbox, and by v1, a message waits for the next answer',
  end: 'a flow goes on after the bot',
  error: 'an error is never left without an answer',
  teams: 'it needs Teams',
} as const;

interface Difference {
  /** In Web Chat only. */
  lost?: string;
  /** In Genesys only. */
  added?: string;
  /** Whether the same stands in another order. */
  isReordered?: boolean;
  why: keyof typeof reasons;
}

type Step =
  /** Says it. */
  | string
  | { click: string }
  /** Sends a file. */
  | { file: string }
  /** Fills in a form: at once in Web Chat, by answers in Genesys. */
  | { fills: object; click: string; answers: (string | { click: string })[] }
  /** The bot begins a turn of its own. */
  | { begins: Logic };

/** The bot of each SDK; `begin` runs a turn that the bot begins. */
interface Program {
  botbuilder(begin: Begin): TurnLogic;
  agents(begin: Begin): Agent;
}
type Begin = (reference: object, logic: Logic) => Promise<void>;

interface Shape {
  bot: Program;
  steps: Step[];
  options?: Options;
  /** By the step, as `nameOf` has it. */
  differs?: Record<string, Difference>;
  /** Turns that fail. */
  fails?: number;
}

const nameOf = (step: Step): string => {
  if (typeof step === 'string') return step;
  if ('click' in step) return step.click;
  return 'file' in step ? step.file : 'begins';
};

const clicks = (...labels: string[]) => labels.map((click) => ({ click }));

const onBoth = (make: (begin: Begin) => Logic): Program => ({
  botbuilder: (begin) => botbuilderBot(make(begin)),
  agents: (begin) => agentBot(make(begin)),
});

/** Answers each text with an activity of a table, and all else with what came. */
const answering = (answers: Record<string, Sent>): Program =>
  onBoth(() => async ({ activity, send }) => {
    const { type, text, value } = activity;
    if (type !== 'message' && type !== 'invoke') return;
    const answer = typeof text === 'string' && Object.hasOwn(answers, text) ? answers[text] : undefined;
    await send(answer ?? `Got ${JSON.stringify({ text, value })}`);
  });

const message = (text: string, more: Sent = {}): Sent => ({ type: 'message', text, ...more });
const cards = (...contents: [type: string, content: object][]): Sent => ({
  type: 'message',
  attachments: contents.map(([type, content]) => ({
    contentType: `application/vnd.microsoft.card.${type}`,
    content,
  })),
});
const adaptive = (body: object[], actions: object[] = [], more: object = {}): Sent =>
  cards(['adaptive', { type: 'AdaptiveCard', version: '1.4', body, actions, ...more }]);
const block = (text: string) => ({ type: 'TextBlock', text });
const suggested = (text: string, ...actions: object[]): Sent =>
  message(text, { suggestedActions: { to: [], actions } });
const at = (path: string) => `https://files.example.com/${path}`;
const open = (title: string, path: string) => ({ type: 'openUrl', title, value: at(path) });
const streamed = (type: string, streamType: string, text: string, ...more: object[]): Sent => ({
  type,
  text,
  entities: [{ type: 'streaminfo', streamType, streamSequence: 1 }, ...more],
});

/** Dialogs as the samples of multi-turn prompts and of the core bot have them. */
class TripDialog extends ComponentDialog {
  constructor() {
    super('trip');
    this.addDialog(new ChoicePrompt('choice'));
    this.addDialog(new TextPrompt('text'));
    this.addDialog(new ConfirmPrompt('confirm'));
    this.addDialog(
      new NumberPrompt(
        'number',
        async ({ recognized: { succeeded, value = 0 } }) => succeeded && value > 0 && value < 150,
      ),
    );
    this.addDialog(new DateTimePrompt('date'));
    this.addDialog(new AttachmentPrompt('file'));
    this.addDialog(
      new WaterfallDialog('steps', [
        (step) =>
          step.prompt('choice', {
            prompt: 'How do you travel?',
            retryPrompt: 'Please choose.',
            choices: ['Car', 'Bus', 'Bicycle'],
          }),
        (step) => step.prompt('text', { prompt: `By ${step.result.value}. And your name?` }),
        (step) => step.prompt('confirm', { prompt: `May I ask your age, ${step.result}?` }),
        (step) =>
          step.result
            ? step.prompt('number', { prompt: 'How old are you?', retryPrompt: 'Between 0 and 150.' })
            : step.next(),
        (step) => step.prompt('date', { prompt: 'When?', retryPrompt: 'A day, please.' }),
        (step) => step.prompt('file', { prompt: 'A picture of you?', retryPrompt: 'No picture came.' }),
        async (step) => {
          await step.context.sendActivity({ attachments: step.result, text: 'Thank you.', type: 'message' });
          return step.endDialog();
        },
      ]),
    );
    this.initialDialogId = 'steps';
  }

  protected override async onContinueDialog(dialog: DialogContext) {
    const { context } = dialog;
    if (context.activity.text === 'help') {
      await context.sendActivity('I book trips.');
      return { status: DialogTurnStatus.waiting };
    }
    if (context.activity.text !== 'cancel') return super.onContinueDialog(dialog);
    await context.sendActivity('Cancelled.');
    return dialog.cancelAllDialogs();
  }
}

const prompts: Program = {
  botbuilder: () => {
    const state = new ConversationState(new MemoryStorage());
    const dialog = new TripDialog();
    const position = state.createProperty('dialogs');
    return async (context) => {
      if (context.activity.type === 'message') await runDialog(dialog, context, position);
      await state.saveChanges(context);
    };
  },
  agents: () => {
    const app = new AgentApplication<TurnState>({ storage: new AgentStorage() });
    app.onTurn('afterTurn', async () => true);
    app.onMessage('help', async (context) => void (await context.sendActivity('I book trips.')));
    app.onMessage('cancel', async (context, state) => {
      state.deleteConversationState();
      await context.sendActivity('Cancelled.');
    });
    app.onActivity('message', async (context, state) => {
      const at = state.getValue<number>('conversation.at') ?? 0;
      const { text, attachments = [] } = context.activity;
      const asks = [
        () => MessageFactory.suggestedActions(['Car', 'Bus', 'Bicycle'], 'How do you travel?'),
        () => MessageFactory.text(`By ${text}. And your name?`),
        () => MessageFactory.suggestedActions(['Yes', 'No'], `May I ask your age, ${text}?`),
        () => MessageFactory.text('How old are you?'),
        () => MessageFactory.text('When?'),
        () => MessageFactory.text('A picture of you?'),
        () => MessageFactory.list(attachments, 'Thank you.'),
      ];
      const isWrong = at === 1 && !['Car', 'Bus', 'Bicycle'].includes(text ?? '');
      if (!isWrong) state.setValue('conversation.at', at + 1);
      await context.sendActivity(
        isWrong ? MessageFactory.text('Please choose.') : (asks[at]?.() ?? MessageFactory.text('Done.')),
      );
    });
    return app;
  },
};

const shapes: Record<string, Shape> = {
  'multi-turn prompts, with help and cancel in between': {
    bot: prompts,
    steps: [
      ...[
        'hi',
        'help',
        'boat',
        { click: 'Bus' },
        'Ada',
        { click: 'Yes' },
        '36',
        'tomorrow',
        { file: 'me.png' },
      ],
      ...['hi', 'cancel', 'hi'],
    ],
    differs: { 'me.png': { added: 'me png', why: 'label' } },
  },
  'cards of all types': {
    bot: answering({
      hero: cards([
        'hero',
        {
          title: 'Hero',
          subtitle: 'Sub',
          text: 'Some **text**',
          images: [{ url: at('h.png') }],
          buttons: [open('Go', 'go')],
        },
      ]),
      thumbnail: cards([
        'thumbnail',
        {
          title: 'Thumb',
          images: [{ url: at('t.png') }],
          buttons: [{ type: 'imBack', title: 'One', value: '1' }],
        },
      ]),
      receipt: cards([
        'receipt',
        {
          title: 'Receipt',
          facts: [{ key: 'Order', value: '12' }],
          items: [{ title: 'Cup', price: '3', image: { url: at('cup.png') } }],
          total: '3',
        },
      ]),
      signin: cards([
        'signin',
        { text: 'Please', buttons: [{ type: 'signin', title: 'Sign in', value: at('login') }] },
      ]),
      oauth: cards([
        'oauth',
        {
          text: 'Please',
          connectionName: 'a',
          buttons: [{ type: 'signin', title: 'Sign in', value: at('login') }],
        },
      ]),
      animation: cards(['animation', { title: 'Cat', media: [{ url: at('cat.gif') }] }]),
      audio: cards(['audio', { title: 'Song', image: { url: at('a.png') }, media: [{ url: at('a.mp3') }] }]),
      video: cards([
        'video',
        { title: 'Film', media: [{ url: at('a.mp4') }], buttons: [open('More', 'more')] },
      ]),
      adaptive: adaptive(
        [
          block('Flight'),
          {
            type: 'ColumnSet',
            columns: [
              { type: 'Column', items: [block('From'), block('SFO')] },
              { type: 'Column', items: [block('To'), block('AMS')] },
            ],
          },
          { type: 'FactSet', facts: [{ title: 'Seat', value: '12A' }] },
          { type: 'Image', url: at('plane.png') },
        ],
        [{ type: 'Action.OpenUrl', title: 'See', url: at('see') }],
      ),
      list: { ...cards(['hero', { title: 'A' }], ['hero', { title: 'B' }]), attachmentLayout: 'list' },
      carousel: {
        ...cards(['hero', { title: 'A' }], ['hero', { title: 'B' }]),
        attachmentLayout: 'carousel',
      },
    }),
    steps: [
      ...['hero', 'thumbnail', { click: 'One' }, 'receipt', 'signin', 'oauth', 'animation', 'audio', 'video'],
      ...['adaptive', 'list', 'carousel'],
    ],
    differs: {
      receipt: { lost: `{${at('cup.png')}}`, why: 'receipt' },
      animation: { lost: `[Play](${at('cat.gif')})`, added: `{${at('cat.gif')}}`, why: 'player' },
      adaptive: { isReordered: true, why: 'columns' },
    },
  },
  'clicks of all kinds': {
    bot: answering({
      hero: cards([
        'hero',
        {
          title: 'Choose',
          buttons: [
            { type: 'imBack', title: 'A', value: 'a' },
            { type: 'postBack', title: 'B', value: '{"b":1}' },
            { type: 'postBack', title: 'C', value: { c: 1 } },
            { type: 'messageBack', title: 'D', text: 'd', displayText: 'Dee', value: { d: 1 } },
          ],
        },
      ]),
      more: cards([
        'hero',
        {
          title: 'Choose',
          buttons: [
            { type: 'messageBack', title: 'E', value: { e: 1 } },
            { type: 'messageBack', title: 'F', text: 'f' },
            { type: 'postBack', title: 'G', value: 7 },
          ],
        },
      ]),
      adaptive: adaptive(
        [block('Choose')],
        [
          { type: 'Action.Submit', title: 'H' },
          { type: 'Action.Submit', title: 'I', data: { i: 1 } },
          { type: 'Action.Submit', title: 'J', data: 'j' },
          { type: 'Action.Execute', title: 'K', verb: 'k', data: { k: 1 } },
        ],
      ),
    }),
    steps: [
      'hero',
      ...clicks('A', 'B', 'C', 'D'),
      'more',
      ...clicks('E', 'F', 'G'),
      'adaptive',
      ...clicks('H', 'I', 'J', 'K'),
    ],
  },
  'a card that answers a click': {
    bot: onBoth(() => async ({ activity, send }) => {
      if (activity.type === 'message')
        await send(adaptive([block('Approve?')], [{ type: 'Action.Execute', title: 'Yes', verb: 'yes' }]));
      if (activity.type !== 'invoke') return;
      const value = { type: 'AdaptiveCard', version: '1.4', body: [block('Approved')] };
      const body = { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value };
      await send({ type: 'invokeResponse', value: { status: 200, body } });
    }),
    steps: ['hi', { click: 'Yes' }],
  },
  'suggested actions of all kinds': {
    bot: answering({
      colors: suggested(
        'Color?',
        { type: 'imBack', title: 'Red', value: 'red', image: at('red.png') },
        { type: 'postBack', title: 'Blue', value: { b: 1 } },
        { type: 'messageBack', title: 'Green', text: 'g', value: { g: 1 } },
      ),
      mixed: suggested('Help?', { type: 'imBack', title: 'Chat', value: 'chat' }, open('Site', 'site')),
      phone: suggested('Ring us.', { type: 'call', title: 'Call', value: 'tel:+4912345' }),
      many: suggested(
        'Which?',
        ...Array.from({ length: 14 }, (_, i) => ({ type: 'imBack', title: `N${i}`, value: `${i}` })),
      ),
    }),
    steps: [
      'colors',
      ...clicks('Red', 'Blue', 'Green'),
      'mixed',
      { click: 'Chat' },
      'phone',
      'many',
      { click: 'N13' },
    ],
    differs: {
      mixed: { added: 'Chat', isReordered: true, why: 'links' },
      phone: { lost: '[Call](tel:+4912345)', added: 'Call 4912345', why: 'phone' },
      many: { added: 'N13', why: 'groups' },
    },
  },
  'a form': {
    bot: answering({
      form: adaptive(
        [
          block('About you'),
          { type: 'Input.Text', id: 'name', label: 'Name' },
          { type: 'Input.ChoiceSet', id: 'color', label: 'Color', choices: [{ title: 'Red', value: 'r' }] },
        ],
        [{ type: 'Action.Submit', title: 'Send', data: { form: 1 } }],
      ),
    }),
    steps: [
      'form',
      { fills: { name: 'Ada', color: 'r' }, click: 'Send', answers: ['Ada', { click: 'Red' }] },
    ],
    differs: {
      form: {
        lost: 'Color Red',
        added: 'Say back to change an answer or stop to leave the form [Skip]',
        why: 'form',
      },
    },
  },
  'inputs of adaptive dialogs, with speech': {
    bot: onBoth(() => {
      let turn = 0;
      return async ({ activity, send }) => {
        if (activity.type !== 'message') return;
        turn += 1;
        const text = turn === 1 ? 'Sure?' : `You took ${activity.text}. And now?`;
        const actions = ['Yes', 'No'].map((title) => ({ type: 'imBack', title, value: title }));
        await send({
          type: 'message',
          text,
          speak: text,
          inputHint: 'expectingInput',
          suggestedActions: { to: [], actions },
        });
        await send({ type: 'trace', name: 'DialogManager', value: {} });
      };
    }),
    steps: ['hi', { click: 'No' }, { click: 'Yes' }],
  },
  'a message that the bot begins': {
    bot: answering({}),
    steps: ['hi', { begins: ({ send }) => send('It has left.') }, 'ok', 'thanks'],
    differs: {
      begins: { lost: 'It has left', why: 'begun' },
      ok: { added: 'It has left', isReordered: true, why: 'begun' },
    },
  },
  'a skill that answers by turns of its own': {
    bot: onBoth((begin) => async ({ activity, reference, send }) => {
      if (activity.type !== 'message') return;
      await send('Asking …');
      const again = { type: 'imBack', title: 'Go on', value: 'on' };
      await begin(reference, (turn) => turn.send(suggested(`Skill: ${activity.text}`, again)));
      if (activity.text === 'on')
        await begin(reference, (turn) => turn.send(cards(['hero', { title: 'Ticket' }])));
      await send('Back.');
    }),
    steps: ['book', { click: 'Go on' }],
  },
  'a stream with an update, citations and a card': {
    bot: {
      botbuilder: () =>
        botbuilderBot(async ({ activity, send }) => {
          if (activity.type !== 'message') return;
          const citation = [{ position: 1, appearance: { name: 'Manual', url: at('manual') } }];
          await send(streamed('typing', 'informative', 'Looking …'));
          await send(streamed('typing', 'streaming', 'It does [1].', { citation }));
          await send({
            ...cards(['hero', { title: 'Cup' }]),
            ...streamed('message', 'final', 'It does [1].'),
          });
        }),
      agents: () => {
        const app = new AgentApplication<TurnState>({ storage: new AgentStorage() });
        app.onActivity('message', async (context) => {
          const { streamingResponse } = context;
          const streams = Promise.withResolvers<void>();
          context.onSendActivities(async (_, activities, next) => {
            if (activities.some(({ text }) => text === 'It does [1].')) streams.resolve();
            return next();
          });
          streamingResponse.setDelayInMs(0);
          streamingResponse.queueInformativeUpdate('Looking …');
          streamingResponse.setCitations([
            { title: 'Manual', content: 'x', filepath: '', url: at('manual') },
          ]);
          for (const word of ['It ', 'does ', '[doc1].']) streamingResponse.queueTextChunk(word);
          await streams.promise;
          streamingResponse.setAttachments([CardFactory.heroCard('Cup')]);
          await streamingResponse.endStream();
        });
        return app;
      },
    },
    steps: ['does it?'],
    differs: { 'does it?': { added: '1 Manual', isReordered: true, why: 'cited' } },
  },
  'typing, delays, traces and events': {
    bot: onBoth(() => async ({ activity, send }) => {
      if (activity.type !== 'message') return;
      await send({ type: 'typing' });
      await send({ type: 'delay', value: 1 });
      await send({ type: 'trace', name: 'x' });
      await send({ type: 'event', name: 'webchat/opened', value: 1 });
      await send('Here you are.');
    }),
    steps: ['hi'],
  },
  'messages that are changed and taken back': {
    bot: onBoth(() => {
      let first = '';
      return async ({ activity, send, update, remove }) => {
        if (activity.text === 'hi') {
          first = await send('one');
          await update({ type: 'message', id: first, text: 'changed' });
          await remove(await send('two'));
        } else if (activity.text === 'later') await update({ type: 'message', id: first, text: 'again' });
        else if (activity.text === 'never') await remove(first);
      };
    }),
    steps: ['hi', 'later', 'never'],
  },
  'texts of all formats': {
    bot: answering({
      markdown: message('**Bold** and _it_, [a link](https://files.example.com/a)\n\n- one\n- two'),
      plain: message('2 * 3 * 4', { textFormat: 'plain' }),
      xml: message('<b>Bold</b> and <i>it</i>', { textFormat: 'xml' }),
      lines: message('one\ntwo\n\nthree'),
      code: message('Say `npm start`.'),
      mention: message('<at>Customer</at> hello', {
        entities: [{ type: 'mention', text: '<at>Customer</at>' }],
      }),
      speech: message('Seen', { speak: '<speak>Heard</speak>' }),
      german: message('Grüße', { locale: 'de-DE' }),
    }),
    steps: ['markdown', 'plain', 'xml', 'lines', 'code', 'mention', 'speech', 'german'],
  },
  'files and pictures': {
    bot: answering({
      picture: message('Look', {
        attachments: [{ contentType: 'image/png', contentUrl: at('a.png'), name: 'Cat' }],
      }),
      file: message('Read', {
        attachments: [{ contentType: 'application/pdf', contentUrl: at('a.pdf'), name: 'Bill' }],
      }),
      text: { type: 'message', attachments: [{ contentType: 'text/markdown', content: 'Some **words**' }] },
      carousel: {
        type: 'message',
        attachmentLayout: 'carousel',
        attachments: ['1', '2'].map((name) => ({
          contentType: 'image/png',
          contentUrl: at(`${name}.png`),
          name,
        })),
      },
    }),
    steps: ['picture', 'file', 'text', 'carousel', { file: 'mine.png' }],
    differs: {
      picture: { added: 'Cat', why: 'label' },
      carousel: { added: '1 2', why: 'label' },
    },
  },
  'cards and buttons of Teams': {
    bot: answering({
      mention: adaptive([block('Hello <at>Customer</at>')], [], {
        msteams: { entities: [{ type: 'mention', text: '<at>Customer</at>' }] },
      }),
      consent: message('A file', {
        attachments: [
          {
            contentType: 'application/vnd.microsoft.teams.card.file.consent',
            name: 'a.txt',
            content: { sizeInBytes: 1 },
          },
        ],
      }),
      task: cards([
        'hero',
        { title: 'Task', buttons: [{ type: 'invoke', title: 'Open', value: { type: 'task/fetch' } }] },
      ]),
    }),
    steps: ['mention', 'consent', 'task'],
    differs: {
      consent: { added: 'a txt', why: 'label' },
      task: { lost: '[Open]', why: 'teams' },
    },
  },
  'a middleware that rewrites what the bot sends': {
    bot: {
      botbuilder: () => async (context) => {
        context.onSendActivities(async (_, activities, next) => {
          for (const one of activities) one.text = one.text?.toUpperCase() ?? '';
          return next();
        });
        if (context.activity.type === 'message') await context.sendActivity('hello');
      },
      agents: () => ({
        run: async (context) => {
          context.onSendActivities(async (_, activities, next) => {
            for (const one of activities) one.text = one.text?.toUpperCase() ?? '';
            return next();
          });
          if (context.activity.type === 'message') await context.sendActivity('hello');
        },
      }),
    },
    steps: ['hi'],
  },
  'a bot that fails in its second turn': {
    bot: onBoth(() => async ({ activity, send }) => {
      if (activity.text === 'fail') throw new Error('broken');
      if (activity.type === 'message') await send('Hello');
    }),
    steps: ['hi', 'fail'],
    fails: 1,
    differs: {
      fail: {
        added: 'Sorry something went wrong on our side I am getting a person for you (end)',
        why: 'error',
      },
    },
  },
  'a hand-off and an end': {
    bot: onBoth(() => async ({ activity, send }) => {
      if (activity.text === 'person') {
        await send('A person comes.');
        await send({ type: 'event', name: 'handoff.initiate', value: { skill: 'billing' } });
      } else if (activity.text === 'bye') {
        await send('Bye.');
        await send({ type: 'endOfConversation', code: 'completedSuccessfully' });
      }
    }),
    steps: ['person', 'bye'],
    differs: { person: { added: '(end)', why: 'end' }, bye: { added: '(end)', why: 'end' } },
  },
};

/** What a customer of Genesys sees. */
function seenInGenesys({ messages, state }: Shown): Seen {
  const seen: Seen = { words: [], buttons: [], pictures: [] };
  for (const message of messages) {
    const shown = cardsOf(message);
    if (shown.length === 0) seen.words.push(...wordsOf(message.text.replace(/\\(?=[!-/:-@[-`{-~])/g, '')));
    for (const { title, description, image, actions } of shown) {
      seen.words.push(...wordsOf(title), ...wordsOf(description));
      if (image !== undefined) seen.pictures.push(image);
      for (const action of actions)
        seen.buttons.push(
          action.type === 'Link' ? { label: action.text, opens: action.url } : { label: action.text },
        );
    }
    for (const one of message.type === 'Text' ? [] : message.content)
      if (one.contentType === 'QuickReply') seen.buttons.push({ label: one.quickReply.text });
  }
  if (state === 'Complete') seen.words.push('(end)');
  return seen;
}

/** All that is seen, one entry a word, a button and a picture. */
function entriesOf({ words, buttons, pictures }: Seen): string[] {
  const shown = ({ label, opens }: Button) =>
    opens === undefined ? `[${label}]` : `[${label}](${opens.replace(/\/$/, '')})`;
  return [...words, ...buttons.map(shown), ...pictures.map((address) => `{${address}}`)];
}

/** What of one list is not in the other. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((one) => {
    const i = left.indexOf(one);
    if (i >= 0) left.splice(i, 1);
    return i < 0;
  });
}

/** What a bot got of an activity. */
function gotOf({ type, name, text, value, attachments }: Sent): unknown {
  const files = Array.isArray(attachments)
    ? attachments.map(({ contentType, contentUrl }) => [contentType, contentUrl])
    : [];
  return JSON.parse(JSON.stringify({ type, name, text, value, files }));
}

/** A customer at one of the two clients: does a step, and sees what comes. */
type Side = (step: Step) => Promise<Seen>;

function webChatSide(chat: WebChat, failures: unknown[]): Side {
  const buttons: Button[] = [];
  const send = (activity: Sent) => chat.send(activity).catch((error) => void failures.push(error));
  const activityOf = (step: Exclude<Step, { begins: Logic }>): Sent => {
    if (typeof step === 'string') return { text: step, textFormat: 'plain' };
    if ('file' in step)
      return { text: '', attachments: [{ contentType: 'image/png', contentUrl: at(step.file) }] };
    const button = buttons.findLast(({ label, sends }) => label === step.click && sends !== undefined);
    if (button === undefined) return assert.fail(`No button ${step.click} in Web Chat`);
    return 'fills' in step
      ? { value: { ...Object(button.sends?.value), ...step.fills } }
      : { ...button.sends };
  };
  let isOpen = false;
  return async (step) => {
    if (!isOpen) await send({ type: 'conversationUpdate' });
    isOpen = true;
    if (typeof step === 'object' && 'begins' in step) await chat.begin({}, step.begins);
    else await send(activityOf(step));
    const seen = chat.screen.take();
    buttons.push(...seen.buttons);
    return seen;
  };
}

function genesysSide(bot: Bot, route: 'v1' | 'v2', reference: () => object): Side {
  const customer = new Customer(bot.endpoints, route);
  const payloads = new Map<string, string>();
  const click = (label: string) =>
    customer.click([label, payloads.get(label) ?? assert.fail(`No button ${label} in Genesys`)]);
  const answer = async (step: Exclude<Step, { begins: Logic }>): Promise<Shown> => {
    if (typeof step === 'string') return customer.say(step);
    if ('file' in step) {
      const attachment = { url: at(step.file), mediaType: 'Image', mime: 'image/png' };
      return customer.say('', { type: 'Structured', content: [{ contentType: 'Attachment', attachment }] });
    }
    if (!('fills' in step)) return click(step.click);
    let shown: Shown | undefined;
    for (const one of step.answers) {
      shown = await answer(one);
      for (const [label, payload] of shown.buttons) payloads.set(label, payload);
    }
    return shown ?? assert.fail('A form has answers.');
  };
  return async (step) => {
    if (typeof step === 'object' && 'begins' in step) {
      await bot.begin(reference(), step.begins);
      return { words: [], buttons: [], pictures: [] };
    }
    const shown = await answer(step);
    for (const [label, payload] of shown.buttons) payloads.set(label, payload);
    return seenInGenesys(shown);
  };
}

type Note = (turn: Turn) => void;

/** A program on each SDK, at either client; each turn of the customer is noted. */
const sdks = {
  botbuilder: (program: Program, begin: Begin, note: Note) => {
    const logic = program.botbuilder(begin);
    const noting: TurnLogic = async (context) => {
      note(botbuilderTurn(context));
      await logic(context);
    };
    return {
      chat: () => webChats.botbuilder(noting),
      bot: (options: Options) => onBotbuilder(noting, options),
    };
  },
  'the Agents SDK': (program: Program, begin: Begin, note: Note) => {
    const agent = program.agents(begin);
    const noting: Agent = {
      run: (context) => {
        note(agentTurn(context));
        return agent.run(context);
      },
    };
    return { chat: () => webChats.agents(noting), bot: (options: Options) => onAgents(noting, options) };
  },
};

for (const [sdk, make] of Object.entries(sdks)) {
  for (const [what, shape] of Object.entries(shapes)) {
    for (const route of ['v1', 'v2'] as const) {
      test(`${sdk} by ${route}: ${what}`, async () => {
        const { bot: program, steps, options = {}, differs = {}, fails = 0 } = shape;
        const failures: unknown[] = [];
        const gotThere: unknown[] = [];
        const gotHere: unknown[] = [];
        let reference: object = {};
        const chat: WebChat = make(
          program,
          (...turn) => chat.begin(...turn),
          (turn) => gotThere.push(gotOf(turn.activity)),
        ).chat();
        const bot: Bot = make(
          program,
          (...turn) => bot.begin(...turn),
          (turn) => {
            reference = turn.reference;
            gotHere.push(gotOf(turn.activity));
          },
        ).bot(options);
        const webChat = webChatSide(chat, failures);
        const genesys = genesysSide(bot, route, () => reference);
        const unused = new Set(Object.keys(differs));
        for (const step of steps) {
          const name = nameOf(step);
          const [seen, shown] = [entriesOf(await webChat(step)), entriesOf(await genesys(step))];
          const lost = without(seen, shown);
          const added = without(shown, seen);
          const expected: Partial<Difference> = differs[name] ?? {};
          unused.delete(name);
          assert.deepEqual(
            { lost: lost.join(' '), added: added.join(' ') },
            { lost: expected.lost ?? '', added: expected.added ?? '' },
            `"${name}": ${shown.join(' ')}`,
          );
          if (expected.isReordered !== true)
            assert.deepEqual(without(shown, added), without(seen, lost), name);
          assert.deepEqual(gotHere.splice(0), gotThere.splice(0), `what the bot gets of "${name}"`);
        }
        assert.deepEqual([...unused], []);
        assert.equal(bot.failures.length, fails, String(bot.failures));
        assert.equal(failures.length, fails, String(failures));
      });
    }
  }
}

test('each difference has a reason that the page tells', () => {
  const page = readFileSync(new URL('../../../../docs/plugin-reference.md', import.meta.url), 'utf8');
  const used = Object.values(shapes).flatMap(({ differs = {} }) =>
    Object.values(differs).map(({ why }) => why),
  );
  assert.deepEqual(new Set(used), new Set(Object.keys(reasons)));
  for (const reason of Object.values(reasons)) assert.ok(page.includes(reason), reason);
});
