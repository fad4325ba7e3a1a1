import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Texts } from '../../dialogs/languages.ts';
import { texts as offers } from '../../dialogs/productOffers/texts.ts';
import { sayDifferently } from '../../dialogs/say.ts';
import { de } from '../../dialogs/texts/de.ts';
import { en } from '../../dialogs/texts/en.ts';
import { Conversation } from './conversation.ts';

const cases: readonly { text: string; said: string[]; expected: string | undefined; texts?: Texts }[] = [
  { text: en.notUnderstood, said: [], expected: en.notUnderstood },
  { text: en.notUnderstood, said: [en.notUnderstood], expected: en.again.notUnderstood[0] },
  {
    text: offers.de.productNotRead,
    said: [offers.de.productNotRead],
    expected: offers.de.again.productNotRead[0],
    texts: de,
  },
  { text: de.thanks, said: [de.thanks], expected: de.again.thanks[0], texts: de },
  { text: en.askOrder, said: [en.askOrder], expected: `Once more: ${en.askOrder}` },
  { text: en.askOrder, said: [en.askOrder, 'something else'], expected: `Once more: ${en.askOrder}` },
];

for (const { text, said, expected, texts = en } of cases) {
  test(`after ${JSON.stringify(said)} "${text}" is said as "${expected}"`, () => {
    assert.equal(sayDifferently(text, said, texts), expected);
  });
}

test('when all ways were said, the one said longest ago is said', () => {
  const ways = [en.askOrder, ...en.onceMore.map((beginning) => `${beginning}${en.askOrder}`)];
  assert.equal(sayDifferently(en.askOrder, [...ways].reverse(), en), ways.at(-1));
});

for (const locale of ['en', 'de']) {
  test(`in a conversation no text stands twice in a row: ${locale}`, async () => {
    const conversation = new Conversation({ locale, isVaried: true });
    const texts: string[] = [];
    for (const said of ['hello', 'hello', 'cancel', 'cancel', 'cancel', 'thanks', 'thanks', 'thanks']) {
      for (const { text } of await conversation.send(said)) if (text) texts.push(text);
    }
    assert.deepEqual(new Set(texts).size, texts.length, texts.join('\n'));
  });
}
