import type { List, PhrasingContent, Root, RootContent } from 'mdast';
import { nest, type Piece, piecesOf, trimMarks } from './pieces.ts';

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

function writePlainNode(node: PhrasingContent): string {
  if ('value' in node) return node.value;
  if (!('children' in node)) return '';
  const text = node.children.map(writePlainNode).join('');
  // An old price is not to read as a second price.
  if (node.type === 'delete') return `~~${text}~~`;
  if (node.type !== 'link') return text;
  const short = node.url.replace(/^(?:https:\/\/|mailto:|tel:)|\/$/g, '');
  const shown = text.replace(/^(?:https:\/\/|mailto:|tel:)|\/$/g, '');
  return shown === short ? text : `${text} (${node.url})`;
}

/** Writes blocks as plain text: a link as `text (address)` unless its text is the address; strike as `~~text~~`. */
export function writePlain(blocks: Root): string {
  return writeLines(blocks, {
    line: (pieces) => nest(pieces).map(writePlainNode).join(''),
    code: (value) => value,
  });
}
