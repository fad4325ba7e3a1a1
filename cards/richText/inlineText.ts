import type { Image, ImageReference, Link, LinkReference, Nodes, PhrasingContent } from 'mdast';

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
export type Mark = (typeof marks)[number];

const createText = (value: string, style: Style): Piece => ({ kind: 'text', value, hard: false, style });
const createLineBreak = (hard: boolean, style: Style): Piece => ({ kind: 'break', value: '\n', hard, style });
export const piece = {
  text: createText,
  lineBreak: createLineBreak,
  code: (value: string, style: Style): Piece => ({ ...createText(value, style), kind: 'code' }),
};

/** What leads somewhere. A picture is a link too: no client shows one inside a text. */
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
        return [createLineBreak(true, style)];
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
            : [createText(node.alt ?? '', style)];
        const link = addressOf(node, inner.map((one) => one.value).join(''));
        return link === '' ? inner : inner.map((one) => ({ ...one, style: { ...one.style, link } }));
      }
      default:
        if ('children' in node) return piecesOf(node.children, addressOf, style);
        return 'value' in node ? [createText(node.value, style)] : [];
    }
  });
}

/** The end of the run of pieces from `start` that have the same value of this mark. */
export function runEnd(pieces: readonly Piece[], start: number, end: number, mark: Mark): number {
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

/** Says whether a mark between these would stand inside a word, where `_` does not act. */
export function touchesWord(
  previous: PhrasingContent | undefined,
  next: PhrasingContent | undefined,
): boolean {
  return (
    wordCharacter.test(previous?.type === 'text' ? (previous.value.at(-1) ?? '') : '') ||
    wordCharacter.test(next?.type === 'text' ? (next.value[0] ?? '') : '')
  );
}
