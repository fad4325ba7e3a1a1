import type { BlockContent, DefinitionContent, List, PhrasingContent, RootContent } from 'mdast';
import { nest, type Piece, piece, piecesOf, plainStyle } from './inlineText.ts';
import { isPlainMarkdown } from './markdown.ts';
import { parseMarkdown, writeMarkdown } from './markdownSyntax.ts';
import { actingMarks, touchesWord, writeMessengerLine } from './messengerInline.ts';
import { trimMarks } from './tidyPieces.ts';

/** The pieces of a paragraph, parted into its lines; the addresses in canonical Markdown are checked already. */
function linesOf(nodes: readonly PhrasingContent[]): Piece[][] {
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
interface LineWriter {
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

function writeLines(markdown: string, writer: LineWriter): string {
  return parseMarkdown(markdown)
    .children.map((node) => writeBlock(node, writer))
    .join('\n\n');
}

/**
 * Writes canonical Markdown in the dialect of the Genesys Messenger: `*bold*`, `_italic_`, `~strike~`, `` `code` ``,
 * `[text](url)`, backslash escapes. Lists are lines with "• " or "1. "; a line break is a line break.
 *
 * Source: Genesys' "Markdown syntax for rich text in Messenger", and docs/guides/rich-text.md of
 * Safricloud-PTY-Ltd/genesys-cloud-headless-webmessage-reference, which measured the published scripts.
 *
 * @param markdown - what `cleanMarkdown` returned.
 */
export function toMessengerMarkdown(markdown: string): string {
  if (isPlainMarkdown(markdown)) return markdown;
  const acts = actingMarks(markdown);
  return writeLines(markdown, {
    line: (pieces) => writeMessengerLine(nest(pieces), acts),
    code(value) {
      const text = writeMessengerLine([{ type: 'text', value }], acts, '`');
      return value.includes('`') || text.endsWith('\\') ? text : `\`\`\`${text}\`\`\``;
    },
  });
}

/** Writes a link as `text (address)`, unless the text is the address. */
function plainLine(pieces: readonly Piece[]): string {
  return nest(pieces)
    .map((node) => plainNode(node))
    .join('');
}

function plainNode(node: PhrasingContent): string {
  if ('value' in node) return node.value;
  if (!('children' in node)) return '';
  const text = node.children.map(plainNode).join('');
  // An old price is not to read as a second price.
  if (node.type === 'delete') return `~~${text}~~`;
  if (node.type !== 'link') return text;
  const short = node.url.replace(/^(?:https:\/\/|mailto:|tel:)|\/$/g, '');
  const shown = text.replace(/^https:\/\/|\/$/g, '');
  return shown === short ? text : `${text} (${node.url})`;
}

/** Writes canonical Markdown as plain text: a link as `text (address)` unless its text is the address; strike as `~~text~~`. */
export function toPlainText(markdown: string): string {
  if (isPlainMarkdown(markdown)) return markdown;
  return writeLines(markdown, { line: plainLine, code: (value) => value });
}

/** What Adaptive Cards do not show becomes its text: code, and italic inside a word. */
function adaptiveLine(pieces: readonly Piece[]): PhrasingContent[] {
  const outsideWords = (nodes: PhrasingContent[]): PhrasingContent[] =>
    nodes.flatMap((node, i) => {
      if (!('children' in node)) return [node];
      const children = outsideWords(node.children);
      return node.type === 'emphasis' && touchesWord(nodes[i - 1], nodes[i + 1])
        ? children
        : [{ ...node, children }];
    });
  return outsideWords(nest(trimMarks(pieces.map((p) => piece.text(p.value, p.style)))));
}

function adaptiveBlock(node: RootContent, inList: boolean): (BlockContent | DefinitionContent)[] {
  switch (node.type) {
    case 'paragraph': {
      const lines = linesOf(node.children);
      const parted = inList
        ? [lines.flatMap((line, i) => (i === 0 ? line : [piece.text(' ', plainStyle), ...line]))]
        : lines;
      return parted
        .filter((line) => line.length > 0)
        .map((line) => ({ type: 'paragraph', children: adaptiveLine(line) }));
    }
    case 'code':
      return node.value
        .split('\n')
        .filter((line) => line !== '')
        .map((value) => ({ type: 'paragraph', children: [{ type: 'text', value }] }));
    case 'list': {
      const children = node.children.map((item) => ({
        ...item,
        children: item.children.flatMap((block) => adaptiveBlock(block, true)),
      }));
      return [{ ...node, children }];
    }
    default:
      return [];
  }
}

/** Clients write out `{{DATE(…)}}` and `{{TIME(…)}}` before they read Markdown: an escape between the braces keeps them off. */
const dateFunction = /\{\{(?=(?:DATE|TIME)\()/gi;

/**
 * Writes canonical Markdown in the subset of Adaptive Cards: `**bold**`, `_italic_`, lists and links; code is text, and so
 * are `{{DATE(…)}}` and `{{TIME(…)}}`. `~~strike~~` is struck by some clients and shown as typed by the others. A line break
 * is a paragraph, in a list a blank: clients differ on hard breaks.
 */
export function toAdaptiveMarkdown(markdown: string): string {
  return escapeDateFunctions(adaptiveText(markdown));
}

/** Keeps Adaptive Cards clients from writing out what is spelled like one of their date functions. */
export function escapeDateFunctions(markdown: string): string {
  return markdown.replace(dateFunction, '{\\{');
}

function adaptiveText(markdown: string): string {
  if (isPlainMarkdown(markdown)) return markdown.replace(/\n+/g, '\n\n');
  const children = parseMarkdown(markdown).children.flatMap((node) => adaptiveBlock(node, false));
  return writeMarkdown({ type: 'root', children }, { emphasis: '_' });
}
