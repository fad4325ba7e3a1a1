import { z } from 'zod';
import type { Component } from '../../../card.ts';
import { isObject } from '../../../json.ts';
import { signinCardOf } from '../basicCards.ts';
import type { Conversion } from '../conversion.ts';
import { anything, formal, list, look, type NotShown, readFields, text } from '../readFields.ts';
import { plainOf } from '../texts.ts';
import { actionsOf } from './actions.ts';
import type { AdaptiveConversion } from './adaptive.ts';
import { elementsOf } from './elements.ts';
import { type ResolvedCard, resolveCard } from './resolveCard.ts';
import { selectButtons, takeFirstWords } from './selectAction.ts';
import { type Survey, surveyOf } from './survey.ts';

const adaptiveCard = z.object({
  body: list,
  actions: list,
  selectAction: anything,
  fallbackText: text,
});
const notShown: NotShown = {
  type: formal,
  $schema: formal,
  version: formal,
  lang: formal,
  rtl: look,
  minHeight: look,
  verticalContentAlignment: look,
  style: look,
  layouts: look,
  backgroundImage: 'a card has no background picture',
  speak: 'Web Messaging has no voice',
  refresh: 'a card stays as it was sent',
  authentication: 'Genesys has no token service of the Bot Framework',
  metadata: formal,
  requires: formal,
  fallback: formal,
  msteams: 'it is for another channel',
};

/**
 * An Adaptive Card of any version: its elements in their order, its actions below, then what its Action.ShowCard would
 * have opened. Its `fallbackText` when there is nothing else to show.
 *
 * Source: https://adaptivecards.io/explorer
 */
export function adaptiveCardOf(content: unknown, path: string, conversion: Conversion): Component[] {
  if (!isObject(content)) {
    conversion.note(path, 'left out: it is not an object');
    return [];
  }
  const resolved = resolveCard(content, path, conversion);
  const card = readFields(adaptiveCard, resolved.card, path, conversion, notShown);
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
/** What is known of the whole card. */
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
