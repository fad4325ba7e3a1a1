import type { Card, Json } from '../card.ts';
import { type At, writeJsonPath } from '../checks/jsonPath.ts';
import { treatUrl, withCleanNames } from '../checks/treat.ts';
import { cleanText } from '../richText/text.ts';
import type { UrlPolicy } from '../richText/urlPolicy.ts';
import { asNode, findNodeAt, type SchemaNode } from './fieldSchema.ts';

/**
 * The dynamic fields that travel with a card as data, treated as texts are: declared ones only, without those marked
 * `writeOnly` and those that hold Markdown or HTML (they travel as text of a component). Fields of format `uri` are held to
 * the address policy.
 *
 * @throws CodedError `card.unsafeUrl` and `card.unsafeText` with `fields:$…`
 */
export function cleanForwardedFields(
  fields: Json,
  root: SchemaNode,
  policy: UrlPolicy,
): Card['dynamicFields'] {
  const keys: (string | number)[] = [];
  const at: At = () => writeJsonPath(keys, 'fields:$');
  const forwardAll = (
    object: { [key: string]: Json },
    node: SchemaNode | undefined,
  ): { [key: string]: Json } => {
    const forwarded: { [key: string]: Json } = {};
    // A name is looked up as it is sent: one with hidden characters may not pass for another field.
    const named = withCleanNames(object, at);
    for (const name of Object.keys(named)) {
      const inner = forwardAt(name, named[name], findNodeAt(node, [name]));
      if (inner !== undefined) forwarded[name] = inner;
    }
    return forwarded;
  };
  const forwardAt = (
    key: string | number,
    value: Json | undefined,
    node: SchemaNode | undefined,
  ): Json | undefined => {
    keys.push(key);
    const forwarded = value === undefined ? undefined : forward(value, node);
    keys.pop();
    return forwarded;
  };
  /** A field that is not declared, in an open schema, is cleaned and has no other meaning. */
  const forward = (value: Json, node: SchemaNode | undefined): Json | undefined => {
    if (node?.writeOnly === true || isRich(node)) return undefined;
    if (typeof value === 'string') {
      return node?.format === 'uri' ? treatUrl(value, 'link', policy, at) : cleanText(value, 'block');
    }
    if (Array.isArray(value)) {
      const items = findNodeAt(node, [0]);
      return value.map((item, i) => forwardAt(i, item, items) ?? null);
    }
    return typeof value === 'object' && value !== null ? forwardAll(value, node) : value;
  };
  return forwardAll(asNode(fields) ?? {}, root);
}

function isRich(node: SchemaNode | undefined): boolean {
  return node?.contentMediaType !== undefined && node.contentMediaType !== 'text/plain';
}
