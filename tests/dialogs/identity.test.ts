import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPostcode } from '../../dialogs/orderDialog.ts';
import { SampleOrders } from '../../dialogs/orders/sampleOrders.ts';
import { de, en } from './allTexts.ts';
import { brief, Conversation, noon } from './conversation.ts';

const identity = { isNeeded: () => true };
const ask = (orderId: string) => en.askPostcode(orderId);
const status = '[order-status-v2]';
const person = [en.notIdentified, '[contact-support-v1]'];

const cases: readonly { name: string; locale?: string; turns: [said: string, ...replies: string[]][] }[] = [
  {
    name: 'an order is shown to whoever knows its postcode, and a second time without a question',
    turns: [
      ['where is my order 12345', ask('12345')],
      ['10115', status],
      ['where is my order 12345', status],
    ],
  },
  {
    name: 'each order has its own postcode',
    turns: [
      ['12345', ask('12345')],
      ['my postcode is 10115', status],
      ['54321', ask('54321')],
    ],
  },
  {
    name: 'a wrong postcode is asked for again, and the right one is taken',
    turns: [
      ['12345', ask('12345')],
      ['10117', en.postcodeWrong],
      ['10115', status],
    ],
  },
  {
    name: 'whoever guesses is led to a person, for the rest of the conversation',
    turns: [
      ['12345', ask('12345')],
      ['10116', en.postcodeWrong],
      ['10117', en.postcodeWrong],
      ['10118', ...person],
      ['54321', ...person],
    ],
  },
  {
    name: 'an order is not cancelled before that',
    turns: [
      ['cancel 54321', ask('54321')],
      ['SW1A 1AA', en.postcodeWrong],
      ['10115', `${en.askCancel('54321')}|Yes|No`],
    ],
  },
  {
    name: 'a click asks, too',
    turns: [['order.track:12345', ask('12345')]],
  },
  {
    name: 'the confirmation asks, too',
    turns: [['order.confirm:12345', ask('12345')]],
  },
  {
    name: 'who does not know it is led to a person',
    turns: [
      ['12345', ask('12345')],
      ["I don't know", ...person],
    ],
  },
  {
    name: 'another wish goes on, and a cancel stops',
    turns: [
      ['12345', ask('12345')],
      ['stop', en.stopped],
      ['12345', ask('12345')],
      ['I want to talk to a person', '[contact-support-v1]'],
    ],
  },
  {
    name: 'an order that was just bought is the customer’s own',
    turns: [
      ['product.choose:LP-10', 'You chose Desk lamp for €34.50. Shall I order it?|Yes|No'],
      ['yes', en.ordered('90001'), '[order-confirmation-v3]'],
      ['where is it now', status],
    ],
  },
  {
    name: 'an order that there is none of is not found, and nobody is asked for its postcode',
    turns: [['99999', en.orderNotFound('99999')]],
  },
  {
    name: 'in German',
    locale: 'de',
    turns: [
      ['wo ist meine Bestellung 12345', de.askPostcode('12345')],
      ['die PLZ ist 10115', status],
    ],
  },
];

for (const { name, locale = 'en', turns } of cases) {
  test(`identity: ${name}`, async () => {
    const conversation = new Conversation({ locale, identity });
    for (const [said, ...replies] of turns)
      assert.deepEqual((await conversation.send(said)).map(brief), replies, said);
  });
}

test('identity: a source that cannot tell leads to a person', async () => {
  const sample = new SampleOrders(noon);
  const orders = {
    find: (orderId: string) => sample.find(orderId),
    cancel: (orderId: string) => sample.cancel(orderId),
    offers: () => sample.offers(),
    place: (sku: string, reference: string) => sample.place(sku, reference),
  };
  const conversation = new Conversation({ identity, orders });
  assert.deepEqual((await conversation.send('12345')).map(brief), person);
});

test('identity: a customer whom the channel has signed in is not asked', async () => {
  const conversation = new Conversation({ identity: { isNeeded: () => false } });
  assert.deepEqual((await conversation.send('12345')).map(brief), [status]);
});

test('identity: a customer who has signed in sees his own orders, and none of somebody else', async () => {
  const signedIn = { isNeeded: () => false, customerOf: () => 'ben' };
  const conversation = new Conversation({ identity: signedIn });
  const turns: [said: string, ...replies: string[]][] = [
    ['777', status],
    ['12345', en.orderNotFound('12345')],
    ['777', status],
    ['cancel 54321', en.orderNotFound('54321')],
    ['stop', en.stopped],
    ['order.track:12345', en.orderNotFound('12345')],
  ];
  for (const [said, ...replies] of turns)
    assert.deepEqual((await conversation.send(said)).map(brief), replies, said);
});

const texts: readonly [text: string, postcode: string | undefined][] = [
  ['10115', '10115'],
  ['D-10115', 'D10115'],
  ['sw1a 1aa', 'SW1A1AA'],
  ['It is 1234 AB.', '1234AB'],
  ['meine Postleitzahl lautet 10115', '10115'],
  ['cancel order 54321', undefined],
  ['hello', undefined],
  ['', undefined],
];
for (const [text, postcode] of texts) {
  test(`"${text}" is ${postcode === undefined ? 'no postcode' : `the postcode ${postcode}`}`, () => {
    assert.equal(readPostcode(text), postcode);
  });
}
