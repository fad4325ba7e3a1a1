import type { z } from 'zod';
import { describeIssue } from '../../../cards/checks/schemaError.ts';
import { suggestOneOf } from '../../../cards/closest.ts';
import { templateFileSchema } from '../../../cards/templates/readTemplates.ts';
import type { Keys } from './jsonSource.ts';

/** A mistake at a place of the file, for its author. */
interface Explained {
  readonly keys: Keys;
  readonly message: string;
  readonly hint: string;
}

/** An example of each key. */
const examples: Readonly<Record<string, string>> = {
  id: '"id": "parcel-shop"',
  version: '"version": 1',
  title: '"title": "Parcel shop"',
  description: '"description": "Where a parcel waits."',
  locales: '"locales": ["en", "de"]',
  fields: '"fields": { "type": "object", "properties": { "shop": { "type": "string" } } }',
  card: '"card": { "components": [{ "type": "body", "text": "Hello" }] }',
  components: '"components": [{ "type": "body", "text": "Hello" }]',
  text: '"text": "Your parcel waits at ${shop}."',
  samples: '"samples": { "first": { "shop": "Corner shop" } }',
  overLimit: '"overLimit": "refuse"',
  type: '"type": "body"',
};
const knownKeys: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(templateFileSchema.shape),
  card: Object.keys(templateFileSchema.shape.card.shape),
};

/** Explains an issue of zod to the author of a template file: one entry for each mistake. */
export function explainIssue(issue: z.core.$ZodIssue, file: unknown): Explained[] {
  const keys = issue.path.filter((key) => typeof key !== 'symbol');
  const name = String(keys.findLast((key) => typeof key === 'string') ?? 'file');
  const value = findValueAt(file, keys);
  const example = examples[name];
  const like = example === undefined ? 'Compare it with docs/card-authors.md.' : `Write it like ${example}.`;
  const explain = (message: string, hint = like): Explained[] => [{ keys, message, hint }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        keys: [...keys, key],
        message: `The key "${key}" is not known here.`,
        hint: suggestOneOf(key, knownKeys[keys.join('.')] ?? []),
      }));
    case 'invalid_type': {
      if (value === undefined) return explain(`"${name}" is missing.`, `Add ${example ?? `"${name}"`}.`);
      const wanted = issue.expected === 'int' ? 'number' : issue.expected;
      return explain(`"${name}" must be ${withArticle(wanted)}.`, suggestValue(value, wanted));
    }
    case 'invalid_format':
      if (name !== 'id' || typeof value !== 'string') break;
      return explain(
        'The id may hold small letters, digits and single dashes only, and begins with a letter.',
        `Write "${toSlug(value)}", and name the file so.`,
      );
    case 'invalid_union':
      return explain('A text is expected here.', 'Write a text, or an object with a text for each locale.');
    case 'invalid_key': {
      const key = String(issue.path.at(-1));
      return explain(
        `"${key}" cannot be the name of a sample.`,
        `Use small letters, digits and dashes: "${toSlug(key)}".`,
      );
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      return explain(`"${name}" must be one of ${values.join(', ')}.`, suggestOneOf(String(value), values));
    }
    case 'custom':
      return explain(`"${name}": ${issue.message}.`);
  }
  return explain(`"${name}": ${describeIssue(issue)}.`);
}

/** The value at a place of parsed JSON. */
export function findValueAt(value: unknown, keys: Keys): unknown {
  return keys.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined,
    value,
  );
}

function withArticle(type: string): string {
  if (type === 'array') return 'a list';
  if (type === 'string') return 'a text';
  return type === 'object' || type === 'record' ? 'an object in { }' : `a ${type}`;
}

function suggestValue(value: unknown, wanted: string): string | undefined {
  const isText = typeof value === 'string';
  if (wanted === 'number' && isText && value.trim() !== '' && Number.isFinite(Number(value)))
    return `It must be a number: ${Number(value)}, without quotes.`;
  if (wanted === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `Write it in quotes: "${value}".`;
  return wanted === 'array' && isText ? `Write a list: ["${value}"].` : undefined;
}

function toSlug(text: string): string {
  const plain = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase();
  const words = plain.match(/[a-z\d]+/g) ?? [];
  return /^[a-z]/.test(words[0] ?? '') ? words.join('-') : ['card', ...words].join('-');
}
