import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import markdownIt from 'markdown-it';
import { checkCard } from '../../../cards/checks/checkedCard.ts';
import { formatAdaptiveCard } from '../../../cards/formats/adaptiveCard.ts';
import { card } from '../../fakes/card.ts';
import { inOneLine, typedCards } from './webChatCards.ts';

/*
 * Web Chat's reader of Markdown with its settings, without a browser; `tests/browser/webChat.long.test.ts` asks Web Chat itself.
 * Source: https://github.com/microsoft/BotFramework-WebChat/blob/main/packages/bundle/src/markdown/renderMarkdown.ts
 */
const reader = markdownIt({ breaks: false, html: true, linkify: true, typographer: true, xhtmlOut: true });

/** What a person sees of Markdown; Web Chat takes `{aria-label=…}` for an attribute. */
function shown(markdown: string): { text: string; links: string[] } {
  const html = reader.render(markdown.replace(/\{\s*aria-label(?:=(?:"[^"]*"|[^\s}]*))?\s*\}/gi, ''));
  const text = html
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"' })[name] ?? '&');
  return { text, links: [...html.matchAll(/<a href="([^"]*)"/g)].map(([, url = '']) => url) };
}

/** The Markdown of a card's elements, in its order. */
function markdownOf(content: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(content, (key, value: unknown) => {
    if (['text', 'title', 'value'].includes(key) && typeof value === 'string') found.push(value);
    return key === 'actions' ? [] : value;
  });
  return found;
}

describe('an Adaptive Card in Web Chat', () => {
  const cards = typedCards();

  it('is measured by at least 500 texts', () => assert.ok(cards.length >= 500));

  it('shows each plain text as it was typed, and links none', () => {
    const faults = cards.flatMap(({ content, typed }) =>
      markdownOf(content.body).flatMap((markdown, i) => {
        const { text, links } = shown(markdown);
        if (inOneLine(text) !== inOneLine(typed[i] ?? '')) return [`${text} for ${typed[i]}`];
        return links.map((url) => `a link to ${url} in ${typed[i]}`);
      }),
    );
    assert.deepEqual(faults, []);
  });

  it('links what Markdown asks for, and nothing else', () => {
    const text = '"**a**" (c) https://example.com/x [it\'s -- b](https://shop.example.com/a_b.html?c=d--e)';
    const [markdown = ''] = markdownOf(
      formatAdaptiveCard(checkCard(card([{ type: 'body', markdown: true, text }]))).body,
    );
    assert.deepEqual(shown(markdown), {
      text: '"a" (c) https://example.com/x it\'s -- b\n',
      links: ['https://shop.example.com/a_b.html?c=d--e'],
    });
  });

  it('is not escaped for Web Chat where another program draws it', () => {
    const checked = checkCard(card([{ type: 'body', text: '"it\'s" (c) www.example.com' }]));
    assert.deepEqual(markdownOf(formatAdaptiveCard(checked, 'other').body), ['"it\'s" (c) www.example.com']);
  });
});
