import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EmbeddedRecognizer } from '../../../dialogs/recognizer/embeddedRecognizer.ts';
import type { Recognized } from '../../../dialogs/recognizer/intentRecognizer.ts';

const recognizer = new EmbeddedRecognizer();

/** What was read, flat: `intent#order`. */
function flat({ intent, entities, further = [] }: Recognized): string[] {
  const { orderId } = entities;
  return [orderId === undefined ? intent : `${intent}#${orderId}`, ...further.flatMap(flat)];
}

const cases: readonly [sentence: string, wishes: readonly string[]][] = [
  ['where is order 12345', ['orderStatus#12345']],
  ['where are orders 12345 and 54321', ['orderStatus#12345', 'orderStatus#54321']],
  ['Wo sind Bestellung 12345 und 54321', ['orderStatus#12345', 'orderStatus#54321']],
  ['where is 12345 and cancel 54321', ['orderStatus#12345', 'cancelOrder#54321']],
  ['cancel orders 12345 and 54321', ['cancelOrder#12345', 'cancelOrder#54321']],
  ['track 12345 and show me the offers', ['orderStatus#12345', 'productOffers']],
  ['Wo ist 12345 und was habt ihr im Angebot?', ['orderStatus#12345', 'productOffers']],
  ['cancel my order 54321 and let me talk to a person', ['contactSupport', 'cancelOrder#54321']],
  ['Bestellung 12345 doch nicht, bitte stornieren', ['cancelOrder#12345']],
  ['cancel order no. 12345, please', ['cancelOrder#12345']],
  ['Ich habe Bestellung 12345 und möchte sie zurückgeben', ['returns#12345']],
  ['Where is order 12345? I want to cancel my order', ['orderStatus#12345', 'cancelOrder#12345']],
  ['order no. 12345 still nothing, its been 9 days', ['orderStatus#12345']],
  ["don't cancel 54321, just tell me where it is", ['orderStatus#54321']],
  ['please do not cancel order 54321', ['orderStatus#54321']],
  ['I changed my mind, cancel order 12345', ['cancelOrder#12345']],
  ['on second thought, cancel 777', ['cancelOrder#777']],
  ['nach langem Hin und Her: 777 stornieren', ['cancelOrder#777']],
  ['I changed my mind, cancel', ['cancel']],
  ['Auftrag 12345', ['orderStatus#12345']],
  ['ord12345', ['orderStatus#12345']],
  ['order12345?', ['orderStatus#12345']],
  ['bitte 54321 nicht stornieren', ['orderStatus#54321']],
  ['storniere die 54321 nicht', ['orderStatus#54321']],
  ['54321 stornieren bitte, nicht 12345', ['cancelOrder#54321']],
  ['I meant order 12345, not order 54321', ['orderStatus#12345']],
  ['it is not 12345', ['orderStatus#12345']],
  ["why can't I cancel 54321", ['cancelOrder#54321']],
  ['was 54321 cancelled', ['orderStatus#54321']],
  ['I never cancelled 54321, why is it cancelled', ['orderStatus#54321']],
  ['wurde 54321 storniert?', ['orderStatus#54321']],
  ['Hello, where is my order?', ['orderStatus']],
  ['Guten Tag, ich möchte mit jemandem sprechen', ['contactSupport']],
  [`${'I was very happy with this shop. '.repeat(8)}Where is my order 12345, and cancel it.`, ['*#12345']],
];

for (const [sentence, wishes] of cases) {
  test(`"${sentence.slice(-80)}" wants ${wishes.join(', then ')}`, () => {
    const read = flat(recognizer.recognize(sentence));
    const anyIntent = wishes.every((wish) => wish.startsWith('*'));
    assert.deepEqual(anyIntent ? read.map((wish) => wish.replace(/^\w+/, '*')) : read, wishes);
  });
}
