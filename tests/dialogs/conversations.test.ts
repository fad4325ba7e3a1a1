import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialogOutcome } from '../../dialogs/contract.ts';
import { de, en } from './allTexts.ts';
import { brief, Conversation } from './conversation.ts';

type Turn = [said: string, ...replies: string[]];
type End = [intent: DialogOutcome['intent'], result: string, entities?: Record<string, string>];

interface Case {
  name: string;
  locale?: string;
  turns: Turn[];
  /** How the last turn ended the dialog; null when it still waits. */
  end: End | null;
}

const yesNo = '|Yes|No';
const cancelQuestion = `Do you really want to cancel order 54321?${yesNo}`;
const stornoFrage = 'Möchten Sie die Bestellung 54321 wirklich stornieren?|Ja|Nein';
const lampQuestion = `You chose Desk lamp for €34.50. Shall I order it?${yesNo}`;
const status = '[order-status-v2]';
const confirmation = '[order-confirmation-v3]';
const offers = '[product-offers-v2]';
const support = '[contact-support-v1]';
const help = '[help-v1]';

const cases: Case[] = [
  {
    name: 'the status of an order that the sentence names',
    turns: [['where is my order 12345?', status]],
    end: ['orderStatus', 'shown', { orderId: '12345' }],
  },
  {
    name: 'a bare number is an order',
    turns: [['#777', status]],
    end: ['orderStatus', 'shown', { orderId: '777' }],
  },
  {
    name: 'who changes his mind about an order that he names is asked whether to cancel it',
    turns: [['I changed my mind about 54321', cancelQuestion]],
    end: null,
  },
  {
    name: 'an order that is not to be cancelled is shown',
    turns: [["don't cancel 54321, just tell me where it is", status]],
    end: ['orderStatus', 'shown', { orderId: '54321' }],
  },
  {
    name: 'the order number is asked for',
    turns: [
      ['where is my order', en.askOrder],
      ['ORD-12345', status],
    ],
    end: ['orderStatus', 'shown', { orderId: '12345' }],
  },
  {
    name: 'an answer in a sentence is an answer',
    turns: [
      ['where is my order', en.askOrder],
      ['my order number is 12345, thank you', status],
    ],
    end: ['orderStatus', 'shown', { orderId: '12345' }],
  },
  {
    name: 'an unknown order is asked for again',
    turns: [
      ['where is order 999', en.orderNotFound('999')],
      ['12345', status],
    ],
    end: ['orderStatus', 'shown', { orderId: '12345' }],
  },
  {
    name: 'after two retries somebody can help',
    turns: [
      ['where is my order', en.askOrder],
      ['hm', en.orderNotRead],
      ['999', en.orderNotFound('999')],
      ['me@example.com', en.orderGivenUp, support],
    ],
    end: ['contactSupport', 'shown'],
  },
  {
    name: 'help in a question explains and asks again',
    turns: [
      ['where is my order', en.askOrder],
      ['help', en.helpInQuestion, en.askOrder],
      ['12345', status],
    ],
    end: ['orderStatus', 'shown', { orderId: '12345' }],
  },
  {
    name: 'cancel in a question stops',
    turns: [
      ['where is my order', en.askOrder],
      ['cancel', en.stopped],
    ],
    end: ['cancel', 'stopped'],
  },
  {
    name: 'another wish in a question is followed',
    turns: [
      ['where is my order', en.askOrder],
      ['show me your offers', offers, en.askProduct],
    ],
    end: null,
  },
  {
    name: 'a person in a question is followed',
    turns: [
      ['cancel my order', en.askOrder],
      ['I want to talk to somebody', support],
    ],
    end: ['contactSupport', 'shown'],
  },
  {
    name: 'a click on an older card in a question is followed',
    turns: [
      ['cancel my order', en.askOrder],
      ['order.track:777', status],
    ],
    end: ['orderStatus', 'shown', { orderId: '777' }],
  },
  {
    name: 'a strange payload in a question is no answer',
    turns: [
      ['cancel my order', en.askOrder],
      ['order.delete:54321', en.orderNotRead],
    ],
    end: null,
  },
  {
    name: 'the confirmation of an order',
    turns: [
      ['show my order confirmation', en.askOrder],
      ['12345', confirmation],
    ],
    end: ['orderConfirmation', 'shown', { orderId: '12345' }],
  },
  {
    name: 'the confirmation of a cancelled order is its status',
    turns: [['order confirmation for 4040', status]],
    end: ['orderConfirmation', 'shown', { orderId: '4040' }],
  },
  {
    name: 'cancelling an order asks first',
    turns: [
      ['please cancel order 54321', cancelQuestion],
      ['yes please', en.cancelled('54321'), status],
      ['order.cancel:54321', en.tooLate.cancelled('54321')],
    ],
    end: ['cancelOrder', 'tooLate', { orderId: '54321' }],
  },
  {
    name: 'the click "cancel order" asks first, and no is no',
    turns: [
      ['order.cancel:54321', cancelQuestion],
      ['No', en.kept('54321')],
    ],
    end: ['cancelOrder', 'declined', { orderId: '54321' }],
  },
  {
    name: 'a yes that also names the order is a yes',
    turns: [
      ['order.cancel:54321', cancelQuestion],
      ['yes, cancel order 54321', en.cancelled('54321'), status],
    ],
    end: ['cancelOrder', 'cancelled', { orderId: '54321' }],
  },
  {
    name: 'two unclear answers are asked again, the third changes nothing',
    turns: [
      ['order.cancel:54321', cancelQuestion],
      ['maybe', `${en.yesOrNo} ${cancelQuestion}`],
      ['I do not know', `${en.yesOrNo} ${cancelQuestion}`],
      ['maybe', en.kept('54321')],
    ],
    end: ['cancelOrder', 'declined', { orderId: '54321' }],
  },
  {
    name: '"cancel" at the question stops, and the order stays',
    turns: [
      ['order.cancel:54321', cancelQuestion],
      ['cancel', en.stopped],
      ['order.cancel:54321', cancelQuestion],
    ],
    end: null,
  },
  {
    name: 'help at the question asks it again',
    turns: [
      ['order.cancel:54321', cancelQuestion],
      ['help', en.helpInQuestion, cancelQuestion],
    ],
    end: null,
  },
  {
    name: 'a shipped order cannot be cancelled',
    turns: [['order.cancel:12345', en.tooLate.shipped('12345')]],
    end: ['cancelOrder', 'tooLate', { orderId: '12345' }],
  },
  {
    name: 'a delivered order cannot be cancelled',
    turns: [['order.cancel:777', en.tooLate.delivered('777')]],
    end: ['cancelOrder', 'tooLate', { orderId: '777' }],
  },
  {
    name: 'an offer is chosen by a click, ordered after a yes, and tracked from its confirmation',
    turns: [
      ['show me your offers', offers, en.askProduct],
      ['product.choose:LP-10', lampQuestion],
      ['Yes', en.ordered('90001'), confirmation],
      ['track:90001', status],
    ],
    end: ['orderStatus', 'shown', { orderId: '90001' }],
  },
  {
    name: 'an offer is chosen by its name',
    turns: [
      ['show me your offers', offers, en.askProduct],
      ['the desk lamp', lampQuestion],
      ['yes', en.ordered('90001'), confirmation],
    ],
    end: ['productOffers', 'ordered', { sku: 'LP-10', orderId: '90001' }],
  },
  ...['3', '3.', 'LP-10', ' lp-10 '].map(
    (said): Case => ({
      name: `an offer is chosen by "${said}"`,
      turns: [
        ['show me your offers', offers, en.askProduct],
        [said, lampQuestion],
        ['yes', en.ordered('90001'), confirmation],
      ],
      end: ['productOffers', 'ordered', { sku: 'LP-10', orderId: '90001' }],
    }),
  ),
  ...['3', 'KB-75'].map(
    (said): Case => ({
      name: `German, an offer is chosen by "${said}" after one that was not understood`,
      locale: 'de',
      turns: [
        ['Angebote', offers, de.askProduct],
        ['hm', de.productNotRead],
        [
          said,
          said === '3'
            ? `${de.askPurchase('Desk lamp', '34,50\u00a0€')}|Ja|Nein`
            : `${de.askPurchase('Compact keyboard', '59,00\u00a0€')}|Ja|Nein`,
        ],
      ],
      end: null,
    }),
  ),
  {
    name: 'a place that no offer has is asked for again, and an order number leads to its order',
    turns: [
      ['show me your offers', offers, en.askProduct],
      ['7', en.productNotRead],
      ['777', status],
    ],
    end: ['orderStatus', 'shown', { orderId: '777' }],
  },
  {
    name: 'a sku is no answer where an order number is asked for',
    turns: [
      ['menu:orders', en.askOrder],
      ['LP-10', en.orderNotRead],
    ],
    end: null,
  },
  {
    name: 'another offer may be clicked at the question',
    turns: [
      ['product.choose:KB-75', `You chose Compact keyboard for €59.00. Shall I order it?${yesNo}`],
      ['product.choose:LP-10', lampQuestion],
      ['no', en.notOrdered],
    ],
    end: ['productOffers', 'declined', { sku: 'LP-10' }],
  },
  {
    name: 'an offer that is gone shows the others',
    turns: [['product.choose:OLD-1', en.productGone, offers, en.askProduct]],
    end: null,
  },
  {
    name: 'no offer chosen after two retries ends in peace',
    turns: [
      ['menu:offers', offers, en.askProduct],
      ['hm', en.productNotRead],
      ['hmm', en.productNotRead],
      ['hmmm', en.productGivenUp],
    ],
    end: ['productOffers', 'declined'],
  },
  ...[
    'cancel it',
    'please cancel it',
    'cancel that order',
    'actually please cancel that one',
    'cancel my order',
    'cancel this',
    'please cancel 54321',
    'cancel 54321',
  ].map(
    (said): Case => ({
      name: `"${said}" after an order means that order`,
      turns: [
        ['54321', status],
        [said, cancelQuestion],
      ],
      end: null,
    }),
  ),
  ...[
    'storniere sie',
    'die bitte stornieren',
    'bitte stornieren Sie diese Bestellung',
    '54321 stornieren',
  ].map(
    (said): Case => ({
      name: `"${said}" after an order means that order`,
      locale: 'de',
      turns: [
        ['54321', status],
        [said, stornoFrage],
      ],
      end: null,
    }),
  ),
  ...['where is it now', 'wo ist sie jetzt', 'wann kommt sie', 'where is my order'].map(
    (said): Case => ({
      name: `"${said}" after an order shows that order again`,
      turns: [
        ['54321', status],
        [said, status],
      ],
      end: ['orderStatus', 'shown', { orderId: '54321' }],
    }),
  ),
  {
    name: 'another order is asked for, and a click asks, too',
    turns: [
      ['54321', status],
      ['where is my other order', en.askOrder],
      ['777', status],
      ['menu:orders', en.askOrder],
    ],
    end: null,
  },
  {
    name: 'the order that was bought is remembered',
    turns: [
      ['product.choose:LP-10', lampQuestion],
      ['👍', en.ordered('90001'), confirmation],
      ['cancel it', `Do you really want to cancel order 90001?${yesNo}`],
    ],
    end: null,
  },
  ...['cancel 54321', 'please cancel 54321', 'bitte 54321 stornieren'].map(
    (said): Case => ({
      name: `"${said}" stops an order, not the dialog`,
      turns: [[said, said.startsWith('bitte') ? stornoFrage : cancelQuestion]],
      end: null,
    }),
  ),
  {
    name: 'an order to cancel, named where another number is asked for',
    turns: [
      ['where is my order', en.askOrder],
      ['cancel 54321', cancelQuestion],
      ['n', en.kept('54321')],
    ],
    end: ['cancelOrder', 'declined', { orderId: '54321' }],
  },
  {
    name: 'a yes that names another order is no yes',
    turns: [
      ['order.cancel:54321', cancelQuestion],
      ['yes, cancel order 777', en.tooLate.delivered('777')],
    ],
    end: ['cancelOrder', 'tooLate', { orderId: '777' }],
  },
  {
    name: '"cancel it" at the question is asked again: it may mean either',
    turns: [
      ['order.cancel:54321', cancelQuestion],
      ['cancel it', `${en.yesOrNo} ${cancelQuestion}`],
    ],
    end: null,
  },
  {
    name: '"cancel" alone after an order has nothing to stop',
    turns: [
      ['54321', status],
      ['never mind', en.nothingToStop],
    ],
    end: null,
  },
  { name: 'the quick reply for orders', turns: [['menu:orders', en.askOrder]], end: null },
  { name: 'the button for support', turns: [['support', support]], end: ['contactSupport', 'shown'] },
  {
    name: 'wanting somebody, about an order',
    turns: [['I want to talk to somebody about order 12345', support]],
    end: ['contactSupport', 'shown', { orderId: '12345' }],
  },
  {
    name: 'the hand-off is said and sent',
    turns: [['handoff', en.handoff, '<handoff.initiate>']],
    end: ['handoff', 'handedOff'],
  },
  { name: 'help shows what there is and waits', turns: [['help', help]], end: null },
  {
    name: 'a sentence that is not understood but names an order gets the choice of what to do with it',
    turns: [
      [
        'où est ma commande 54321 ?',
        'Order 54321: what would you like to do?|order.track:54321|order.confirm:54321|order.cancel:54321|support',
      ],
      ['order.track:54321', status],
    ],
    end: ['orderStatus', 'shown', { orderId: '54321' }],
  },
  {
    name: 'a sentence that is not understood and names no order of ours is not understood',
    turns: [['où est ma commande 99999 ?', en.notUnderstood, help]],
    end: null,
  },
  {
    name: 'cancel beside an order number means the order, not the dialog',
    turns: [['This is about order 54321. Please cancel it, I do not want it anymore', cancelQuestion]],
    end: null,
  },
  {
    name: 'two orders in one sentence are both shown',
    turns: [['where are orders 12345 and 54321', status, status]],
    end: ['orderStatus', 'shown', { orderId: '54321' }],
  },
  {
    name: 'the second wish of a sentence begins when the first has ended',
    turns: [
      ['cancel order 54321 and show me your offers', 'Do you really want to cancel order 54321?|Yes|No'],
      ['no', 'All right, order 54321 stays as it is.', offers, en.askProduct],
      ['stop', en.stopped],
    ],
    end: ['cancel', 'stopped'],
  },
  {
    name: 'who stops the first wish of a sentence is not asked about the second',
    turns: [
      ['cancel my order and show me your offers', en.askOrder],
      ['stop', en.stopped],
    ],
    end: ['cancel', 'stopped'],
  },
  {
    name: 'a greeting and a question who is talking are answered during a question',
    turns: [
      ['where is my order', en.askOrder],
      ['hi there', en.hello, en.askOrder],
      ['are you a robot?', en.identity, en.askOrder],
      ['12345', status],
    ],
    end: ['orderStatus', 'shown', { orderId: '12345' }],
  },
  {
    name: 'who has no order number at hand is led to a person',
    turns: [
      ['where is my order', en.askOrder],
      ["I don't have it right now", en.orderNotAtHand, support],
    ],
    end: ['contactSupport', 'shown'],
  },
  {
    name: 'a return is for a person',
    turns: [['I want to return my shoes', en.returns, support]],
    end: ['contactSupport', 'shown'],
  },
  { name: 'a greeting is answered with what there is', turns: [['hello', en.greeting, help]], end: null },
  { name: 'cancel with nothing to cancel', turns: [['cancel', en.nothingToStop]], end: null },
  { name: 'thanks', turns: [['thank you very much', en.thanks]], end: ['thanks', 'said'] },
  {
    name: 'the third misunderstanding in a row leads to a person',
    turns: [
      ['sing me a song', en.notUnderstood, help],
      ['order.delete:1', en.notUnderstood, help],
      ['what is the weather like', en.stillNotUnderstood, support],
    ],
    end: ['contactSupport', 'shown'],
  },
  {
    name: 'something understood in between starts the count again',
    turns: [
      ['sing me a song', en.notUnderstood, help],
      ['sing me a song', en.notUnderstood, help],
      ['help', help],
      ['sing me a song', en.notUnderstood, help],
      ['sing me a song', en.notUnderstood, help],
    ],
    end: null,
  },
  { name: 'an empty message', turns: [['', en.notUnderstood, help]], end: null },
  {
    name: 'German, from the question to the cancelled order',
    locale: 'de-AT',
    turns: [
      ['Bestellung stornieren', 'Wie lautet Ihre Bestellnummer? Zum Beispiel: 12345'],
      [
        'Hilfe',
        'Beantworten Sie die Frage, oder schreiben Sie „abbrechen“, um aufzuhören, oder „Support“, um mit jemandem zu sprechen.',
        'Wie lautet Ihre Bestellnummer? Zum Beispiel: 12345',
      ],
      ['54321', 'Möchten Sie die Bestellung 54321 wirklich stornieren?|Ja|Nein'],
      ['Ja', 'Die Bestellung 54321 ist storniert.', status],
    ],
    end: ['cancelOrder', 'cancelled', { orderId: '54321' }],
  },
  {
    name: 'German, stopped',
    locale: 'de',
    turns: [
      ['Wo ist meine Bestellung?', 'Wie lautet Ihre Bestellnummer? Zum Beispiel: 12345'],
      ['abbrechen', 'In Ordnung, ich habe abgebrochen.'],
    ],
    end: ['cancel', 'stopped'],
  },
  {
    name: 'German, a person',
    locale: 'de',
    turns: [['Support', support]],
    end: ['contactSupport', 'shown'],
  },
];

for (const { name, locale, turns, end } of cases) {
  test(name, async () => {
    const conversation = new Conversation(locale === undefined ? {} : { locale });
    for (const [said, ...replies] of turns) {
      assert.deepEqual((await conversation.send(said)).map(brief), replies, said);
    }
    const { intent, parameters, entities } = conversation.outcome ?? {};
    if (end === null) assert.equal(intent, undefined);
    else assert.deepEqual([intent, parameters?.result, entities], [end[0], end[1], end[2] ?? {}]);
  });
}

test('what is said is plain text: names from the order system are never read as Markdown', async () => {
  const conversation = new Conversation();
  for (const said of ['where is my order', 'cancel', 'order.cancel:54321', 'maybe', 'yes', 'hm']) {
    for (const { text, textFormat } of await conversation.send(said)) {
      if (text !== undefined) assert.equal(textFormat, 'plain', text);
    }
  }
});

test('the hand-off event says why, in flat strings', async () => {
  const [, event] = await new Conversation({ locale: 'de' }).send('handoff');
  assert.deepEqual(event?.value, { intent: 'handoff', reason: 'customerRequest', language: 'de' });
});
