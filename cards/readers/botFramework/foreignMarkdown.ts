import type { Nodes, PhrasingContent, RootContent } from 'mdast';
import { blocksOf } from '../../richText/blocks.ts';
import { hasMarkup, readHtml, readMixed } from '../../richText/foreignMarkup.ts';
import { cleanMarkdown, cleanParsed } from '../../richText/markdown.ts';
import { writePlain } from '../../richText/plainDialect.ts';
import { cleanText, hasVisibleText } from '../../richText/text.ts';
import { anyPublicHost, checkUrl } from '../../richText/urlPolicy.ts';
import { encodeWrittenUrl, showAddress } from './addresses.ts';
import type { Conversion } from './conversion.ts';

/** What our Markdown has no form for: tags, pictures, and links that need another address or a text in their place. */
const foreign = /<|!\[|\]\(|\]:/;

/** Between digits it multiplies: taken for a mark, it would make one number of two. */
const timesSign = /(?<=\d)\*{1,2}(?=\d)/g;

/**
 * Brings the Markdown of another bot to our form: tags of HTML become Markdown, a picture without words gets a name, and
 * an address that no link may lead to stands as a text beside its words. What is lost is noted.
 */
export function cleanForeign(markdown: string, path: string, conversion: Conversion): string {
  const given = cleanText(markdown, 'block');
  // Code is shown as typed.
  const source = given.includes('`')
    ? given
    : withoutTables(given).replace(timesSign, (signs) => signs.replaceAll('*', '\\*'));
  const { text, dropped } = !foreign.test(source)
    ? cleanMarkdown(source, conversion.policy)
    : hasMarkup(source)
      ? cleanParsed(withLinks(readMixed(source), path, conversion), conversion.policy)
      : cleanParsed(withLinks(blocksOf(source), path, conversion), conversion.policy, source);
  for (const what of dropped) conversion.note(path, what);
  return text;
}

/** A Markdown table is a line for each row, the first in bold: our Markdown has no tables. */
function withoutTables(markdown: string): string {
  if (!markdown.includes('|')) return markdown;
  const lines = markdown.split('\n');
  const shown: string[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const header = cellsOf(lines[i]);
    const rule = cellsOf(lines[i + 1]);
    const isTable =
      header.length > 1 && rule.length === header.length && rule.every((cell) => /^:?-+:?$/.test(cell));
    if (!isTable) {
      shown.push(lines[i] ?? '');
      continue;
    }
    const rows: string[][] = [];
    for (i += 2; cellsOf(lines[i]).length > 1; i += 1) rows.push(cellsOf(lines[i]));
    i -= 1;
    const joined = rows.map((row) => header.map((_, column) => row[column] || '–').join(' · '));
    shown.push('', `**${header.join(' · ')}**`, ...joined.flatMap((row) => ['', row]), '');
  }
  return shown.join('\n');
}

/** The cells of a row of a Markdown table; one for a line without a bar. */
function cellsOf(line = ''): string[] {
  const bare = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return bare.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

/** Brings HTML to our Markdown, as `cleanForeign`. */
export function cleanHtml(html: string, path: string, conversion: Conversion): string {
  const { text, dropped } = cleanParsed(withLinks(readHtml(html), path, conversion), conversion.policy);
  for (const what of dropped) conversion.note(path, what);
  return text;
}

/** Plain text of another bot; tags of HTML are read, not shown. */
export function plainWordsOf(text: string, { isPlain }: Conversion): string {
  return !isPlain && hasMarkup(text)
    ? writePlain(blocksOf(cleanParsed(readHtml(text), anyPublicHost).text))
    : text;
}

function withLinks<T extends Nodes>(node: T, path: string, conversion: Conversion): T {
  if (!('children' in node)) return node;
  const children = node.children.flatMap((child): RootContent[] => {
    const one = withLinks(child, path, conversion);
    return one.type === 'link' || one.type === 'image' ? rewriteLink(one, path, conversion) : [one];
  });
  // In the place of a link stand only what may stand beside one.
  return { ...node, children } as T;
}

function rewriteLink(
  node: PhrasingContent & { type: 'link' | 'image' },
  path: string,
  conversion: Conversion,
): PhrasingContent[] {
  const words = node.type === 'link' ? node.children : [{ type: 'text', value: node.alt ?? '' } as const];
  const url = encodeWrittenUrl(node.url);
  const isAllowed = checkUrl(url, 'link', conversion.policy).ok;
  const address = isAllowed ? undefined : showAddress(url, conversion);
  const isNamed = hasVisibleText(wordsIn(words));
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
