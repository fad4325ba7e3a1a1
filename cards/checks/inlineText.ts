import type { PhrasingContent } from 'mdast';
import { cleanText, hasVisibleText } from './text.ts';

/** How a piece of text is shown; `link` is an address, '' = none. */
export interface Style {
  link: string;
  strong: boolean;
  emphasis: boolean;
  delete: boolean;
}

/**
 * A piece of a paragraph with its style: a flat view of Markdown's nested marks, in which two spellings of the same
 * text are equal. A `break` is a line break, hard or soft.
 */
export interface Piece {
  kind: 'text' | 'code' | 'break';
  value: string;
  hard: boolean;
  style: Style;
}

export const plainStyle: Style = { link: '', strong: false, emphasis: false, delete: false };

/** Tried in this order for the outer mark when two are equally long. */
const marks = ['link', 'strong', 'emphasis', 'delete'] as const;

const text = (value: string, style: Style): Piece => ({ kind: 'text', value, hard: false, style });
const lineBreak = (hard: boolean, style: Style): Piece => ({ kind: 'break', value: '\n', hard, style });
export const piece = { text, lineBreak, code: (value: string, style: Style): Piece => ({ ...text(value, style), kind: 'code' }) };

const sameStyle = (a: Style, b: Style): boolean => a === b || marks.every((mark) => a[mark] === b[mark]);

/** Appends a piece; neighbours of one kind and style become one, because Markdown cannot tell them apart. */
function append(pieces: Piece[], next: Piece): void {
  const previous = pieces.at(-1);
  if (previous && previous.kind === next.kind && next.kind !== 'break' && sameStyle(previous.style, next.style)) {
    previous.value += next.value;
  } else if (next.value !== '') pieces.push({ ...next });
}

/** Cleans each value and parts texts at their line breaks; code in a link or without content becomes text. */
function cleanPieces(pieces: readonly Piece[]): Piece[] {
  const cleaned: Piece[] = [];
  for (const { kind, value, hard, style } of pieces) {
    if (kind === 'break') cleaned.push(lineBreak(hard, style));
    else if (kind === 'code' && style.link === '' && hasVisibleText(value)) {
      append(cleaned, piece.code(cleanText(value, 'line'), style));
    } else {
      for (const [i, line] of cleanText(value, kind === 'code' ? 'line' : 'block').split('\n').entries()) {
        if (i > 0) cleaned.push(lineBreak(false, style));
        append(cleaned, text(line, style));
      }
    }
  }
  return cleaned;
}

function trimBlanks(value: string, side: 'start' | 'end'): string {
  let from = 0;
  let to = value.length;
  const blank = (i: number): boolean => value[i] === ' ' || value[i] === '\t';
  while (side === 'start' && from < to && blank(from)) from += 1;
  while (side === 'end' && from < to && blank(to - 1)) to -= 1;
  return value.slice(from, to);
}

/** Takes away what nobody sees: blanks before a line break, and breaks and blanks around the whole. */
function trimLines(pieces: readonly Piece[]): Piece[] {
  const lines: Piece[] = [];
  const trimEnd = (): void => {
    for (let end = lines.at(-1); end?.kind === 'text'; end = lines.at(-1)) {
      end.value = trimBlanks(end.value, 'end');
      if (end.value !== '') return;
      lines.pop();
    }
  };
  for (const next of pieces) {
    if (next.kind === 'break') {
      trimEnd();
      if (lines.length > 0) lines.push(next);
    } else if (lines.length > 0 || next.kind === 'code') lines.push(next);
    else {
      const value = trimBlanks(next.value, 'start');
      if (value !== '') lines.push({ ...next, value });
    }
  }
  trimEnd();
  while (lines.at(-1)?.kind === 'break') {
    lines.pop();
    trimEnd();
  }
  // An empty line would end the paragraph: two breaks in a row are hard ones.
  for (const [i, line] of lines.entries()) {
    if (line.kind === 'break' && (lines[i - 1]?.kind === 'break' || lines[i + 1]?.kind === 'break')) line.hard = true;
  }
  return lines;
}

const isSpace = ({ kind, value }: Piece): boolean => kind !== 'code' && value.trim() === '';

/** Moves blanks at the edges of bold, italic, strike and link out of them: a mark beside a blank is no mark. */
function trimMarks(pieces: readonly Piece[]): Piece[] {
  let current = pieces;
  for (const mark of marks) {
    const trimmed: Piece[] = [];
    for (let start = 0; start < current.length; ) {
      const end = runEnd(current, start, current.length, mark);
      const run = current.slice(start, end);
      for (const next of current[start]?.style[mark] ? unmarkEdges(run, mark) : run) append(trimmed, next);
      start = end;
    }
    current = trimmed;
  }
  return [...current];
}

function unmarkEdges(run: readonly Piece[], mark: (typeof marks)[number]): Piece[] {
  const unmark = (p: Piece): Piece => ({ ...p, style: { ...p.style, [mark]: plainStyle[mark] } });
  const first = run.findIndex((p) => !isSpace(p));
  const last = run.findLastIndex((p) => !isSpace(p));
  if (first < 0 || !run.some((p) => hasVisibleText(p.value))) return run.map(unmark);
  return run.flatMap((p, i) => {
    if (i < first || i > last) return [unmark(p)];
    if (p.kind !== 'text') return [p];
    const from = i === first ? p.value.length - p.value.trimStart().length : 0;
    const to = i === last ? p.value.trimEnd().length : p.value.length;
    return [
      unmark(text(p.value.slice(0, from), p.style)),
      text(p.value.slice(from, to), p.style),
      unmark(text(p.value.slice(to), p.style)),
    ];
  });
}

/** The end of the run of pieces from `start` that have the same value of this mark. */
function runEnd(pieces: readonly Piece[], start: number, end: number, mark: (typeof marks)[number]): number {
  const value = pieces[start]?.style[mark];
  let i = start + 1;
  while (i < end && pieces[i]?.style[mark] === value) i += 1;
  return i;
}

/** Brings the pieces of one paragraph to their canonical form; empty when a reader would see nothing. */
export function tidy(pieces: readonly Piece[]): Piece[] {
  const tidied = trimMarks(trimLines(cleanPieces(pieces)));
  return tidied.some((p) => hasVisibleText(p.value)) ? tidied : [];
}

/** Nests tidied pieces into Markdown's inline nodes, the longest mark outermost. */
export function nest(pieces: readonly Piece[], from = 0, to = pieces.length, open = new Set<string>()): PhrasingContent[] {
  const nodes: PhrasingContent[] = [];
  for (let i = from; i < to; ) {
    let outer: (typeof marks)[number] | undefined;
    let end = i;
    for (const mark of marks) {
      if (open.has(mark) || !pieces[i]?.style[mark]) continue;
      const candidate = runEnd(pieces, i, to, mark);
      if (candidate > end) [outer, end] = [mark, candidate];
    }
    const next = pieces[i];
    if (next === undefined) break;
    if (outer === undefined) {
      appendLeaf(nodes, next);
      i += 1;
      continue;
    }
    const children = nest(pieces, i, end, new Set([...open, outer]));
    nodes.push(outer === 'link' ? { type: 'link', url: next.style.link, children } : { type: outer, children });
    i = end;
  }
  return nodes;
}

function appendLeaf(nodes: PhrasingContent[], { kind, value, hard }: Piece): void {
  const previous = nodes.at(-1);
  if (kind === 'code') nodes.push({ type: 'inlineCode', value });
  else if (kind === 'break' && hard) nodes.push({ type: 'break' });
  else if (previous?.type === 'text') previous.value += value;
  else nodes.push({ type: 'text', value });
}
