import { createRequire } from 'node:module';
import type * as HastRaw from 'hast-util-raw';
import type * as HastToMdast from 'hast-util-to-mdast';
import type { Root } from 'mdast';
import type * as MdastToHast from 'mdast-util-to-hast';
import { makeLazily } from '../lazily.ts';
import { parseForeignMarkdown } from './blocks.ts';

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
const open = new Set('br hr img wbr p li td th tr dt dd'.split(' '));
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
/** The beginning of a document, with its head. */
const prolog =
  /^\s{0,99}(?:<\?xml\b[^<>]{0,200}>\s{0,99})?(?:<!doctype\b[^<>]{0,200}>\s{0,99})?(?:<html\b[^<>]{0,200}>\s{0,99})?(?:<head>[\s\S]{0,9999}?<\/head>)?/i;
const maxTags = 1_000;
const maxDepth = 50;

/** A text that is read as HTML, and the names in it that are tags. */
export interface TaggedText {
  readonly text: string;
  readonly names: ReadonlySet<string>;
}

/** Finds the tags of a text; none of them is a tag when there are more, or deeper ones, than an author writes. */
export function findTags(text: string): TaggedText {
  const names = new Set<string>();
  let count = 0;
  let depth = 0;
  for (const [, slash, written = ''] of text.includes('<') ? text.matchAll(tag) : []) {
    const name = written.toLowerCase();
    if (open.has(name) || (slash === '/' && ended.has(name))) names.add(name);
    if (ended.has(name)) depth += slash === '/' ? -1 : 1;
    count += 1;
    if (depth > maxDepth || count > maxTags) return { text, names: new Set() };
  }
  return { text, names };
}

/** Returns a text whose tags or comments are to be read; undefined for a text without any. */
export function findMarkup(text: string): TaggedText | undefined {
  const tagged = findTags(text);
  return tagged.names.size > 0 || withoutComments(text) !== text ? tagged : undefined;
}

/** Reads HTML: paragraphs, lists, tables, links, pictures and marks; scripts and styles go. */
export function readForeignHtml({ text, names }: TaggedText): Root {
  const value = escapeLoneBrackets(text.replace(prolog, ''), names);
  return readTree(loadHtml().raw({ type: 'root', children: [{ type: 'raw', value }] }), false);
}

/** Reads Markdown in which there are tags of HTML. */
export function readMixed({ text, names }: TaggedText): Root {
  const { raw, toHast } = loadHtml();
  const hast = toHast(parseForeignMarkdown(quoteValues(text), true), { allowDangerousHtml: true });
  escapeRaw(hast, names);
  return readTree(raw(hast), true);
}

function readTree(tree: Hast, newlines: boolean): Root {
  raiseNumbers(tree);
  const root = loadHtml().toMdast(tree, { document: true, newlines });
  return root.type === 'root' ? root : { type: 'root', children: [] };
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

function escapeRaw(node: Hast, names: ReadonlySet<string>): void {
  if (node.type === 'raw') node.value = escapeLoneBrackets(node.value, names);
  if ('children' in node) for (const child of node.children) escapeRaw(child, names);
}

/** Writes each value of an attribute in quotes: Markdown reads no address without them. */
function quoteValues(text: string): string {
  return text.replace(tag, (whole) =>
    whole.replace(/"[^"]*"|'[^']*'|=([^\s"'=<>]+)/g, (found, value?: string) =>
      value === undefined ? found : `="${value}"`,
    ),
  );
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
