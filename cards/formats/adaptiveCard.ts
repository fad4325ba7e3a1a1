import type { Component } from '../card.ts';
import type { CheckedCard } from '../checks/checkedCard.ts';
import type { AdaptiveElement } from '../components/componentModule.ts';
import { moduleOf } from '../components/componentTypes.ts';
import { fallbackText } from '../components/fallbackText.ts';
import { withoutEdges } from '../components/withoutEdges.ts';
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
  return shownAs(checked.card.components, checked.text, checked);
}

/** Adaptive Cards that stand one below the other, or side by side. */
export interface AdaptiveCards {
  readonly layout: 'list' | 'carousel';
  readonly cards: readonly AdaptiveCard[];
}

/**
 * Shows a card as Adaptive Cards for channels that know `attachmentLayout`: each carousel is one Adaptive Card for each of its
 * cards, and what stands before and behind it is one of its own.
 */
export function adaptiveCards(checked: CheckedCard): AdaptiveCards[] {
  const { components } = checked.card;
  if (!components.some(({ type }) => type === 'carousel'))
    return [{ layout: 'list', cards: [adaptiveCard(checked)] }];
  const shown: AdaptiveCards[] = [];
  let others: Component[] = [];
  const one = (part: readonly Component[]): AdaptiveCard => shownAs(part, fallbackText(part), checked);
  const endOthers = (): void => {
    if (withoutEdges(others).length > 0) shown.push({ layout: 'list', cards: [one(withoutEdges(others))] });
    others = [];
  };
  for (const component of components) {
    if (component.type !== 'carousel') others.push(component);
    else {
      endOthers();
      shown.push({ layout: 'carousel', cards: component.cards.map((card) => one(card.components)) });
    }
  }
  endOthers();
  return shown;
}

function shownAs(
  components: readonly Component[],
  text: string,
  { locale, direction }: CheckedCard,
): AdaptiveCard {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version,
    lang: locale,
    ...(direction === 'rtl' ? { rtl: true } : {}),
    fallbackText: escapeDateFunctions(escapeText(text, { before: '\n', after: '\n' })),
    speak: escapeSpeech(text),
    body: elementsOf(components),
  };
}

/** A `speak` with a tag in it is read as SSML, so what would be a tag or an entity of it is escaped. */
function escapeSpeech(text: string): string {
  return text.replace(/&(?=#?[\p{L}\d]+;)/gu, '&amp;').replace(/<(?=[\p{L}_:/!?])/gu, '&lt;');
}

function elementsOf(components: readonly Component[]): AdaptiveElement[] {
  return components.flatMap((component) => moduleOf(component.type).adaptive(component, elementsOf));
}
