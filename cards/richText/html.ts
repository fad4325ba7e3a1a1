import { createRequire } from 'node:module';
import { LRUCache } from 'lru-cache';
import type { Root } from 'mdast';
import type sanitizeHtml from 'sanitize-html';
import { CodedError } from '../errors.ts';
import { makeLazily } from '../lazily.ts';
import { limits } from '../limits.ts';
import { nest, type Piece, piece, plainStyle, tidy } from './pieces.ts';
import { writePlain } from './plainDialect.ts';
import { cleanText } from './text.ts';

/** Loaded when the first HTML is read: it takes 0.1 s. */
const loadSanitizer = makeLazily((): typeof sanitizeHtml => createRequire(import.meta.url)('sanitize-html'));

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

function refuseNested(html: string, path: string | undefined): void {
  let depth = 0;
  for (const [, closing] of html.matchAll(opening)) {
    depth = closing ? Math.max(0, depth - 1) : depth + 1;
    if (depth > maxNesting) {
      throw new CodedError('card.unsafeText', `More than ${maxNesting} HTML tags are nested.`, { path });
    }
  }
}

/**
 * Leaves the allowed tags without attributes; everything else is text with `&`, `<` and `>` as entities. Script and style go
 * with their content.
 *
 * @param path - JSON path of the field, for errors.
 * @throws CodedError `card.unsafeText` over 100 nested tags.
 */
export function sanitize(html: string, path: string | undefined): string {
  refuseNested(html, path);
  const lastComment = html.lastIndexOf('-->');
  const known = html.replace(loneBracket, (bracket, index: number) =>
    index < lastComment && html.startsWith('<!--', index) ? bracket : '&lt;',
  );
  return loadSanitizer()(known, sanitizeOptions);
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

function refuseLong(html: string, path: string | undefined): void {
  const { max, unit } = limits.fieldText;
  if (html.length <= max) return;
  throw new CodedError('card.limit', `HTML of ${html.length} ${unit}; the limit is ${max}.`, { path });
}

/** Decodes the entities that the sanitizer writes, in one pass: `&amp;lt;` is `&lt;`. */
function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot);/g, (entity) => entities[entity] ?? entity);
}

const markOf = new Map<string, 'strong' | 'emphasis'>([
  ['strong', 'strong'],
  ['b', 'strong'],
  ['em', 'emphasis'],
  ['i', 'emphasis'],
]);
const collapsible = /[ \t\n\r\f]{2,}|[\t\n\r\f]/g;
const endsInBlank = (text: string): boolean => text === '' || text.endsWith(' ') || text.endsWith('\n');

/** Reads sanitized HTML as paragraphs of styled pieces; blanks collapse as in a browser. */
function paragraphsOf(html: string): Piece[][] {
  let current: Piece[] = [];
  const paragraphs = [current];
  const open = { strong: 0, emphasis: 0 };
  let style = plainStyle;
  // Every `<` begins a tag and ends at its `>`, so each part is a tag, `>` and the text behind it.
  for (const part of `>${html}`.split('<')) {
    const end = part.indexOf('>');
    const isClosing = part.startsWith('/');
    const tag = part.slice(isClosing ? 1 : 0, end);
    const mark = markOf.get(tag);
    if (mark !== undefined) {
      open[mark] += isClosing ? -1 : 1;
      style = { ...plainStyle, strong: open.strong > 0, emphasis: open.emphasis > 0 };
    } else if (tag.startsWith('br')) current.push(piece.lineBreak(true, style));
    else if (tag === 'div' && current.length > 0 && current.at(-1)?.kind !== 'break') {
      current.push(piece.lineBreak(true, style));
    } else if (tag === 'p') {
      current = [];
      paragraphs.push(current);
    }
    const text = decode(part.slice(end + 1)).replace(collapsible, ' ');
    const value = text.startsWith(' ') && endsInBlank(current.at(-1)?.value ?? '') ? text.slice(1) : text;
    if (value !== '') current.push(piece.text(value, style));
  }
  return paragraphs.map(tidy).filter((pieces) => pieces.length > 0);
}

/** The HTML that was read a moment ago, by itself: a key made of it would be hashed anew each time. */
const known = new LRUCache<string, string | Root>({
  max: 1_000,
  maxSize: 8 * 1024 * 1024,
  // Few paragraphs have more than a node for every ten characters.
  sizeCalculation: (read, html) =>
    typeof read === 'string' ? 2 * (read.length + html.length) : 20 * html.length,
});

/**
 * Reads HTML: bold, italic, paragraphs and line breaks stay, script and style go with their content, every other tag is
 * shown as it was typed (`Dear <John>`). Entities are decoded once. HTML without any tag is its words, with its lines.
 *
 * @param path - JSON path of the field, for errors.
 * @returns the words where nothing is marked. Blocks are shared: nobody changes them.
 * @throws CodedError `card.limit` over 10,000 characters, `card.unsafeText` over 100 nested tags.
 */
export function readHtml(html: string, path?: string): string | Root {
  refuseLong(html, path);
  if (!/[<>&]/.test(html)) return cleanText(html, 'block');
  let read = known.get(html);
  if (read === undefined) {
    read = readSanitized(sanitize(html, path));
    known.set(html, read);
  }
  return read;
}

function readSanitized(html: string): string | Root {
  if (!html.includes('<')) return cleanText(decode(html), 'block');
  return {
    type: 'root',
    children: paragraphsOf(html).map((pieces) => ({ type: 'paragraph', children: nest(pieces) })),
  };
}

/** Turns HTML into plain text; as `readHtml`, without the marks. */
export function convertHtmlToText(html: string, path?: string): string {
  const read = readHtml(html, path);
  return typeof read === 'string' ? read : writePlain(read);
}
