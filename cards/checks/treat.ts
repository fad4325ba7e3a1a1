import type { Card, Component } from '../card.ts';
import { alternativeOf, type Member, type Members } from '../components/componentModule.ts';
import { moduleOf } from '../components/componentTypes.ts';
import { type At, CodedError, type DocumentRoot, writeJsonPath } from '../errors.ts';
import { asNode, findNodeAt, type Json, type SchemaNode } from '../json.ts';
import { type LimitName, requireLength } from '../limits.ts';
import { breakAddresses } from '../richText/bareAddresses.ts';
import { cleanMarkdown } from '../richText/markdown.ts';
import { cleanText, hasVisibleText, isCleanPayload } from '../richText/text.ts';
import { checkUrl, showsAnotherHost, type UrlPolicy, type UrlUse } from '../richText/urlPolicy.ts';

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
function treatPlain(
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

type Fields = Card['dynamicFields'];

/**
 * Cleans the names and strings of the dynamic fields that travel with a card as data: not those that their schema marks as
 * `writeOnly`, Markdown or HTML (Markdown and HTML travel as text of a component). Fields of format `uri` are checked by the
 * address policy. Fields without a schema are cleaned only.
 *
 * @param path - keys that lead to the fields in their document; default: none
 * @throws CodedError `card.unsafeUrl` and `card.unsafeText` with the JSON path
 */
export function cleanFields(
  fields: Json,
  schema: SchemaNode | undefined,
  policy: UrlPolicy,
  root: DocumentRoot,
  path: readonly string[] = [],
): Fields {
  const keys: (string | number)[] = [...path];
  const at: At = () => writeJsonPath(keys, root);
  const cleanObject = (object: Fields, node: SchemaNode | undefined): Fields => {
    const cleaned: Fields = {};
    // The schema is looked up by the cleaned name: one with hidden characters may not pass for another field.
    const named = withCleanNames(object, at);
    for (const name of Object.keys(named)) {
      const inner = cleanAt(name, named[name], findNodeAt(node, [name]));
      if (inner !== undefined) cleaned[name] = inner;
    }
    return cleaned;
  };
  const cleanAt = (
    key: string | number,
    value: Json | undefined,
    node: SchemaNode | undefined,
  ): Json | undefined => {
    keys.push(key);
    const cleaned = value === undefined ? undefined : clean(value, node);
    keys.pop();
    return cleaned;
  };
  const clean = (value: Json, node: SchemaNode | undefined): Json | undefined => {
    if (node?.writeOnly === true || isRich(node)) return undefined;
    if (typeof value === 'string') {
      return node?.format === 'uri' ? treatUrl(value, 'link', policy, at) : cleanText(value, 'block');
    }
    if (Array.isArray(value)) {
      const items = findNodeAt(node, [0]);
      return value.map((item, i) => cleanAt(i, item, items) ?? null);
    }
    return typeof value === 'object' && value !== null ? cleanObject(value, node) : value;
  };
  return cleanObject(asNode(fields) ?? {}, schema);
}

function isRich(node: SchemaNode | undefined): boolean {
  return node?.contentMediaType !== undefined && node.contentMediaType !== 'text/plain';
}

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Cleans the name of a dynamic field as a line of text is cleaned: names travel and are shown like values. */
export function cleanName(name: string): string {
  return cleanText(name, 'line');
}

/**
 * Cleans the names of the members of an object.
 *
 * @throws CodedError `card.unsafeText` when two names become equal, or one becomes a name that no JSON may have here.
 */
function withCleanNames<T>(object: { [name: string]: T }, at: At): { [name: string]: T } {
  const names = Object.keys(object);
  if (names.every((name) => cleanName(name) === name)) return object;
  const entries = Object.entries(object).map(([name, value]) => [cleanName(name), value] as const);
  const cleaned = new Map(entries);
  if (cleaned.size === entries.length && ![...cleaned.keys()].some((name) => forbidden.has(name))) {
    return Object.fromEntries(cleaned);
  }
  throw new CodedError(
    'card.unsafeText',
    'The name of a field contains hidden characters. Without them it equals another name or is not allowed.',
    { path: at(), hint: 'Send names without control characters.' },
  );
}
