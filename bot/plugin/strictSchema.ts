import type { Json } from '../../cards/card.ts';
import { asNode, isRequired, propertiesOf, type SchemaNode } from '../../cards/json.ts';

/** Keywords that strict function calling accepts. */
const taken = [
  ...['type', 'enum', 'pattern', 'multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  ...['minItems', 'maxItems'],
];
const takenFormats = new Set('date time date-time duration email hostname ipv4 ipv6 uuid'.split(' '));

/**
 * The schema of a template's fields as strict function calling wants it: every object is closed and requires all of its
 * properties, and a field that may be left out may be null. A rule without a keyword in strict mode is part of
 * the description.
 */
export function createStrictSchema(node: SchemaNode): SchemaNode {
  const strict: SchemaNode = {};
  for (const key of taken) if (node[key] !== undefined) strict[key] = node[key];
  if (node.const !== undefined) strict.enum = [node.const];
  if (Array.isArray(strict.enum) && strict.type === undefined) strict.type = typesOf(strict.enum);
  if (typeof node.format === 'string' && takenFormats.has(node.format)) strict.format = node.format;
  const description = describe(node);
  if (description !== '') strict.description = description;
  const items = asNode(node.items);
  if (items !== undefined) strict.items = createStrictSchema(items);
  if (asNode(node.properties) !== undefined || typeListOf(node).includes('object')) {
    const properties = propertiesOf(node);
    strict.properties = Object.fromEntries(
      properties.map(([name, child]) => {
        const strictChild = createStrictSchema(child);
        return [name, isRequired(node, name) ? strictChild : allowNull(strictChild)];
      }),
    );
    strict.required = properties.map(([name]) => name);
    strict.additionalProperties = false;
  }
  return strict;
}

/** Removes the nulls by which a strict call leaves fields out. */
export function withoutNulls(value: Json | undefined, node: SchemaNode | undefined): Json | undefined {
  if (node === undefined || value === undefined || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    return value.map((one) => withoutNulls(one, asNode(node.items)) ?? null);
  }
  const properties = new Map(propertiesOf(node));
  const kept = Object.entries(value).flatMap(([name, one]): [string, Json][] => {
    const child = properties.get(name);
    const isLeftOut = one === null && child !== undefined && !isRequired(node, name) && !takesNull(child);
    const clean = withoutNulls(one, child);
    return isLeftOut || clean === undefined ? [] : [[name, clean]];
  });
  return Object.fromEntries(kept);
}

function allowNull(node: SchemaNode): SchemaNode {
  const types = typeListOf(node);
  if (types.includes('null')) return node;
  return {
    ...node,
    ...(types.length === 0 ? {} : { type: [...types, 'null'] }),
    ...(Array.isArray(node.enum) ? { enum: [...node.enum, null] } : {}),
  };
}

function describe({ title, description, default: preset, minLength, maxLength, format }: SchemaNode): string {
  const length =
    typeof maxLength === 'number'
      ? `${typeof minLength === 'number' ? minLength : 0} to ${maxLength} characters.`
      : typeof minLength === 'number'
        ? `At least ${minLength} characters.`
        : undefined;
  const isSaid = typeof format === 'string' && !takenFormats.has(format);
  return [
    typeof description === 'string' ? description : title,
    length,
    isSaid ? `Format: ${format}.` : undefined,
    preset === undefined ? undefined : `Default: ${JSON.stringify(preset)}.`,
  ]
    .filter((sentence) => typeof sentence === 'string')
    .join(' ');
}

function typeListOf({ type }: SchemaNode): Json[] {
  if (Array.isArray(type)) return type;
  return type === undefined ? [] : [type];
}

function takesNull(node: SchemaNode): boolean {
  return typeListOf(node).includes('null') || (Array.isArray(node.enum) && node.enum.includes(null));
}

function typesOf(values: readonly Json[]): Json {
  const types = [...new Set(values.map(typeOf))];
  return types.length === 1 && types[0] !== undefined ? types[0] : types;
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
