import { LRUCache } from 'lru-cache';
import type { Scope, Value } from './evaluate.ts';

/** A function of the template language. */
interface TemplateFunction {
  /** An example of a call, for authors. */
  readonly usage: string;
  /** What the call returns, for authors. */
  readonly does: string;
  /** How many arguments it takes, at least and at most. */
  readonly args: readonly [least: number, most: number];
  /** Returns undefined when its first argument is absent, so that the component is left out; throws RangeError on a bad value. */
  readonly call: (args: readonly Value[], scope: Scope) => Value;
}

/** Keeps Intl formatters: one costs about as much as a whole card. Locales come from outside, so their number is bounded. */
function keepFormatters<O extends object, T extends object>(make: (locale: string, options: O) => T) {
  const kept = new LRUCache<string, T>({ max: 200 });
  return (locale: string, options: O): T => {
    const key = `${locale} ${JSON.stringify(options)}`;
    const formatter = kept.get(key) ?? make(locale, options);
    kept.set(key, formatter);
    return formatter;
  };
}

const dateFormat = keepFormatters(
  (locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options),
);
const relativeFormat = keepFormatters(
  (locale, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options),
);
const numberFormat = keepFormatters(
  // An amount that rounds to nothing has no sign.
  (locale, options: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(locale, { ...options, signDisplay: 'negative' }),
);

/** A date of ISO 8601, alone or with a time, and with or without an offset, as RFC 3339 writes it. */
const isoDate = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)([Zz]|[+-]\d\d:\d\d)?)?$/;

/** @throws RangeError for a value that is not an ISO date, or a day that does not exist. */
function asDate(value: Value): { date: Date; isDay: boolean } {
  const [, day = '', time, offset = 'Z'] = (typeof value === 'string' && isoDate.exec(value)) || [];
  const date = new Date(`${day}T${time ?? '00:00'}${offset.toUpperCase()}`);
  const midnight = new Date(`${day}T00:00Z`);
  // JavaScript reads 30 February as 2 March.
  if (Number.isNaN(date.getTime()) || !midnight.toISOString().startsWith(day))
    throw new RangeError('not a date');
  return { date, isDay: time === undefined };
}

/** A day alone is the same in every time zone, so only a date with a time is converted to the named one. */
function formatIso(
  value: Value,
  zone: Value,
  locale: string,
  styles: Pick<Intl.DateTimeFormatOptions, 'dateStyle' | 'timeStyle' | 'weekday'>,
): string {
  const { date, isDay } = asDate(value);
  const timeZone = zone === undefined ? 'UTC' : asText(zone);
  return dateFormat(locale, { ...styles, timeZone: isDay ? 'UTC' : timeZone }).format(date);
}

/** One of some styles; the default is one of them, too. @throws RangeError for any other value */
function asStyle<const S extends string>(value: Value, styles: readonly S[], preset: NoInfer<S>): S {
  if (value === undefined) return preset;
  const style = styles.find((one) => one === value);
  if (style === undefined) throw new RangeError('not a style');
  return style;
}

function asDateStyle(value: Value): 'full' | 'long' | 'medium' | 'short' {
  return asStyle(value, ['full', 'long', 'medium', 'short'], 'medium');
}

/** Days on the calendar from now to a date, in the time zone that is named; a day alone is the same in all of them. */
function daysFrom(now: Date, value: Value, zone: Value): number {
  const { date, isDay } = asDate(value);
  const timeZone = zone === undefined ? 'UTC' : asText(zone);
  const dayOf = (time: Date, zoneOf: string) =>
    Date.parse(dateFormat('en-CA', { timeZone: zoneOf }).format(time)) / 86_400_000;
  return dayOf(date, isDay ? 'UTC' : timeZone) - dayOf(now, timeZone);
}

function asNumber(value: Value): number {
  if (typeof value !== 'number') throw new RangeError('not a number');
  return value;
}

function asText(value: Value): string {
  if (typeof value !== 'string') throw new RangeError('not a text');
  return value;
}

/** The text of an item of a list: none for null. @throws RangeError for a list or an object */
function asWords(value: Value): string[] {
  if (typeof value === 'object' && value !== null) throw new RangeError('not a text');
  return isAbsent(value) ? [] : [String(value)];
}

const isAbsent = (value: Value) => value === undefined || value === null;

/**
 * Functions that make a text of their first argument, and undefined of an absent one. Other arguments that are absent or null
 * have their default; that of a time zone is UTC.
 */
const texts: Readonly<Record<string, TemplateFunction>> = {
  formatDate: {
    usage: "formatDate(day, 'long', 'Europe/Berlin')",
    does: "The date in the customer's language; styles full, long, medium, short.",
    args: [1, 3],
    call: ([value, style, zone], { locale }) =>
      formatIso(value, zone, locale, { dateStyle: asDateStyle(style) }),
  },
  formatDateTime: {
    usage: "formatDateTime(at, 'medium', 'Europe/Berlin')",
    does: 'The date and the time of day; UTC unless a time zone is named.',
    args: [1, 3],
    call: ([value, style, zone], { locale }) =>
      formatIso(value, zone, locale, { dateStyle: asDateStyle(style), timeStyle: 'short' }),
  },
  formatTime: {
    usage: "formatTime(at, 'Europe/Berlin')",
    does: 'The time of day; UTC unless a time zone is named.',
    args: [1, 2],
    call: ([value, zone], { locale }) => {
      if (asDate(value).isDay) throw new RangeError('no time of day');
      return formatIso(value, zone, locale, { timeStyle: 'short' });
    },
  },
  formatWeekday: {
    usage: "formatWeekday(day, 'short')",
    does: 'The name of the day; long or short.',
    args: [1, 3],
    call: ([value, style, zone], { locale }) =>
      formatIso(value, zone, locale, { weekday: asStyle(style, ['long', 'short'], 'long') }),
  },
  formatRelative: {
    usage: 'formatRelative(day)',
    does: 'The days from today: tomorrow, in 3 days.',
    args: [1, 2],
    call: ([value, zone], { locale, now }) =>
      relativeFormat(locale, { numeric: 'auto' }).format(daysFrom(now(), value, zone), 'day'),
  },
  formatNumber: {
    usage: 'formatNumber(amount, 2)',
    does: "The number in the customer's language, with this many decimals.",
    args: [1, 2],
    call: ([value, digits], { locale }) => {
      const fraction = digits === undefined ? undefined : asNumber(digits);
      const options = { minimumFractionDigits: fraction, maximumFractionDigits: fraction };
      return numberFormat(locale, options).format(asNumber(value));
    },
  },
  formatCurrency: {
    usage: 'formatCurrency(total, currency)',
    does: 'The amount with its currency, such as EUR.',
    args: [2, 2],
    call: ([value, currency], { locale }) =>
      numberFormat(locale, { style: 'currency', currency: asText(currency) }).format(asNumber(value)),
  },
  upper: {
    usage: 'upper(text)',
    does: 'The text in capitals.',
    args: [1, 1],
    call: ([value], { locale }) => asText(value).toLocaleUpperCase(locale),
  },
};

const others: Readonly<Record<string, TemplateFunction>> = {
  exists: {
    usage: 'exists(field)',
    does: 'True when the field is given.',
    args: [1, 1],
    call: ([value]) => !isAbsent(value),
  },
  count: {
    usage: 'count(items)',
    does: 'The number of items of a list.',
    args: [1, 1],
    call: ([value]) => (Array.isArray(value) ? value.length : undefined),
  },
  if: {
    usage: "if(status == 'new', 'one', 'other')",
    does: 'The second value when the first is true, else the third.',
    args: [3, 3],
    call: ([condition, yes, no]) => (isTrue(condition) ? yes : no),
  },
  join: {
    usage: "join(items, ', ')",
    does: 'The texts of a list as one text.',
    args: [2, 2],
    call: ([list, separator]) =>
      Array.isArray(list) ? list.flatMap(asWords).join(asText(separator)) : undefined,
  },
};

/** The functions that a binding may call. */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map([
  ...Object.entries(texts).map(([name, { call, ...about }]): [string, TemplateFunction] => [
    name,
    {
      ...about,
      call: (args, scope) =>
        isAbsent(args[0])
          ? undefined
          : call(
              args.map((arg) => arg ?? undefined),
              scope,
            ),
    },
  ]),
  ...Object.entries(others),
]);

/** Says whether a value counts as true in `$when`: true, numbers other than 0, texts and lists with something in them, objects. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}
