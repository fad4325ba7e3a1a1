import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Middleware } from 'botbuilder';
import type { ErrorCode } from '../../cards/errors.ts';
import { CodedError, errorCodes } from '../../cards/errors.ts';
import type { OrderSource } from '../../dialogs/orders/orderSource.ts';
import { OrdersUnavailable } from '../../dialogs/orders/orderSource.ts';
import { SampleOrders } from '../../dialogs/orders/sampleOrders.ts';
import { de, en } from './allTexts.ts';
import { brief, Conversation, noon } from './conversation.ts';

/** Refuses every card, as the card middleware does. */
function refusing(error: Error): Middleware {
  return {
    async onTurn(context, next) {
      context.onSendActivities(async (_, activities, send) => {
        if (activities.some((activity) => activity.attachments?.length)) throw error;
        return send();
      });
      await next();
    },
  };
}

function away(...calls: (keyof OrderSource)[]): OrderSource {
  const orders = new SampleOrders(noon);
  const fail = async () => Promise.reject(new OrdersUnavailable('away'));
  return Object.assign(orders, Object.fromEntries(calls.map((call) => [call, fail])));
}

const answered = (Object.keys(errorCodes) as ErrorCode[]).filter((code) =>
  /^(template|card|genesys)\./.test(code),
);

for (const code of [...answered, 'store.full'] as const) {
  test(`a card refused with ${code} is answered with a sentence that offers a person`, async () => {
    const conversation = new Conversation({ middlewares: [refusing(new CodedError(code, 'no'))] });
    assert.deepEqual((await conversation.send('where is my order 12345')).map(brief), [en.cardRefused]);
    assert.deepEqual(conversation.outcome, {
      intent: 'orderStatus',
      entities: { orderId: '12345' },
      parameters: { result: 'refused', status: 'shipped' },
    });
    assert.match(en.cardRefused, /"support"/);
  });
}

const refusedTurns: readonly [said: string, ...replies: string[]][] = [
  ['support', en.cardRefused],
  ['help', en.cardRefused],
  ['menu:offers', en.cardRefused],
  ['order confirmation 12345', en.cardRefused],
  ['sing me a song', en.notUnderstood, en.cardRefused],
];

for (const [said, ...replies] of refusedTurns) {
  test(`"${said}" is answered although its card is refused`, async () => {
    const middlewares = [refusing(new CodedError('genesys.unavailable', 'no'))];
    assert.deepEqual((await new Conversation({ middlewares }).send(said)).map(brief), replies);
  });
}

test('the hand-off works while cards are refused', async () => {
  const middlewares = [refusing(new CodedError('genesys.rejected', 'no'))];
  const replies = await new Conversation({ middlewares }).send('handoff');
  assert.deepEqual(replies.map(brief), [en.handoff, '<handoff.initiate>']);
});

test('a refused card is answered in German', async () => {
  const middlewares = [refusing(new CodedError('card.limit', 'no'))];
  const replies = await new Conversation({ locale: 'de', middlewares }).send('12345');
  assert.deepEqual(replies.map(brief), [de.cardRefused]);
});

for (const error of [new CodedError('store.unavailable', 'no'), new Error('a fault of ours')]) {
  test(`other errors go on to the adapter: ${error.message}`, async () => {
    await assert.rejects(
      new Conversation({ middlewares: [refusing(error)] }).send('12345'),
      new RegExp(error.message),
    );
  });
}

test('orders that cannot be read are said to be away, and the next message is a new one', async () => {
  for (const said of ['12345', 'order confirmation 12345', 'cancel order 54321']) {
    const conversation = new Conversation({ orders: away('find') });
    assert.deepEqual((await conversation.send(said)).map(brief), [en.ordersAway], said);
    assert.equal(conversation.outcome?.parameters.result, 'unavailable');
    assert.deepEqual((await conversation.send('support')).map(brief), ['[contact-support-v1]']);
  }
});

test('orders that go away in the middle of a question are said to be away', async () => {
  const conversation = new Conversation({ orders: away('find') });
  await conversation.send('where is my order');
  assert.deepEqual((await conversation.send('12345')).map(brief), [en.ordersAway]);
  assert.deepEqual(conversation.outcome, {
    intent: 'orderStatus',
    entities: {},
    parameters: { result: 'unavailable' },
  });
});

test('offers that cannot be read are said to be away', async () => {
  const replies = await new Conversation({ orders: away('offers') }).send('show me your offers');
  assert.deepEqual(replies.map(brief), [en.ordersAway]);
});

test('no offers is a sentence', async () => {
  const orders = Object.assign(new SampleOrders(noon), { offers: async () => [] });
  const conversation = new Conversation({ orders });
  assert.deepEqual((await conversation.send('menu:offers')).map(brief), [en.noOffers]);
  assert.equal(conversation.outcome?.parameters.result, 'noOffers');
});

test('a change without an answer is not said to have worked, nor to have failed', async () => {
  const orders = away('cancel', 'place');
  for (const click of ['order.cancel:54321', 'product.choose:LP-10']) {
    const conversation = new Conversation({ orders });
    await conversation.send(click);
    assert.deepEqual((await conversation.send('yes')).map(brief), [en.changeUnsure], click);
    assert.equal(conversation.outcome?.parameters.result, 'unavailable');
  }
});

test('an order that was shipped between question and yes is not said to be cancelled', async () => {
  const orders = new SampleOrders(noon);
  const conversation = new Conversation({ orders });
  await conversation.send('order.cancel:54321');
  Object.assign(orders, { cancel: () => orders.find('12345') });
  assert.deepEqual((await conversation.send('yes')).map(brief), [en.tooLate.shipped('54321')]);
  assert.equal(conversation.outcome?.parameters.result, 'tooLate');
});

test('a purchase carries the reference that was made with its question', async () => {
  const references: string[] = [];
  const orders = new SampleOrders(noon);
  const place = orders.place.bind(orders);
  Object.assign(orders, {
    place: (sku: string, reference: string) => {
      references.push(reference);
      return place(sku, reference);
    },
  });
  const conversation = new Conversation({ orders });
  await conversation.send('product.choose:LP-10');
  await conversation.send('yes');
  assert.deepEqual(references, ['purchase-1']);
});

test('a fault of the order source is no back-end being away', async () => {
  const orders = Object.assign(new SampleOrders(noon), { find: () => Promise.reject(new Error('a bug')) });
  await assert.rejects(new Conversation({ orders }).send('12345'), /a bug/);
});

test('a message without text, such as a picture, is asked again like any other answer', async () => {
  const conversation = new Conversation();
  await conversation.send('order.cancel:54321');
  const [reply] = await conversation.send(undefined);
  assert.match(reply?.text ?? '', /^Please answer yes or no\./);
  await conversation.send('cancel');
  await conversation.send('menu:orders');
  assert.deepEqual((await conversation.send(undefined)).map(brief), [en.askOrder]);
});
