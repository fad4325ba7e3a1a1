import type { Nodes } from 'mdast';
import { makeLazily } from '../lazily.ts';
import { blocksOf, joinBlocks, parseMarkdown, writeMarkdown } from './blocks.ts';
import { escapeMarkdown } from './escapeMarkdown.ts';
import { writePlain } from './plainDialect.ts';

/** Cuts a text to at most `max` UTF-16 units, an ellipsis included, never inside a character that a reader sees as one. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = 0;
  for (const { index, segment } of loadSegmenter().segment(text.slice(0, max))) {
    if (index + segment.length > max - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}

/** Finds the characters that a reader sees as one; made when the first long text is cut, for that takes 20 ms. */
const loadSegmenter = makeLazily(() => new Intl.Segmenter(undefined, { granularity: 'grapheme' }));

/** Cuts the text that Markdown shows to at most `max` UTF-16 units of Markdown, an ellipsis and the escapes included; marks go. */
export function shortenMarkdown(markdown: string, max: number): string {
  const text = writePlain(blocksOf(markdown));
  for (let room = max; ; ) {
    const cut = escapeMarkdown(shorten(text, room));
    if (cut.length <= max) return cut;
    // As much less as the escapes took.
    room = Math.min(room - 1, Math.floor((room * max) / cut.length));
  }
}

/** Cuts the first piece off a text that is longer than `max`. */
type Cut = (text: string, max: number) => [piece: string, rest: string];

/**
 * Cuts a text into pieces of at most `max` characters: between paragraphs if it can, else lines, sentences, words, characters. Blanks
 * around the pieces go.
 */
export function splitText(text: string, max: number, cut: Cut = cutPlain): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const [piece, after] = cut(rest, max);
    pieces.push(piece);
    rest = after;
  }
  return [...pieces, rest].map((piece) => piece.trim()).filter((piece) => piece !== '');
}

function cutPlain(text: string, max: number): ReturnType<Cut> {
  const end = endOfPiece(text, max);
  return [text.slice(0, end), text.slice(end)];
}

/** No character that a reader sees as one is longer, so no more is looked at to find where the last one begins. */
const longestCharacter = 200;

/** Where the first piece of a text ends that is longer than `max`. */
function endOfPiece(text: string, max: number): number {
  const window = text.slice(0, max);
  for (const separators of [['\n\n'], ['\n'], ['. ', '! ', '? ', '… ', '。'], [' ']]) {
    const end = Math.max(...separators.map((one) => window.lastIndexOf(one) + one.length));
    // A cut near the beginning would make many small pieces.
    if (end > max / 4 + 2) return end;
  }
  let end = 0;
  const tail = window.slice(-longestCharacter);
  for (const { index } of loadSegmenter().segment(tail)) end = index;
  return end > 0 ? window.length - tail.length + end : max;
}

/** Cuts Markdown as `splitText` cuts a text. Fenced code that is too long for one piece goes on as code in the next. */
export function splitMarkdown(markdown: string, max: number): string[] {
  return splitText(markdown, max, cutMarkdown);
}

/** The beginning of a fenced block; a longer fence would leave no room for code. */
const opening = /^ {0,3}(`{3,40}(?=[^`\n]*\n)|~{3,40})[^\n]*\n/;

function cutMarkdown(markdown: string, max: number): ReturnType<Cut> {
  const end = endOfPiece(markdown, max);
  const start = startOfCode(markdown, end, max);
  if (start > 0) return [markdown.slice(0, start), markdown.slice(start)];
  const [line = '', fence = ''] = start === 0 ? (opening.exec(markdown) ?? []) : [];
  const piece = markdown.slice(0, end);
  const rest = markdown.slice(end);
  if (fence === '' || end <= line.length) return [piece, rest];
  return [writeMarkdown(parseMarkdown(piece)), `${fence}\n${rest}`];
}

/** Where the line begins in which fenced code begins that a cut at `end` would part; -1 = the cut parts none. */
function startOfCode(markdown: string, end: number, max: number): number {
  if (!/`{3}|~{3}/.test(markdown.slice(0, end))) return -1;
  // The next line that is not empty decides whether the code continues.
  const next = /^\s*[^\n]*/.exec(markdown.slice(end, end + max))?.[0] ?? '';
  const isParted = ({ position }: Nodes): boolean =>
    (position?.start.offset ?? 0) < end && (position?.end.offset ?? 0) > end;
  let node: Nodes | undefined = parseMarkdown(markdown.slice(0, end) + next);
  while (node !== undefined && 'children' in node) node = node.children.find(isParted);
  return node?.type === 'code' ? markdown.lastIndexOf('\n', node.position?.start.offset) + 1 : -1;
}

const startsWithList = /^(?:[-+*]|\d{1,9}[.)])[ \t]/;

/**
 * Joins texts of canonical Markdown into one. A list at the beginning of a text would go on with a list before it: it is
 * written with the other mark (`*` after `-`, `1)` after `1.`), which begins a new list for every reader of Markdown.
 */
export function joinMarkdown(texts: readonly string[]): string {
  if (!texts.some((text, i) => i > 0 && startsWithList.test(text))) return texts.join('\n\n');
  return writeMarkdown(joinBlocks(texts.map(blocksOf)));
}
