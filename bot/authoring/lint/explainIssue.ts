import type { z } from 'zod';
import { describeIssue } from '../../../cards/checks/schemaError.ts';
import { suggestOneOf } from '../../../cards/closest.ts';
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
const topKeys = [
  '$schema',
  ...['id', 'version', 'title', 'description', 'locales', 'fields'],
  'card',
  'text',
];
const knownKeys: Readonly<Record<string, readonly string[]>> = {
  '': [...topKeys, 'samples', 'overLimit'],
  card: ['components'],
};

/** Explains an issue of zod to the author of a template file: one entry for each mistake. */
export function explainIssue(issue: z.core.$ZodIssue, file: unknown): Explained[] {
  const keys = issue.path.filter((key) => typeof key !== 'symbol');
  const name = String(keys.findLast((key) => typeof key === 'string') ?? 'file');
  const value = findValueAt(file, keys);
  const example = examples[name];
  const like = example === undefined ? 'Compare it with docs/card-authors.md.' : `Write it like ${example}.`;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const known = knownKeys[keys.join('.')] ?? [];
      return {
        keys: [...keys, key],
        message: `The key "${key}" is not known here.`,
        hint: suggestOneOf(key, known),
      };
    });
  }
  if (issue.code === 'invalid_type' && value === undefined)
    return [{ keys, message: `"${name}" is missing.`, hint: `Add ${example ?? `"${name}"`}.` }];
  if (issue.code === 'invalid_type' && !(issue.expected === 'object' && value === null)) {
    const wanted = issue.expected === 'int' ? 'number' : issue.expected;
    return [
      {
        keys,
        message: `"${name}" must be ${chooseArticle(wanted)}.`,
        hint: suggestValue(value, wanted) ?? like,
      },
    ];
  }
  if (issue.code === 'invalid_format' && name === 'id' && typeof value === 'string') {
    const message = 'The id may hold small letters, digits and single dashes only, and begins with a letter.';
    return [{ keys, message, hint: `Write "${toSlug(value)}", and name the file so.` }];
  }
  if (issue.code === 'invalid_union')
    return [
      {
        keys,
        message: 'A text is expected here.',
        hint: 'Write a text, or an object with a text for each locale.',
      },
    ];
  if (issue.code === 'invalid_key') {
    const key = String(issue.path.at(-1));
    const message = `"${key}" cannot be the name of a sample.`;
    return [{ keys, message, hint: `Use small letters, digits and dashes: "${toSlug(key)}".` }];
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return [
      {
        keys,
        message: `"${name}" must be one of ${values.join(', ')}.`,
        hint: suggestOneOf(String(value), values),
      },
    ];
  }
  if (issue.code === 'custom') return [{ keys, message: `"${name}": ${issue.message}.`, hint: like }];
  return [{ keys, message: `"${name}": ${describeIssue(issue)}.`, hint: like }];
}

/** The value at a place of parsed JSON. */
export function findValueAt(value: unknown, keys: Keys): unknown {
  return keys.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined,
    value,
  );
}

function chooseArticle(type: string): string {
  if (type === 'array') return 'a list';
  if (type === 'string') return 'a text';
  return type === 'object' || type === 'record' ? 'an object in { }' : `a ${type}`;
}

function suggestValue(value: unknown, wanted: string): string | undefined {
  if (
    wanted === 'number' &&
    typeof value === 'string' &&
    value.trim() !== '' &&
    Number.isFinite(Number(value))
  )
    return `It must be a number: ${Number(value)}, without quotes.`;
  if (wanted === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `Write it in quotes: "${value}".`;
  if (wanted === 'array' && typeof value === 'string') return `Write a list: ["${value}"].`;
  return undefined;
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
