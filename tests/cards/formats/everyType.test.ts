import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { measureLimits } from '../../../bot/authoring/limitsUsed.ts';
import type { Component } from '../../../cards/card.ts';
import { type CheckedCard, checkCard, requireUniquePayloads } from '../../../cards/checks/checkedCard.ts';
import { sayAll, writeFallbackText } from '../../../cards/components/componentTypes.ts';
import { formatAdaptiveCard } from '../../../cards/formats/adaptiveCard.ts';
import { formatAll, formatNames } from '../../../cards/formats/allFormats.ts';
import { formatGenesysMessage } from '../../../cards/formats/genesysMessage.ts';
import { fitComponents } from '../../../cards/templates/fitComponents.ts';
import { card } from '../../fakes/card.ts';

/** One component of each type, and the words of it that every reader must see. A new type has no row until it is shown. */
const types: { [T in Component['type']]: { component: Component & { type: T }; words: string[] } } = {
  header: { component: { type: 'header', text: 'Title' }, words: ['Title'] },
  body: { component: { type: 'body', text: 'Words' }, words: ['Words'] },
  image: {
    component: { type: 'image', url: 'https://example.com/a.png', altText: 'Picture' },
    words: ['Picture'],
  },
  video: {
    component: {
      type: 'video',
      label: 'Watch',
      url: 'https://example.com/a.mp4',
      poster: 'https://example.com/a.png',
    },
    words: ['Watch', 'https://example.com/a.mp4'],
  },
  facts: {
    component: { type: 'facts', items: [{ label: 'Label', value: 'Value' }] },
    words: ['Label', 'Value'],
  },
  divider: { component: { type: 'divider' }, words: [] },
  buttonGroup: {
    component: {
      type: 'buttonGroup',
      buttons: [
        { label: 'Answer', action: 'postback', payload: 'a' },
        { label: 'Say', action: 'webchat', payload: 's' },
        { label: 'Open', action: 'openUrl', payload: 'https://example.com/open' },
        { label: 'Call', action: 'openUrl', payload: 'tel:+49301234' },
      ],
    },
    words: ['Answer', 'Say', 'Open', 'Call'],
  },
  quickReplies: {
    component: { type: 'quickReplies', replies: [{ label: 'Reply', payload: 'r' }] },
    words: ['Reply'],
  },
  section: {
    component: { type: 'section', components: [{ type: 'body', text: 'Inside' }] },
    words: ['Inside'],
  },
  carousel: {
    component: {
      type: 'carousel',
      cards: [
        { components: [{ type: 'header', text: 'One' }] },
        { components: [{ type: 'header', text: 'Two' }] },
      ],
    },
    words: ['One', 'Two'],
  },
};

const between = (components: Component[]): CheckedCard =>
  checkCard(card([{ type: 'body', text: 'Before' }, ...components, { type: 'body', text: 'After' }]));

describe('a component of type', () => {
  for (const [type, { component, words }] of Object.entries(types)) {
    for (const format of formatNames) {
      it(`${type} leaves something visible as ${format}`, () => {
        const shown = JSON.stringify(formatAll(between([component]))[format]);
        for (const word of ['Before', ...words, 'After'])
          assert.ok(shown.includes(word), `${word}: ${shown}`);
        // A divider shows nothing of its own: it keeps what it parts on different lines.
        assert.doesNotMatch(shown, /Before *After/);
      });
    }
  }
});

describe('a component of a type that is not known', () => {
  // As a card of a newer version would hold it, where only the store checked its JSON.
  const components: Component[] = JSON.parse('[{"type":"body","text":"a"},{"type":"rating","stars":5}]');
  const { locale, direction, template, changes } = between([]);
  const checked: CheckedCard = JSON.parse(
    JSON.stringify({ card: card(components), json: '', text: 'a', locale, direction, template, changes }),
  );
  const readers: Record<string, () => unknown> = {
    checkCard: () => checkCard(checked.card),
    requireUniquePayloads: () => requireUniquePayloads(components),
    fitComponents: () => fitComponents(components, 'split', []),
    adaptiveCard: () => formatAdaptiveCard(checked),
    fallbackText: () => writeFallbackText(components),
    genesysMessage: () => formatGenesysMessage(checked),
    screenReader: () => sayAll(checked.card.components, '$.components'),
    limitsUsed: () => measureLimits(checked),
  };
  for (const [name, read] of Object.entries(readers)) {
    it(`is an error of ${name} and does not vanish`, () => {
      assert.throws(read, { code: 'card.schema' });
    });
  }
});
