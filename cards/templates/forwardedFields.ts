import type { Card, Json } from '../card.ts';
import { withCleanNames } from '../checks/fieldNames.ts';
import { childPath } from '../checks/jsonPath.ts';
import { treatUrl } from '../checks/treat.ts';
import { cleanText } from '../richText/text.ts';
import type { UrlPolicy } from '../richText/urlPolicy.ts';
import { nodeAt, type SchemaNode } from './fieldSchema.ts';

/**
 * The dynamic fields that travel with a card as data, treated as texts are: declared ones only, without those marked
 * `writeOnly` and those that hold Markdown or HTML (they travel as text of a component). Fields of format `uri` are held to
 * the address policy.
 *
 * @throws CodedError `card.unsafeUrl` and `card.unsafeText` with `fields:$…`
 */
export function forwardedFields(fields: Json, root: SchemaNode, policy: UrlPolicy): Card['dynamicFields'] {
  const forwardAll = (
    object: { [key: string]: Json },
    node: SchemaNode | undefined,
    path: string,
  ): { [key: string]: Json } => {
    const forwarded: { [key: string]: Json } = {};
    // A name is looked up as it is sent: one with hidden characters may not pass for another field.
    for (const [name, value] of Object.entries(withCleanNames(object, () => path))) {
      const inner = forward(value, nodeAt(node, [name]), childPath(path, name));
      if (inner !== undefined) forwarded[name] = inner;
    }
    return forwarded;
  };
  /** What an open schema lets pass is data without a meaning to us. */
  const forward = (value: Json, node: SchemaNode | undefined, path: string): Json | undefined => {
    if (node?.writeOnly === true || isRich(node)) return undefined;
    if (typeof value === 'string') {
      return node?.format === 'uri' ? treatUrl(value, 'link', policy, () => path) : cleanText(value, 'block');
    }
    if (Array.isArray(value)) {
      const items = nodeAt(node, [0]);
      return value.map((item, i) => forward(item, items, childPath(path, i)) ?? null);
    }
    return typeof value === 'object' && value !== null ? forwardAll(value, node, path) : value;
  };
  return typeof fields === 'object' && fields !== null && !Array.isArray(fields)
    ? forwardAll(fields, root, 'fields:$')
    : {};
}

function isRich(node: SchemaNode | undefined): boolean {
  return node?.contentMediaType !== undefined && node.contentMediaType !== 'text/plain';
}
