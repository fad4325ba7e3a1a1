import type { List, PhrasingContent, Root, RootContent } from 'mdast';
import { type Piece, piecesOf } from './inlineText.ts';
import { trimMarks } from './tidyPieces.ts';

/** The pieces of a paragraph, parted into its lines; the addresses in canonical Markdown are checked already. */
export function linesOf(nodes: readonly PhrasingContent[]): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const next of piecesOf(nodes, (node) => (node.type === 'link' ? node.url : ''))) {
    // A soft break is a line break too: in a chat a new line is meant as one.
    for (const [i, value] of next.value.split('\n').entries()) {
      if (i > 0) lines.push([]);
      if (value !== '') lines.at(-1)?.push({ ...next, value });
    }
  }
  return lines.map(trimMarks);
}

/** How a client without block Markdown shows one line, and a block of code. */
export interface LineWriter {
  line(pieces: readonly Piece[]): string;
  code(value: string): string;
}

function writeBlock(node: RootContent, writer: LineWriter): string {
  if (node.type === 'list') return writeList(node, writer);
  if (node.type === 'code') return writer.code(node.value);
  return node.type === 'paragraph' ? linesOf(node.children).map(writer.line).join('\n') : '';
}

function writeList({ ordered, start, children }: List, writer: LineWriter): string {
  const items = children.map((item, i) => {
    const blocks = item.children.map((block) => writeBlock(block, writer)).join('\n');
    return `${ordered ? `${(start ?? 1) + i}.` : '•'} ${blocks.replaceAll('\n', '\n  ')}`;
  });
  return items.join('\n');
}

/** Writes blocks line by line, for a client that knows no lists and paragraphs. */
export function writeLines({ children }: Root, writer: LineWriter): string {
  return children.map((node) => writeBlock(node, writer)).join('\n\n');
}
