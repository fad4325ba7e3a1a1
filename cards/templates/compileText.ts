import type { Json } from '../card.ts';
import { requireShown, treatPayload, treatUrl } from '../checks/treat.ts';
import { CodedError } from '../errors.ts';
import { type LimitName, limits, requireLength } from '../limits.ts';
import { breakAddresses } from '../richText/bareAddresses.ts';
import { shorten } from '../richText/fitText.ts';
import { convertHtmlToText } from '../richText/html.ts';
import { cleanText } from '../richText/text.ts';
import type { UrlUse } from '../richText/urlPolicy.ts';
import { type CompileContext, compileBinding, createTemplateError, pickText } from './compileContext.ts';
import { type Evaluate, mapPart, type Part, type Scope, type Value } from './evaluate.ts';

/** Treats the text of a value. */
type TreatText = (text: string) => string;

/** The kind of a field's text, by `contentMediaType` of its schema; default plain text. */
export type Media = 'text/plain' | 'text/markdown' | 'text/html';

/** A binding of a text. */
interface Binding {
  readonly evaluate: Evaluate;
  readonly media: Media;
}

/**
 * Stands for a value while the static text is treated: private-use characters, which survive every treatment and are
 * letters to a Markdown reader. Its group is the number of the binding.
 */
export const placeholder = /\uE000(\d+)\uE001/;

/** Picks the text of the context's locale and puts a placeholder in the place of each binding. */
export function markBindings(
  source: Json | undefined,
  context: CompileContext,
): { text: string; bindings: Binding[] } {
  const picked = pickText(source, context);
  if (/[\uE000-\uF8FF]/.test(picked))
    throw createTemplateError(context, 'Private-use characters are not allowed.');
  const bindings: Binding[] = [];
  const text = picked.replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    const { evaluate, schema } = compileBinding(inner, context);
    bindings.push({ evaluate, media: mediaOf(schema?.contentMediaType, context) });
    return `\uE000${bindings.length - 1}\uE001`;
  });
  return { text, bindings };
}

function mediaOf(value: Json | undefined, context: CompileContext): Media {
  if (value === undefined || value === 'text/plain') return 'text/plain';
  if (value === 'text/markdown' || value === 'text/html') return value;
  throw createTemplateError(
    context,
    'The contentMediaType of the field is not known.',
    'Use text/plain, text/markdown or text/html.',
  );
}

/**
 * The text of a value as it is, before any treatment; undefined when the field is absent or null.
 *
 * @throws CodedError `template.invalidField` for a list or an object
 */
export function formatValue(value: Value, context: CompileContext): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return String(value);
  throw new CodedError(
    'template.invalidField',
    'The binding needs a text, but this field is a list or an object.',
    { path: context.path },
  );
}

const asItIs: TreatText = (text) => text;

/**
 * Splits a text at its bindings and joins it with the treated values for each card.
 *
 * @param treatmentOf - is asked once for each binding; default: the values as they are
 */
function assemble(
  source: Json | undefined,
  context: CompileContext,
  treatmentOf: (media: Media) => TreatText = () => asItIs,
): Part<string> {
  const { text: marked, bindings } = markBindings(source, context);
  if (bindings.length === 0) return { fixed: marked };
  const [first = '', ...rest] = marked.split(placeholder);
  // The rest are pairs: the number of a binding, and the text after it.
  const bound = bindings.map(({ evaluate, media }, i) => ({
    evaluate,
    treat: treatmentOf(media),
    after: rest[2 * i + 1] ?? '',
  }));
  return {
    make: (scope) => {
      let text = first;
      for (const { evaluate, treat, after } of bound) {
        const value = formatValue(evaluate(scope), context);
        if (value === undefined) return undefined;
        text += treat(value) + after;
      }
      return text;
    },
  };
}

/** A plain text with the words of its values; HTML loses its tags. */
function assembleWords(source: Json | undefined, context: CompileContext): Part<string> {
  return assemble(source, context, (media) => (media === 'text/html' ? convertHtmlToText : asItIs));
}

/** A plain text: a line such as a title, a label or a value, or a body of several lines. */
export function compilePlain(
  source: Json | undefined,
  kind: 'line' | 'block',
  limit: LimitName,
  context: CompileContext,
): Part<string> {
  const at = () => context.path;
  return mapPart(assembleWords(source, context), (text, scope) =>
    requireShown(treatAndFit(text, kind, limit, context, scope), limit, at),
  );
}

/** The plain text fallback of a whole card. */
export function compileFallback(source: Json | undefined, context: CompileContext): Part<string> {
  const at = () => context.path;
  return mapPart(assembleWords(source, context), (text, scope) =>
    requireLength(treatAndFit(text, 'block', 'text', context, scope), 'text', at),
  );
}

function treatAndFit(
  text: string,
  kind: 'line' | 'block',
  limit: LimitName,
  context: CompileContext,
  scope: Scope | undefined,
): string {
  const treat = (words: string) => breakAddresses(cleanText(words, kind), context.policy);
  const whole = treat(text);
  const fitting = fit(whole, limit, context, scope);
  // A cut may make another host of an address that the policy allows.
  return fitting === whole ? whole : treat(fitting);
}

/** Shortens a text that a card's values made too long, where the template allows it, and notes it on the card. */
export function fit(
  text: string,
  limit: LimitName,
  context: CompileContext,
  scope: Scope | undefined,
  cut = shorten,
): string {
  const { max } = limits[limit];
  if (scope === undefined || context.overLimit === 'refuse' || text.length <= max) return text;
  scope.changes.push({ path: context.path, what: `shortened from ${text.length} to ${max} characters` });
  return cut(text, max);
}

/** The payload of a button or quick reply. */
export function compilePayload(source: Json | undefined, context: CompileContext): Part<string> {
  const at = () => context.path;
  return mapPart(assemble(source, context), (text) => treatPayload(text, at));
}

/**
 * A link or picture address. One binding alone is an address of its own; any other is part of the author's, as one
 * percent-encoded segment that cannot change the rest.
 *
 * @throws CodedError `template.invalid` for a binding in the scheme or host.
 */
export function compileUrl(source: Json | undefined, use: UrlUse, context: CompileContext): Part<string> {
  const at = () => context.path;
  return mapPart(assembleAddress(source, context), (text) => treatUrl(text, use, context.policy, at));
}

const oneBinding = /^\$\{[^}]*\}$/;
const isWeb = /^https:\/\/[^/?#$]+\//i;
const isMailOrPhone = /^(?:mailto|tel):/i;

function assembleAddress(source: Json | undefined, context: CompileContext): Part<string> {
  const text = pickText(source, context);
  if (!text.includes('${') || oneBinding.test(text)) return assemble(source, context);
  if (isWeb.test(text)) {
    const address = assemble(source, context, () => encodePathSegment);
    return mapPart(address, (made) => requireNoDots(made, context));
  }
  if (isMailOrPhone.test(text)) return assemble(source, context, () => encodeMailOrPhone);
  throw createTemplateError(
    context,
    'A binding stands in the scheme or host of an address.',
    'Write a binding behind the first `/` after the host, or bind the whole address: `${url}`.',
  );
}

/** Characters that separate the parts of an address stay part of the value; invisible ones are removed, as in every text. */
function encodePathSegment(value: string): string {
  return encodeURIComponent(cleanText(value, 'line').toWellFormed());
}

/** A mailbox, host or number is refused with a percent sign in it, so a value cannot add a subject to one. */
function encodeMailOrPhone(value: string): string {
  return /[?#&;%]/.test(value) ? encodePathSegment(value) : value;
}

/** A segment of dots would remove the one before it. */
function requireNoDots(address: string, { path }: CompileContext): string {
  if (!/\/\.{1,2}(?=[/?#]|$)/.test(address.replace(/[?#].*/s, ''))) return address;
  throw new CodedError('card.unsafeUrl', 'The address is refused: a value makes a segment of dots.', {
    path,
  });
}

/** One of a closed list of words, fixed or bound. */
export function compileChoice<T extends string>(
  source: Json | undefined,
  choices: readonly T[],
  context: CompileContext,
): Part<T> {
  return mapPart(assemble(source, context), (text) => {
    const choice = choices.find((one) => one === text);
    if (choice !== undefined) return choice;
    throw new CodedError('card.schema', `Not one of the allowed values: ${choices.join(', ')}.`, {
      path: context.path,
    });
  });
}
