import { runInNewContext } from 'node:vm';
import type { FormField } from '../../../../cards/readers/botFramework/click.ts';
import type { FormWords } from './ownWords.ts';

/** A customer's answer as the field sends it, or what to say about it. */
export type FieldAnswer = { value: string | undefined } | { problem: string };

/** Reads what a customer answered to a field; an undefined value sends nothing. */
export function readAnswer(field: FormField, said: string, words: FormWords, language: string): FieldAnswer {
  const text = said.trim();
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
      return within(numberIn(text), Number);
    case 'date':
      return within(dateIn(text, language), String);
    case 'time':
      return within(timeIn(text), String);
    case 'toggle': {
      const { valueOn = 'true', valueOff = 'false' } = field;
      if (words.commands.yes.test(text) || text === valueOn) return { value: valueOn };
      if (!words.commands.no.test(text) && text !== valueOff) return wrong;
      return field.isRequired ? { problem: field.errorMessage ?? words.required } : { value: valueOff };
    }
    case 'choice': {
      const chosen = choicesIn(field, text);
      return chosen === undefined ? wrong : { value: chosen.join(',') };
    }
  }
}

/** Milliseconds for an expression of a bot, which some answers of customers could keep busy for years. */
const expressionTime = 100;

/** An expression that does not compile, or does not end in time, says nothing about an answer. */
function matches(regex: string, text: string): boolean {
  try {
    return runInNewContext('new RegExp(regex).test(text)', { regex, text }, { timeout: expressionTime });
  } catch {
    return true;
  }
}

function numberIn(text: string): number | undefined {
  const plain = text.replace(/[\s'’]/g, '').replace(/^(-?\d+),(\d{1,2})$/, '$1.$2');
  const whole = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(plain) ? plain.replaceAll(',', '') : plain;
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(whole) ? Number(whole) : undefined;
}

/** A date in the way of ISO, of Germany (31.12.2026), or with slashes: month first in America, day first elsewhere. */
function dateIn(text: string, language: string): string | undefined {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso !== null) return formatIsoDate(iso[1], iso[2], iso[3]);
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

function timeIn(text: string): string | undefined {
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

/** The values of what was chosen: by value, by label or by number in the list; undefined when a part is not among them. */
function choicesIn({ choices, isMulti }: FormField, text: string): string[] | undefined {
  const findValue = (one: string): string | undefined => {
    const said = one.trim().toLowerCase();
    const found =
      choices.find(({ value }) => value === one.trim()) ??
      choices.find(({ label }) => label.trim().toLowerCase() === said) ??
      choices.find(({ value }) => value.toLowerCase() === said) ??
      (/^\d{1,3}$/.test(said) ? choices[Number(said) - 1] : undefined);
    return found?.value;
  };
  const whole = findValue(text);
  if (whole !== undefined) return [whole];
  if (!isMulti) return undefined;
  const all = text
    .split(/[,;\n]|\band\b|\bund\b/i)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map(findValue);
  const known = all.filter((one) => one !== undefined);
  return known.length > 0 && known.length === all.length ? [...new Set(known)] : undefined;
}
