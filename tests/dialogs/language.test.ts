import assert from 'node:assert/strict';
import { test } from 'node:test';
import { de } from '../../dialogs/texts/de.ts';
import { en } from '../../dialogs/texts/en.ts';
import { Conversation, cardOf } from './conversation.ts';

const cases: readonly { name: string; locale?: string; turns: [said: string, answer: string][] }[] = [
  {
    name: 'without a locale from the channel the customer is answered in the language that he writes',
    turns: [
      ['Wo ist meine Bestellung?', de.askOrder],
      ['99999', de.orderNotFound('99999')],
    ],
  },
  { name: 'without a locale one word is enough to guess', turns: [['Bestellstatus bitte', de.askOrder]] },
  {
    name: 'without a locale a word of the other language does not turn a conversation',
    turns: [
      ['Wo ist meine Bestellung?', de.askOrder],
      ['cancel', de.stopped],
    ],
  },
  {
    name: 'a clear German sentence is answered in German, although the browser is English',
    locale: 'en-US',
    turns: [
      ['Wo ist meine Bestellung?', de.askOrder],
      ['stop', de.stopped],
    ],
  },
  {
    name: 'a clear English sentence is answered in English, although the browser is German',
    locale: 'de-AT',
    turns: [['where is my order please', en.askOrder]],
  },
  {
    name: 'a word does not turn the language of the channel',
    locale: 'de-AT',
    turns: [['track', de.askOrder]],
  },
  {
    name: 'a customer may change the language',
    turns: [
      ['Wo ist meine Bestellung?', de.askOrder],
      ['where is my order then?', en.orderNotRead],
    ],
  },
  { name: 'a language that we do not speak is answered in English', turns: [['¿dónde?', en.notUnderstood]] },
];

for (const { name, locale = '', turns } of cases) {
  test(name, async () => {
    const conversation = new Conversation({ locale });
    for (const [said, answer] of turns) {
      const [first] = await conversation.send(said);
      assert.equal(first?.text, answer, said);
    }
  });
}

test('the card of a click is in the language of the conversation, with the region of the channel', async () => {
  const conversation = new Conversation({ locale: 'de-AT' });
  await conversation.send('Wo ist meine Bestellung?');
  assert.equal(cardOf((await conversation.send('track:12345'))[0])?.locale, 'de-AT');
  const other = new Conversation({ locale: 'en-GB' });
  await other.send('Wo ist meine Bestellung?');
  assert.equal(cardOf((await other.send('track:12345'))[0])?.locale, 'de');
});
