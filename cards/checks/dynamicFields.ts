import type { Card } from '../card.ts';
import { CodedError } from '../errors.ts';
import type { Json } from '../json.ts';
import { cleanText } from '../richText/text.ts';
import type { UrlPolicy } from '../richText/urlPolicy.ts';
import { asNode, findNodeAt, type SchemaNode } from '../schemaNode.ts';
import { type At, type DocumentRoot, writeJsonPath } from './jsonPath.ts';
import { treatUrl } from './treat.ts';

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
export function withCleanNames<T>(object: { [name: string]: T }, at: At): { [name: string]: T } {
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
