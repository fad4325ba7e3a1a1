import type { Definition, Nodes, PhrasingContent, Root, RootContent } from 'mdast';
import { limits } from '../../limits.ts';
import { breakAddresses } from '../../richText/bareAddresses.ts';
import { blocksOf, isPlainMarkdown, parseForeignMarkdown } from '../../richText/blocks.ts';
import { escapeMarkdown } from '../../richText/escapeMarkdown.ts';
import { findMarkup, findTags, readForeignHtml, readMixed } from '../../richText/foreignHtml.ts';
import { convertHtmlToText } from '../../richText/html.ts';
import { cleanParsed, type Definitions, findDefinitions } from '../../richText/markdown.ts';
import { writePlain } from '../../richText/plainDialect.ts';
import { cleanText, hasVisibleText } from '../../richText/text.ts';
import { anyPublicHost, checkUrl } from '../../richText/urlPolicy.ts';
import type { Conversion } from './conversion.ts';
import { encodeWrittenUrl, noteMail, showAddress } from './readFields.ts';

/** Tables, and words without blanks between them, which our own Markdown reads otherwise. */
const foreignSyntax = /[|\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u;

/**
 * Code; a formula; the address of a link, which may have blanks; any other web address; the signs between digits or
 * single letters, which multiply: as marks, they would make one number of two; the box of a task; the heading of a note; a
 * footnote; and the sign before an amount alone: `> 5 GB`.
 */
const literal =
  /`+[^`]*`+|\$\$[^$]{1,999}\$\$|\$(?=[^\s\d])[^$\n]{1,499}(?<=\S)\$|\\\([^\n]{1,499}?\\\)|\\\[[^\]]{1,999}?\\\]|\]\((?:https?:\/\/|mailto:)[^\s()<>"]+(?: [^\s()<>"]+)+\)|(?<![(<"'=])https?:\/\/[^\s()<>"]+|(?<=\d)\*{1,2}(?=\d)|(?<=\b[a-z\d])\*(?=[a-z\d]\b)|\\begin\{\w{1,20}\*?\}[\s\S]{1,999}?\\end\{\w{1,20}\*?\}|\[[ x]\](?<=^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]{1,4}\[.\])(?=[ \t])|\[!(?:note|tip|important|warning|caution)\](?<=^[ \t]*>[ \t]*\[!\w{1,9}\])|>(?<=^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]{1,4})?>)(?=[ \t]?[$€£]?\d[\d.,]{0,12}(?:[ \t]?[^\s\d]{1,12})?$)|\[\^[^\]\s]{1,50}\](?:(?<=^ {0,3}\[\^[^\]\s]{1,50}\]):)?/gim;
/** A command, an index, a power or a product of LaTeX. */
const latex = /\\[a-z]{2}|[\^_][{\d]|\b[a-z]\*[a-z]\b/i;

/** The marks of the footnotes whose words a text has: `[^1]: words`. A footnote that is an address is a link. */
function footnotesOf(text: string): ReadonlySet<string> {
  return new Set(
    text.match(/^ {0,3}\[\^[^\]\s]{1,50}\](?=:[ \t]+(?!<?\w+:|www\.))/gm)?.map((mark) => mark.trim()),
  );
}

function escapeLiterals(text: string): string {
  const footnotes = footnotesOf(text);
  return text.replace(literal, (found) => escapeLiteral(found, footnotes));
}

/**
 * Escapes signs that are not marks: those in a formula, whose brackets stay, in a web address, and those that multiply. Writes tasks,
 * notes and footnotes without the marks that only some clients know.
 */
function escapeLiteral(found: string, footnotes: ReadonlySet<string>): string {
  if (/^\[[ x]/i.test(found)) return found === '[ ]' ? '☐' : '☑';
  if (found.startsWith('[!'))
    return `**${found.charAt(2).toUpperCase()}${found.slice(3, -1).toLowerCase()}**`;
  if (found.startsWith('[^'))
    return footnotes.has(found.replace(/:$/, '')) ? `\\[${found.slice(2).replace(/\]:?/, '\\]')}` : found;
  if (found === '>') return '\\>';
  if (found.startsWith('*')) return found.replaceAll('*', '\\*');
  if (found.startsWith('](')) return found.replaceAll(' ', '%20');
  if (/^http/i.test(found)) return found.replace(/(?<=[\w/?=&%.-])[*~](?=[\w/?=&%.-])/g, '\\$&');
  if (found.startsWith('`')) return found;
  if (latex.test(found)) return escapeMarkdown(found.replace(/^\\(?=[([])|\\(?=[)\]]$)/g, ''));
  if (found.length < 4) return found;
  // Between brackets or prices that are no formula stand texts like any other.
  return found.slice(0, 2) + escapeLiterals(found.slice(2, -2)) + found.slice(-2);
}

/**
 * Brings the Markdown of another bot to our form: tags of HTML become Markdown, a table becomes lines, a picture without words
 * gets a name, and an address that no link may lead to stands as a text beside its words. Each loss is noted.
 */
export function cleanForeign(markdown: string, path: string, conversion: Conversion): string {
  const given = cleanText(markdown, 'block');
  if (isPlainMarkdown(given)) return breakAddresses(given, conversion.policy);
  const source = escapeLiterals(given);
  const markup = findMarkup(source);
  if (markup !== undefined) return cleanTree(readMixed(markup), path, conversion);
  const parsed = foreignSyntax.test(source) ? parseForeignMarkdown(source, false) : blocksOf(source);
  return cleanTree(parsed, path, conversion, source);
}

/** Brings HTML to our Markdown, as `cleanForeign`. */
export function cleanHtml(html: string, path: string, conversion: Conversion): string {
  return cleanTree(readForeignHtml(findTags(html)), path, conversion);
}

function cleanTree(parsed: Root, path: string, conversion: Conversion, source?: string): string {
  const definitions = findDefinitions(parsed);
  const rewritten = withLinks(parsed, (link) => rewriteLink(link, path, conversion), definitions);
  const { text, dropped } = cleanParsed(rewritten, conversion.policy, source);
  for (const what of dropped) conversion.note(path, what);
  return text;
}

const entity = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});/i;

/** Plain text of another bot; tags and entities of HTML are read, not shown. */
export function plainWordsOf(text: string, { isPlain }: Conversion): string {
  if (isPlain) return text;
  const markup = findMarkup(text);
  if (markup !== undefined)
    return writePlain(blocksOf(cleanParsed(readForeignHtml(markup), anyPublicHost).text));
  if (!entity.test(text)) return text;
  // No `<` begins a tag here, not even `<b>`.
  const escaped = text.replaceAll('<', '&lt;');
  return escaped.length <= limits.fieldText.max ? convertHtmlToText(escaped) : text;
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
    noteMail(node.url, path, conversion);
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
