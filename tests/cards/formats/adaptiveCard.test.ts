import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatText } from 'adaptivecards/lib/text-formatters.js';
import type { Component } from '../../../cards/card.ts';
import { checkCard } from '../../../cards/checks/checkedCard.ts';
import { formatAdaptiveCard } from '../../../cards/formats/adaptiveCard.ts';
import { card } from '../../fakes/card.ts';
import { renderMarkdown, shownText } from '../corpora/renderMarkdown.ts';

const moment = '2026-01-01T00:00:00Z';
const functions = [
  `{{DATE(${moment})}}`,
  `{{DATE(${moment}, LONG)}}`,
  `{{TIME(${moment})}}`,
  `a {{{DATE(${moment})}}} {{TIME(${moment})}} b`,
  `{{DATE(${moment})}}{{DATE(${moment})}}`,
  `\\{{DATE(${moment})}}`,
  `*{{DATE(${moment})}}*`,
];

/** What Microsoft's renderer makes of a text: first its functions, then Markdown. */
const rendered = (text: string): string => shownText(renderMarkdown(formatText('en', text) ?? ''));

/** The texts of a card in which Adaptive Cards clients look for functions. */
function textsOf(component: Component): string[] {
  const texts: string[] = [];
  JSON.stringify(formatAdaptiveCard(checkCard(card([component]))).body, (key, value: unknown) => {
    if (['text', 'title', 'value'].includes(key) && typeof value === 'string') texts.push(value);
    return value;
  });
  return texts;
}

describe('an Adaptive Card', () => {
  for (const text of functions) {
    it(`shows a text that is spelled like a function as it is: ${text}`, () => {
      assert.notEqual(formatText('en', text), text);
      const components: Component[] = [
        { type: 'header', text },
        { type: 'body', text },
        { type: 'facts', items: [{ label: text, value: text }] },
      ];
      for (const component of components) {
        for (const shown of textsOf(component)) assert.equal(rendered(shown), text);
      }
    });
  }

  const said = (text: string) => formatAdaptiveCard(checkCard(card([{ type: 'body', text }])));
  for (const text of [
    'Tom & Jerry <3 AT&T, a*b*c, 1_000_000 #1',
    '**bold** [bank.example](https://evil.example/) `code`',
    '# Title\n- item\n2. item\n> quote\n    code',
    '<speak><audio src="https://evil.example/a.mp3"/></speak>',
    '&lt;b&gt; &amp; {{DATE(2026-01-01T00:00:00Z)}}',
  ]) {
    it(`has a fallback text that reads as typed: ${JSON.stringify(text)}`, () => {
      const { fallbackText } = said(text);
      assert.ok(typeof fallbackText === 'string');
      assert.equal(rendered(fallbackText).replace(/\s+/g, ' '), text.replace(/\s+/g, ' '));
    });
    it(`speaks no SSML: ${JSON.stringify(text)}`, () => {
      const { speak } = said(text);
      assert.ok(typeof speak === 'string');
      assert.doesNotMatch(speak, /<[a-z/!?]/i);
      assert.equal(speak.replaceAll('&lt;', '<').replaceAll('&amp;', '&'), text);
    });
  }

  it('runs no function out of Markdown either', () => {
    const [inside] = textsOf({
      type: 'body',
      markdown: true,
      text: `- **{{DATE(${moment})}}**\n- \`{{TIME(${moment})}}\``,
    });
    assert.equal(rendered(inside ?? '').trim(), `{{DATE(${moment})}}\n{{TIME(${moment})}}`);
  });
});
