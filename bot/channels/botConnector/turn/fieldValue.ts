import { runInNewContext } from 'node:vm';
import type { FormField } from '../../../../cards/readers/botFramework/click.ts';
import type { FormWords } from './ownWords.ts';

/** The value of a field that a customer's answer gives, or the problem to report to the customer. */
export type FieldAnswer = { value: string | undefined } | { problem: string };

/** Reads a customer's answer to a field in a language (BCP 47); a field with an undefined value is not submitted. */
export function readAnswer(
  field: FormField,
  answer: string,
  words: FormWords,
  language: string,
): FieldAnswer {
  const text = answer.trim();
  // Full-width signs of East Asian keyboards, and the minus of typesetters. NFKC would make 102 of 10².
  const typed = text
    .replace(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll('\u2212', '-');
  const wrong = { problem: field.errorMessage ?? words.wrong[field.kind] };
  const within = <T extends string | number>(
    value: T | undefined,
    read: (bound: string) => T,
  ): FieldAnswer => {
    const { errorMessage, min, max } = field;
    if (value === undefined) return wrong;
    if (!(min && value < read(min)) && !(max && value > read(max))) return { value: String(value) };
    return { problem: errorMessage ?? words.between(min || undefined, max || undefined) };
  };
  switch (field.kind) {
    case 'text': {
      const { maxLength, regex } = field;
      if (maxLength !== undefined && maxLength > 0 && text.length > maxLength) {
        return { problem: field.errorMessage ?? words.tooLong(maxLength) };
      }
      return regex !== undefined && !matches(regex, text) ? wrong : { value: text };
    }
    case 'number':
      return within(keepExact(readNumber(typed, language)), Number);
    case 'date':
      return within(readDate(typed, language), String);
    case 'time':
      return within(readTime(typed), String);
    case 'toggle': {
      const { valueOn = 'true', valueOff = 'false' } = field;
      if (words.commands.yes.test(text) || text === valueOn) return { value: valueOn };
      if (!words.commands.no.test(text) && text !== valueOff) return wrong;
      return field.isRequired ? { problem: field.errorMessage ?? words.required } : { value: valueOff };
    }
    case 'choice': {
      const chosen = readChoices(field, text);
      return chosen === undefined ? wrong : { value: chosen.join(',') };
    }
  }
}

/** Time limit in milliseconds of a bot's regular expression, which could otherwise run for years on some answers. */
const expressionLimitMs = 100;

/** Says whether a text matches a bot's regular expression. One that does not end in time accepts every text. */
function matches(regex: string, text: string): boolean {
  try {
    return runInNewContext('new RegExp(regex).test(text)', { regex, text }, { timeout: expressionLimitMs });
  } catch {
    return true;
  }
}

/** Returns undefined for a number that the bot would not receive with all of its digits. */
function keepExact(value: number | undefined): number | undefined {
  return value !== undefined && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** Numbers with groups of three digits, by the sign between the groups. */
const grouped = {
  ',': /^[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?$/,
  '.': /^[-+]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?$/,
};

/**
 * Reads a number as the customer's language writes it: `1,234` is 1234 in English, and 1.234 in German. A number that can only have
 * one meaning is read in any language. Spaces and apostrophes may group digits, too.
 */
function readNumber(text: string, language: string): number | undefined {
  const plain = text.replace(/[\s'’]/g, '');
  const group = groupSignOf(language);
  if (grouped[group].test(plain)) return readGrouped(plain, group);
  if (/^[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)$/.test(plain)) return Number(plain.replace(',', '.'));
  const other = group === ',' ? '.' : ',';
  return grouped[other].test(plain) ? readGrouped(plain, other) : undefined;
}

function readGrouped(plain: string, group: ',' | '.'): number {
  return Number(plain.replaceAll(group, '').replace(',', '.'));
}

/** Returns the sign between groups of digits: the dot in a language whose decimal sign is the comma. */
function groupSignOf(language: string): ',' | '.' {
  const parts = new Intl.NumberFormat(language).formatToParts(0.5);
  return parts.some(({ type, value }) => type === 'decimal' && value === ',') ? '.' : ',';
}

/**
 * Reads a date as `YYYY-MM-DD`: year first, day first with dots (31.12.2026), or with slashes, month first in American English and day
 * first elsewhere.
 */
function readDate(text: string, language: string): string | undefined {
  const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(text);
  if (yearFirst !== null) return formatIsoDate(yearFirst[1], yearFirst[3], yearFirst[4]);
  const dots = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/.exec(text);
  if (dots !== null) return formatIsoDate(dots[3], dots[2], dots[1]);
  const slashes = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/.exec(text);
  if (slashes === null) return undefined;
  const isAmerican = /^en(?:-us)?$/i.test(language);
  return isAmerican
    ? formatIsoDate(slashes[3], slashes[1], slashes[2])
    : formatIsoDate(slashes[3], slashes[2], slashes[1]);
}

function formatIsoDate(year = '', month = '', day = ''): string | undefined {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}

/** Reads a time as `HH:MM`: `14:30`, `14h30`, `2 pm`, `2 p.m.` or `14 Uhr`. */
function readTime(text: string): string | undefined {
  const found = /^(\d{1,2})(?:[:.h](\d{2}))?\s?(am|pm|uhr)?$/i.exec(
    text.replace(/\./g, (dot, at) => (/\d/.test(text[at + 1] ?? '') ? dot : '')),
  );
  if (found === null) return undefined;
  const [, hours = '', minutes = '00', half = ''] = found;
  const given = Number(hours);
  const isHalf = /m$/i.test(half);
  if ((found[2] === undefined && half === '') || given > (isHalf ? 12 : 23) || Number(minutes) > 59)
    return undefined;
  const hour = isHalf ? (given % 12) + (/^p/i.test(half) ? 12 : 0) : given;
  return `${String(hour).padStart(2, '0')}:${minutes}`;
}

/** Returns the chosen values, named by value, label or number in the list; undefined when a part names no choice. */
function readChoices({ choices, isMulti }: FormField, text: string): string[] | undefined {
  const findValue = (part: string): string | undefined => {
    const name = part.trim().toLowerCase();
    const found =
      choices.find(({ value }) => value === part.trim()) ??
      choices.find(({ label }) => label.trim().toLowerCase() === name) ??
      choices.find(({ value }) => value.toLowerCase() === name) ??
      (/^\d{1,3}$/.test(name) ? choices[Number(name) - 1] : undefined);
    return found?.value;
  };
  const whole = findValue(text);
  if (whole !== undefined) return [whole];
  if (!isMulti) return undefined;
  // A label may hold the word "and".
  const parts = text
    .split(/[,;\n]/)
    .flatMap((part) => (findValue(part) === undefined ? part.split(/\band\b|\bund\b/i) : [part]));
  const values = parts.filter((part) => part.trim() !== '').map(findValue);
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 && known.length === values.length ? [...new Set(known)] : undefined;
}
