import type { Json } from '../card.ts';
import { withCleanNames } from '../checks/fieldNames.ts';
import { treatUrl } from '../checks/treat.ts';
import { cleanText } from '../richText/text.ts';
import type { UrlPolicy } from '../richText/urlPolicy.ts';
import { nodeAt, type SchemaNode } from './fieldSchema.ts';
import { isSimpleText } from './simpleText.ts';

/** Appends the JSON of a field's value to the JSON so far. */
type Append = (value: Json, json: string, parentPath: string, step: string) => string;

/**
 * Decides at load which dynamic fields travel with a card as data, and how they are treated: declared ones only, without
 * those marked `writeOnly` and those that hold Markdown or HTML (they travel as text of a component). Fields of format
 * `uri` are held to the address policy.
 *
 * @returns appends the fields as a JSON object to the JSON of a card
 */
export function compileForwardedFields(
  root: SchemaNode,
  policy: UrlPolicy,
): (fields: Json, json: string) => string {
  const append = compileNode(root, policy);
  const isPlain = isPlainNode(root);
  return (fields, json) => {
    if (isPlain) {
      const text = JSON.stringify(fields);
      if (untreated.test(text)) return json + text;
    }
    return append?.(fields, json, 'fields:$', '') ?? `${json}{}`;
  };
}

/** JSON without an escape whose texts cleanText would leave as they are: the usual case, seen in one look at all of it. */
const untreated = /^[ -[\]-~\u00a0-\u02ff]*$/;

/** Says whether every value that the schema allows travels, and as what it is. */
function isPlainNode(node: SchemaNode | undefined): boolean {
  if (node?.writeOnly === true || isRich(node) || node?.format === 'uri') return false;
  const declared = namesOf(node).map((name) => nodeAt(node, [name]));
  return [...declared, nodeAt(node, [0])].every((inner) => inner === undefined || isPlainNode(inner));
}

function namesOf(node: SchemaNode | undefined): string[] {
  return Object.keys(typeof node?.properties === 'object' ? (node.properties ?? {}) : {});
}

/** A member of an object: its key as JSON, its step of a path, and how its value is written. */
interface Member {
  readonly key: string;
  readonly step: string;
  /** Undefined when the value does not travel. */
  readonly append: Append | undefined;
}

const member = (name: string, append: Append | undefined): Member => ({
  key: `${JSON.stringify(name)}:`,
  step: `.${name}`,
  append,
});

/**
 * What a schema says of its values is looked up once; a value may be of any type that the schema allows.
 *
 * @returns undefined when the value does not travel
 */
function compileNode(node: SchemaNode | undefined, policy: UrlPolicy): Append | undefined {
  if (node?.writeOnly === true || isRich(node)) return undefined;
  const isAddress = node?.format === 'uri';
  const members = new Map(
    namesOf(node).map((key) => [key, member(key, compileNode(nodeAt(node, [key]), policy))] as const),
  );
  const items = nodeAt(node, [0]);
  const ofItems = items === undefined ? undefined : compileNode(items, policy);

  const appendList = (list: readonly Json[], start: string, path: string): string => {
    const appendItem = items === undefined ? undeclared : ofItems;
    let json = `${start}[`;
    for (let i = 0; i < list.length; i += 1) {
      const before = i === 0 ? json : `${json},`;
      json = appendItem?.(list[i] ?? null, before, path, `[${i}]`) ?? `${before}null`;
    }
    return `${json}]`;
  };
  const appendObject = (given: { [key: string]: Json }, start: string, path: string): string => {
    // A name is looked up as it is sent: one with hidden characters may not pass for another field.
    const object = withCleanNames(given, () => path);
    let json = `${start}{`;
    let comma = '';
    for (const name of Object.keys(object)) {
      const { key, step, append } = members.get(name) ?? member(name, undeclared);
      if (append === undefined) continue;
      json = append(object[name] ?? null, json + comma + key, path, step);
      comma = ',';
    }
    return `${json}}`;
  };
  const append: Append = (value, json, parentPath, step) => {
    if (typeof value === 'string') {
      if (isAddress) return json + JSON.stringify(treatUrl(value, 'link', policy, () => parentPath + step));
      return isSimpleText(value) ? `${json}"${value}"` : json + JSON.stringify(cleanText(value, 'block'));
    }
    if (typeof value !== 'object' || value === null) return json + String(value);
    const path = parentPath + step;
    return Array.isArray(value) ? appendList(value, json, path) : appendObject(value, json, path);
  };
  /** What an open schema lets pass is data without a meaning to us. */
  const undeclared = node === undefined ? append : compileNode(undefined, policy);
  return append;
}

function isRich(node: SchemaNode | undefined): boolean {
  return node?.contentMediaType !== undefined && node.contentMediaType !== 'text/plain';
}
