import type { Button, Component } from '../../card.ts';
import { chunksOf } from '../../components/componentTypes.ts';
import { limits } from '../../limits.ts';
import { cleanText, hasVisibleText, isCleanPayload } from '../../richText/text.ts';
import { checkUrl, showsAnotherHost } from '../../richText/urlPolicy.ts';
import { type Click, dataOf } from './click.ts';
import type { Conversion } from './conversion.ts';
import { encodeWrittenUrl, noteMail, showAddress } from './readFields.ts';
import { joinLabel, plainOf, shortenLine } from './texts.ts';

/** How a button looks; left out for the plain look. */
export type ButtonStyle = 'primary' | 'danger' | undefined;

const withStyle = (style: ButtonStyle): { style?: 'primary' | 'danger' } =>
  style === undefined ? {} : { style };

/** A web address that no button may open: it is shown as a text under its label. */
interface AddressText {
  readonly action: 'read';
  readonly label: string;
  readonly payload: string;
}

/** The result of reading an action of another bot. */
export type Offer = Button | AddressText;

/**
 * Makes a button that opens an address, or its text when a customer can use the address but no button may open it. Any other
 * address is noted and left out (undefined). A label that shows another host than the address is replaced by `Open` and noted.
 */
export function linkButton(
  label: string,
  url: string | undefined,
  path: string,
  conversion: Conversion,
  style?: ButtonStyle,
): Offer | undefined {
  const verdict = checkUrl(encodeWrittenUrl(url), 'link', conversion.policy);
  if (!verdict.ok) {
    const address = showAddress(url, conversion);
    conversion.note(path, `${address === undefined ? 'left out' : 'shown as text'}: ${verdict.reason}`);
    return address === undefined ? undefined : { action: 'read', label, payload: address };
  }
  noteMail(url, path, conversion);
  let shown = shortenLine(label, 'label', path, conversion) ?? conversion.words.open;
  if (showsAnotherHost(shown, verdict.href)) {
    conversion.note(path, 'its label was replaced: it named another host than its address');
    shown = conversion.words.open;
  }
  return { label: shown, action: 'openUrl', payload: verdict.href, ...withStyle(style) };
}

/** Makes a button that answers the bot. Data that cannot be a payload is noted and left out (undefined). */
export function answerButton(
  label: string | undefined,
  click: Click,
  path: string,
  conversion: Conversion,
  style?: ButtonStyle,
): Button | undefined {
  const payload = payloadOf(click, path, conversion);
  if (payload === undefined) return undefined;
  const data = dataOf(click);
  const shown =
    shortenLine(label, 'label', path, conversion) ??
    shortenLine(typeof data === 'string' ? data : 'OK', 'label', path, conversion);
  if (shown === undefined) {
    conversion.note(path, 'left out: it has no label');
    return undefined;
  }
  return { label: shown, action: 'postback', payload, ...withStyle(style) };
}

/**
 * Returns the payload of a click: that of `conversion.clicks`, else a string as it is and any other data as JSON. A payload
 * that cannot be carried is noted and left out (undefined).
 */
export function payloadOf(click: Click, path: string, conversion: Conversion): string | undefined {
  const data = dataOf(click);
  if (conversion.clicks !== undefined) {
    const kept = isNothing(data) ? undefined : conversion.clicks.payloadOf(click);
    if (kept === undefined)
      conversion.note(path, isNothing(data) ? nothing : 'left out: there is no room for its data');
    return kept;
  }
  const isText = typeof data === 'string';
  let payload = asText(data);
  if (!isCleanPayload(payload)) {
    // JSON has a spelling for every character; a text loses the characters that no payload may hold.
    if (isText) conversion.note(path, 'line breaks and control characters were taken out of the payload');
    payload = isText ? cleanText(payload, 'line') : payload.replace(/[^ -~]/g, escapeCharacter);
  }
  const { max } = limits.payload;
  const isSomething = hasVisibleText(payload);
  if (payload.length <= max && isSomething) return payload;
  conversion.note(path, isSomething ? `left out: its data is over ${max} characters` : nothing);
  return undefined;
}

const nothing = 'left out: it sends nothing';

function isNothing(data: unknown): boolean {
  return data === undefined || data === null || (typeof data === 'string' && !hasVisibleText(data));
}

function asText(data: unknown): string {
  return typeof data === 'string' ? data : (JSON.stringify(data) ?? '');
}

const escapeCharacter = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Makes texts of the addresses that no button may open, then button groups of at most five. A duplicate is shown once. */
export function groupButtons(
  buttons: readonly (Offer | undefined)[],
  path: string,
  conversion: Conversion,
): Component[] {
  const kept = new Map<string, Offer>();
  for (const button of buttons) {
    if (button === undefined) continue;
    const key = `${button.action}\n${button.payload}\n${button.label}`;
    if (kept.has(key)) conversion.note(path, 'a duplicate button is shown once');
    else kept.set(key, button);
  }
  const offers = [...kept.values()];
  const all = offers.filter((offer) => offer.action !== 'read');
  const texts = offers.filter((offer) => offer.action === 'read');
  const { max } = limits.buttons;
  if (all.length > max) conversion.note(path, `split into groups of ${max} buttons`);
  const groups = chunksOf(all, max).map((group): Component => ({ type: 'buttonGroup', buttons: group }));
  return [
    ...texts.flatMap(({ label, payload }) => plainOf(joinLabel(label, payload), path, conversion)),
    ...groups,
  ];
}
