import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Json } from './template.ts';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z.array(text);

/**
 * The template functions of Azure Resource Manager that need nothing but their arguments, as far as our templates use them.
 * `uniqueString` and `guid` have the right shape and are stable, but are not Azure's own hashes.
 */
export const pureFunctions: Readonly<Record<string, (...values: Json[]) => Json>> = {
  and: (...values) => z.array(z.boolean()).parse(values).every(Boolean),
  concat: (...values) => (values.every(Array.isArray) ? values.flat() : texts.parse(values).join('')),
  createArray: (...values) => values,
  createObject: (...values) =>
    Object.fromEntries(
      values.flatMap((name, index) =>
        index % 2 === 0 ? [[text.parse(name), values[index + 1] ?? null]] : [],
      ),
    ),
  empty: (value) => (Array.isArray(value) || typeof value === 'string' ? value.length === 0 : value === null),
  equals: (a, b) => a === b,
  extensionResourceId: (scope, type, ...names) => `${text.parse(scope)}/${providerPath(type, names)}`,
  format: (pattern, ...values) =>
    text.parse(pattern).replace(/\{(\d+)\}/g, (_, index) => text.parse(values[Number(index)])),
  guid: (...values) => digest(values).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
  not: (value) => !z.boolean().parse(value),
  string: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  toLower: (value) => text.parse(value).toLowerCase(),
  uniqueString: (...values) => digest(values).slice(0, 13),
  uriComponent: (value) => encodeURIComponent(text.parse(value)),
};

/** The part of a resource's id after its scope: `providers/Namespace/type/name/childType/childName`. */
export function providerPath(type: Json | undefined, names: readonly Json[]): string {
  const [namespace, ...types] = text.parse(type).split('/');
  const parts = texts.parse(names).flatMap((name) => name.split('/'));
  if (parts.length !== types.length)
    throw new Error(`${type} needs ${types.length} names, not ${parts.length}`);
  return `providers/${namespace}/${types.flatMap((kind, index) => [kind, parts[index]]).join('/')}`;
}

function digest(values: readonly Json[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}
