import type { Component } from '../card.ts';
import { moduleOf } from '../components/componentTypes.ts';
import { alternativeOf, type Member, type Members } from '../components/members.ts';
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

/** Refuses a cleaned text that is over its limit or shows nothing. */
export function requireShown(cleaned: string, limit: LimitName, at: At): string {
  if (!hasVisibleText(cleaned))
    throw new CodedError('card.unsafeText', 'The text has no visible characters.', { path: at() });
  return requireLength(cleaned, limit, at);
}

/**
 * A plain text, carried as typed, without control characters.
 *
 * @param kind - `line`: one line (title, label, value, alternative text); `block`: several
 */
export function treatPlain(
  value: string,
  kind: 'line' | 'block',
  limit: LimitName,
  policy: UrlPolicy,
  at: At,
): string {
  return requireShown(breakAddresses(cleanText(value, kind), policy), limit, at);
}

/** A body text; Markdown is brought to the subset that every client shows, and unsafe links in it become text. */
function treatBody(value: string, markdown: boolean, policy: UrlPolicy, at: At): string {
  requireLength(value, 'fieldText', at);
  if (!markdown) return treatPlain(value, 'block', 'body', policy, at);
  return requireShown(cleanMarkdown(cleanText(value, 'block'), policy).text, 'body', at);
}

/**
 * A payload is opaque and comes back byte for byte, so a payload that would have to be changed is refused. A payload of blanks
 * is refused, too: clients drop it, and the whole message with it.
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

/** Refuses a label that names another host than the checked address that a click opens. */
export function requireOwnHost(label: string, href: string, at: At): void {
  if (!showsAnotherHost(label, href)) return;
  throw new CodedError('card.unsafeUrl', 'The label names another host than the address.', {
    path: at(),
    hint: 'Name the action or the host of the address in the label.',
  });
}

/** A link or picture address: the parsed address is sent, never the raw text. */
export function treatUrl(value: string, use: UrlUse, policy: UrlPolicy, at: At): string {
  const verdict = checkUrl(value, use, policy);
  if (!verdict.ok)
    throw new CodedError('card.unsafeUrl', `The address is refused: ${verdict.reason}.`, { path: at() });
  return verdict.href;
}

/**
 * Cleans the texts and addresses of components and holds them to their limits.
 *
 * @param components - of the shape that the card's schema asks for.
 * @throws CodedError `card.*` with the JSON path.
 */
export function treatComponents(
  components: readonly Component[],
  path: string,
  policy: UrlPolicy,
): Component[] {
  return components.map((component, i) => {
    const at = `${path}[${i}]`;
    return treatObject(component, moduleOf(component.type, at).members, at, policy);
  });
}

/** Treats each member as its kind: words change, the shape does not. */
function treatObject<T extends { readonly [name: string]: unknown }>(
  object: T,
  members: Members,
  path: string,
  policy: UrlPolicy,
): T {
  const treated: { [name: string]: unknown } = {};
  const treatText = (member: Member, text: string, at: At): string => {
    switch (member.kind) {
      case 'line':
        return treatPlain(text, 'line', member.limit, policy, at);
      case 'body':
        return treatBody(text, object.markdown === true, policy, at);
      case 'payload':
        return treatPayload(text, at);
      case 'url': {
        const href = treatUrl(text, member.use, policy, at);
        const { label } = member;
        if (label !== undefined)
          requireOwnHost(String(treated[label] ?? object[label]), href, () => `${path}.${label}`);
        return href;
      }
      default:
        return text;
    }
  };
  for (const [name, member] of Object.entries(members)) {
    const value = object[name];
    const at = `${path}.${name}`;
    if (typeof value === 'string') treated[name] = treatText(member, value, () => at);
    else if (Array.isArray(value) && member.kind === 'components')
      treated[name] = treatComponents(value, at, policy);
    else if (Array.isArray(value) && member.kind === 'list') {
      treated[name] = value.map((item, i) =>
        treatObject(item, alternativeOf(member.items, item) ?? {}, `${at}[${i}]`, policy),
      );
    }
  }
  return { ...object, ...treated };
}
