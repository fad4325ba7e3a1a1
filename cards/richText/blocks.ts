import { createRequire } from 'node:module';
import { LRUCache } from 'lru-cache';
import type { Link, PhrasingContent, Root, Text } from 'mdast';
import type * as FromMarkdown from 'mdast-util-from-markdown';
import type * as Strikethrough from 'mdast-util-gfm-strikethrough';
import type * as Table from 'mdast-util-gfm-table';
import type * as ToMarkdown from 'mdast-util-to-markdown';
import type * as CjkSyntax from 'micromark-extension-cjk-friendly';
import type * as StrikethroughSyntax from 'micromark-extension-gfm-strikethrough';
import type * as TableSyntax from 'micromark-extension-gfm-table';
import { makeLazily } from '../lazily.ts';
import { escapeText } from './escapeMarkdown.ts';

type ParseOptions = FromMarkdown.Options;
type WriteOptions = ToMarkdown.Options;
type Handle = ToMarkdown.Handle;

/** The parser and the writer, loaded when the first Markdown is read: they take 0.1 s. */
const loadMarkdown = makeLazily(() => {
  const require = createRequire(import.meta.url);
  const { fromMarkdown }: typeof FromMarkdown = require('mdast-util-from-markdown');
  const { toMarkdown }: typeof ToMarkdown = require('mdast-util-to-markdown');
  const { gfmStrikethrough }: typeof StrikethroughSyntax = require('micromark-extension-gfm-strikethrough');
  const strikethrough: typeof Strikethrough = require('mdast-util-gfm-strikethrough');
  const noHtml = { disable: { null: ['htmlFlow', 'htmlText'] } };
  const own: ParseOptions = {
    extensions: [gfmStrikethrough({ singleTilde: false }), noHtml],
    mdastExtensions: [strikethrough.gfmStrikethroughFromMarkdown()],
  };
  const writeOptions: WriteOptions = {
    extensions: [strikethrough.gfmStrikethroughToMarkdown()],
    handlers: { text: writeText, link },
    bullet: '-',
    listItemIndent: 'one',
  };
  return { fromMarkdown, toMarkdown, own, noHtml, writeOptions };
});

/** The syntax of other authors beyond our Markdown, loaded when the first such text is read. */
const loadForeign = makeLazily(() => {
  const require = createRequire(import.meta.url);
  const { gfmTable }: typeof TableSyntax = require('micromark-extension-gfm-table');
  const { gfmTableFromMarkdown }: typeof Table = require('mdast-util-gfm-table');
  const { cjkFriendlyExtension }: typeof CjkSyntax = require('micromark-extension-cjk-friendly');
  const { own, noHtml } = loadMarkdown();
  const withHtml: ParseOptions = {
    extensions: [
      ...(own.extensions ?? []).filter((one) => one !== noHtml),
      gfmTable(),
      cjkFriendlyExtension(),
    ],
    mdastExtensions: [...(own.mdastExtensions ?? []), gfmTableFromMarkdown()],
  };
  const withoutHtml: ParseOptions = { ...withHtml, extensions: [...(withHtml.extensions ?? []), noHtml] };
  return { withHtml, withoutHtml };
});

/** Nothing but paragraphs, escapes, entities and hard breaks: linear whatever the text. */
const textOnly: ParseOptions = {
  extensions: [
    {
      disable: {
        null: [
          ...['htmlFlow', 'htmlText', 'attention', 'autolink', 'blockQuote', 'codeFenced', 'codeIndented'],
          ...['codeText', 'definition', 'headingAtx', 'labelEnd', 'labelStartImage', 'labelStartLink'],
          ...['list', 'setextUnderline', 'thematicBreak'],
        ],
      },
    },
  ],
};

/**
 * Signs with which the parser's time grows faster than the text: runs of marks, ends of links, list items, headings, quotes. An
 * underscore inside a word is no mark.
 */
const marker =
  /\\[\s\S]|\*+|(?<![\p{L}\p{N}_])_+|(?<!_)_+(?![\p{L}\p{N}_])|~+|\]|^[ \t]*(?:[-+=>#]|\d{1,9}[.)])(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])))*/gmu;
const maxMarkers = 500;
/** Nine lists or quotes begun in one line: the parser's time grows with the square of their number. */
const nestedLine = /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$))){9}/m;

/** Says whether a text has more marks than an author writes by hand; the parser would need seconds for it. */
function isExcessive(text: string): boolean {
  if (nestedLine.test(text)) return true;
  let markers = 0;
  for (const [found] of text.matchAll(marker)) {
    // A line may begin several lists and quotes, each of them a mark.
    if (!found.startsWith('\\')) markers += /^[*_~\]]/.test(found) ? 1 : found.replace(/[\d\s]/g, '').length;
    if (markers > maxMarkers) return true;
  }
  return false;
}

/**
 * Parses CommonMark with strikethrough (`~~old~~`; one tilde is a character, as in `2~3 days`); raw HTML is text.
 *
 * A text with more than 500 marks, or nine lists begun in one line, is read as paragraphs of plain text.
 */
export function parseMarkdown(text: string): Root {
  const { fromMarkdown, own } = loadMarkdown();
  return fromMarkdown(text, isExcessive(text) ? textOnly : own);
}

/**
 * Parses the Markdown of another author: as `parseMarkdown`, with tables, and with marks that touch Chinese, Japanese or
 * Korean words (`是**“重要”**的`).
 *
 * @param hasHtml - tags become nodes of type `html`, instead of text.
 */
export function parseForeignMarkdown(text: string, hasHtml: boolean): Root {
  const { fromMarkdown } = loadMarkdown();
  const { withHtml, withoutHtml } = loadForeign();
  return fromMarkdown(text, isExcessive(text) ? textOnly : hasHtml ? withHtml : withoutHtml);
}

/** Escapes only signs that could act beside their neighbours; the library itself escapes every bracket and underscore. */
const writeText: Handle = (node: Text, _parent, state, { before, after }) =>
  escapeText(node.value, {
    before: before.slice(-1),
    after: after.slice(0, 1),
    inLink: state.stack.includes('link'),
  });

/** The address is percent-encoded, so nothing but an entity could be read in it; a backslash would break simple readers. */
const link: Handle & { peek?: Handle } = (node: Link, _parent, state, info) => {
  const leave = [state.enter('link'), state.enter('label')];
  const label = state.containerPhrasing(node, { ...info, before: '[', after: ']' });
  for (const exit of leave.reverse()) exit();
  return `[${label}](${node.url.replace(/&(?=#?[a-z\d]+;)/gi, '&amp;')})`;
};
link.peek = () => '[';

/** Writes a tree as CommonMark; changes in `options` are for dialects. */
export function writeMarkdown(tree: Root, options: WriteOptions = {}): string {
  const { toMarkdown, writeOptions } = loadMarkdown();
  return toMarkdown(tree, {
    ...writeOptions,
    ...options,
    handlers: { ...writeOptions.handlers, ...options.handlers },
  }).slice(0, -1);
}

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

/** Reads Markdown, each text once. The returned blocks are shared: nobody changes them. */
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
