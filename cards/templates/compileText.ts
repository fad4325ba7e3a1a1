import type { Json } from '../card.ts';
import { htmlToMarkdown, htmlToText } from '../checks/html.ts';
import { cleanMarkdown, escapeMarkdown } from '../checks/markdown.ts';
import { cleanText } from '../checks/text.ts';
import { requireLength, treatBody, treatLine, treatPayload, treatUrl } from '../checks/treat.ts';
import { CodedError } from '../errors.ts';
import { type LimitName, limits } from '../limits.ts';
import { type CompileContext, compileBinding, pickText, templateError } from './compileContext.ts';
import type { Evaluate } from './evaluate.ts';
import { mapPart, type Part } from './part.ts';
import type { Scope, Value } from './scope.ts';
import { shorten } from './shorten.ts';

/** What a field's value is, by its schema: `contentMediaType`, default plain text. */
type Media = 'text/plain' | 'text/markdown' | 'text/html';

interface Binding {
  readonly evaluate: Evaluate;
  readonly media: Media;
}

const binding = /\$\{([^}]*)\}/g;

/** A line: title, label, value or alternative text. */
export function compileLine(
  source: Json | undefined,
  limit: LimitName,
  context: CompileContext,
): Part<string> {
  const at = () => context.path;
  return mapPart(compilePlain(source, 'line', context), (text, scope) =>
    treatLine(fit(text, limit, context, scope), limit, at),
  );
}

/** A postback payload. */
export function compilePayload(source: Json | undefined, context: CompileContext): Part<string> {
  return mapPart(compileRaw(source, context), (text) => treatPayload(text, () => context.path));
}

/** A link or picture address. */
export function compileUrl(
  source: Json | undefined,
  use: 'link' | 'image',
  context: CompileContext,
): Part<string> {
  return mapPart(compileRaw(source, context), (text) =>
    treatUrl(text, use, context.policy, () => context.path),
  );
}

/** One of a closed list of words, fixed or bound. */
export function compileChoice<T extends string>(
  source: Json | undefined,
  choices: readonly T[],
  context: CompileContext,
): Part<T> {
  return mapPart(compileRaw(source, context), (text) => {
    const choice = choices.find((c) => c === text);
    if (choice !== undefined) return choice;
    throw new CodedError('card.schema', `Not one of the allowed values: ${choices.join(', ')}.`, {
      path: context.path,
    });
  });
}

/** A body text: static Markdown of the author is checked once; values are escaped for Markdown as they come. */
export function compileBody(
  source: Json | undefined,
  markdown: boolean,
  context: CompileContext,
): Part<string> {
  const at = () => context.path;
  if (!markdown) {
    return mapPart(compilePlain(source, 'block', context), (text, scope) =>
      treatBody(fit(text, 'body', context, scope), false, context.policy, at),
    );
  }
  return mapPart(compileMarkdown(source, context), (text, scope) => {
    const fitting = fit(text, 'body', context, scope);
    // Made texts are safe by construction; only what was cut must be read again, for the cut may open a mark.
    if (scope !== undefined && fitting === text) return requireLength(requireSome(text, context), 'body', at);
    return treatBody(fitting, true, context.policy, at);
  });
}

/** The plain text fallback of a whole card. */
export function compileFallback(source: Json | undefined, context: CompileContext): Part<string> {
  return mapPart(compilePlain(source, 'block', context), (text) =>
    requireLength(cleanText(text, 'block'), 'text', () => context.path),
  );
}

function requireSome(text: string, context: CompileContext): string {
  if (text.trim().length > 0) return text;
  throw new CodedError('card.unsafeText', 'The text has nothing visible.', { path: context.path });
}

/** Shortens what a card's values made too long, where the template allows it, and notes it on the card. */
function fit(text: string, limit: LimitName, context: CompileContext, scope: Scope | undefined): string {
  const { max } = limits[limit];
  if (scope === undefined || context.overLimit === 'refuse' || text.length <= max) return text;
  scope.changes.push({ path: context.path, what: `shortened from ${text.length} to ${max} characters` });
  return shorten(text, max);
}

function compileRaw(source: Json | undefined, context: CompileContext): Part<string> {
  return assemble(
    source,
    context,
    (text) => text,
    (value) => valueText(value, context),
  );
}

function compilePlain(
  source: Json | undefined,
  kind: 'line' | 'block',
  context: CompileContext,
): Part<string> {
  const asPlain = (value: Value, media: Media) => {
    const text = valueText(value, context);
    return text !== undefined && media === 'text/html' ? htmlToText(text) : text;
  };
  return mapPart(
    assemble(source, context, (text) => text, asPlain),
    (text) => cleanText(text, kind),
  );
}

function compileMarkdown(source: Json | undefined, context: CompileContext): Part<string> {
  const asMarkdown = (value: Value, media: Media) => {
    const text = valueText(value, context);
    if (text === undefined) return undefined;
    if (media === 'text/html') return htmlToMarkdown(text);
    const cleaned = cleanText(text, 'block');
    return media === 'text/markdown' ? cleanMarkdown(cleaned, context.policy).text : escapeMarkdown(cleaned);
  };
  return assemble(source, context, (text) => cleanAuthorMarkdown(text, context), asMarkdown);
}

/** Stands for a value while the author's Markdown is checked; private-use characters that survive every treatment. */
const placeholder = /\uE000(\d+)\uE001/;

function cleanAuthorMarkdown(text: string, context: CompileContext): string {
  const { text: cleaned, dropped } = cleanMarkdown(cleanText(text, 'block'), context.policy);
  if (dropped.length === 0) return cleaned;
  throw templateError(
    context,
    `The Markdown holds what cannot be shown: ${dropped[0]}.`,
    'Use paragraphs, **bold**, *italic*, ~~strike~~, `code`, lists and https links; put bound addresses on a button.',
  );
}

/** Splits a text at its bindings, treats the static rest once, and joins both for each card. */
function assemble(
  source: Json | undefined,
  context: CompileContext,
  treatStatic: (text: string) => string,
  treatValue: (value: Value, media: Media) => string | undefined,
): Part<string> {
  const picked = pickText(source, context);
  if (/[\uE000-\uF8FF]/.test(picked)) throw templateError(context, 'Private-use characters are not allowed.');
  const bindings: Binding[] = [];
  const marked = picked.replace(binding, (_, inner: string) => {
    const { evaluate, schema } = compileBinding(inner, context);
    bindings.push({ evaluate, media: mediaOf(schema?.contentMediaType, context) });
    return `\uE000${bindings.length - 1}\uE001`;
  });
  const cleaned = treatStatic(marked);
  if (bindings.length === 0) return { fixed: cleaned };

  const pieces = cleaned.split(placeholder);
  const texts = pieces.filter((_, i) => i % 2 === 0);
  const order = pieces.filter((_, i) => i % 2 === 1).map((index) => bindings[Number(index)]);
  return {
    make: (scope: Scope) => {
      let text = texts[0] ?? '';
      for (let i = 0; i < order.length; i += 1) {
        const bound = order[i];
        if (bound === undefined) return undefined;
        const value = treatValue(bound.evaluate(scope), bound.media);
        if (value === undefined) return undefined;
        text += value + (texts[i + 1] ?? '');
      }
      return text;
    },
  };
}

function mediaOf(value: Json | undefined, context: CompileContext): Media {
  if (value === undefined || value === 'text/plain') return 'text/plain';
  if (value === 'text/markdown' || value === 'text/html') return value;
  throw templateError(
    context,
    'The contentMediaType of the field is not known.',
    'Use text/plain, text/markdown or text/html.',
  );
}

function valueText(value: Value, context: CompileContext): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'undefined':
      return undefined;
    default:
      if (value === null) return undefined;
      throw new CodedError('template.invalidField', 'A list or object is bound where a text is shown.', {
        path: context.path,
      });
  }
}
