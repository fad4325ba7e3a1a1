import { createRequire } from 'node:module';
import type * as HastRaw from 'hast-util-raw';
import type * as HastToMdast from 'hast-util-to-mdast';
import type { PhrasingContent, Root, RootContent } from 'mdast';
import type * as MdastToHast from 'mdast-util-to-hast';
import { makeLazily } from '../lazily.ts';
import { parseMarkdown } from './blocks.ts';

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

/** Says whether a text holds tags of HTML. */
export function hasMarkup(text: string): boolean {
  const names = listTagNames(text);
  for (const { 2: name = '' } of text.matchAll(tag)) if (names.has(name.toLowerCase())) return true;
  return false;
}

/** Reads HTML: paragraphs, lists, tables (a line for each row), links, pictures and marks; scripts and styles go. */
export function readHtml(html: string): Root {
  const { raw, toMdast } = loadHtml();
  const value = escapeLoneBrackets(html, listTagNames(html));
  return rootOf(toMdast(raw({ type: 'root', children: [{ type: 'raw', value }] }), { document: true }));
}

/** Reads Markdown in which there are tags of HTML. */
export function readMixed(text: string): Root {
  const { raw, toHast, toMdast } = loadHtml();
  const names = listTagNames(text);
  const hast = toHast(parseMarkdown(quoteValues(text), { html: true }), { allowDangerousHtml: true });
  escapeRaw(hast, names);
  return rootOf(toMdast(raw(hast), { document: true, newlines: true }));
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

function rootOf(node: ReturnType<typeof HastToMdast.toMdast>): Root {
  return { type: 'root', children: node.type === 'root' ? node.children.flatMap(withoutTables) : [] };
}

/** A table is a line for each row. */
function withoutTables(node: RootContent): RootContent[] {
  if (node.type !== 'table') return [node];
  const rows = node.children.filter((row) => row.children.some((cell) => cell.children.length > 0));
  return rows.map((row) => ({
    type: 'paragraph',
    children: row.children.flatMap((cell, i): PhrasingContent[] => [
      ...(i === 0 ? [] : [{ type: 'text', value: ' · ' } as const]),
      ...cell.children,
    ]),
  }));
}
