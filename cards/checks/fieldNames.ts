import { CodedError } from '../errors.ts';
import { cleanText } from '../richText/text.ts';
import type { At } from './jsonPath.ts';

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
