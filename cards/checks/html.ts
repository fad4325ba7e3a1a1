import { LRUCache } from 'lru-cache';
import sanitizeHtml from 'sanitize-html';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import { escapeMarkdown, escapeText } from './escapeMarkdown.ts';
import { nest, type Piece, piece, plainStyle, type Style } from './inlineText.ts';
import { rememberCanonical } from './markdown.ts';
import { writeMarkdown } from './markdownSyntax.ts';
import { cleanText } from './text.ts';
import { tidy } from './tidyPieces.ts';

/** The tags that mean something to us, and `u`, `span`, `div`, which only go; all without attributes. */
const allowedTags = ['p', 'br', 'strong', 'b', 'em', 'i', 'u', 'span', 'div'];
const maxNesting = 100;

/** A `<` that begins none of these tags, such as in `<John>` or `x < y`, is a character like any other. */
const loneBracket = /<(?!\/?(?:p|br|strong|b|em|i|u|span|div|script|style)(?:[\s/][^<>]*)?>)/gi;
const sanitizeOptions: sanitizeHtml.IOptions = {
  allowedTags,
  allowedAttributes: {},
  // Only script and style are left to discard, with their content: every other tag has become text.
  disallowedTagsMode: 'discard',
  nonTextTags: ['script', 'style'],
};

const opening = /<(\/?)(?!br\b|hr\b|img\b)[a-z]/gi;
const token = /<(\/?)([a-z]+)(?: \/)?>|([^<]+)/g;
const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

const at = (path: string | undefined): { path?: string } => (path === undefined ? {} : { path });

function refuseLong(html: string, path: string | undefined): void {
  const { max, unit } = limits.fieldText;
  if (html.length <= max) return;
  throw new CodedError('card.limit', `HTML of ${html.length} ${unit}; the limit is ${max}.`, at(path));
}

function refuseNested(html: string, path: string | undefined): void {
  let depth = 0;
  for (const [, closing] of html.matchAll(opening)) {
    depth = closing ? Math.max(0, depth - 1) : depth + 1;
    if (depth > maxNesting) {
      throw new CodedError('card.unsafeText', `More than ${maxNesting} HTML tags are nested.`, at(path));
    }
  }
}

/** Leaves the allowed tags without attributes; everything else is text with `&`, `<` and `>` as entities. */
function sanitize(html: string): string {
  const lastComment = html.lastIndexOf('-->');
  const known = html.replace(loneBracket, (bracket, index: number) =>
    index < lastComment && html.startsWith('<!--', index) ? bracket : '&lt;',
  );
  return sanitizeHtml(known, sanitizeOptions);
}

/** Undoes what the sanitizer wrote, in one pass: `&amp;lt;` is `&lt;`. */
function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot);/g, (entity) => entities[entity] ?? entity);
}

/** Reads sanitized HTML as paragraphs of styled pieces; blanks collapse as in a browser. */
function paragraphsOf(sanitized: string): Piece[][] {
  let current: Piece[] = [];
  const paragraphs = [current];
  const open = { strong: 0, emphasis: 0 };
  const style = (): Style => ({ ...plainStyle, strong: open.strong > 0, emphasis: open.emphasis > 0 });
  for (const [, closing, tag = '', text] of sanitized.matchAll(token)) {
    const step = closing ? -1 : 1;
    if (text !== undefined) {
      const collapsed = decode(text).replace(/[ \t\n\r\f]+/g, ' ');
      const atBlank = /(?:^|[ \n])$/.test(current.at(-1)?.value ?? '');
      const value = atBlank ? collapsed.replace(/^ /, '') : collapsed;
      if (value !== '') current.push(piece.text(value, style()));
    } else if (tag === 'strong' || tag === 'b') open.strong += step;
    else if (tag === 'em' || tag === 'i') open.emphasis += step;
    else if (tag === 'br') current.push(piece.lineBreak(true, style()));
    else if (tag === 'div' && current.length > 0 && current.at(-1)?.kind !== 'break') {
      current.push(piece.lineBreak(true, style()));
    } else if (tag === 'p') {
      current = [];
      paragraphs.push(current);
    }
  }
  return paragraphs.map(tidy).filter((pieces) => pieces.length > 0);
}

const cache = new LRUCache<string, string>({
  max: 1_000,
  maxSize: 8 * 1024 * 1024,
  sizeCalculation: (value, key) => 2 * (value.length + key.length) + 100,
});

function convert(
  html: string,
  path: string | undefined,
  kind: 'markdown' | 'text',
  ofText: (text: string) => string,
  ofParagraphs: (paragraphs: Piece[][]) => string,
): string {
  refuseLong(html, path);
  if (!/[<>&]/.test(html)) return ofText(cleanText(html, 'block'));
  const key = `${kind} ${html}`;
  let converted = cache.get(key);
  if (converted === undefined) {
    refuseNested(html, path);
    const sanitized = sanitize(html);
    converted = sanitized.includes('<')
      ? ofParagraphs(paragraphsOf(sanitized))
      : ofText(cleanText(decode(sanitized), 'block'));
    cache.set(key, converted);
  }
  return converted;
}

const delimiterOf = ({ strong, emphasis }: Style): string => (strong ? '**' : emphasis ? '*' : '');

/**
 * Writes a paragraph whose marks are words apart, at a fifth of the writer's cost; undefined for any other.
 * A mark that begins and ends with a letter or digit and has unmarked text on both sides can be read in one way only.
 */
function writeSimply(pieces: readonly Piece[]): string | undefined {
  let written = '';
  for (const [i, { kind, value, hard, style }] of pieces.entries()) {
    const before = pieces[i - 1];
    const after = pieces[i + 1];
    const mark = delimiterOf(style);
    if (kind === 'break') {
      if (!hard || mark !== '') return undefined;
      written += '\\\n';
    } else if (mark === '') {
      const next = after === undefined ? '\n' : after.kind === 'break' ? '\\' : '*';
      const previous = before === undefined || before.kind === 'break' ? '\n' : '*';
      written += escapeText(value, { before: previous, after: next });
    } else {
      const marked = (before && delimiterOf(before.style)) || (after && delimiterOf(after.style));
      if (marked || (style.strong && style.emphasis) || !/^[\p{L}\p{N}](?:.*[\p{L}\p{N}])?$/su.test(value))
        return undefined;
      written += mark + escapeText(value, { before: '*', after: '*' }) + mark;
    }
  }
  return written;
}

function writeParagraphs(paragraphs: Piece[][]): string {
  const written = paragraphs.map(
    (pieces) =>
      writeSimply(pieces) ??
      writeMarkdown({ type: 'root', children: [{ type: 'paragraph', children: nest(pieces) }] }),
  );
  const markdown = written.join('\n\n');
  rememberCanonical(markdown);
  return markdown;
}

/**
 * Turns HTML into Markdown: bold, italic, paragraphs and line breaks stay, script and style go with their content, every
 * other tag is shown as it was typed (`Dear <John>`). Entities are decoded once. HTML without any tag keeps its lines.
 *
 * @param path - JSON path of the field, for errors.
 * @throws CodedError `card.limit` over 10,000 characters, `card.unsafeText` over 100 nested tags.
 */
export function htmlToMarkdown(html: string, path?: string): string {
  return convert(html, path, 'markdown', escapeMarkdown, writeParagraphs);
}

/** Turns HTML into plain text; as `htmlToMarkdown`, without the marks. */
export function htmlToText(html: string, path?: string): string {
  const join = (pieces: Piece[]): string => pieces.map((p) => p.value).join('');
  return convert(
    html,
    path,
    'text',
    (text) => text,
    (paragraphs) => paragraphs.map(join).join('\n\n'),
  );
}
