import type { Component } from '../card.ts';
import type { CheckedCard } from '../checks/checkedCard.ts';
import type { AdaptiveElement } from '../components/componentModule.ts';
import { moduleOf, withoutEdges, writeFallbackText } from '../components/componentTypes.ts';
import { isObject, type Json } from '../json.ts';
import { escapeDateFunctions, escapeForWebChat } from '../richText/adaptiveDialect.ts';
import { escapeText } from '../richText/escapeMarkdown.ts';

/** An Adaptive Card as JSON. */
export type AdaptiveCard = AdaptiveElement;

/**
 * The newest schema that the Bot Framework Emulator draws, and the newest that has `rtl`.
 * Source: https://adaptivecards.io/explorer/AdaptiveCard.html
 */
const version = '1.5';

/**
 * The program that draws an Adaptive Card: Web Chat changes characters and links addresses unless they are escaped; others,
 * such as Teams on a phone, would show these escapes.
 */
export type AdaptiveClient = 'webChat' | 'other';

/** Shows a card as an Adaptive Card 1.5, with the plain text as `fallbackText`, which clients read as Markdown, and to be spoken. */
export function formatAdaptiveCard(checked: CheckedCard, client: AdaptiveClient = 'webChat'): AdaptiveCard {
  return showAs(checked.card.components, checked.text, checked, client);
}

/** Adaptive Cards one below the other, or side by side. */
export interface AdaptiveCards {
  readonly layout: 'list' | 'carousel';
  readonly cards: readonly AdaptiveCard[];
}

/**
 * Shows a card as Adaptive Cards for channels that know `attachmentLayout`: each carousel is one Adaptive Card for each of its
 * cards; the components before and after it are cards of their own.
 */
export function formatAdaptiveCards(
  checked: CheckedCard,
  client: AdaptiveClient = 'webChat',
): AdaptiveCards[] {
  const { components } = checked.card;
  if (!components.some(({ type }) => type === 'carousel'))
    return [{ layout: 'list', cards: [formatAdaptiveCard(checked, client)] }];
  const shown: AdaptiveCards[] = [];
  let others: Component[] = [];
  const one = (part: readonly Component[]): AdaptiveCard =>
    showAs(part, writeFallbackText(part), checked, client);
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

function showAs(
  components: readonly Component[],
  text: string,
  { locale, direction }: CheckedCard,
  client: AdaptiveClient,
): AdaptiveCard {
  const card = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version,
    lang: locale,
    ...(direction === 'rtl' ? { rtl: true } : {}),
    fallbackText: escapeDateFunctions(escapeText(text, { before: '\n', after: '\n' })),
    speak: escapeSpeech(text),
    body: elementsOf(components),
  };
  if (client !== 'webChat') return card;
  return { ...card, fallbackText: escapeForWebChat(card.fallbackText), body: escapeTexts(card.body) };
}

/** The members of our elements that hold Markdown. */
const markdownKeys = new Set(['text', 'title', 'value']);

function escapeTexts(value: Json, key = ''): Json {
  if (typeof value === 'string') return markdownKeys.has(key) ? escapeForWebChat(value) : value;
  if (Array.isArray(value)) return value.map((item) => escapeTexts(item));
  // Buttons have plain titles, and data of the bot's own.
  if (!isObject(value) || value.type === 'ActionSet') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, escapeTexts(inner, name)]));
}

/** Clients read a `speak` with a tag as SSML, so the characters of a tag or an entity are escaped. */
function escapeSpeech(text: string): string {
  return text.replace(/&(?=#?[\p{L}\d]+;)/gu, '&amp;').replace(/<(?=[\p{L}_:/!?])/gu, '&lt;');
}

function elementsOf(components: readonly Component[]): AdaptiveElement[] {
  return components.flatMap((component) => moduleOf(component.type).formatAdaptive(component, elementsOf));
}
