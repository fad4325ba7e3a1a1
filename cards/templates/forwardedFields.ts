import type { Card, Json } from '../card.ts';
import { cleanText } from '../checks/text.ts';
import { treatUrl } from '../checks/treat.ts';
import type { UrlPolicy } from '../checks/urlPolicy.ts';
import { nodeAt, type SchemaNode } from './fieldSchema.ts';

/**
 * Decides at load which dynamic fields travel with a card as data, and how they are treated: declared ones only, without
 * those marked `writeOnly` and those that hold Markdown or HTML (they travel as text of a component). Fields of format
 * `uri` are held to the address policy.
 */
export function compileForwardedFields(
  root: SchemaNode,
  policy: UrlPolicy,
): (fields: Json) => Card['dynamicFields'] {
  const forward = (value: Json, node: SchemaNode | undefined, path: string): Json | undefined => {
    if (typeof value === 'string') {
      if (node?.format === 'uri') return treatUrl(value, 'link', policy, () => path);
      return cleanText(value, 'block');
    }
    if (Array.isArray(value)) {
      const items = nodeAt(node, [0]);
      return value.map((item, i) => forward(item, items, `${path}[${i}]`) ?? null);
    }
    if (typeof value !== 'object' || value === null) return value;
    return forwardObject(value, node, path);
  };
  const forwardObject = (object: { [key: string]: Json }, node: SchemaNode | undefined, path: string) => {
    const kept: { [key: string]: Json } = {};
    for (const key of Object.keys(object)) {
      const child = nodeAt(node, [key]);
      const value = object[key];
      if (value === undefined || child?.writeOnly === true || isRich(child)) continue;
      const forwarded = forward(value, child, `${path}.${key}`);
      if (forwarded !== undefined) kept[key] = forwarded;
    }
    return kept;
  };
  return (fields) =>
    typeof fields === 'object' && fields !== null && !Array.isArray(fields)
      ? forwardObject(fields, root, '$.fields')
      : {};
}

function isRich(node: SchemaNode | undefined): boolean {
  return node?.contentMediaType !== undefined && node.contentMediaType !== 'text/plain';
}
