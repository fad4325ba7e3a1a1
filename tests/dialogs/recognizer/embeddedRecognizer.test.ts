import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupExamplesByIntent } from '../../../dialogs/allWishes.ts';
import { EmbeddedRecognizer } from '../../../dialogs/recognizer/embeddedRecognizer.ts';
import { type IntentWeights, listFeatures, trainIntents } from '../../../dialogs/recognizer/intentModel.ts';
import trained from '../../../dialogs/recognizer/intentWeights.json' with { type: 'json' };
import { heldOut } from './utterances.ts';

const intents = groupExamplesByIntent();
const recognizer = new EmbeddedRecognizer();
const cases = Object.entries(heldOut).flatMap(([intent, texts]) => texts.map((text) => ({ intent, text })));

test('at least 90 % of the held-out sentences are understood', () => {
  const wrong = cases.filter(({ intent, text }) => recognizer.recognize(text).intent !== intent);
  const accuracy = 1 - wrong.length / cases.length;
  assert.ok(accuracy >= 0.9, `${accuracy}: ${wrong.map(({ text }) => text).join(' | ')}`);
});

test('at least 8 of 10 sentences of each intent are understood', () => {
  for (const [intent, texts] of Object.entries(heldOut)) {
    const right = texts.filter((text) => recognizer.recognize(text).intent === intent).length;
    assert.ok(right / texts.length >= 0.8, `${intent}: ${right} of ${texts.length}`);
  }
});

test('the held-out sentences are enough, and none of them is an example', () => {
  const known = new Set(
    Object.values(intents)
      .flat()
      .map((text) => listFeatures(text).join(' ')),
  );
  assert.deepEqual(
    cases.filter(({ text }) => known.has(listFeatures(text).join(' '))).map(({ text }) => text),
    [],
  );
  assert.ok(cases.length >= 60);
  assert.ok((heldOut.none ?? []).length >= 15);
});

test('every intent has at least 12 examples, and no example stands for two intents', () => {
  const seen = new Map<string, string>();
  for (const [intent, texts] of Object.entries(intents)) {
    assert.ok(texts.length >= 12, intent);
    for (const text of texts) {
      assert.equal(seen.get(text.toLowerCase()), undefined, `${text}: ${intent}`);
      seen.set(text.toLowerCase(), intent);
    }
  }
});

test('the weights are those that training gives: run `npm run train` after a change of examples', () => {
  const again = trainIntents(intents);
  assert.deepEqual([trained.labels, trained.features], [again.labels, again.features]);
  const numbers = ({ idf, bias, weights }: IntentWeights) => [...idf, ...bias, ...weights.flat()];
  const [kept, made] = [numbers(trained), numbers(again)];
  assert.equal(kept.length, made.length);
  // Written with three decimals; another machine's last digits may differ.
  for (const [i, number] of kept.entries()) assert.ok(Math.abs(number - (made[i] ?? Number.NaN)) < 0.001);
});

test('the sentence of the readme is an order status with its order number', () => {
  const { intent, score, entities } = recognizer.recognize('where is my order 12345?');
  assert.equal(intent, 'orderStatus');
  assert.deepEqual(entities, { orderId: '12345' });
  assert.ok(score > 0.4 && score <= 1);
});

test('a bare order number is an order status for sure', () => {
  for (const text of ['12345', '#12345', 'ORD-12345']) {
    assert.deepEqual(recognizer.recognize(text), {
      intent: 'orderStatus',
      score: 1,
      entities: { orderId: '12345' },
    });
  }
});

test('payloads are read by rule', () => {
  assert.equal(recognizer.recognize('order.cancel:54321').intent, 'cancelOrder');
  assert.equal(recognizer.recognize('order.delete:54321').intent, 'none');
});

test('nothing, noise and foreign alphabets are none', () => {
  for (const text of ['', '   ', '?!', '😀😀😀', 'ŵƣǿŧȟ', '这是什么', 'абракадабра', '\u0000\u202e']) {
    assert.equal(recognizer.recognize(text).intent, 'none', text);
  }
});

test('the model reads the first 500 characters; the order number may stand after them', () => {
  const long = `where is my parcel ${'x '.repeat(250)}my order is 12345`;
  const { entities, ...rest } = recognizer.recognize(long);
  assert.deepEqual(entities, { orderId: '12345' });
  assert.deepEqual(recognizer.recognize(long.slice(0, 500)), { ...rest, entities: {} });
});

test('case, accents, umlauts written out, and punctuation do not change the intent', () => {
  for (const text of ['BESTELLUNG STORNIEREN!!!', 'bestellung stornieren', 'Bestellung... stornieren']) {
    assert.equal(recognizer.recognize(text).intent, 'cancelOrder');
  }
  assert.equal(recognizer.recognize('Bestellbestaetigung').intent, 'orderConfirmation');
});
