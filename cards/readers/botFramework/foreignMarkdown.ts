import { createRequire } from 'node:module';
import type * as HastRaw from 'hast-util-raw';
import type * as HastToMdast from 'hast-util-to-mdast';
import type { Definition, Nodes, PhrasingContent, Root, RootContent } from 'mdast';
import type * as MdastToHast from 'mdast-util-to-hast';
import { makeLazily } from '../../lazily.ts';
import { breakAddresses } from '../../richText/bareAddresses.ts';
import { blocksOf, isPlainMarkdown, parseForeignMarkdown } from '../../richText/blocks.ts';
import { escapeMarkdown } from '../../richText/escapeMarkdown.ts';
import { cleanParsed, type Definitions, findDefinitions } from '../../richText/markdown.ts';
import { writePlain } from '../../richText/plainDialect.ts';
import { cleanText, hasVisibleText } from '../../richText/text.ts';
import { anyPublicHost, checkUrl } from '../../richText/urlPolicy.ts';
import { encodeWrittenUrl, showAddress } from './addresses.ts';
import type { Conversion } from './conversion.ts';

type Hast = ReturnType<typeof HastRaw.raw>;

/** Loaded when the first text with tags is read. */
const loadHtml = makeLazily(() => {
  const require = createRequire(import.meta.url);
  const { raw }: typeof HastRaw = require('hast-util-raw');
  const { toHast }: typeof MdastToHast = require('mdast-util-to-hast');
  const { toMdast }: typeof HastToMdast = require('hast-util-to-mdast');
  return { raw, toHast, toMdast };
});

/** Tags that need no end. */
const open = 'br hr img wbr p li td th tr dt dd'.split(' ');
/** Tags that are markup when they are ended somewhere; `at` and those after it are the Bot Framework's own. */
const ended = new Set(
  [
    'a abbr b big blockquote body center cite code del div dl em font footer h1 h2 h3 h4 h5 h6 head header html i ins kbd',
    'main mark ol pre q s samp script section small span strike strong style sub sup table tbody tfoot thead tt u ul var',
    'acronym address article aside bdi bdo button caption details dfn fieldset figcaption figure form label legend nav ruby',
    'noscript summary svg time video audio iframe rt rp',
    'at e_m quote ss',
  ].flatMap((names) => names.split(' ')),
);
const tag = /<(\/?)([a-z][a-z\d_]{0,20})(?=[\s/>])[^<>]{0,4000}>/gi;
const maxTags = 1_000;
const maxDepth = 50;

/** The names that are tags in a text; none when there are more, or deeper ones, than an author writes. */
function listTagNames(text: string): ReadonlySet<string> {
  const names = new Set(open);
  if (!text.includes('<')) return names;
  const all = [...text.matchAll(tag)].map(({ 1: slash, 2: name = '' }) => ({
    isEnd: slash === '/',
    name: name.toLowerCase(),
  }));
  let depth = 0;
  for (const { isEnd, name } of all) {
    if (isEnd && ended.has(name)) names.add(name);
    if (ended.has(name)) depth += isEnd ? -1 : 1;
    if (depth > maxDepth || all.length > maxTags) return new Set();
  }
  return names;
}

/** Writes each `<` that begins no tag as an entity: `<John>` and `a < b` are text. Comments go. */
function escapeLoneBrackets(value: string, names: ReadonlySet<string>): string {
  const html = withoutComments(value);
  const starts = new Set<number>();
  for (const { 2: name = '', index } of html.matchAll(tag)) {
    if (names.has(name.toLowerCase())) starts.add(index);
  }
  return html.replace(/</g, (bracket, index: number) => (starts.has(index) ? bracket : '&lt;'));
}

function withoutComments(html: string): string {
  let rest = html;
  let kept = '';
  for (let start = rest.indexOf('<!--'); start !== -1; start = rest.indexOf('<!--')) {
    const end = rest.indexOf('-->', start);
    if (end === -1) break;
    kept += rest.slice(0, start);
    rest = rest.slice(end + 3);
  }
  return kept + rest;
}

/** Says whether a text holds tags or comments of HTML. */
function hasMarkup(text: string): boolean {
  if (withoutComments(text) !== text) return true;
  const names = listTagNames(text);
  for (const { 2: name = '' } of text.matchAll(tag)) if (names.has(name.toLowerCase())) return true;
  return false;
}

/** Reads HTML: paragraphs, lists, tables, links, pictures and marks; scripts and styles go. */
function readHtml(html: string): Root {
  const { raw } = loadHtml();
  const value = escapeLoneBrackets(html, listTagNames(html));
  return readTree(raw({ type: 'root', children: [{ type: 'raw', value }] }));
}

/** Reads Markdown in which there are tags of HTML. */
function readMixed(text: string): Root {
  const { raw, toHast } = loadHtml();
  const names = listTagNames(text);
  const hast = toHast(parseForeignMarkdown(quoteValues(text), true), { allowDangerousHtml: true });
  escapeRaw(hast, names);
  return readTree(raw(hast), true);
}

function readTree(tree: Hast, newlines = false): Root {
  raiseNumbers(tree);
  const root = loadHtml().toMdast(tree, { document: true, newlines });
  return root.type === 'root' ? root : { type: 'root', children: [] };
}

const raised = { digits: '0123456789+-=()', sup: '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾', sub: '₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎' };

/** Writes raised and lowered numbers as such: without their tags, `10<sup>3</sup>` would be another number. */
function raiseNumbers(node: Hast, digits?: string): void {
  if (node.type === 'text' && digits !== undefined && /^[\d+\-=()]+$/.test(node.value.trim()))
    node.value = node.value.replace(/[\d+\-=()]/g, (sign) => digits[raised.digits.indexOf(sign)] ?? sign);
  if (!('children' in node)) return;
  const isRaised = node.type === 'element' && (node.tagName === 'sup' || node.tagName === 'sub');
  for (const child of node.children)
    raiseNumbers(child, isRaised ? raised[node.tagName === 'sup' ? 'sup' : 'sub'] : digits);
}

/** Markdown takes no attribute for one whose value is an address without quotes. */
function quoteValues(text: string): string {
  return text.replace(tag, (whole) =>
    whole.replace(/"[^"]*"|'[^']*'|=([^\s"'=<>]+)/g, (found, value?: string) =>
      value === undefined ? found : `="${value}"`,
    ),
  );
}

function escapeRaw(node: Hast, names: ReadonlySet<string>): void {
  if (node.type === 'raw') node.value = escapeLoneBrackets(node.value, names);
  if ('children' in node) for (const child of node.children) escapeRaw(child, names);
}

/** Tables, and words without blanks between them, which our own Markdown reads otherwise. */
const foreignSyntax = /[|\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u;

/**
 * Code; a formula; the address of a link, which may have blanks; any other web address; and the signs between digits, which
 * multiply: as marks, they would make one number of two.
 */
const literal =
  /`+[^`]*`+|\$\$[^$]{1,999}\$\$|\$(?=[^\s\d])[^$\n]{1,499}(?<=\S)\$|\\\([^\n]{1,499}?\\\)|\\\[[^\]]{1,999}?\\\]|\]\((?:https?:\/\/|mailto:)[^\s()<>"]+(?: [^\s()<>"]+)+\)|(?<![(<"'=])https?:\/\/[^\s()<>"]+|(?<=\d)\*{1,2}(?=\d)/gi;
/** A command, an index or a power of LaTeX. */
const latex = /\\[a-z]{2}|[\^_][{\d]/i;

/** Escapes signs that are not marks: those in a formula, whose brackets stay, in a web address, and those that multiply. */
function escapeLiteral(found: string): string {
  if (found.startsWith('*')) return found.replaceAll('*', '\\*');
  if (found.startsWith('](')) return found.replaceAll(' ', '%20');
  if (/^http/i.test(found)) return found.replace(/(?<=[\w/?=&%.-])[*~](?=[\w/?=&%.-])/g, '\\$&');
  if (found.startsWith('`')) return found;
  if (latex.test(found)) return escapeMarkdown(found.replace(/^\\(?=[([])|\\(?=[)\]]$)/g, ''));
  // Between brackets or prices that are no formula stand texts like any other.
  return found.slice(0, 2) + found.slice(2, -2).replace(literal, escapeLiteral) + found.slice(-2);
}

/**
 * Brings the Markdown of another bot to our form: tags of HTML become Markdown, a table becomes lines, a picture without words
 * gets a name, and an address that no link may lead to stands as a text beside its words. Each loss is noted.
 */
export function cleanForeign(markdown: string, path: string, conversion: Conversion): string {
  const given = cleanText(markdown, 'block');
  if (isPlainMarkdown(given)) return breakAddresses(given, conversion.policy);
  const source = given.replace(literal, escapeLiteral);
  if (hasMarkup(source)) return cleanTree(readMixed(source), path, conversion);
  const parsed = foreignSyntax.test(source) ? parseForeignMarkdown(source, false) : blocksOf(source);
  return cleanTree(parsed, path, conversion, source);
}

/** Brings HTML to our Markdown, as `cleanForeign`. */
export function cleanHtml(html: string, path: string, conversion: Conversion): string {
  return cleanTree(readHtml(html), path, conversion);
}

function cleanTree(parsed: Root, path: string, conversion: Conversion, source?: string): string {
  const definitions = findDefinitions(parsed);
  const rewritten = withLinks(parsed, (link) => rewriteLink(link, path, conversion), definitions);
  const { text, dropped } = cleanParsed(rewritten, conversion.policy, source);
  for (const what of dropped) conversion.note(path, what);
  return text;
}

/** Plain text of another bot; tags of HTML are read, not shown. */
export function plainWordsOf(text: string, { isPlain }: Conversion): string {
  return !isPlain && hasMarkup(text)
    ? writePlain(blocksOf(cleanParsed(readHtml(text), anyPublicHost).text))
    : text;
}

type ForeignLink = PhrasingContent & { type: 'link' | 'image' };

/** The same tree where nothing is rewritten. */
function withLinks<T extends Nodes>(
  node: T,
  rewrite: (link: ForeignLink) => PhrasingContent[],
  definitions: Definitions,
): T {
  if (!('children' in node)) return node;
  const children = node.children.flatMap((child): RootContent[] => {
    if (child.type === 'definition' && isUnseen(child, definitions)) return [];
    const one = resolveReference(withLinks(child, rewrite, definitions), definitions);
    return one.type === 'link' || one.type === 'image' ? rewrite(one) : [one];
  });
  const isSame =
    children.length === node.children.length && children.every((child, i) => child === node.children[i]);
  // A link is replaced by phrasing content only, which may stand wherever a link may.
  return isSame ? node : ({ ...node, children } as T);
}

/** The number of a source, or the mark of a footnote. */
const sourceNumber = /^(?:\d{1,3}$|\^)/;

/** A footnote of one word, which Markdown takes for an address. */
const isNote = ({ identifier, url }: Definition): boolean =>
  sourceNumber.test(identifier) && !/[/:.@#]/.test(url);

/** Says whether a definition is the address of a link, or a comment: `[//]: # (words)`. */
function isUnseen(definition: Definition, { used }: Definitions): boolean {
  return definition.url === '#' || (used.has(definition.identifier) && !isNote(definition));
}

/** The link that a reference stands for. The number of a source and the mark of a footnote keep their brackets. */
function resolveReference<T extends RootContent>(node: T, { known }: Definitions): RootContent {
  if (node.type !== 'linkReference' && node.type !== 'imageReference') return node;
  const definition = known.get(node.identifier);
  const url = definition?.url ?? '';
  if (node.type === 'imageReference') return { type: 'image', url, alt: node.alt ?? '' };
  if (node.referenceType !== 'shortcut' || !sourceNumber.test(node.identifier))
    return { type: 'link', url, children: node.children };
  const isAddress = definition !== undefined && !isNote(definition);
  const mark: PhrasingContent = {
    type: 'text',
    value: `[${isAddress ? node.identifier.replace('^', '') : node.label}]`,
  };
  return isAddress ? { type: 'link', url, children: [mark] } : mark;
}

function rewriteLink(node: ForeignLink, path: string, conversion: Conversion): PhrasingContent[] {
  const words = node.type === 'link' ? node.children : [{ type: 'text', value: node.alt ?? '' } as const];
  const url = encodeWrittenUrl(node.url);
  const isAllowed = checkUrl(url, 'link', conversion.policy).ok;
  const address = isAllowed ? undefined : showAddress(url, conversion);
  const isNamed = hasVisibleText(wordsIn(words));
  if (address === undefined && isNamed && url === node.url) return [node];
  const name = node.type === 'image' ? conversion.words.picture : isAllowed ? url : '';
  const shown: PhrasingContent[] = isNamed ? words : [{ type: 'text', value: name }];
  if (address === undefined) {
    return [node.type === 'link' ? { ...node, url, children: shown } : { ...node, url, alt: wordsIn(shown) }];
  }
  conversion.note(path, 'the address of a link is shown as text: no link may lead to it');
  if (wordsIn(shown) === address) return shown;
  return [...shown, { type: 'text', value: name === '' && !isNamed ? address : ` (${address})` }];
}

function wordsIn(nodes: readonly Nodes[]): string {
  return nodes
    .map((node) =>
      'value' in node
        ? node.value
        : 'children' in node
          ? wordsIn(node.children)
          : 'alt' in node
            ? node.alt
            : '',
    )
    .join('');
}
