import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Activity,
  ActivityHandler,
  CardFactory,
  ConversationState,
  MemoryStorage,
  type Mention,
  MessageFactory,
  TestAdapter,
  type TurnContext,
} from 'botbuilder';
import {
  ChoicePrompt,
  ComponentDialog,
  ConfirmPrompt,
  type DialogContext,
  DialogSet,
  DialogTurnStatus,
  TextPrompt,
  WaterfallDialog,
} from 'botbuilder-dialogs';
import { createTestClient, type TestClient } from '../../bot/plugin.ts';

/* Bots in the shape of Microsoft's samples say in Genesys what they say in Web Chat; each difference has its reason. */

/** What a customer says in the course of a conversation: words, or `[label]` of a button. */
type Script = readonly string[];

/** A difference: the turn (from 0), what Web Chat shows, what Genesys shows, and why. */
type Difference = [turn: number, webChat: string, genesys: string, reason: string];

interface Sample {
  bot: () => (context: TurnContext) => Promise<void>;
  script: Script;
  differences: readonly Difference[];
}

/** The texts that an activity shows in Web Chat, in reading order. */
function textsOf({ text, attachments = [], suggestedActions }: Partial<Activity>): string[] {
  const titles = (buttons: { title?: string }[] = []) => buttons.map(({ title = '' }) => `[${title}]`);
  const element = (one: Record<string, unknown>): string[] => [
    ...[one.text, one.title, one.value].filter((part) => typeof part === 'string'),
    ...['items', 'columns', 'facts', 'body'].flatMap((key) =>
      (Array.isArray(one[key]) ? one[key] : []).flatMap(element),
    ),
  ];
  const cards = attachments.flatMap(({ contentType, content }) =>
    contentType === 'application/vnd.microsoft.card.adaptive'
      ? [...element(content), ...titles(content.actions)]
      : [
          content.title,
          content.subtitle,
          content.text,
          ...(content.facts ?? []).flatMap(({ key, value }: { key: string; value: string }) => [key, value]),
          ...(content.items ?? []).flatMap(({ title, price }: { title: string; price: string }) => [
            title,
            price,
          ]),
          ...(content.total === undefined ? [] : ['Tax', content.tax, 'Total', content.total]),
          ...titles(content.buttons),
        ],
  );
  return [text, ...cards, ...titles(suggestedActions?.actions)].filter(
    (one) => typeof one === 'string' && one !== '',
  );
}

/** What Web Chat shows, one line a turn. */
async function inWebChat(logic: (context: TurnContext) => Promise<void>, script: Script): Promise<string[]> {
  const shown: string[] = [];
  const adapter = new TestAdapter(logic, { channelId: 'webchat' });
  for (const said of script) {
    const label = /^\[(.*)\]$/.exec(said)?.[1];
    await adapter.processActivity(label ?? said, logic);
    shown.push(
      adapter.activeQueue
        .splice(0)
        .filter(({ type }) => type === 'message')
        .flatMap(textsOf)
        .join(' | '),
    );
  }
  return shown;
}

/** What Genesys shows, one line a turn. */
async function inGenesys(bot: (context: TurnContext) => Promise<void>, script: Script): Promise<string[]> {
  const client = createTestClient({ bot, welcome: false });
  const shown: string[] = [];
  for (const said of script) {
    const label = /^\[(.*)\]$/.exec(said)?.[1];
    await (label === undefined ? client.say(said) : client.click(label));
    shown.push(
      linesOf(client)
        .filter((line) => line !== '')
        .join(' | '),
    );
  }
  return shown;
}

function linesOf({ messages }: TestClient): string[] {
  return messages.flatMap((message) => {
    if (message.type === 'Text') return message.text.split('\n');
    const cards = message.content.flatMap((one) =>
      one.contentType === 'Card' ? [one.card] : one.contentType === 'Carousel' ? one.carousel.cards : [],
    );
    const replies = message.content.flatMap((one) =>
      one.contentType === 'QuickReply' ? [`[${one.quickReply.text}]`] : [],
    );
    const parts = cards.flatMap(({ title, description, actions }) => [
      title,
      ...(description?.split('\n') ?? []),
      ...actions.map(({ text }) => `[${text}]`),
    ]);
    return [...(cards.length === 0 ? [message.text] : []), ...parts, ...replies];
  });
}

/** A bot of dialogs, whose state is kept between its turns. */
function dialogBot(
  add: (dialogs: DialogSet) => void,
  interrupt?: (dialog: DialogContext) => Promise<boolean>,
) {
  const state = new ConversationState(new MemoryStorage());
  const dialogs = new DialogSet(state.createProperty('dialogs'));
  add(dialogs);
  return async (context: TurnContext) => {
    const dialog = await dialogs.createContext(context);
    const isTaken = (await interrupt?.(dialog)) ?? false;
    if (!isTaken && (await dialog.continueDialog()).status === DialogTurnStatus.empty)
      await dialog.beginDialog('main');
    await state.saveChanges(context);
  };
}

const samples: Record<string, Sample> = {
  'multi-turn prompts': {
    bot: () =>
      dialogBot((dialogs) => {
        for (const prompt of [
          new ChoicePrompt('choice'),
          new TextPrompt('text'),
          new ConfirmPrompt('confirm'),
        ])
          dialogs.add(prompt);
        dialogs.add(
          new WaterfallDialog('main', [
            (step) => step.prompt('choice', { prompt: 'How do you travel?', choices: ['Car', 'Bus'] }),
            (step) => step.prompt('text', `By ${step.result.value}. Your name?`),
            (step) => step.prompt('confirm', `Is ${step.result} right?`),
            async (step) => {
              await step.context.sendActivity(step.result ? 'Saved.' : 'Not saved.');
              return step.endDialog();
            },
          ]),
        );
      }),
    script: ['hi', '[Car]', 'Ada', '[Yes]', 'hi', 'a plane', 'Bus'],
    differences: [],
  },
  'core bot: a dialog in a dialog, with help and cancel in between': {
    bot: () =>
      dialogBot(
        (dialogs) => {
          const booking = new ComponentDialog('booking');
          booking.addDialog(
            new WaterfallDialog('steps', [
              (step) => step.prompt('text', 'Where to?'),
              (step) => step.endDialog(step.result),
            ]),
          );
          booking.addDialog(new TextPrompt('text'));
          dialogs.add(booking);
          dialogs.add(
            new WaterfallDialog('main', [
              (step) => step.beginDialog('booking'),
              async (step) => {
                await step.context.sendActivity(`I have you booked to **${step.result}**.`);
                return step.endDialog();
              },
            ]),
          );
        },
        async (dialog) => {
          const { text } = dialog.context.activity;
          if (text === 'help') await dialog.context.sendActivity('Show help here');
          if (text === 'cancel') {
            await dialog.cancelAllDialogs();
            await dialog.context.sendActivity('Cancelled');
          }
          return text === 'help' || text === 'cancel';
        },
      ),
    script: ['book', 'help', 'Paris', 'book', 'cancel', 'book'],
    differences: [
      [
        2,
        'I have you booked to **Paris**.',
        'I have you booked to *Paris*.',
        'bold has one star in Messenger',
      ],
    ],
  },
  'using cards': {
    bot: () => async (context) => {
      const { heroCard, thumbnailCard, receiptCard, adaptiveCard } = CardFactory;
      const buttons = [{ type: 'openUrl', title: 'Get started', value: 'https://docs.example.com/' }];
      const cards = {
        hero: heroCard('Hero', 'A text', ['https://cdn.example.com/a.png'], buttons),
        thumbnail: thumbnailCard('Thumbnail', 'A text', ['https://cdn.example.com/a.png'], buttons, {
          subtitle: 'Under it',
        }),
        receipt: receiptCard({
          title: 'John Doe',
          facts: [{ key: 'Order Number', value: '1234' }],
          items: [
            {
              title: 'Data Transfer',
              price: '$38.45',
              subtitle: '',
              text: '',
              image: { url: '' },
              quantity: '',
              tap: { type: '', title: '', value: '' },
            },
          ],
          total: '$90.95',
          tax: '$7.50',
          vat: '',
          tap: { type: '', title: '', value: '' },
          buttons: [],
        }),
        adaptive: adaptiveCard({
          type: 'AdaptiveCard',
          version: '1.3',
          body: [
            { type: 'TextBlock', text: 'Flight' },
            { type: 'FactSet', facts: [{ title: 'From', value: 'Berlin' }] },
          ],
          actions: [{ type: 'Action.Submit', title: 'Book', data: { book: 1 } }],
        }),
      };
      const { text } = context.activity;
      const card = Object.entries(cards).find(([name]) => name === text)?.[1];
      if (card !== undefined) await context.sendActivity(MessageFactory.attachment(card));
      else if (text === 'carousel')
        await context.sendActivity(MessageFactory.carousel([cards.hero, cards.thumbnail]));
      else await context.sendActivity(MessageFactory.suggestedActions(Object.keys(cards), 'Which card?'));
    },
    script: ['hi', '[hero]', 'thumbnail', 'receipt', 'adaptive', 'carousel'],
    differences: [
      [
        3,
        'John Doe | Order Number | 1234 | Data Transfer | $38.45 | Tax | $7.50 | Total | $90.95',
        'John Doe | Order Number: 1234 | Data Transfer: $38.45 | Tax: $7.50 | Total: $90.95',
        'a Genesys card has no columns: a fact is one line',
      ],
      [4, 'Flight | From | Berlin | [Book]', 'Flight | From: Berlin | [Book]', 'as above'],
    ],
  },
  'Teams cards and mentions': {
    bot: () => async (context) => {
      const mentioned = { id: 'customer', name: 'Ada' };
      const mention: Mention = { type: 'mention', mentioned, text: '<at>Ada</at>' };
      if (context.activity.text === 'mention')
        await context.sendActivity({ type: 'message', text: `Hello ${mention.text}`, entities: [mention] });
      else {
        const update = {
          type: 'messageBack',
          title: 'Update Card',
          value: { count: 0 },
          text: 'UpdateCardAction',
        };
        await context.sendActivity(
          MessageFactory.attachment(CardFactory.heroCard('Welcome Card', '', [], [update])),
        );
      }
    },
    script: ['hi', '[Update Card]', 'mention'],
    differences: [
      [
        2,
        'Hello <at>Ada</at>',
        'Hello Ada',
        'a mention is its name: Web Chat shows the mark of Teams as it is',
      ],
    ],
  },
  'several messages, typing and a delay in one turn': {
    bot: () => {
      const bot = new ActivityHandler();
      bot.onMessage(async (context, next) => {
        await context.sendActivities([
          { type: 'typing' },
          { type: 'delay', value: 1 },
          { type: 'message', text: 'One moment.' },
          { type: 'message', text: `You said "${context.activity.text}".` },
        ]);
        await next();
      });
      return (context) => bot.run(context);
    },
    script: ['hi', 'again'],
    differences: [],
  },
};

for (const [name, { bot, script, differences }] of Object.entries(samples)) {
  test(`a bot in the shape of ${name} says in Genesys what it says in Web Chat`, async () => {
    const [webChat, genesys] = [await inWebChat(bot(), script), await inGenesys(bot(), script)];
    const found = webChat.flatMap((line, turn) =>
      line === genesys[turn] ? [] : [[turn, line, genesys[turn]]],
    );
    assert.deepEqual(
      found,
      differences.map(([turn, one, other]) => [turn, one, other]),
    );
  });
}
