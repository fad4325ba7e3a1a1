import type { BlockContent, DefinitionContent, PhrasingContent, Root, RootContent } from 'mdast';
import { writeMarkdown } from './blocks.ts';
import { nest, type Piece, piece, plainStyle, touchesWord, trimMarks } from './pieces.ts';
import { linesOf } from './plainDialect.ts';

/** Writes one line. Code and italic inside a word become their text, because Adaptive Cards do not show them. */
function writeAdaptiveLine(pieces: readonly Piece[]): PhrasingContent[] {
  const outsideWords = (nodes: PhrasingContent[]): PhrasingContent[] =>
    nodes.flatMap((node, i) => {
      if (!('children' in node)) return [node];
      const children = outsideWords(node.children);
      return node.type === 'emphasis' && touchesWord(nodes[i - 1], nodes[i + 1])
        ? children
        : [{ ...node, children }];
    });
  return outsideWords(nest(trimMarks(pieces.map((one) => piece.text(one.value, one.style)))));
}

function writeAdaptiveBlock(node: RootContent, inList: boolean): (BlockContent | DefinitionContent)[] {
  switch (node.type) {
    case 'paragraph': {
      const lines = linesOf(node.children);
      const parted = inList
        ? [lines.flatMap((line, i) => (i === 0 ? line : [piece.text(' ', plainStyle), ...line]))]
        : lines;
      return parted
        .filter((line) => line.length > 0)
        .map((line) => ({ type: 'paragraph', children: writeAdaptiveLine(line) }));
    }
    case 'code':
      return node.value
        .split('\n')
        .filter((line) => line !== '')
        .map((value) => ({ type: 'paragraph', children: [{ type: 'text', value }] }));
    case 'list': {
      const children = node.children.map((item) => ({
        ...item,
        children: item.children.flatMap((block) => writeAdaptiveBlock(block, true)),
      }));
      return [{ ...node, children }];
    }
    default:
      return [];
  }
}

/**
 * Writes blocks in the subset of Markdown of Adaptive Cards: `**bold**`, `_italic_`, lists and links; code is text, and so
 * are `{{DATE(…)}}` and `{{TIME(…)}}`. `~~strike~~` is struck by some clients and shown as typed by the others. A line break
 * is a paragraph, in a list a blank: clients differ on hard breaks.
 */
export function writeAdaptive(blocks: Root): string {
  const children = blocks.children.flatMap((node) => writeAdaptiveBlock(node, false));
  return escapeDateFunctions(writeMarkdown({ type: 'root', children }, { emphasis: '_' }));
}

/** Clients write out `{{DATE(…)}}` and `{{TIME(…)}}` before they read Markdown: an escape between the braces keeps them off. */
export function escapeDateFunctions(markdown: string): string {
  return markdown.replace(/\{\{(?=(?:DATE|TIME)\()/gi, '{\\{');
}

/**
 * Characters that Bot Framework Web Chat changes in the text of an Adaptive Card; and the escapes, entities and addresses of
 * links, which stay. Web Chat reads Markdown by markdown-it with `linkify` and `typographer`: quotes, `(c)`, `+-`, `--`, `..`, `,,` and `????`
 * become other characters, bare addresses become links, and `{aria-label=…}` disappears; an escaped character prevents each.
 * Source: https://github.com/microsoft/BotFramework-WebChat/blob/main/packages/bundle/src/markdown/renderMarkdown.ts
 */
const changed =
  /\\.|\]\((?:[^()\s]|\([^()\s]*\))*\)|&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);|["'@]|\((?=(?:c|r|p|tm)\))|\+(?=-)|-{2,}|\.{2,}|,{2,}|[?!]{4,}|(?<=\S)\.(?=\p{L})|\/(?=\/)|(?<=\{\s*aria)-/giu;

/** Escapes Markdown so that Web Chat shows its texts as they were typed, and links nothing but its links. */
export function escapeForWebChat(markdown: string): string {
  return markdown.replace(changed, (found) => (/^[\\&\]]/.test(found) ? found : found.replace(/./g, '\\$&')));
}
