import { CodedError } from '../errors.ts';
import { type LimitName, limits } from '../limits.ts';
import { breakAddresses } from '../richText/bareAddresses.ts';
import { cleanMarkdown } from '../richText/markdown.ts';
import { cleanText, hasVisibleText, isCleanPayload } from '../richText/text.ts';
import { checkUrl, showsAnotherHost, type UrlPolicy, type UrlUse } from '../richText/urlPolicy.ts';
import type { At } from './jsonPath.ts';

/** Refuses a text that is over its limit in the table; lengths are UTF-16 code units, as JSON Schema tools count them. */
export function requireLength(text: string, limit: LimitName, at: At): string {
  const { max, unit } = limits[limit];
  if (text.length > max) {
    throw new CodedError('card.limit', `A text of ${text.length} ${unit}; the limit is ${max}.`, {
      path: at(),
    });
  }
  return text;
}

function requireVisible(text: string, at: At): string {
  if (!hasVisibleText(text))
    throw new CodedError('card.unsafeText', 'The text has no visible characters.', { path: at() });
  return text;
}

/** Holds a text that is clean already to its limit, and to having something to see. */
export function requireShown(cleaned: string, limit: LimitName, at: At): string {
  return requireLength(requireVisible(cleaned, at), limit, at);
}

/** A text of one line (title, label, value, alternative text): carried as typed, without control characters. */
export function treatLine(value: string, limit: LimitName, policy: UrlPolicy, at: At): string {
  return requireShown(breakAddresses(cleanText(value, 'line'), policy), limit, at);
}

/** A body text; Markdown is brought to the subset that every client shows, and unsafe links in it become text. */
export function treatBody(value: string, markdown: boolean, policy: UrlPolicy, at: At): string {
  requireLength(value, 'fieldText', at);
  const cleaned = cleanText(value, 'block');
  const text = markdown ? cleanMarkdown(cleaned, policy).text : breakAddresses(cleaned, policy);
  return requireShown(text, 'body', at);
}

/**
 * A payload: opaque, comes back byte for byte, so what would have to be changed is refused. So is one of blanks, which
 * clients drop, and the whole message with it.
 */
export function treatPayload(value: string, at: At): string {
  if (!hasVisibleText(value)) throw new CodedError('card.schema', 'The payload is empty.', { path: at() });
  if (!isCleanPayload(value)) {
    throw new CodedError('card.unsafeText', 'The payload contains control characters or broken Unicode.', {
      path: at(),
    });
  }
  return requireLength(value, 'payload', at);
}

/** Refuses a label that names another host than the checked address that a click on it opens. */
export function requireOwnHost(label: string, href: string, at: At): void {
  if (!showsAnotherHost(label, href)) return;
  throw new CodedError('card.unsafeUrl', 'The label names another host than the address.', {
    path: at(),
    hint: 'Name the action or the host of the address in the label.',
  });
}

/** A link or picture address: the parsed address is what is sent, never the raw text. */
export function treatUrl(value: string, use: UrlUse, policy: UrlPolicy, at: At): string {
  const verdict = checkUrl(value, use, policy);
  if (!verdict.ok)
    throw new CodedError('card.unsafeUrl', `The address is refused: ${verdict.reason}.`, { path: at() });
  return verdict.href;
}
