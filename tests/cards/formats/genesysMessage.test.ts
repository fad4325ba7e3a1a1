import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Models } from 'purecloud-platform-client-v2';
import { type CheckedCard, checkCard } from '../../../cards/checks/checkedCard.ts';
import { formatGenesysMessage, type GenesysMessage } from '../../../cards/formats/genesysMessage.ts';
import { fc } from '../../fakes/fastCheck.ts';
import { assertStrict } from './strictGenesys.ts';

const png = 'https://shop.example.com/a.png';

function checked(components: unknown[], text?: string): CheckedCard {
  const card = {
    messageId: 'm1',
    templateMatrix: {
      templateId: 'test',
      layoutEngine: 'flexbox',
      version: '1',
      fallbackBehavior: 'textOnly',
    },
    dynamicFields: {},
    components,
  };
  return checkCard(card, text === undefined ? {} : { text });
}

const header = (text: string) => ({ type: 'header', text });
const body = (text: string, markdown = false) => ({ type: 'body', text, markdown });
const image = (altText = 'A cup') => ({ type: 'image', url: png, altText });
const facts = (...items: [string, string][]) => ({
  type: 'facts',
  items: items.map(([label, value]) => ({ label, value })),
});
const group = (...buttons: unknown[]) => ({ type: 'buttonGroup', buttons });
const answer = (label: string, payload = label) => ({ label, action: 'postback', payload });
const link = (label: string, payload: string) => ({ label, action: 'openUrl', payload });
const quick = (...labels: string[]) => ({
  type: 'quickReplies',
  replies: labels.map((label) => ({ label, payload: label })),
});
const divider = { type: 'divider' };

const card = (title: string, description = '', more: Record<string, unknown> = {}) => ({
  contentType: 'Card',
  card: { title, description, actions: [], ...more },
});
const chip = (text: string) => ({
  contentType: 'QuickReply',
  quickReply: { text, payload: text, action: 'Message' },
});
const postback = (text: string, payload = text) => ({ type: 'Postback', text, payload });
const structured = (text: string, ...content: unknown[]) => ({ type: 'Structured', text, content });

interface Case {
  name: string;
  components: unknown[];
  messages: unknown[];
  changes?: string[];
}

const cases: Case[] = [
  {
    name: 'shows header, text, facts, picture and buttons as one card',
    components: [
      header('Order 12'),
      image('Order 12'),
      body('On its way.'),
      facts(['Items', '2'], ['Total', '9 €']),
      group(link('Track', 'https://shop.example.com/t'), answer('Cancel', 'cancel:12'), {
        label: 'Help',
        action: 'webchat',
        payload: 'help',
        style: 'danger',
      }),
    ],
    messages: [
      structured(
        'Order 12\nOn its way.\nItems: 2\nTotal: 9 €\nTrack: https://shop.example.com/t\n- Cancel\n- Help',
        card('Order 12', 'On its way.\nItems: 2\nTotal: 9 €', {
          image: png,
          actions: [
            { type: 'Link', text: 'Track', url: 'https://shop.example.com/t' },
            postback('Cancel', 'cancel:12'),
            postback('Help', 'help'),
          ],
        }),
      ),
    ],
  },
  {
    name: 'gives a card of header and text empty actions',
    components: [header('Hello'), body('World')],
    messages: [structured('Hello\nWorld', card('Hello', 'World'))],
  },
  {
    name: 'shows Markdown in a card as plain text and says so',
    components: [header('A'), body('**b** [c](https://shop.example.com/)', true)],
    messages: [
      structured('A\nb c (https://shop.example.com/)', card('A', 'b c (https://shop.example.com/)')),
    ],
    changes: ['$.components[1].text: shown without its marks'],
  },
  {
    name: 'says a text without header, picture and buttons as a text, in the dialect of the Messenger',
    components: [body('**b** _c_', true), facts(['a', '1'], ['b', '*2*'])],
    messages: [{ type: 'Text', text: '*b* _c_\n\na: 1\nb: \\*2\\*' }],
  },
  {
    name: 'keeps lists that stand in texts of their own apart',
    components: [body('1. a\n2. b', true), body('1. c', true), body('- d', true), body('- e', true)],
    messages: [{ type: 'Text', text: '1. a\n2. b\n\n1. c\n\n• d\n\n• e' }],
  },
  {
    name: 'asks with the text right before quick replies',
    components: [header('Sizes'), body('Which *one*?', true), quick('Small', 'Large')],
    messages: [structured('*Sizes*\n\nWhich _one_?', chip('Small'), chip('Large'))],
  },
  {
    name: 'sends quick replies after a card as a message of their own, with the labels as its text',
    components: [header('Cup'), image('Cup'), quick('Small', '*L*')],
    messages: [
      structured('Cup\n- Small\n- \\*L\\*', card('Cup', '', { image: png })),
      structured('Small / \\*L\\*', chip('Small'), chip('*L*')),
    ],
  },
  {
    name: 'moves quick replies to the end and says so',
    components: [quick('Yes'), header('Cup'), image('Cup')],
    messages: [structured('- Yes\nCup', card('Cup', '', { image: png })), structured('Yes', chip('Yes'))],
    changes: ['$.components[0]: moved to the end'],
  },
  {
    name: 'shows a carousel, each card with its own title',
    components: [
      {
        type: 'carousel',
        cards: [
          { components: [header('Cup'), group(answer('Buy', 'buy:cup'))] },
          { components: [body('A plate\nfor soup'), group(answer('Buy', 'buy:plate'))] },
        ],
      },
    ],
    messages: [
      structured('Cup\n- Buy\nA plate\nfor soup\n- Buy', {
        contentType: 'Carousel',
        carousel: {
          cards: [
            card('Cup', '', { actions: [postback('Buy', 'buy:cup')] }).card,
            card('A plate', 'for soup', { actions: [postback('Buy', 'buy:plate')] }).card,
          ],
        },
      }),
    ],
  },
  {
    name: 'shows a carousel of one card as a card',
    components: [{ type: 'carousel', cards: [{ components: [header('Cup')] }] }],
    messages: [structured('Cup', card('Cup'))],
  },
  {
    name: 'makes a further card of a second picture, titled by its alternative text',
    components: [header('Cup'), image('Front'), image('Back')],
    messages: [
      structured('Cup\nFront', card('Cup', '', { image: png })),
      structured('Back', card('Back', '', { image: png })),
    ],
    changes: ['$.components: shown as 2 messages', '$.components[1].altText: left out'],
  },
  {
    name: 'makes a further card of the sixth button, titled like the card before',
    components: [
      header('Sizes'),
      group(answer('1'), answer('2'), answer('3')),
      group(answer('4'), answer('5'), answer('6')),
    ],
    messages: [
      structured(
        'Sizes\n- 1\n- 2\n- 3',
        card('Sizes', '', { actions: [postback('1'), postback('2'), postback('3')] }),
      ),
      structured(
        '- 4\n- 5\n- 6',
        card('Sizes', '', { actions: [postback('4'), postback('5'), postback('6')] }),
      ),
    ],
    changes: ['$.components: shown as 2 messages'],
  },
  {
    name: 'keeps the order: what follows buttons is said after them',
    components: [header('A'), group(answer('Yes')), body('Prices with tax.')],
    messages: [
      structured('A\n- Yes', card('A', '', { actions: [postback('Yes')] })),
      { type: 'Text', text: 'Prices with tax.' },
    ],
    changes: ['$.components: shown as 2 messages'],
  },
  {
    name: 'puts a further header and a divider into the description',
    components: [header('A'), body('b'), header('C'), body('d'), divider, body('e')],
    messages: [structured('A\nb\nC\nd\ne', card('A', 'b\n\nC\nd\n\ne'))],
  },
  {
    name: 'takes sections apart',
    components: [
      { type: 'section', components: [header('A'), { type: 'section', components: [body('b')] }] },
    ],
    messages: [structured('A\nb', card('A', 'b'))],
  },
  {
    name: 'says a phone number and a mail address in the text, because Genesys links are https',
    components: [
      header('Help'),
      group(link('Call', 'tel:+4930123'), link('Mail', 'mailto:a@shop.example.com?subject=x')),
    ],
    messages: [
      structured(
        'Help\nCall: tel:\\+4930123\nMail: mailto:a@shop.example.com?subject=x'.replace('\\', ''),
        card('Help', 'Call: +4930123\nMail: a@shop.example.com'),
      ),
    ],
    changes: [
      '$.components[1].buttons[0]: a mail or phone link',
      '$.components[1].buttons[1]: a mail or phone link',
    ],
  },
  {
    name: 'titles buttons that stand alone by their labels',
    components: [group(answer('Yes'), answer('No'))],
    messages: [
      structured('- Yes\n- No', card('Yes / No', '', { actions: [postback('Yes'), postback('No')] })),
    ],
  },
  {
    name: 'titles a card by its header although a short line stands before it',
    components: [body('PIZZA'), header('Tom'), body('Good.'), group(answer('Go'))],
    messages: [
      structured('PIZZA\nTom\nGood.\n- Go', card('Tom', 'PIZZA\nGood.', { actions: [postback('Go')] })),
    ],
  },
  {
    name: 'keeps that order in a text',
    components: [body('Hello!'), header('Sizes'), body('Which?'), quick('Small')],
    messages: [structured('Hello!\n\n*Sizes*\n\nWhich?', chip('Small'))],
  },
  { name: 'says nothing for a divider alone', components: [divider], messages: [] },
];

describe('a card as Genesys messages', () => {
  for (const { name, components, messages, changes = [] } of cases) {
    it(name, () => {
      const shown = formatGenesysMessage(checked(components));

      assert.deepEqual(shown.messages, messages);
      const reported = shown.changes.map(({ path, what }) => `${path}: ${what}`);
      assert.equal(reported.length, changes.length, reported.join('\n'));
      for (const [i, beginning] of changes.entries())
        assert.ok(reported[i]?.startsWith(beginning), reported[i]);
      assertStrict(shown.messages);
    });
  }

  it('carries the fallback text of the template when it is one card', () => {
    const { messages } = formatGenesysMessage(
      checked([header('Order 12'), image('Order 12')], 'Order 12 is on *its* way.'),
    );
    assert.equal(messages[0]?.text, 'Order 12 is on \\*its\\* way.');
  });

  it('shortens a text that is over the limit, and says so', () => {
    const { messages, changes } = formatGenesysMessage(checked([body('word '.repeat(100))]), { maxText: 50 });
    assert.equal(messages[0]?.text.length, 50);
    assert.deepEqual(changes, [{ path: '$', what: 'a text was shortened to 50 characters' }]);
  });

  it('shows eleven cards as two carousels when pictures make further cards', () => {
    const pictures = Array.from({ length: 6 }, (_, i) => ({ components: [image(`a${i}`), image(`b${i}`)] }));
    const { messages, changes } = formatGenesysMessage(checked([{ type: 'carousel', cards: pictures }]));
    assertStrict(messages);
    assert.equal(messages.length, 2);
    assert.ok(changes.some(({ what }) => what === 'shown as 2 carousels'));
  });

  it('has the types of the official SDK', () => {
    const { messages } = formatGenesysMessage(
      checked([header('A'), body('b'), group(answer('Yes')), quick('No')]),
    );
    // Each assignment is checked by the compiler.
    const normalized: Models.ConversationNormalizedMessage[] = messages;
    const replies: Models.ReplyMessage[] = messages;
    const webMessages: Models.WebMessagingMessage[] = messages;
    const content: Models.ConversationMessageContent[] = messages.flatMap((message) =>
      message.type === 'Structured' ? message.content : [],
    );
    const cards: Models.ConversationContentCard[] = content.flatMap((item) => item.card ?? []);
    assert.deepEqual([normalized.length, replies.length, webMessages.length, cards.length], [2, 2, 2, 1]);
  });
});

const word = fc.stringMatching(/^[a-z]{3,12}$/);
const texts = fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => words.join(' '));
const leaf = fc.oneof(
  word.map(header),
  texts.map((text) => body(text)),
  word.map(image),
  fc.tuple(word, texts).map(([label, value]) => facts([label, value.slice(0, 300).trim()])),
  fc.constant(divider),
  fc
    .uniqueArray(word, { minLength: 1, maxLength: 5 })
    .map((labels) => group(...labels.map((label) => answer(label)))),
);
const cardParts = fc.oneof(
  { weight: 5, arbitrary: leaf },
  {
    weight: 1,
    arbitrary: fc
      .array(leaf, { minLength: 1, maxLength: 3 })
      .map((components) => ({ type: 'section', components })),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.array(leaf, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
      .map((cards) => ({ type: 'carousel', cards: cards.map((components) => ({ components })) })),
  },
  {
    weight: 1,
    arbitrary: fc.uniqueArray(word, { minLength: 1, maxLength: 9 }).map((labels) => quick(...labels)),
  },
);

describe('any card as Genesys messages', () => {
  it('is strict, deterministic, and holds every word of the card', () => {
    fc.assert(
      fc.property(fc.array(cardParts, { minLength: 1, maxLength: 6 }), (components) => {
        const made = tryChecked(components);
        fc.pre(made !== undefined);
        const { messages } = formatGenesysMessage(made);

        assertStrict(messages);
        assert.deepEqual(formatGenesysMessage(made).messages, messages);
        const shown = wordsIn(messages);
        for (const wanted of made.text.match(/[a-z]{3,}/g) ?? []) assert.ok(shown.has(wanted), wanted);
      }),
    );
  });
});

/** Cards that break a rule of ours, such as two equal buttons, are not of interest here. */
function tryChecked(components: unknown[]): CheckedCard | undefined {
  try {
    return checked(components);
  } catch {
    return undefined;
  }
}

function wordsIn(messages: readonly GenesysMessage[]): Set<string> {
  // Between the strings of JSON an escaped line break would look like the letter n.
  return new Set(
    JSON.stringify(messages)
      .replaceAll('\\n', ' ')
      .match(/[a-z]{3,}/g),
  );
}
