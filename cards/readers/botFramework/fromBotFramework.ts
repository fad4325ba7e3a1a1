import { randomUUID } from 'node:crypto';
import type { Card, Component } from '../../card.ts';
import type { Change } from '../../checks/checkedCard.ts';
import { sizeOfAll } from '../../components/componentTypes.ts';
import { limits } from '../../limits.ts';
import { hasVisibleText } from '../../richText/text.ts';
import { anyPublicHost, type UrlPolicy } from '../../richText/urlPolicy.ts';
import { type Converted, convertAttachment } from './attachments.ts';
import { suggestedActionsOf } from './cardAction.ts';
import type { ClickPayloads } from './click.ts';
import { type Conversion, startConversion } from './conversion.ts';
import { fitCards, fitCarousels } from './fit.ts';
import { contentOf, messageActivity, notShown, withSources } from './messageActivity.ts';
import { readObject } from './readFields.ts';
import { listSaidTexts, type SaidText } from './texts.ts';

/** What one message activity says, in the order in which it is shown. */
export type BotFrameworkPart =
  /** Clean text, at most `limits.text` characters; Markdown is in our canonical form. */
  | { kind: 'text'; text: string; markdown: boolean }
  /** A card that is still to be checked. */
  | { kind: 'card'; card: Card };

/** What a conversion needs to know. */
export interface FromBotFrameworkOptions {
  /** Makes the `messageId` of each card; default random UUIDs. */
  newId?: () => string;
  /** Allowed hosts; default: any public https host. */
  policy?: UrlPolicy;
  /** Gives clicks the payloads by which they are known again; default: a payload is all that a click sends. */
  clicks?: ClickPayloads | undefined;
  /** How many components a card may have; default `limits.components`, which the guest interface sets. */
  maxComponents?: number | undefined;
}

/**
 * Turns a message activity of any Bot Framework bot into texts and cards: hero, thumbnail, receipt, sign-in and media
 * cards, Adaptive Cards, pictures, files, carousels, suggested actions and Markdown. docs/bot-framework-cards.md says what
 * becomes of each field.
 *
 * A card fits our limits: what is over is split or shortened, and an address that is not allowed goes without taking the
 * card along. `changes` names all of it by its path in the activity. An activity of another type has no parts.
 *
 * @throws CodedError `activity.invalid` for what is no JSON object, `card.limit` for one that is too large, and
 * `card.unsafeText` for a text of format `xml` with more than 100 nested tags.
 */
export function readBotFramework(
  activity: unknown,
  options: FromBotFrameworkOptions = {},
): { parts: BotFrameworkPart[]; changes: Change[] } {
  const { newId = randomUUID, policy = anyPublicHost, clicks, maxComponents } = options;
  const { content, marks } = contentOf(activity);
  const changes: Change[] = [];
  const locale = typeof content.locale === 'string' ? content.locale : undefined;
  const isPlain = marks > limits.marks.max;
  const conversion = startConversion(policy, locale, changes, clicks, maxComponents, isPlain);
  if (isPlain)
    conversion.note('$', `shown as plain text: it has more than ${limits.marks.max} marks or tags`);
  const message = readObject(messageActivity, content, '$', conversion, notShown);
  if (message === undefined || !isSaid(message.type)) return { parts: [], changes };

  const attachments = message.attachments.map((one, i) =>
    convertAttachment(one, `$.attachments[${i}]`, conversion),
  );
  const text = withSources(message.text, message.textFormat, message.entities);
  const said: Said[] = [
    ...listSaidTexts(text, message.textFormat, '$.text', conversion),
    ...cardsOf(attachments, message.attachmentLayout, conversion),
  ];
  if (message.suggestedActions !== undefined) addSuggested(said, message.suggestedActions, conversion);
  if (said.length === 0) said.push(...listSaidTexts(message.summary, 'plain', '$.summary', conversion));
  if (said.length === 0)
    said.push(...listSaidTexts(withoutTags(message.speak), 'plain', '$.speak', conversion));
  else if (message.speak !== undefined && !isSaidOf(message.speak, message.text))
    conversion.note('$.speak', 'left out: Web Messaging has no voice');
  const isEmpty =
    message.attachments.length === 0 &&
    (content.text === undefined || content.text === null || message.text !== undefined) &&
    !hasVisibleText(message.text ?? '') &&
    message.suggestedActions === undefined;
  if (said.length === 0 && !isEmpty) {
    conversion.note('$', 'no part can be shown: a sentence says so in its place');
    said.push({ text: conversion.words.unshown, markdown: false });
  }
  const parts = withQuestions(said, conversion).map((one): BotFrameworkPart => {
    if ('text' in one) return { kind: 'text', ...one };
    return { kind: 'card', card: cardOf(`bot-framework-${one.kind}`, newId(), one.components) };
  });
  return { parts, changes };
}

/** A card without its envelope. */
interface SaidCard {
  kind: string;
  components: Component[];
}
type Said = SaidText | SaidCard;

function cardsOf(attachments: Converted[], layout: string | undefined, conversion: Conversion): SaidCard[] {
  const shown = attachments.filter(({ components }) => components.length > 0);
  if (layout?.toLowerCase() === 'carousel' && shown.length > 1) {
    const carousels = fitCarousels(shown, '$.attachments', conversion);
    if (carousels !== undefined) return carousels.map((components) => ({ kind: 'carousel', components }));
  }
  return shown.flatMap((one) =>
    fitCards(one, conversion).map((components) => ({ kind: one.kind, components })),
  );
}

/** Says whether what is to be spoken is what is written: prompts give both. */
function isSaidOf(speech: string, text = ''): boolean {
  const words = (value: string) => value.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words(withoutTags(speech) ?? '').join(' ') === words(text).join(' ');
}

/** The words of a text that is to be spoken (SSML). */
function withoutTags(speech: string | undefined): string | undefined {
  return speech?.replace(/<[^<>]{1,1000}>/g, '').replace(/\s+/g, ' ');
}

/** The end of a conversation may have last words. */
function isSaid(type: string | undefined): boolean {
  return type === undefined || type === 'message' || type === 'endOfConversation';
}

/** A short text right before a card of nothing but buttons is what they answer: it stands in their card. */
function withQuestions(said: readonly Said[], conversion: Conversion): Said[] {
  const shown: Said[] = [];
  for (const one of said) {
    const before = shown.at(-1);
    const isBare = !('text' in one) && one.components.every(({ type }) => type === 'buttonGroup');
    const isQuestion =
      before !== undefined &&
      'text' in before &&
      before.text.length <= limits.title.max &&
      !/\n|\]\(/.test(before.text);
    if (!isBare || !isQuestion || sizeOfAll(one.components) >= conversion.maxComponents) shown.push(one);
    else shown.splice(-1, 1, { ...one, components: [{ type: 'body', ...before }, ...one.components] });
  }
  return shown;
}

/** Suggested actions answer what was said right before them: they go into its card, when that has room. */
function addSuggested(said: Said[], value: unknown, conversion: Conversion): void {
  const path = '$.suggestedActions';
  const suggested = suggestedActionsOf(value, path, conversion);
  if (suggested.length === 0) return;
  const last = said.at(-1);
  const before =
    last === undefined ? undefined : cardOfLast(last, conversion.maxComponents - sizeOfAll(suggested));
  if (before !== undefined) said.pop();
  const { kind, components } = before ?? { kind: 'suggested-actions', components: [] };
  for (const card of fitCards({ kind, components: [...components, ...suggested], path }, conversion)) {
    said.push({ kind, components: card });
  }
}

function cardOfLast(last: Said, room: number): SaidCard | undefined {
  if (!('text' in last)) return sizeOfAll(last.components) <= room ? last : undefined;
  const { text, markdown } = last;
  if (text.length > limits.body.max) return undefined;
  return { kind: 'suggested-actions', components: [{ type: 'body', text, markdown }] };
}

function cardOf(templateId: string, messageId: string, components: Component[]): Card {
  return {
    messageId,
    templateMatrix: { templateId, layoutEngine: 'flexbox', version: '1', fallbackBehavior: 'textOnly' },
    dynamicFields: {},
    components,
  };
}
