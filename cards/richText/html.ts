import { LRUCache } from 'lru-cache';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import { escapeMarkdown } from './escapeMarkdown.ts';
import { nest, type Piece, piece, plainStyle } from './inlineText.ts';
import { writeMarkdown } from './markdownSyntax.ts';
import { sanitize } from './sanitize.ts';
import { cleanText } from './text.ts';
import { tidy } from './tidyPieces.ts';

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

function refuseLong(html: string, path: string | undefined): void {
  const { max, unit } = limits.fieldText;
  if (html.length <= max) return;
  throw new CodedError(
    'card.limit',
    `HTML of ${html.length} ${unit}; the limit is ${max}.`,
    path === undefined ? {} : { path },
  );
}

/** Undoes what the sanitizer wrote, in one pass: `&amp;lt;` is `&lt;`. */
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

const newCache = () =>
  new LRUCache<string, string>({
    max: 1_000,
    maxSize: 4 * 1024 * 1024,
    sizeCalculation: (value, html) => 2 * (value.length + html.length) + 100,
  });
/** Keyed by the HTML alone, for a key made of it would be hashed anew each time. */
const caches = { markdown: newCache(), text: newCache() };

function convert(
  html: string,
  path: string | undefined,
  kind: keyof typeof caches,
  ofText: (text: string) => string,
  ofParagraphs: (paragraphs: Piece[][]) => string,
): string {
  refuseLong(html, path);
  if (!/[<>&]/.test(html)) return ofText(cleanText(html, 'block'));
  const cache = caches[kind];
  let converted = cache.get(html);
  if (converted === undefined) {
    const clean = sanitize(html, path);
    converted = clean.includes('<')
      ? ofParagraphs(paragraphsOf(clean))
      : ofText(cleanText(decode(clean), 'block'));
    cache.set(html, converted);
  }
  return converted;
}

function writeParagraphs(paragraphs: Piece[][]): string {
  return writeMarkdown({
    type: 'root',
    children: paragraphs.map((pieces) => ({ type: 'paragraph', children: nest(pieces) })),
  });
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
