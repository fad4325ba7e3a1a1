import { z } from 'zod';
import type { Component, QuickReply } from '../../card.ts';
import { chunksOf } from '../../components/componentTypes.ts';
import { isObject } from '../../json.ts';
import { limits } from '../../limits.ts';
import { answerButton, groupButtons, linkButton, type Offer } from './buttons.ts';
import type { Click } from './click.ts';
import type { Conversion } from './conversion.ts';
import { anything, formal, list, type NotShown, readObject, text } from './readFields.ts';
import { lineOf } from './texts.ts';

/** https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#cardaction-object */
const cardAction = z.object({ type: text, title: text, text, displayText: text, value: anything });
const notShown: NotShown = {
  image: 'a button has no picture',
  imageAltText: 'a button has no picture',
  channelData: 'it is for another channel',
};

/**
 * Turns a CardAction into a button; undefined, noted, when nothing stands for it. Bots also write a bare text, and
 * leave the type out: an address is opened then, anything else is an imBack.
 *
 * @param label - for an action without a title.
 */
function readCardActionButton(
  value: unknown,
  path: string,
  conversion: Conversion,
  label?: string,
): Offer | undefined {
  const given = typeof value === 'string' ? { title: value, value } : value;
  const action = readObject(cardAction, given, path, conversion, notShown);
  if (action === undefined) return undefined;
  const title = lineOf(action.title, conversion) ?? label;
  const url = typeof action.value === 'string' ? action.value : undefined;
  const isWeb = /^https?:\/\//i.test(url ?? '');
  switch (lineOf(action.type, conversion)?.toLowerCase() ?? (isWeb ? 'openurl' : 'imback')) {
    case 'openurl':
    case 'showimage':
    case 'downloadfile':
      return linkButton(title ?? conversion.words.open, url, path, conversion);
    case 'playaudio':
    case 'playvideo':
      return linkButton(title ?? conversion.words.play, url, path, conversion);
    case 'call':
      return linkButton(title ?? url?.replace(/^tel:/i, '') ?? '', writePhoneLink(url), path, conversion);
    case 'signin':
      if (url !== undefined && /^(?:https?:|www\.)/i.test(url.trim()))
        return linkButton(title ?? conversion.words.open, url, path, conversion);
      conversion.note(path, 'left out: signing in needs the token service of the Bot Framework');
      return undefined;
    case 'imback': {
      const said = spokenOf(action.value) ?? action.title ?? '';
      const click: Click =
        typeof said === 'string' ? { type: 'imBack', text: said } : { type: 'postBack', value: said };
      return answerButton(title, click, path, conversion);
    }
    case 'postback':
      return answerButton(title, { type: 'postBack', value: action.value ?? action.title }, path, conversion);
    case 'messageback': {
      if (action.displayText !== undefined && action.displayText !== action.title) {
        conversion.note(`${path}.displayText`, 'left out: a click shows the label');
      }
      const { displayText, value } = action;
      const said = action.text ?? (value === undefined ? action.title : undefined);
      if (conversion.clicks === undefined && said !== undefined && value !== undefined && said !== value) {
        conversion.note(`${path}.text`, 'left out: a click sends the value');
      }
      return answerButton(
        title ?? displayText,
        { type: 'messageBack', text: said, value, displayText },
        path,
        conversion,
      );
    }
    default:
      conversion.note(path, 'left out: Genesys has no such button');
      return undefined;
  }
}

/** Turns CardActions into buttons; see `readCardActionButton`. */
export function readCardActionButtons(
  values: readonly unknown[],
  path: string,
  conversion: Conversion,
): (Offer | undefined)[] {
  return values.map((value, i) => readCardActionButton(value, `${path}[${i}]`, conversion));
}

/** The Agents SDK's `MessageFactory.suggestedActions` writes the text of an imBack as `{ text }`. */
function spokenOf(value: unknown): unknown {
  return isObject(value) && typeof value.text === 'string' && Object.keys(value).length === 1
    ? value.text
    : value;
}

/** A number may be written without its scheme. */
function writePhoneLink(value: string | undefined): string {
  return `tel:${(value ?? '').trim().replace(/^tel:/i, '')}`;
}

/**
 * Turns a tap on a card or picture into a button, unless one of the buttons does the same.
 *
 * @param label - for a tap without a title.
 */
export function tapButton(
  tap: unknown,
  path: string,
  buttons: readonly (Offer | undefined)[],
  label: string | undefined,
  conversion: Conversion,
): Offer | undefined {
  if (tap === undefined || tap === null) return undefined;
  const isUrl = typeof tap === 'string' && /^https?:/i.test(tap.trim());
  const button = readCardActionButton(
    isUrl ? { type: 'openUrl', value: tap } : tap,
    path,
    conversion,
    lineOf(label, conversion) ?? conversion.words.open,
  );
  const isThere = buttons.some(
    (other) => other?.action === button?.action && other?.payload === button?.payload,
  );
  if (button === undefined || isThere) return undefined;
  if (button.action !== 'read') conversion.note(path, 'shown as a button: a Genesys card cannot be tapped');
  return button;
}

const suggestedActions = z.object({ actions: list });

/** Suggested actions, also as a bare list: answers become quick replies, links become buttons. */
export function suggestedActionsOf(value: unknown, path: string, conversion: Conversion): Component[] {
  const given = Array.isArray(value) ? { actions: value } : value;
  const suggested = readObject(suggestedActions, given, path, conversion, { to: formal });
  const buttons = readCardActionButtons(suggested?.actions ?? [], `${path}.actions`, conversion);
  const links = buttons.filter((button) => button?.action === 'openUrl' || button?.action === 'read');
  if (links.length > 0) conversion.note(path, 'links became buttons: a quick reply opens nothing');
  const replies = buttons.flatMap((button): QuickReply[] =>
    button === undefined || button.action === 'openUrl' || button.action === 'read'
      ? []
      : [{ label: button.label, payload: button.payload }],
  );
  const { max } = limits.quickReplies;
  if (replies.length > max) conversion.note(`${path}.actions`, `split into groups of ${max}`);
  const groups = chunksOf(replies, max).map((group): Component => ({ type: 'quickReplies', replies: group }));
  return [...groupButtons(links, path, conversion), ...groups];
}
