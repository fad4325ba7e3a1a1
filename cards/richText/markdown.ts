import type { BlockContent, Definition, List, ListItem, Nodes, Paragraph, Root, Table, Text } from 'mdast';
import { breakAddresses, breakPoints, insertSpaces, mayShowForeignAddress } from './bareAddresses.ts';
import { blocksOf, isPlainMarkdown, rememberBlocks, writeMarkdown } from './blocks.ts';
import { escapeMarkdown } from './escapeMarkdown.ts';
import { type Leading, nest, type Piece, piece, piecesOf, plainStyle, type Style, tidy } from './pieces.ts';
import { cleanText, hasVisibleText } from './text.ts';
import { linkTarget, type UrlPolicy } from './urlPolicy.ts';

/** Markdown in its canonical form, and the losses on the way, in plain phrases without the text itself. */
export interface CleanMarkdown {
  readonly text: string;
  readonly dropped: readonly string[];
}

/** A longer text is shown as it was typed; each text that is checked is shorter. */
const maxLength = 20_000;

/** Deeper lists become the text of the sixth level: some renderers fail on deep ones. */
const maxListDepth = 6;

/** The state of one cleaning. */
interface Cleaning {
  policy: UrlPolicy;
  definitions: Definitions;
  /** The text that was parsed, when that is known: a block of which nothing would be left is shown as it was typed. */
  source: string | undefined;
  dropped: string[];
  /** Only the text, without marks, links, lists and code. */
  textOnly: boolean;
}

/** The addresses that a text defines apart from its links. */
export interface Definitions {
  readonly known: ReadonlyMap<string, Definition>;
  /** Identifiers that a link or picture uses; any other definition is a text. */
  readonly used: ReadonlySet<string>;
}

/** Finds the definitions of a text; of two with one identifier the first counts. */
export function findDefinitions(tree: Nodes): Definitions {
  const known = new Map<string, Definition>();
  const used = new Set<string>();
  const walk = (node: Nodes): void => {
    if (node.type === 'definition' && !known.has(node.identifier)) known.set(node.identifier, node);
    if (node.type === 'linkReference' || node.type === 'imageReference') used.add(node.identifier);
    if ('children' in node) for (const child of node.children) walk(child);
  };
  walk(tree);
  return { known, used };
}

/** The address of a link as it is sent, or '' and a remark. */
function addressOf(node: Leading, shown: string, { policy, definitions, dropped }: Cleaning): string {
  const url = 'url' in node ? node.url : (definitions.known.get(node.identifier)?.url ?? '');
  const what = node.type.startsWith('image') ? 'picture' : 'link';
  const target = linkTarget(url, shown, policy);
  if (!hasVisibleText(shown)) dropped.push(`a ${what} without words was left out`);
  else if (!target.ok) dropped.push(`a ${what} became its text: ${target.reason}`);
  else if (what === 'picture') dropped.push('a picture became a link');
  return target.ok ? target.href : '';
}

function createParagraph(nodes: readonly Nodes[], style: Style, cleaning: Cleaning): BlockContent[] {
  const pieces = piecesOf(nodes, (node, shown) => addressOf(node, shown, cleaning), style);
  const shown = cleaning.textOnly
    ? pieces.map((one) => (one.kind === 'break' ? one : piece.text(one.value, plainStyle)))
    : pieces;
  const children = nest(breakPieces(tidy(shown), cleaning.policy));
  return children.length === 0 ? [] : [{ type: 'paragraph', children }];
}

/** Breaks the bare addresses of a paragraph; the words of a link stand for themselves. */
function breakPieces(pieces: Piece[], policy: UrlPolicy): Piece[] {
  const shown = pieces.map(({ value, style }) => (style.link === '' ? value : ' '.repeat(value.length)));
  const text = shown.join('');
  if (!mayShowForeignAddress(pieces.map(({ value }) => value).join(''), policy)) return pieces;
  const ends: number[] = [];
  for (const { length } of shown) ends.push((ends.at(-1) ?? 0) + length);
  const places = breakPoints(text, policy, (from, to) => ends.some((end) => end >= from && end < to));
  return pieces.map((one, i) => {
    const [start, end] = [ends[i - 1] ?? 0, ends[i] ?? 0];
    if (one.style.link !== '') return { ...one, value: breakAddresses(one.value, policy) };
    const own = places.filter((place) => place >= start && place < end).map((place) => place - start);
    return own.length === 0 ? one : { ...one, value: insertSpaces(one.value, own) };
  });
}

function list(node: List, depth: number, cleaning: Cleaning): BlockContent[] {
  const items = node.children.map((item) => cleanBlocks(item.children, depth + 1, cleaning));
  if (cleaning.textOnly) return items.flat();
  if (depth >= maxListDepth) {
    cleaning.dropped.push(`a list deeper than ${maxListDepth} levels became text`);
    return items.flat();
  }
  return runsOf(node, cleaning.source).flatMap(({ start, from, to }): List[] => {
    const children = items
      .slice(from, to)
      .filter((blocks) => blocks.length > 0)
      .map((blocks): ListItem => ({ type: 'listItem', spread: false, children: blocks }));
    return children.length === 0
      ? []
      : [{ type: 'list', ordered: node.ordered ?? false, start, spread: false, children }];
  });
}

/**
 * The runs of items that are numbered one after the other: a reader of Markdown would number `2. May` after `24. April` as 25. Equal
 * numbers (`1.` before each item) leave the numbering to the reader.
 */
function runsOf(
  { ordered, start = null, children }: List,
  source = '',
): { start: number | null; from: number; to: number }[] {
  const all = [{ start, from: 0, to: children.length }];
  if (ordered !== true || source === '') return all;
  const numbers = children.map(({ position }) => {
    const at = position?.start.offset ?? 0;
    return Number.parseInt(source.slice(at, at + 9), 10);
  });
  if (new Set(numbers).size === 1) return all;
  const starts = numbers.flatMap((number, i) => (i > 0 && number === (numbers[i - 1] ?? 0) + 1 ? [] : [i]));
  return starts.map((from, i) => ({
    start: numbers[from] ?? null,
    from,
    to: starts[i + 1] ?? children.length,
  }));
}

/**
 * A line for each row, the header in bold: our Markdown has no tables. An empty cell is a dash; a row of one cell is a text
 * right below the table.
 */
function tableLines({ children: rows }: Table, cleaning: Cleaning): BlockContent[] {
  const width = Math.max(...rows.map(({ children }) => children.length));
  return rows.flatMap(({ children: cells }, i) => {
    if (cells.every(({ children }) => children.length === 0)) return [];
    const columns = cells.length === 1 ? 1 : width;
    const line = Array.from({ length: columns }, (_, column) => cells[column]?.children ?? []).flatMap(
      (cell, column) => [
        ...(column === 0 ? [] : [createText(' · ')]),
        ...(cell.length === 0 ? [createText('–')] : inOneLine(cell)),
      ],
    );
    return createParagraph(line, { ...plainStyle, strong: i === 0 }, cleaning);
  });
}

const blocksOfCells = new Set(['paragraph', 'list', 'listItem', 'heading', 'blockquote']);
const isBlockOfCell = (node: Nodes): node is Extract<Nodes, { children: unknown }> =>
  blocksOfCells.has(node.type);

const createText = (value: string): Text => ({ type: 'text', value });

/** The nodes of a cell with a blank for each line break, and between the blocks that HTML has in a cell. */
function inOneLine(nodes: readonly Nodes[]): Nodes[] {
  return nodes.flatMap((node, i): Nodes[] => {
    if (node.type === 'break') return [createText(' ')];
    const before = nodes[i - 1];
    const isParted = before !== undefined && (isBlockOfCell(node) || isBlockOfCell(before));
    return [
      ...(isParted ? [createText(' ')] : []),
      ...(isBlockOfCell(node) ? inOneLine(node.children) : [node]),
    ];
  });
}

function createCodeBlock(value: string, policy: UrlPolicy): BlockContent[] {
  const lines = breakAddresses(cleanText(value, 'block'), policy).replaceAll('\t', '    ').split('\n');
  const text = lines.map((line) => line.trimEnd()).join('\n');
  return text.trim() === '' ? [] : [{ type: 'code', value: text.replace(/^\n+/, '').trimEnd() }];
}

/** A block without content, such as `2026.` or `#`, is a text that only looks like one. */
function asTyped({ position }: Nodes, cleaning: Cleaning): BlockContent[] {
  const typed = cleaning.source?.slice(position?.start.offset ?? 0, position?.end.offset ?? 0) ?? '';
  return createParagraph([{ type: 'text', value: typed }], plainStyle, cleaning);
}

/** Keeps paragraphs, lists and code; everything else becomes the paragraphs in it. */
function cleanBlocks(nodes: readonly Nodes[], depth: number, cleaning: Cleaning): BlockContent[] {
  return nodes.flatMap((node): BlockContent[] => {
    const blocks = blockOf(node, depth, cleaning);
    if (blocks.length > 0) return blocks;
    if (isText(node, nodes, cleaning)) return asTyped(node, cleaning);
    if (node.type === 'thematicBreak') cleaning.dropped.push('a horizontal rule was removed');
    return [];
  });
}

/** Says whether a block of which nothing was left is to be shown as it was typed. */
function isText(node: Nodes, siblings: readonly Nodes[], { definitions }: Cleaning): boolean {
  switch (node.type) {
    case 'heading':
    case 'list':
    case 'blockquote':
    case 'code':
      return true;
    case 'definition':
      return !definitions.used.has(node.identifier);
    case 'thematicBreak':
      return siblings.length === 1;
    default:
      return false;
  }
}

function blockOf(node: Nodes, depth: number, cleaning: Cleaning): BlockContent[] {
  switch (node.type) {
    case 'paragraph':
      return createParagraph(node.children, plainStyle, cleaning);
    case 'heading':
      return createParagraph(node.children, { ...plainStyle, strong: true }, cleaning);
    case 'list':
      return list(node, depth, cleaning);
    case 'code':
      return cleaning.textOnly
        ? createParagraph([node], plainStyle, cleaning)
        : createCodeBlock(node.value, cleaning.policy);
    case 'table':
      return tableLines(node, cleaning);
    case 'thematicBreak':
    case 'definition':
      return [];
    default:
      return 'children' in node
        ? cleanBlocks(node.children, depth, cleaning)
        : createParagraph([node], plainStyle, cleaning);
  }
}

function treeOf(
  parsed: Root,
  policy: UrlPolicy,
  dropped: string[],
  { source, textOnly = false }: { source?: string | undefined; textOnly?: boolean } = {},
): Root {
  const cleaning = { policy, definitions: findDefinitions(parsed), source, dropped, textOnly };
  return { type: 'root', children: cleanBlocks(parsed.children, 0, cleaning) };
}

/** Says whether a written text reads as its blocks: by a renderer as by us. */
function isStable(text: string, parsed: Root, blocks: Root, policy: UrlPolicy): boolean {
  if (cleanText(text, 'block') !== text) return false;
  // A text this long is split, and each piece is cleaned again.
  if (isPlainMarkdown(text) || text.length > maxLength) return true;
  if (readsAsWritten(blocks, policy)) {
    rememberBlocks(text, blocks);
    return true;
  }
  const again = blocksOf(text);
  return again === parsed || writeMarkdown(treeOf(again, policy, [])) === text;
}

/** A character that could be, begin or end a mark, a link, a tag or an entity, or an empty line. */
const mayAct = /[\\`*_~[\]<>&=]|\n\n/;
/** A mark between a letter and anything else opens or closes, whatever stands outside. */
const hasLetterEdges = /^[\p{L}\p{N}](?:.*[\p{L}\p{N}])?$/su;

/**
 * Says whether tidied blocks surely read as themselves when they are written: words without any character that could act,
 * with single bold and italic runs among them that begin and end with a letter. Any other text is read again.
 */
function readsAsWritten({ children }: Root, policy: UrlPolicy): boolean {
  return children.every((block) => {
    const words = block.type === 'paragraph' ? readSimpleWords(block) : undefined;
    return (
      words !== undefined &&
      !mayAct.test(words) &&
      isPlainMarkdown(words) &&
      !mayShowForeignAddress(words, policy)
    );
  });
}

/** The words of a paragraph; undefined when its marks are not simple. */
function readSimpleWords({ children }: Paragraph): string | undefined {
  let words = '';
  let isAfterMark = false;
  for (const child of children) {
    if (child.type === 'text') words += child.value;
    else if (child.type === 'break') words += '\n';
    else if (child.type !== 'strong' && child.type !== 'emphasis') return undefined;
    else {
      const [inner, ...others] = child.children;
      if (isAfterMark || inner?.type !== 'text' || others.length > 0) return undefined;
      if (!hasLetterEdges.test(inner.value)) return undefined;
      words += inner.value;
    }
    isAfterMark = child.type === 'strong' || child.type === 'emphasis';
  }
  return words;
}

/** The cleaned form of blocks by policy: texts of a template or a shop come again with each card, and cleaning one takes 30 µs. */
const cleanedFor = new WeakMap<Root, WeakMap<UrlPolicy, CleanMarkdown>>();

/**
 * Writes parsed Markdown in the form of `cleanMarkdown`: the value of a text node comes out as text.
 *
 * @param source - the text that was parsed, when that is known: a block of which nothing is left is shown as it was typed.
 */
export function cleanParsed(parsed: Root, policy: UrlPolicy, source?: string): CleanMarkdown {
  const byPolicy = cleanedFor.get(parsed) ?? new WeakMap<UrlPolicy, CleanMarkdown>();
  const cleaned = byPolicy.get(policy) ?? writeClean(parsed, policy, source);
  byPolicy.set(policy, cleaned);
  cleanedFor.set(parsed, byPolicy);
  return cleaned;
}

function writeClean(parsed: Root, policy: UrlPolicy, source?: string): CleanMarkdown {
  const dropped: string[] = [];
  const blocks = treeOf(parsed, policy, dropped, { source });
  const written = cleanText(writeMarkdown(blocks), 'block');
  if (isStable(written, parsed, blocks, policy)) return { text: written, dropped };
  // Marks that touch each other in a way that cannot be written down: seen with random characters only.
  const plain = writeMarkdown(treeOf(parsed, policy, [], { source, textOnly: true }));
  return { text: cleanText(plain, 'block'), dropped: [...dropped, 'the marks were left out'] };
}

/**
 * Brings Markdown to the form that every client shows and that is safe in every one.
 *
 * Paragraphs, line breaks, bold, italic, strike, code, lists and links stay; headings become bold paragraphs, pictures
 * become links, all else becomes its text; raw HTML is text. An address that the policy refuses, or whose visible text
 * shows another host, leaves its text behind, and a bare address that the policy refuses is broken, so that no client links it.
 * Idempotent while the result has at most 20,000 characters. The caller bounds the length of the text (10,000 characters).
 */
export function cleanMarkdown(text: string, policy: UrlPolicy): CleanMarkdown {
  const source = cleanText(text, 'block');
  if (source.length > maxLength)
    return { text: escapeMarkdown(source), dropped: ['the marks of a long text are text'] };
  if (isPlainMarkdown(source)) return { text: breakAddresses(source, policy), dropped: [] };
  return cleanParsed(blocksOf(source), policy, source);
}
