import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { replyMessages } from '../../bot/channels/botConnector/turn/replyMessages.ts';
import type { GenesysCard, GenesysMessage } from '../../cards/formats/genesysMessage.ts';
import { anyPublicHost } from '../../cards/richText/urlPolicy.ts';
import { type CorpusCard, corpusOfAdaptiveCards } from '../cards/corpora/adaptiveCards.ts';
import { type Chromium, launchChromium } from './launchChromium.ts';

/*
 * Microsoft's own renderer is the judge of what the connectors show of an Adaptive Card: what a person sees there is seen
 * by the Genesys customer, or named in the report; what is hidden there is hidden here.
 */

/**
 * What a person sees of a card: its words in the order of the document, and where each of them stands on the screen; those
 * that only a click shows are opened.
 */
const drawnSchema = z.object({
  words: z.array(
    z.object({ word: z.string(), top: z.number(), left: z.number(), isOpened: z.boolean().optional() }),
  ),
  pictures: z.array(z.string()),
});
type Drawn = z.output<typeof drawnSchema>;

const corpus = corpusOfAdaptiveCards();
let drawn: Drawn[] = [];
let browser: Chromium;

before(async () => {
  browser = await launchChromium();
  const page = await browser.newPage();
  await page.route('**/*', (route) => route.abort());
  const { resolve } = createRequire(import.meta.url);
  const markdown = join(resolve('markdown-it/package.json'), '../dist/browser/markdown-it.umd.min.js');
  for (const path of [
    resolve('adaptivecards/dist/adaptivecards.min.js'),
    markdown,
    join(import.meta.dirname, 'drawAdaptiveCards.js'),
  ])
    await page.addScriptTag({ path });
  const cards = JSON.stringify(corpus.map(({ card }) => card));
  drawn = z.array(drawnSchema).parse(await page.evaluate(`drawAdaptiveCards(${cards})`));
  await page.close();
});
after(() => browser.close());

/** What the Genesys customer sees, in its order. */
function customerSees(messages: readonly GenesysMessage[]): {
  texts: string;
  labels: string[];
  pictures: string[];
} {
  const contents = messages.flatMap((message) => (message.type === 'Text' ? [] : message.content));
  const cards = contents.flatMap((one): GenesysCard[] =>
    one.contentType === 'Card' ? [one.card] : one.contentType === 'Carousel' ? one.carousel.cards : [],
  );
  const replies = contents.flatMap((one) => (one.contentType === 'QuickReply' ? [one.quickReply.text] : []));
  const texts = messages.map((message) =>
    message.type === 'Text' || message.content[0]?.contentType === 'QuickReply'
      ? message.text
      : message.content
          .flatMap((one) =>
            one.contentType === 'Card'
              ? [one.card]
              : one.contentType === 'Carousel'
                ? one.carousel.cards
                : [],
          )
          .map(({ title, description }) => `${title}\n${description}`)
          .join('\n'),
  );
  return {
    texts: texts.join('\n'),
    labels: [...cards.flatMap(({ actions }) => actions.map(({ text }) => text)), ...replies],
    pictures: cards.flatMap(({ image }) => (image === undefined ? [] : [image])),
  };
}

/** The JSON path and the key of each word of a card. */
function placesOf(
  value: unknown,
  path: string,
  key = '',
  found = new Map<string, { path: string; key: string }>(),
) {
  if (typeof value === 'string') {
    const [one] = /w\d+x/.exec(value) ?? [];
    if (one !== undefined) found.set(one, { path, key });
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) placesOf(item, `${path}[${i}]`, key, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) placesOf(item, `${path}.${name}`, name, found);
  }
  return found;
}

const wordsIn = (text: string): string[] => text.match(/w\d+x/g) ?? [];

/** What is wrong with how a card is shown. */
function faultsOf({ card }: CorpusCard, { words, pictures }: Drawn): string[] {
  const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }];
  const { messages, changes, texts } = replyMessages({ type: 'message', attachments }, anyPublicHost);
  const root = '$.attachments[0].content';
  const places = placesOf(card, root);
  const customer = customerSees(messages);
  const seen = [...wordsIn(customer.texts), ...customer.labels.flatMap(wordsIn)];
  const plain = wordsIn(texts.join('\n'));
  const isNamed = (word: string): boolean =>
    changes.some(({ path }) => path !== root && places.get(word)?.path.startsWith(path) === true);
  const faults: string[] = [];
  const visible = words.map(({ word }) => word);
  for (const word of visible) {
    if (!seen.includes(word) && !isNamed(word)) faults.push(`the customer does not see ${word}`);
    if (!plain.includes(word) && !isNamed(word)) faults.push(`the plain text does not hold ${word}`);
  }
  for (const url of pictures)
    if (!customer.pictures.includes(url)) faults.push(`the customer does not see ${url}`);
  for (const url of customer.pictures) if (!pictures.includes(url)) faults.push(`${url} is hidden`);
  const isText = (word: string): boolean =>
    ['text', 'title', 'value', 'label', 'inlines'].includes(places.get(word)?.key ?? '');
  for (const word of new Set([...seen, ...plain]))
    if (isText(word) && !visible.includes(word)) faults.push(`${word} is hidden`);
  const said = wordsIn(customer.texts.replace(/\]\([^)]*\)/g, ']'));
  for (const list of [said, plain])
    for (const [i, word] of list.entries())
      if (isText(word) && list.indexOf(word) !== i && !customer.labels.includes(word))
        faults.push(`${word} is said twice`);
  const known = new Map(
    words.filter(({ isOpened }) => isOpened !== true).map((one, at) => [one.word, { ...one, at }]),
  );
  const order = plain.flatMap((word) => known.get(word) ?? []);
  for (const [i, one] of order.entries()) {
    const before = order[i - 1];
    if (before === undefined) continue;
    const isBefore = one.top < before.top || (one.top === before.top && one.left < before.left);
    if (one.at < before.at && isBefore) faults.push(`${one.word} stands behind ${before.word}`);
  }
  return faults;
}

describe('what the connectors show of Adaptive Cards', () => {
  it('is measured by at least 300 cards', () => {
    assert.ok(corpus.length >= 300);
    assert.ok(drawn.filter(({ words }) => words.length > 0).length >= 300);
  });

  it('is what the reference renderer shows', () => {
    const faults = corpus.flatMap((one, i) => {
      const shown = drawn[i];
      assert.ok(shown);
      return faultsOf(one, shown).map((fault) => `${one.name}: ${fault}`);
    });
    assert.deepEqual(faults, []);
  });

  it('keeps the rows of tables and of columns', () => {
    for (const [i, { name, card }] of corpus.entries()) {
      if (!/^(?:Table|ColumnSet of rows)/.test(name) || / (?:column|actions|toggled)$/.test(name)) continue;
      const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }];
      const lines = replyMessages({ type: 'message', attachments }, anyPublicHost)
        .texts.join('\n')
        .split('\n');
      const words = drawn[i]?.words.filter(({ isOpened }) => isOpened !== true) ?? [];
      for (const one of words) {
        const beside = words.filter(({ top }) => top === one.top).map(({ word }) => word);
        const line = lines.find((text) => text.includes(one.word)) ?? '';
        assert.deepEqual(wordsIn(line), beside, name);
      }
    }
  });
});
