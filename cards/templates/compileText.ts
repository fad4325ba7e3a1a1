import type { Json } from '../card.ts';
import { requireLength, requireShown, treatPayload, treatUrl } from '../checks/treat.ts';
import { CodedError } from '../errors.ts';
import { type LimitName, limits } from '../limits.ts';
import { breakAddresses } from '../richText/bareAddresses.ts';
import { shorten, shortenMarkdown } from '../richText/fitText.ts';
import { convertHtmlToText } from '../richText/html.ts';
import { cleanText } from '../richText/text.ts';
import type { UrlUse } from '../richText/urlPolicy.ts';
import { assemble, type TreatText } from './assemble.ts';
import { type CompileContext, createTemplateError, pickText } from './compileContext.ts';
import { compileMarkdown } from './compileMarkdown.ts';
import { fillPart, mapPart, type Part, type Scope } from './part.ts';

/** A line: title, label, value or alternative text. */
export function compileLine(
  source: Json | undefined,
  limit: LimitName,
  context: CompileContext,
): Part<string> {
  return mapPart(compilePlain(source, context), (text, scope) => {
    const fitting = fitUnlinked(cleanText(text, 'line'), limit, context, scope);
    return requireShown(fitting, limit, () => context.path);
  });
}

/**
 * The payload of a button or quick reply. A fixed one is made for each card, too: where the template splits or degrades,
 * it does so with a list of answers that is too long from the start.
 */
export function compilePayload(source: Json | undefined, context: CompileContext): Part<string> {
  const payload = mapPart(compileRaw(source, context), (text) => treatPayload(text, () => context.path));
  return { make: (scope) => fillPart(payload, scope) };
}

/**
 * A link or picture address. One binding alone is an address of its own; any other is part of the author's, as one
 * percent-encoded segment that cannot leave its place.
 *
 * @throws CodedError `template.invalid` for a binding in the scheme or host.
 */
export function compileUrl(source: Json | undefined, use: UrlUse, context: CompileContext): Part<string> {
  const at = () => context.path;
  return mapPart(compileAddress(source, context), (text) => treatUrl(text, use, context.policy, at));
}

const oneBinding = /^\$\{[^}]*\}$/;
const isWeb = /^https:\/\/[^/?#$]+\//i;
const isMailOrPhone = /^(?:mailto|tel):/i;

function compileAddress(source: Json | undefined, context: CompileContext): Part<string> {
  const text = pickText(source, context);
  if (!text.includes('${') || oneBinding.test(text)) return compileRaw(source, context);
  if (isWeb.test(text))
    return mapPart(
      assemble(source, context, () => encodePathSegment),
      requireNoDots(context),
    );
  if (isMailOrPhone.test(text)) return assemble(source, context, () => encodeMailOrPhone);
  throw createTemplateError(
    context,
    'A binding stands in the scheme or host of an address.',
    'Write a binding behind the first `/` after the host, or bind the whole address: `${url}`.',
  );
}

/** Characters that part an address stay part of the value; what nobody sees goes, as in every text. */
function encodePathSegment(value: string): string {
  return encodeURIComponent(cleanText(value, 'line').toWellFormed());
}

/** A mailbox, host or number is refused with a percent sign in it, so a value cannot add a subject to one. */
function encodeMailOrPhone(value: string): string {
  return /[?#&;%]/.test(value) ? encodePathSegment(value) : value;
}

/** A segment of dots would take away the one before it. */
function requireNoDots(context: CompileContext): (text: string) => string {
  return (text) => {
    if (!/\/\.{1,2}(?=[/?#]|$)/.test(text.replace(/[?#].*/s, ''))) return text;
    throw new CodedError('card.unsafeUrl', 'The address is refused: a value makes a segment of dots.', {
      path: context.path,
    });
  };
}

/** One of a closed list of words, fixed or bound. */
export function compileChoice<T extends string>(
  source: Json | undefined,
  choices: readonly T[],
  context: CompileContext,
): Part<T> {
  return mapPart(compileRaw(source, context), (text) => {
    const choice = choices.find((one) => one === text);
    if (choice !== undefined) return choice;
    throw new CodedError('card.schema', `Not one of the allowed values: ${choices.join(', ')}.`, {
      path: context.path,
    });
  });
}

/** A body text: static Markdown of the author is checked once; values are placed into it as text. */
export function compileBody(
  source: Json | undefined,
  markdown: boolean,
  context: CompileContext,
): Part<string> {
  const at = () => context.path;
  if (!markdown) {
    return mapPart(compilePlain(source, context), (text, scope) =>
      requireShown(fitUnlinked(cleanText(text, 'block'), 'body', context, scope), 'body', at),
    );
  }
  // What must be cut loses its marks, for the cut might open one.
  return mapPart(compileMarkdown(source, context), (text, scope) =>
    requireShown(fit(text, 'body', context, scope, shortenMarkdown), 'body', at),
  );
}

/** The plain text fallback of a whole card. */
export function compileFallback(source: Json | undefined, context: CompileContext): Part<string> {
  return mapPart(compilePlain(source, context), (text) =>
    requireLength(breakAddresses(cleanText(text, 'block'), context.policy), 'text', () => context.path),
  );
}

/** Shortens what a card's values made too long, where the template allows it, and notes it on the card. */
function fit(
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

/** As `fit`, without a bare address that the policy refuses: a cut may make another host of one that it allows. */
function fitUnlinked(
  text: string,
  limit: LimitName,
  context: CompileContext,
  scope: Scope | undefined,
): string {
  const { policy } = context;
  return breakAddresses(fit(breakAddresses(text, policy), limit, context, scope), policy);
}

const asItIs: TreatText = (text) => text;

function compileRaw(source: Json | undefined, context: CompileContext): Part<string> {
  return assemble(source, context, () => asItIs);
}

function compilePlain(source: Json | undefined, context: CompileContext): Part<string> {
  return assemble(source, context, (media) =>
    media === 'text/html' ? (html) => convertHtmlToText(html) : asItIs,
  );
}
