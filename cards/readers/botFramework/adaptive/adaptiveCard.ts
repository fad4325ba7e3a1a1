import { z } from 'zod';
import type { Component } from '../../../card.ts';
import { isObject } from '../../../json.ts';
import { canonicalizeLocale } from '../../../locale.ts';
import { signinCardOf } from '../basicCards.ts';
import { groupButtons } from '../buttons.ts';
import type { Conversion } from '../conversion.ts';
import { isCard, withCarousels } from '../fitCards.ts';
import { anything, type Fields, list, readFields, text } from '../readFields.ts';
import { plainOf } from '../texts.ts';
import { actionOf, actionsOf, selectButtons, takeFirstWords } from './actions.ts';
import { type AdaptiveConversion, keepVisiblePart, notShown } from './adaptive.ts';
import { columnSetOf, containerOf, pagesOf, tableOf } from './columns.ts';
import { factSetOf, imageOf, imageSetOf, mediaOf, richTextBlockOf, textBlockOf } from './elements.ts';
import { inputOf } from './inputs.ts';
import { type ResolvedCard, resolveCard } from './resolveCard.ts';
import { type Survey, surveyOf } from './survey.ts';

const adaptiveCard = z.object({
  body: list,
  actions: list,
  selectAction: anything,
  fallbackText: text,
  lang: text,
});
/**
 * An Adaptive Card of any version: its elements in their order, its actions below, then the cards of its Action.ShowCard. Its
 * `fallbackText` when there is nothing else to show. Its dates are in its `lang`, else in the language of the message.
 *
 * Source: https://adaptivecards.io/explorer
 */
export function adaptiveCardOf(content: unknown, path: string, message: Conversion): Component[] {
  if (!isObject(content)) {
    message.note(path, 'left out: it is not an object');
    return [];
  }
  const resolved = resolveCard(content, path, message);
  const card = readFields(adaptiveCard, resolved.card, path, message, notShown);
  const conversion: Conversion =
    card.lang === undefined ? message : { ...message, locale: canonicalizeLocale(card.lang, message.locale) };
  const survey = surveyOf(resolved.card);
  const { places } = resolved;
  const components =
    readAsQuickReplies(card, path, conversion, { survey, places }) ??
    componentsOf(card, path, conversion, { survey: { ...survey, choice: undefined }, places });
  if (components.length > 0) return components;
  const instead = plainOf(card.fallbackText, `${path}.fallbackText`, conversion);
  if (instead.length > 0) return instead;
  return isObject(content.authentication)
    ? signinCardOf(content.authentication, `${path}.authentication`, conversion)
    : [];
}

type Card = z.output<typeof adaptiveCard>;
/** Facts about the whole card. */
type Known = Pick<ResolvedCard, 'places'> & { readonly survey: Survey };

/**
 * The card with quick replies in the place of its only field; undefined when none of them came out, for a hidden field or
 * one with too much data, so that its action has to stay.
 */
function readAsQuickReplies(
  card: Card,
  path: string,
  conversion: Conversion,
  known: Known,
): Component[] | undefined {
  if (known.survey.choice === undefined) return undefined;
  const notes: Parameters<Conversion['note']>[] = [];
  const components = componentsOf(card, path, { ...conversion, note: (...note) => notes.push(note) }, known);
  if (!components.some(({ type }) => type === 'quickReplies')) return undefined;
  for (const note of notes) conversion.note(...note);
  return components;
}

function componentsOf(card: Card, path: string, message: Conversion, known: Known): Component[] {
  const conversion: AdaptiveConversion = {
    ...message,
    ...known,
    draw: (elements, at) => elementsOf(elements, at, conversion),
  };
  const body = elementsOf(card.body, `${path}.body`, conversion);
  return [
    ...body,
    ...actionsOf(card.actions, `${path}.actions`, conversion),
    ...selectButtons(card.selectAction, path, takeFirstWords(body), conversion),
  ];
}

type Draw = (element: Fields, path: string, conversion: AdaptiveConversion) => Component[];

const drawings = new Map<string, Draw>([
  ['TextBlock', textBlockOf],
  ['RichTextBlock', richTextBlockOf],
  ['FactSet', factSetOf],
  ['Image', imageOf],
  ['ImageSet', imageSetOf],
  ['Media', mediaOf],
  ['Container', containerOf],
  ['ColumnSet', columnSetOf],
  ['Table', tableOf],
  ['Carousel', pagesOf],
  ['ActionSet', actionSetOf],
  ['Input.Text', fieldOf],
  ['Input.Number', fieldOf],
  ['Input.Date', fieldOf],
  ['Input.Time', fieldOf],
  ['Input.Toggle', fieldOf],
  ['Input.ChoiceSet', fieldOf],
]);

/** Elements that are a card of their own when they hold words and a picture or buttons. */
const groups = new Set(['Container', 'ColumnSet']);

/** Converts a list of elements, with dividers where they are separated; groups of the same shape become a carousel. */
export function elementsOf(
  elements: readonly unknown[],
  path: string,
  conversion: AdaptiveConversion,
): Component[] {
  const components: Component[] = [];
  let isDrawn = false;
  for (const [i, given] of elements.entries()) {
    if (isDrawn) {
      isDrawn = false;
      continue;
    }
    const captioned = withCaptions(given, elements[i + 1]);
    isDrawn = captioned !== undefined;
    const element = captioned ?? given;
    const drawn = elementOf(element, `${path}[${i}]`, conversion);
    const isParted = isObject(element) && element.separator === true;
    if (isParted && drawn.length > 0 && components.length > 0) components.push({ type: 'divider' });
    const isGroup = isObject(element) && groups.has(String(element.type)) && isCard(drawn);
    components.push(...(isGroup ? [{ type: 'section', components: drawn } as const] : drawn));
  }
  return withCarousels(components);
}

/** A row of pictures and the row of texts right below it as one: each text is the caption of its picture. */
function withCaptions(pictures: unknown, texts: unknown): Readonly<Record<string, unknown>> | undefined {
  const above = columnsOf(pictures, 'Image');
  const below = columnsOf(texts, 'TextBlock');
  if (!isObject(pictures) || above.length < 2 || above.length !== below.length) return undefined;
  const columns = above.map((items, i) => ({ type: 'Column', items: [...items, ...(below[i] ?? [])] }));
  return { ...pictures, columns };
}

/** The items of the columns of a plain ColumnSet, where all of them are of one type; else none. */
function columnsOf(set: unknown, type: string): (readonly unknown[])[] {
  if (!isObject(set) || set.type !== 'ColumnSet' || !Array.isArray(set.columns)) return [];
  if (set.isVisible === false || set.selectAction !== undefined) return [];
  const isPlain = (part: unknown) => isObject(part) && part.isVisible !== false;
  const columns = set.columns.map((column) =>
    isPlain(column) && column.selectAction === undefined && Array.isArray(column.items) ? column.items : [],
  );
  const isOfType = (items: readonly unknown[]) =>
    items.length === 1 && items.every((item) => isPlain(item) && Object(item).type === type);
  return columns.every(isOfType) ? columns : [];
}

function elementOf(element: unknown, path: string, conversion: AdaptiveConversion): Component[] {
  const found = keepVisiblePart(element, path, conversion);
  if (found === undefined) return [];
  const draw = drawings.get(String(found.part.type));
  if (draw !== undefined) return draw(found.part, found.at, conversion);
  conversion.note(found.at, 'left out: Genesys has no such element');
  return [];
}

const actionSet = z.object({ actions: list });

function actionSetOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const set = readFields(actionSet, value, path, conversion, notShown);
  return actionsOf(set.actions, `${path}.actions`, conversion);
}

/** A field, then its own action. */
function fieldOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const at = `${path}.inlineAction`;
  const { button, opened = [] } = actionOf(value.inlineAction, at, conversion);
  const field = inputOf(value, path, conversion);
  return [...field, ...groupButtons([button], at, conversion), ...opened];
}
