import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { inOneLine, typedCards } from '../cards/formats/webChatCards.ts';
import { type Chromium, launchChromium } from './launchChromium.ts';
import { webChatBundle } from './webChatPackages.ts';

/** What a person sees of a message or of an attachment in Web Chat. */
const readSchema = z.array(z.object({ texts: z.array(z.string()), links: z.array(z.string()) }));
type Read = z.output<typeof readSchema>;

/** A message as Direct Line carries it. */
interface Message {
  readonly text?: string;
  readonly textFormat?: 'plain';
  readonly attachments?: readonly { contentType: string; content: unknown }[];
}

function inGroups<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}

describe('Bot Framework Web Chat', () => {
  const cards = typedCards();
  let browser: Chromium;
  let page: Page;

  before(async () => {
    const bundle = await webChatBundle();
    browser = await launchChromium();
    page = await browser.newPage();
    await page.route('**/*', (route) => route.abort());
    for (const path of [bundle, join(import.meta.dirname, 'readInWebChat.js')])
      await page.addScriptTag({ path });
  });
  after(() => browser?.close());

  /** Web Chat draws its whole conversation again for each message, so that a short one is read faster. */
  async function read(messages: readonly Message[]): Promise<Read> {
    const groups = [];
    for (const group of inGroups(messages, 30))
      groups.push(readSchema.parse(await page.evaluate(`readInWebChat(${JSON.stringify(group)})`)));
    return groups.flat();
  }

  function faultsOf(all: Read, typed: readonly (readonly string[])[]): string[] {
    return all.flatMap(({ texts, links }, i) => [
      ...(typed[i] ?? []).flatMap((text, k) =>
        inOneLine(text) === inOneLine(texts[k] ?? '') ? [] : [`${texts[k]} for ${text}`],
      ),
      ...links.map((url) => `a link to ${url} in ${typed[i]?.[0]}`),
    ]);
  }

  it('shows each text of a card as it was typed, and links none', async () => {
    const attachments = cards.map(({ content }) => ({
      contentType: 'application/vnd.microsoft.card.adaptive',
      content,
    }));
    const all = await read(inGroups(attachments, 25).map((group) => ({ attachments: group })));
    assert.equal(all.length, cards.length);
    assert.deepEqual(
      faultsOf(
        all,
        cards.map(({ typed }) => typed),
      ),
      [],
    );
  });

  it('shows each plain text of a message as it was typed, and links none', async () => {
    // Web Chat does not read these as Markdown: every fifth text says it.
    const texts = cards.flatMap(({ typed }, i) => (i % 5 === 0 ? (typed[1] ?? []) : []));
    const all = await read(texts.map((text) => ({ text, textFormat: 'plain' })));
    assert.equal(all.length, texts.length);
    assert.deepEqual(
      faultsOf(
        all,
        texts.map((text) => [text]),
      ),
      [],
    );
  });
});
