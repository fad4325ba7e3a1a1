import { LRUCache } from 'lru-cache';
import type { PhrasingContent, Root } from 'mdast';
import { parseMarkdown } from './markdownSyntax.ts';

/**
 * The blocks of the texts that were read a moment ago. A card travels as JSON, in which a body is its text: so its blocks are
 * found by the text, from the check to each format.
 */
const known = new LRUCache<string, Root>({
  max: 500,
  maxSize: 8 * 1024 * 1024,
  // Each node holds its place in the text; few texts have more than a node for every two characters.
  sizeCalculation: (_blocks, text) => 200 * text.length + 1_000,
  memoMethod: (text) => parseMarkdown(text),
});

/** Reads Markdown, each text once. What it returns is shared: nobody changes it. */
export function blocksOf(markdown: string): Root {
  if (isPlainMarkdown(markdown)) return createRoot(markdown.split('\n\n').map(createWords));
  return known.memo(markdown);
}

/** Keeps the blocks of a text that was written from them, so that no format reads it again. */
export function rememberBlocks(markdown: string, blocks: Root): void {
  known.set(markdown, blocks);
}

/** The blocks of a plain text: its words as they are, in one paragraph. */
export function createPlainBlocks(text: string): Root {
  return createRoot([createWords(text)]);
}

/** The blocks of a title that stands among texts. */
export function createBoldBlocks(text: string): Root {
  return createRoot([[{ type: 'strong', children: createWords(text) }]]);
}

/** One text of several. */
export function joinBlocks(texts: readonly Root[]): Root {
  return { type: 'root', children: texts.flatMap(({ children }) => children) };
}

const createWords = (value: string): PhrasingContent[] => [{ type: 'text', value }];
const createRoot = (paragraphs: PhrasingContent[][]): Root => ({
  type: 'root',
  children: paragraphs.map((children) => ({ type: 'paragraph', children })),
});

/** Anything that could be markup, or that the canonical form does not have: such a text is parsed. */
const notPlain =
  /[\\`*~]|<(?=[a-z/!?])|&(?:#|[a-z][a-z\d]*;)|==|\]\(|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|^(?:[ \t>[]|[-+](?:[ \t]|$)|#{1,6}(?:[ \t]|$)|\d{1,9}[.)](?:[ \t]|$)|[ \t|:=-]+$)|[ \t]$|\n{3}/imu;

/** Says whether a text is its own canonical Markdown because nothing in it is markup. */
export function isPlainMarkdown(text: string): boolean {
  return !notPlain.test(text) && text.trim() === text;
}
