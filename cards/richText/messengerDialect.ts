import type { Nodes, PhrasingContent, Root, Text } from 'mdast';
import { createPlainBlocks } from './blocks.ts';
import { nest, touchesWord } from './pieces.ts';
import { writeLines } from './plainDialect.ts';
import { encodePercent } from './urlPolicy.ts';

const delimiters = { strong: '*', delete: '~', emphasis: '_' } as const;
const special = /\\|[*~`]|_+|={2,}|[[\]!]|&(?=(?:#\d{1,7}|#x[\da-f]{1,6}|\w+);)/gi;
/** The Messenger links these before it looks for marks: a backslash in one would be shown, and break it. */
const bareUrl = /(?:https?:\/\/|www\.)[a-z\d-](?:[^\s<(]|\([^\s<()]*\))*/;
/** At the end of an address these are not part of it. */
const notLinked = new Set('?!.,:;*_\'"~)&');
const urlOrSpecial = new RegExp(`${bareUrl.source}|${special.source}`, 'gi');
const punctuation = /[!-/:-@[-`{-~]/;
const wordCharacter = /[\p{L}\p{N}]/u;

/** Where inline nodes stand: in which marks, in a link, and which characters occur often enough to act. */
interface Place {
  marks: string;
  inLink: boolean;
  acts: (mark: string) => boolean;
}

/** The marks that a node is written with; italic is `*` or `_` in Markdown, and `_` here. */
const marksOf: { readonly [type: string]: readonly string[] } = {
  strong: ['*'],
  emphasis: ['*'],
  delete: ['~'],
  inlineCode: ['`'],
  code: ['`'],
  link: ['['],
};

/**
 * Finds the marks that a message has twice: one `*` alone cannot act and stays as it was typed. `[` acts where there is a `](`.
 */
function findActingMarks(blocks: Root): (mark: string) => boolean {
  const acting = new Set<string>();
  let text = '';
  const read = (node: Nodes): void => {
    for (const mark of marksOf[node.type] ?? []) acting.add(mark);
    if ('value' in node) text += `${node.value}\n`;
    if ('url' in node) text += `${node.url}\n`;
    if ('children' in node) for (const child of node.children) read(child);
  };
  read(blocks);
  for (const mark of ['*', '~', '`', '==', '_'])
    if (text.indexOf(mark) !== text.lastIndexOf(mark)) acting.add(mark);
  if (acting.has('*')) acting.add('_');
  if (text.includes('](')) acting.add('[');
  return (mark) => acting.has(mark);
}

function escapeText({ value }: Text, next: PhrasingContent | undefined, place: Place): string {
  const { marks, inLink, acts } = place;
  return value.replace(inLink ? special : urlOrSpecial, (found: string, index: number) => {
    const before = value[index - 1] ?? '';
    const after = value[index + found.length] ?? '';
    switch (found[0]) {
      case '\\':
        return after === ''
          ? next || marks || inLink
            ? '\\\\'
            : '\\'
          : punctuation.test(after)
            ? '\\\\'
            : '\\';
      case '*':
      case '~':
      case '`':
        return acts(found) ? `\\${found}` : found;
      case '_': {
        const inWord = found.length === 1 && wordCharacter.test(before) && wordCharacter.test(after);
        return acts('_') && !inWord && !(before === ' ' && after === ' ')
          ? '\\_'.repeat(found.length)
          : found;
      }
      case '=':
        return acts('==') ? '\\='.repeat(found.length) : found;
      case '[':
        return inLink || acts('[') ? '\\[' : found;
      case ']':
        return inLink || after === '(' ? '\\]' : found;
      case '!':
        return after === '' && next?.type === 'link' ? '\\!' : found;
      case '&':
        return '\\&';
      default:
        return writeBareAddress(found, place);
    }
  });
}

/** Writes an address that is not a link. A sign that would end a mark around it or begin one after it is percent-encoded. */
function writeBareAddress(url: string, { marks, acts }: Place): string {
  let end = url.length;
  while (notLinked.has(url[end - 1] ?? '')) end -= 1;
  return url.replace(/[*~]|_(?![\p{L}\p{N}])/gu, (mark, index: number) =>
    marks.includes(mark) || (index >= end && mark !== '_' && acts(mark)) ? encodePercent(mark) : mark,
  );
}

/** Writes the address of a link; the signs of the marks around it are percent-encoded. */
function writeAddress(url: string, marks: string): string {
  return url.replace(/[*~_]/g, (sign) => (marks.includes(sign) ? encodePercent(sign) : sign));
}

/** Writes the nodes of one line in the inline dialect of the Genesys Messenger; a mark that it cannot show goes. */
function writeLine(
  nodes: readonly PhrasingContent[],
  acts: (mark: string) => boolean,
  marks = '',
  inLink = false,
): string {
  const place = { marks, inLink, acts };
  return nodes
    .map((node, i) => {
      const previous = nodes[i - 1];
      const next = nodes[i + 1];
      switch (node.type) {
        case 'text':
          return escapeText(node, next, place);
        case 'inlineCode': {
          const inner = escapeText({ type: 'text', value: node.value }, node, {
            ...place,
            marks: `${marks}\``,
          });
          return node.value.includes('`') || inner.endsWith('\\') ? inner : `\`${inner}\``;
        }
        case 'link':
          return `[${writeLine(node.children, acts, marks, true)}](${writeAddress(node.url, marks)})`;
        case 'strong':
        case 'emphasis':
        case 'delete': {
          const mark = delimiters[node.type];
          const inner = writeLine(node.children, acts, marks + mark, inLink);
          // The end of a mark is the next one without a backslash before it; `_` does not act inside words.
          if (inner.endsWith('\\')) return inner;
          return mark === '_' && touchesWord(previous, next) ? inner : mark + inner + mark;
        }
        default:
          return '';
      }
    })
    .join('');
}

/**
 * Writes blocks in the dialect of the Genesys Messenger: `*bold*`, `_italic_`, `~strike~`, `` `code` ``,
 * `[text](url)`, backslash escapes. Lists are lines with "• " or "1. "; a line break is a line break.
 *
 * Source: Genesys' "Markdown syntax for rich text in Messenger", and docs/guides/rich-text.md of
 * Safricloud-PTY-Ltd/genesys-cloud-headless-webmessage-reference, which measured the published scripts.
 */
export function writeMessenger(blocks: Root): string {
  const acts = findActingMarks(blocks);
  return writeLines(blocks, {
    line: (pieces) => writeLine(nest(pieces), acts),
    code(value) {
      const text = writeLine([{ type: 'text', value }], acts, '`');
      return value.includes('`') || text.endsWith('\\') ? text : `\`\`\`${text}\`\`\``;
    },
  });
}

/** Plain text in Messenger's dialect, in which it reads as it was written. */
export function escapeForMessenger(plain: string): string {
  return writeMessenger(createPlainBlocks(plain));
}
