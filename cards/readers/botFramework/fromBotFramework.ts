import { randomUUID } from 'node:crypto';
import type { Card, Component } from '../../card.ts';
import type { Change } from '../../checks/checkedCard.ts';
import { sizeOfAll } from '../../components/componentTypes.ts';
import { limits } from '../../limits.ts';
import { canonicalizeLocale } from '../../locale.ts';
import { hasVisibleText } from '../../richText/text.ts';
import { anyPublicHost, type UrlPolicy } from '../../richText/urlPolicy.ts';
import { type Converted, convertAttachment } from './attachments.ts';
import { suggestedActionsOf } from './cardAction.ts';
import type { ClickPayloads } from './click.ts';
import { type Conversion, collectChanges, wordsOf } from './conversion.ts';
import { fitCards, fitCarousels } from './fitCards.ts';
import { contentOf, messageActivity, notShown, withoutFileMarks, withSources } from './messageActivity.ts';
import { readObject } from './readFields.ts';
import { listTexts, type TextDraft } from './texts.ts';

/** A part of a message activity; the parts come in the order in which they are shown. */
export type BotFrameworkPart =
  /** Clean text, at most `limits.text` characters; Markdown is in our canonical form. */
  | { kind: 'text'; text: string; markdown: boolean }
  /** A card that is still to be checked. */
  | { kind: 'card'; card: Card };

/** The options of a conversion. */
export interface FromBotFrameworkOptions {
  /** Makes the `messageId` of each card; default random UUIDs. */
  newId?: () => string;
  /** Allowed hosts; default: any public https host. */
  policy?: UrlPolicy;
  /** Makes payloads by which clicks are recognized when they come back; default: a payload is all that a click sends. */
  clicks?: ClickPayloads | undefined;
  /** How many components a card may have; default `limits.components`, which the guest interface sets. */
  maxComponents?: number | undefined;
}

/**
 * Turns a message activity of any Bot Framework bot into texts and cards: hero, thumbnail, receipt, sign-in and media
 * cards, Adaptive Cards, pictures, files, carousels, suggested actions and Markdown. docs/bot-framework-cards.md lists how
 * each field is shown.
 *
 * A card fits our limits: longer content is split or shortened, and an address that is not allowed is left out of its card.
 * `changes` names each change by its path in the activity. An activity of another type has no parts.
 *
 * @throws CodedError `activity.invalid` for a value that is not a JSON object, `card.limit` for one that is too large, and
 * `card.unsafeText` for a text of format `xml` with more than 100 nested tags.
 */
export function readBotFramework(
  activity: unknown,
  options: FromBotFrameworkOptions = {},
): { parts: BotFrameworkPart[]; changes: Change[] } {
  const {
    newId = randomUUID,
    policy = anyPublicHost,
    clicks,
    maxComponents = limits.components.max,
  } = options;
  const { content, marks } = contentOf(activity);
  const { note, changes } = collectChanges();
  const locale = canonicalizeLocale(typeof content.locale === 'string' ? content.locale : undefined);
  const isPlain = marks > limits.marks.max;
  if (isPlain) note('$', `shown as plain text: it has more than ${limits.marks.max} marks or tags`);
  const words = wordsOf(locale);
  const conversion: Conversion = { policy, locale, words, root: '$', note, isPlain, maxComponents, clicks };
  const message = readObject(messageActivity, content, '$', conversion, notShown);
  if (message === undefined || !isMessage(message.type)) return { parts: [], changes };

  const attachments = message.attachments.map((one, i) =>
    convertAttachment(one, `$.attachments[${i}]`, conversion),
  );
  const { text: answer, hadMarks } = withoutFileMarks(message.text);
  if (hadMarks) note('$.text', 'left out: marks of files that the message does not name');
  const text = withSources(answer, message.textFormat, message.entities);
  const drafts: Draft[] = [
    ...listTexts(text, message.textFormat, '$.text', conversion),
    ...cardsOf(attachments, message.attachmentLayout, conversion),
  ];
  if (message.suggestedActions !== undefined) addSuggested(drafts, message.suggestedActions, conversion);
  if (drafts.length === 0) drafts.push(...listTexts(message.summary, 'plain', '$.summary', conversion));
  if (drafts.length === 0)
    drafts.push(...listTexts(withoutTags(message.speak), 'plain', '$.speak', conversion));
  else if (message.speak !== undefined && !hasWordsOf(message.speak, message.text))
    note('$.speak', 'left out: Web Messaging has no voice');
  const isEmpty =
    message.attachments.length === 0 &&
    (content.text === undefined || content.text === null || message.text !== undefined) &&
    !hasVisibleText(message.text ?? '') &&
    message.suggestedActions === undefined;
  if (drafts.length === 0 && !isEmpty) {
    note('$', 'no part can be shown: a sentence says so in its place');
    drafts.push({ text: words.unshown, markdown: false });
  }
  const parts = withQuestions(drafts, conversion).map((one): BotFrameworkPart => {
    if ('text' in one) return { kind: 'text', ...one };
    return { kind: 'card', card: cardOf(`bot-framework-${one.kind}`, newId(), one.components) };
  });
  return { parts, changes };
}

/** A card without its envelope. */
interface CardDraft {
  kind: string;
  components: Component[];
}
type Draft = TextDraft | CardDraft;

function cardsOf(attachments: Converted[], layout: string | undefined, conversion: Conversion): CardDraft[] {
  const shown = attachments.filter(({ components }) => components.length > 0);
  if (layout?.toLowerCase() === 'carousel' && shown.length > 1) {
    const carousels = fitCarousels(shown, '$.attachments', conversion);
    if (carousels !== undefined) return carousels.map((components) => ({ kind: 'carousel', components }));
  }
  return shown.flatMap((one) =>
    fitCards(one, conversion).map((components) => ({ kind: one.kind, components })),
  );
}

/** Says whether a speech has the words of a text: prompts send both. */
function hasWordsOf(speech: string, text = ''): boolean {
  const words = (value: string) => value.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words(withoutTags(speech) ?? '').join(' ') === words(text).join(' ');
}

/** The words of a text that is to be spoken (SSML). */
function withoutTags(speech: string | undefined): string | undefined {
  return speech?.replace(/<[^<>]{1,1000}>/g, '').replace(/\s+/g, ' ');
}

/** The end of a conversation may have last words. */
function isMessage(type: string | undefined): boolean {
  return type === undefined || /^(?:message|endOfConversation)$/i.test(type);
}

/** Moves a short text right before a card of nothing but buttons into that card: the buttons answer it. */
function withQuestions(drafts: readonly Draft[], conversion: Conversion): Draft[] {
  const shown: Draft[] = [];
  for (const one of drafts) {
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

/** Adds suggested actions to the card or text right before them, when that has room: they answer it. */
function addSuggested(drafts: Draft[], value: unknown, conversion: Conversion): void {
  const path = '$.suggestedActions';
  const suggested = suggestedActionsOf(value, path, conversion);
  if (suggested.length === 0) return;
  const last = drafts.at(-1);
  const before =
    last === undefined ? undefined : cardOfLast(last, conversion.maxComponents - sizeOfAll(suggested));
  if (before !== undefined) drafts.pop();
  const { kind, components } = before ?? { kind: 'suggested-actions', components: [] };
  for (const card of fitCards({ kind, components: [...components, ...suggested], path }, conversion)) {
    drafts.push({ kind, components: card });
  }
}

function cardOfLast(last: Draft, room: number): CardDraft | undefined {
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
