import type { Component } from '../card.ts';
import type { CheckedCard } from '../checks/checkedCard.ts';
import type { AdaptiveElement } from '../components/componentModule.ts';
import { moduleOf } from '../components/componentTypes.ts';
import { escapeDateFunctions } from '../richText/adaptiveDialect.ts';
import { escapeText } from '../richText/escapeMarkdown.ts';

/** An Adaptive Card as JSON. */
export type AdaptiveCard = AdaptiveElement;

/**
 * The newest schema that the Bot Framework Emulator draws, and the newest that has `rtl`.
 * Source: https://adaptivecards.io/explorer/AdaptiveCard.html
 */
const version = '1.5';

/** Shows a card as an Adaptive Card 1.5, with the plain text as `fallbackText`, which clients read as Markdown, and to be spoken. */
export function adaptiveCard(checked: CheckedCard): AdaptiveCard {
  const { card, text, locale, direction } = checked;
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version,
    lang: locale,
    ...(direction === 'rtl' ? { rtl: true } : {}),
    fallbackText: escapeDateFunctions(escapeText(text, { before: '\n', after: '\n' })),
    speak: escapeSpeech(text),
    body: elementsOf(card.components),
  };
}

/** A `speak` with a tag in it is read as SSML, so what would be a tag or an entity of it is escaped. */
function escapeSpeech(text: string): string {
  return text.replace(/&(?=#?[\p{L}\d]+;)/gu, '&amp;').replace(/<(?=[\p{L}_:/!?])/gu, '&lt;');
}

function elementsOf(components: readonly Component[]): AdaptiveElement[] {
  return components.flatMap((component) => moduleOf(component.type).adaptive(component, elementsOf));
}
