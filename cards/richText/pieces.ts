import type { Image, ImageReference, Link, LinkReference, Nodes, PhrasingContent } from 'mdast';
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

/** In this order the outer mark is chosen when two are equally long. */
export const marks = ['link', 'strong', 'emphasis', 'delete'] as const;
type Mark = (typeof marks)[number];

export const piece = {
  text: (value: string, style: Style): Piece => ({ kind: 'text', value, hard: false, style }),
  code: (value: string, style: Style): Piece => ({ kind: 'code', value, hard: false, style }),
  lineBreak: (hard: boolean, style: Style): Piece => ({ kind: 'break', value: '\n', hard, style }),
};

/** Nodes with an address. A picture is a link too: no client shows one inside a text. */
export type Leading = Link | LinkReference | Image | ImageReference;

/**
 * Flattens inline nodes to pieces.
 *
 * @param addressOf - the address of a link with its visible text; '' = it becomes its text.
 */
export function piecesOf(
  nodes: readonly Nodes[],
  addressOf: (node: Leading, shown: string) => string,
  style: Style = plainStyle,
): Piece[] {
  return nodes.flatMap((node): Piece[] => {
    switch (node.type) {
      case 'break':
        return [piece.lineBreak(true, style)];
      case 'inlineCode':
        return [piece.code(node.value, style)];
      case 'strong':
      case 'emphasis':
      case 'delete':
        return piecesOf(node.children, addressOf, { ...style, [node.type]: true });
      case 'link':
      case 'linkReference':
      case 'image':
      case 'imageReference': {
        const inner =
          'children' in node
            ? piecesOf(node.children, addressOf, style)
            : [piece.text(node.alt ?? '', style)];
        const link = addressOf(node, inner.map((one) => one.value).join(''));
        return link === '' ? inner : inner.map((one) => ({ ...one, style: { ...one.style, link } }));
      }
      default:
        if ('children' in node) return piecesOf(node.children, addressOf, style);
        return 'value' in node ? [piece.text(node.value, style)] : [];
    }
  });
}

/** The end of the run of pieces from `start` that have the same value of this mark. */
function runEnd(pieces: readonly Piece[], start: number, end: number, mark: Mark): number {
  const value = pieces[start]?.style[mark];
  let i = start + 1;
  while (i < end && pieces[i]?.style[mark] === value) i += 1;
  return i;
}

/** Nests tidied pieces into Markdown's inline nodes, the longest mark outermost. */
export function nest(
  pieces: readonly Piece[],
  from = 0,
  to = pieces.length,
  open = new Set<string>(),
): PhrasingContent[] {
  const nodes: PhrasingContent[] = [];
  for (let i = from; i < to; ) {
    let outer: Mark | undefined;
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
    nodes.push(
      outer === 'link' ? { type: 'link', url: next.style.link, children } : { type: outer, children },
    );
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

const wordCharacter = /[\p{L}\p{N}]/u;

/** Says whether a mark between these nodes would stand inside a word, where `_` does not act. */
export function touchesWord(
  previous: PhrasingContent | undefined,
  next: PhrasingContent | undefined,
): boolean {
  return (
    wordCharacter.test(previous?.type === 'text' ? (previous.value.at(-1) ?? '') : '') ||
    wordCharacter.test(next?.type === 'text' ? (next.value[0] ?? '') : '')
  );
}

const hasSameStyle = (a: Style, b: Style): boolean => a === b || marks.every((mark) => a[mark] === b[mark]);

/** Appends a piece; neighbours of one kind and style become one, because Markdown cannot distinguish them. */
function append(pieces: Piece[], next: Piece): void {
  const previous = pieces.at(-1);
  if (
    previous &&
    previous.kind === next.kind &&
    next.kind !== 'break' &&
    hasSameStyle(previous.style, next.style)
  ) {
    // Characters that meet may become one, and escapes must match the characters that are read again.
    previous.value = (previous.value + next.value).normalize('NFC');
  } else if (next.value !== '') pieces.push({ ...next });
}

/** Cleans each value and parts texts at their line breaks; code in a link or without content becomes text. */
function cleanPieces(pieces: readonly Piece[]): Piece[] {
  const cleaned: Piece[] = [];
  for (const { kind, value, hard, style } of pieces) {
    if (kind === 'break') cleaned.push(piece.lineBreak(hard, style));
    else if (kind === 'code' && style.link === '' && hasVisibleText(value)) {
      append(cleaned, piece.code(cleanText(value, 'line'), style));
    } else {
      const lines = cleanText(value, kind === 'code' ? 'line' : 'block').split('\n');
      for (const [i, line] of lines.entries()) {
        if (i > 0) cleaned.push(piece.lineBreak(false, style));
        append(cleaned, piece.text(line, style));
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

/** Removes blanks before a line break, and breaks and blanks around the whole: nobody sees them. */
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
    if (line.kind === 'break' && (lines[i - 1]?.kind === 'break' || lines[i + 1]?.kind === 'break'))
      line.hard = true;
  }
  return lines;
}

const isSpace = ({ kind, value }: Piece): boolean => kind !== 'code' && value.trim() === '';

/** Moves blanks at the edges of bold, italic, strike and link out of them: a mark beside a blank is no mark. */
export function trimMarks(pieces: readonly Piece[]): Piece[] {
  let current = pieces;
  for (const mark of marks) {
    if (!current.some((one) => one.style[mark])) continue;
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

function unmarkEdges(run: readonly Piece[], mark: Mark): readonly Piece[] {
  const unmark = (one: Piece): Piece => ({ ...one, style: { ...one.style, [mark]: plainStyle[mark] } });
  if (!run.some((one) => hasVisibleText(one.value))) return run.map(unmark);
  const first = run.findIndex((one) => !isSpace(one));
  const last = run.findLastIndex((one) => !isSpace(one));
  return run.flatMap((one, i) => {
    if (i < first || i > last) return unmark(one);
    const from = i === first ? one.value.length - one.value.trimStart().length : 0;
    const to = i === last ? one.value.trimEnd().length : one.value.length;
    if (one.kind !== 'text' || (from === 0 && to === one.value.length)) return one;
    return [
      unmark(piece.text(one.value.slice(0, from), one.style)),
      piece.text(one.value.slice(from, to), one.style),
      unmark(piece.text(one.value.slice(to), one.style)),
    ];
  });
}

/** Brings the pieces of one paragraph to their canonical form; empty when a reader would see nothing. */
export function tidy(pieces: readonly Piece[]): Piece[] {
  const tidied = trimMarks(trimLines(cleanPieces(pieces)));
  return tidied.some((one) => hasVisibleText(one.value)) ? tidied : [];
}
