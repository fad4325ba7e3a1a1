import type { BlockContent, Definition, List, ListItem, Nodes, Root } from 'mdast';
import { breakAddresses, breakPoints, insertSpaces, mayShowForeignAddress } from './bareAddresses.ts';
import { blocksOf, isPlainMarkdown, rememberBlocks, writeMarkdown } from './blocks.ts';
import { escapeMarkdown } from './escapeMarkdown.ts';
import { type Leading, nest, type Piece, piece, piecesOf, plainStyle, type Style, tidy } from './pieces.ts';
import { readsAsWritten } from './readsAsWritten.ts';
import { cleanText, hasVisibleText } from './text.ts';
import { linkTarget, type UrlPolicy } from './urlPolicy.ts';

/** Markdown in its canonical form, and what was lost on the way in plain phrases without the text itself. */
export interface CleanMarkdown {
  readonly text: string;
  readonly dropped: readonly string[];
}

/** A longer text is shown as it was typed; each text that is checked is shorter. */
const maxLength = 20_000;

/** Deeper lists become the text of the sixth level: some renderers fail on deep ones. */
const maxListDepth = 6;

/** What one text needs while it is cleaned. */
interface Cleaning {
  policy: UrlPolicy;
  definitions: Map<string, Definition>;
  /** Identifiers of the definitions that a link or picture uses; any other definition is a text. */
  used: ReadonlySet<string>;
  /** What was parsed, when that is known: a block of which nothing would be left is shown as it was typed. */
  source: string | undefined;
  dropped: string[];
  /** Only the text, without marks, links, lists and code. */
  textOnly: boolean;
}

function findDefinitions(node: Nodes, definitions: Map<string, Definition>, used: Set<string>): void {
  if (node.type === 'definition' && !definitions.has(node.identifier)) definitions.set(node.identifier, node);
  if (node.type === 'linkReference' || node.type === 'imageReference') used.add(node.identifier);
  if ('children' in node) for (const child of node.children) findDefinitions(child, definitions, used);
}

/** The address of a link as it is sent, or '' and a remark. */
function addressOf(node: Leading, shown: string, { policy, definitions, dropped }: Cleaning): string {
  const url = 'url' in node ? node.url : (definitions.get(node.identifier)?.url ?? '');
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
  const children = items
    .filter((blocks) => blocks.length > 0)
    .map((blocks): ListItem => ({ type: 'listItem', spread: false, children: blocks }));
  if (children.length === 0) return [];
  return [
    { type: 'list', ordered: node.ordered ?? false, start: node.start ?? null, spread: false, children },
  ];
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

/** Says whether a block of which nothing was left is a text. */
function isText(node: Nodes, siblings: readonly Nodes[], { used }: Cleaning): boolean {
  switch (node.type) {
    case 'heading':
    case 'list':
    case 'blockquote':
    case 'code':
      return true;
    case 'definition':
      return !used.has(node.identifier);
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
  const definitions = new Map<string, Definition>();
  const used = new Set<string>();
  findDefinitions(parsed, definitions, used);
  const cleaning = { policy, definitions, used, source, dropped, textOnly };
  return { type: 'root', children: cleanBlocks(parsed.children, 0, cleaning) };
}

/** Two readings must agree: what is written here is what a renderer, and we ourselves, read out of it again. */
function isStable(text: string, blocks: Root, policy: UrlPolicy): boolean {
  if (cleanText(text, 'block') !== text) return false;
  if (isPlainMarkdown(text)) return true;
  if (!readsAsWritten(blocks, policy)) return writeMarkdown(treeOf(blocksOf(text), policy, [])) === text;
  rememberBlocks(text, blocks);
  return true;
}

/** What blocks were cleaned to for a policy; blocks are read once for each text, and a new policy object starts afresh. */
const cleanedFor = new WeakMap<UrlPolicy, WeakMap<Root, CleanMarkdown>>();

/**
 * Writes parsed Markdown in the form of `cleanMarkdown`: what a text node holds comes out as text.
 *
 * @param source - what was parsed, when that is known: it may be its own canonical form.
 */
export function cleanParsed(parsed: Root, policy: UrlPolicy, source?: string): CleanMarkdown {
  let known = cleanedFor.get(policy);
  if (known === undefined) {
    known = new WeakMap();
    cleanedFor.set(policy, known);
  }
  let cleaned = known.get(parsed);
  if (cleaned === undefined) {
    cleaned = writeClean(parsed, policy, source);
    known.set(parsed, cleaned);
  }
  return cleaned;
}

function writeClean(parsed: Root, policy: UrlPolicy, source?: string): CleanMarkdown {
  const dropped: string[] = [];
  const blocks = treeOf(parsed, policy, dropped, { source });
  const written = cleanText(writeMarkdown(blocks), 'block');
  if (written === source || isStable(written, blocks, policy)) return { text: written, dropped };
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
