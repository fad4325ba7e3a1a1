import { type Change, type CheckedCard, checkCard } from '../../../../cards/checks/checkedCard.ts';
import { writeFallbackText } from '../../../../cards/components/componentTypes.ts';
import { CodedError } from '../../../../cards/errors.ts';
import { formatGenesysMessage, type GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import { canonicalizeLocale } from '../../../../cards/locale.ts';
import type { ClickPayloads } from '../../../../cards/readers/botFramework/click.ts';
import { wordsOf } from '../../../../cards/readers/botFramework/conversion.ts';
import {
  type BotFrameworkPart,
  readBotFramework,
} from '../../../../cards/readers/botFramework/fromBotFramework.ts';
import { blocksOf } from '../../../../cards/richText/blocks.ts';
import { writeMessenger } from '../../../../cards/richText/messengerDialect.ts';
import { writePlain } from '../../../../cards/richText/plainDialect.ts';
import { cleanText, hasVisibleText } from '../../../../cards/richText/text.ts';
import type { UrlPolicy } from '../../../../cards/richText/urlPolicy.ts';
import { checkedCardOf } from '../../../turns/turnState.ts';
import { keepTexts } from './clicks.ts';
import { createTextMessage } from './ownWords.ts';

/** A limit for activities of any bot: the connectors have none, and a Genesys message holds one card or a carousel of ten. */
const maxComponents = 500;

/** An activity of any bot, before any check. */
interface AnyActivity {
  type?: unknown;
  attachments?: unknown;
  attachmentLayout?: unknown;
  suggestedActions?: unknown;
  locale?: unknown;
}

/** The messages of an activity in Genesys' format. */
export interface ReplyMessages {
  messages: GenesysMessage[];
  /** The parts that were changed or left out, by their paths. */
  changes: Change[];
  /** The checked cards, for reports. */
  cards: CheckedCard[];
  /** The same messages as plain text, one for each text and card, in their order. */
  texts: string[];
}

/** Returns a message activity for an Adaptive Card or an attachment, as developers copy them; any other value stays as it is. */
export function asMessage(value: object): object {
  if (Reflect.get(value, 'type') === 'AdaptiveCard')
    return asMessage({ contentType: 'application/vnd.microsoft.card.adaptive', content: value });
  return typeof Reflect.get(value, 'contentType') === 'string'
    ? { type: 'message', attachments: [value] }
    : value;
}

/**
 * Converts a message activity into Genesys' format: its text, its cards in their order, then the suggested actions.
 *
 * A part that Genesys cannot show becomes simpler, such as a text instead of a card, and `changes` names it: a bot that was not
 * written for Genesys must not fail.
 *
 * @param clicks chooses the payloads of buttons; without it a payload is all that a click sends
 */
export function replyMessages(
  activity: AnyActivity,
  policy: UrlPolicy,
  clicks?: ClickPayloads,
): ReplyMessages {
  const attachments: unknown[] = Array.isArray(activity.attachments) ? activity.attachments : [];
  const isChecked = (at: number): boolean => checkedCardOf(attachments[at]) !== undefined;
  if (!attachments.some((_, i) => isChecked(i))) return showUnchecked(activity, policy, clicks);
  const { type, locale, attachmentLayout, suggestedActions, ...others } = activity;
  const shown: ReplyMessages[] = [
    showUnchecked({ ...others, type, locale, attachments: [] }, policy, clicks),
  ];
  for (let start = 0; start < attachments.length; ) {
    const card = checkedCardOf(attachments[start]);
    let end = start + 1;
    if (card !== undefined) shown.push(showChecked(card, clicks));
    else {
      while (end < attachments.length && !isChecked(end)) end += 1;
      const unchecked = { type, locale, attachmentLayout, attachments: attachments.slice(start, end) };
      shown.push(shiftPaths(showUnchecked(unchecked, policy, clicks), start));
    }
    start = end;
  }
  if (suggestedActions !== undefined)
    shown.push(showUnchecked({ type, locale, suggestedActions }, policy, clicks));
  return joinReplies(shown);
}

function showChecked(card: CheckedCard, clicks: ClickPayloads | undefined): ReplyMessages {
  const { messages, changes } = formatGenesysMessage(card);
  const kept = clicks === undefined ? messages : keepTexts(messages, clicks);
  return { messages: kept, changes, cards: [card], texts: [card.text] };
}

/** Corrects the paths of changes: they count the attachments from `start` on, and must count all. */
function shiftPaths(shown: ReplyMessages, start: number): ReplyMessages {
  const changes = shown.changes.map((change) => ({
    ...change,
    path: change.path.replace(
      /^\$\.attachments\[(\d{1,9})\]/,
      (_, at: string) => `$.attachments[${Number(at) + start}]`,
    ),
  }));
  return { ...shown, changes };
}

function joinReplies(all: readonly ReplyMessages[]): ReplyMessages {
  return {
    messages: all.flatMap((one) => one.messages),
    changes: all.flatMap((one) => one.changes),
    cards: all.flatMap((one) => one.cards),
    texts: all.flatMap((one) => one.texts),
  };
}

/** Converts an activity without checked cards. */
function showUnchecked(
  activity: AnyActivity,
  policy: UrlPolicy,
  clicks: ClickPayloads | undefined,
): ReplyMessages {
  const locale = typeof activity.locale === 'string' ? activity.locale : undefined;
  try {
    const { parts, changes } = readBotFramework(activity, { policy, clicks, maxComponents });
    return joinReplies([
      { messages: [], changes, cards: [], texts: [] },
      ...parts.map((part) => formatPart(part, policy, locale)),
    ]);
  } catch (error) {
    const { attachments, suggestedActions, ...rest } = activity;
    const isText = attachments === undefined && suggestedActions === undefined;
    if (!(error instanceof CodedError) || isText) throw error;
    const isActions = attachments === undefined || error.path?.startsWith('$.suggestedActions') === true;
    const refused = isActions ? 'suggested actions' : 'attachments';
    const change = { path: error.path ?? '$', what: `left out: the ${refused} are refused (${error.code})` };
    const others = isActions ? { ...rest, attachments } : { ...rest, suggestedActions };
    const shown = showUnchecked(others, policy, clicks);
    const { unshown } = wordsOf(canonicalizeLocale(locale));
    const instead: ReplyMessages[] =
      shown.messages.length > 0
        ? []
        : [formatPart({ kind: 'text', text: unshown, markdown: false }, policy, locale)];
    return joinReplies([{ messages: [], changes: [change], cards: [], texts: [] }, shown, ...instead]);
  }
}

function formatPart(part: BotFrameworkPart, policy: UrlPolicy, locale: string | undefined): ReplyMessages {
  if (part.kind === 'text') {
    const message: GenesysMessage = part.markdown
      ? { type: 'Text', text: writeMessenger(blocksOf(part.text)) }
      : createTextMessage(part.text);
    const plain = part.markdown ? writePlain(blocksOf(part.text)) : part.text;
    return { messages: [message], changes: [], cards: [], texts: [plain] };
  }
  const { card } = part;
  try {
    const template = { id: card.templateMatrix.templateId, version: card.templateMatrix.version, hash: '' };
    const checked = checkCard(card, {
      policy,
      template,
      maxComponents,
      ...(locale === undefined ? {} : { locale }),
    });
    return { ...formatGenesysMessage(checked), cards: [checked], texts: [checked.text] };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const text = cleanText(writeFallbackText(card.components), 'block').trim();
    const change = { path: error.path ?? '$', what: `a card became text: it is refused (${error.code})` };
    const texts = hasVisibleText(text) ? [text] : [];
    return { messages: texts.map(createTextMessage), changes: [change], cards: [], texts };
  }
}
