import { z } from 'zod';
import { joinPath } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { checkUrl, isHostName } from '../../richText/urlPolicy.ts';
import type { Conversion } from './conversion.ts';

/** A text; bots also send numbers and booleans where a text is meant. */
export const text = z.union([z.string(), z.number(), z.boolean()]).transform(String).optional();
/** A list whose entries are read one by one; an object or a text stands for a list of one. */
export const list = z
  .union([
    z.array(z.unknown()),
    z.looseObject({}).transform((one): unknown[] => [one]),
    z.string().transform((one): unknown[] => [one]),
  ])
  .default([]);
/** Something that is read by a schema of its own. */
export const anything = z.unknown().optional();
/** A picture or a medium; bots also write its bare address. */
export const asUrl = (value: unknown): unknown => (typeof value === 'string' ? { url: value } : value);
/** A yes or no. */
export const flag = z.boolean().optional();

/** Marks a key for the look of a part: Genesys clients have looks of their own. */
export const look = Symbol('look');
/** Marks a key that is not content, or that is read elsewhere. */
export const formal = Symbol('formal');

/** Known keys that are not shown: the reason for the report, or why there is none. */
export type NotShown = Readonly<Record<string, string | typeof look | typeof formal>>;

/** An object of which nothing is certain. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an object of which nothing is certain. A field of the wrong type, a key that is not shown and a key that nobody
 * knows are left out and noted; null counts as absent. All looks of a card are one note.
 *
 * @param schema - its fields are optional.
 */
export function readFields<Schema extends z.ZodObject>(
  schema: Schema,
  value: Fields,
  path: string,
  conversion: Conversion,
  notShown: NotShown = {},
): z.output<Schema> {
  const fields = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  for (const [key] of fields) {
    if (Object.hasOwn(schema.shape, key)) continue;
    const reason = Object.hasOwn(notShown, key) ? notShown[key] : 'it is not known here';
    if (reason === look)
      conversion.note(conversion.root, 'sizes, colours, spacing and the like are left to the client');
    else if (typeof reason === 'string') conversion.note(joinPath(path, key), `left out: ${reason}`);
  }
  const first = schema.safeParse(Object.fromEntries(fields));
  if (first.success) return first.data;
  const wrong = new Set(first.error.issues.map((issue) => issue.path[0]));
  for (const key of wrong) {
    if (key !== undefined) conversion.note(joinPath(path, key), 'left out: it has the wrong type');
  }
  return schema.parse(Object.fromEntries(fields.filter(([key]) => !wrong.has(key))));
}

/** As `readFields`, of any value: undefined, noted, when it is not an object. */
export function readObject<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  path: string,
  conversion: Conversion,
  notShown?: NotShown,
): z.output<Schema> | undefined {
  if (isObject(value)) return readFields(schema, value, path, conversion, notShown);
  conversion.note(path, 'left out: it is not an object');
  return undefined;
}

/** Reads the objects of a list, each with its path. A hole is a part that the parser of Adaptive Cards dropped; that is noted already. */
export function readEach<Schema extends z.ZodObject>(
  schema: Schema,
  values: readonly unknown[],
  path: string,
  conversion: Conversion,
  notShown?: NotShown,
): (z.output<Schema> & { readonly at: string })[] {
  return values.flatMap((value, i) => {
    const at = `${path}[${i}]`;
    const found = value === undefined ? undefined : readObject(schema, value, at, conversion, notShown);
    return found === undefined ? [] : [{ ...found, at }];
  });
}

/**
 * Returns an address as its author meant it: blanks and quotes are percent-encoded, a phone number loses its blanks, a mail keeps its
 * subject only.
 */
export function encodeWrittenUrl(url: string | undefined): string {
  const given = url?.trim().replace(/[\t\r\n]+/g, '') ?? '';
  if (/^tel:/i.test(given)) return given.replace(/(?:\s|%20)+/g, '');
  return withSubjectOnly(given)
    .replace(/[ "<>`]/g, (character) => encodeURIComponent(character))
    .replaceAll('\\', '/');
}

/** Returns the address of a mail without its text and other receivers; any other address as it is. */
function withSubjectOnly(url: string): string {
  const [, mail, query = ''] = /^(mailto:[^?]*)\?(.*)$/i.exec(url) ?? [];
  if (mail === undefined) return url;
  const subject = query.split('&').find((one) => /^subject=/i.test(one));
  return subject === undefined ? mail : `${mail}?${subject}`;
}

/** Notes that a link opens a mail without the text that its address has. */
export function noteMail(url: string | undefined, path: string, conversion: Conversion): void {
  if (url !== undefined && withSubjectOnly(url.trim()) !== url.trim())
    conversion.note(path, 'shortened: the address of a mail has nothing but a subject');
}

/**
 * Returns an address that no link may have but that a customer can use as a text: a web address with `http:`, with a port, or
 * without a scheme, or a phone number without its country. Undefined for any other, such as that of a private host.
 */
export function showAddress(url: string | undefined, conversion: Conversion): string | undefined {
  const address = encodeWrittenUrl(url);
  // A number without its country cannot be called from everywhere.
  const [, number] = /^tel:(\d[\d().-]{1,20})$/i.exec(address) ?? [];
  if (number !== undefined) return number;
  const secure = address
    .replace(/^(?:https?:\/\/)?(?=www\.)|^https?:\/\//i, 'https://')
    .replace(/^[^/?#:@]+(?=[/?#]|$)/, (host) => (isHostName(host) ? `https://${host}` : host))
    .replace(/^(https:\/\/[^/?#@:]+):\d{1,5}(?=[/?#]|$)/, '$1');
  return secure !== address && checkUrl(secure, 'link', conversion.policy).ok ? address : undefined;
}
