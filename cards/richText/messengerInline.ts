import type { PhrasingContent, Text } from 'mdast';

const delimiters = { strong: '*', delete: '~', emphasis: '_' } as const;
const special = /\\|[*~`]|_+|={2,}|[[\]!]|&(?=(?:#\d{1,7}|#x[\da-f]{1,6}|\w+);)/gi;
/** The Messenger links these before it looks for marks: a backslash in one would be shown, and break it. */
const bareUrl = /(?:https?:\/\/|www\.)[a-z\d-](?:[^\s<(]|\([^\s<()]*\))*/;
/** The end of a link. In an address that stands in a text it cannot be escaped, so the bracket before it is. */
const linkEnd = /(?:&#93;|\])\(/;
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

/**
 * Says of each mark whether a message holds it twice: one `*` alone cannot act and stays as it was typed. `[` acts where there
 * is a `](`.
 */
export function actingMarks(markdown: string): (mark: string) => boolean {
  const acting = new Map(
    ['*', '~', '`', '==', '_'].map((mark) => [mark, markdown.indexOf(mark) !== markdown.lastIndexOf(mark)]),
  );
  // Italic is `*` or `_` in Markdown, and `_` here.
  if (acting.get('*')) acting.set('_', true);
  acting.set('[', linkEnd.test(markdown));
  return (mark) => acting.get(mark) ?? false;
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
        return bareAddress(found, place);
    }
  });
}

/** An address without a link, in which what would end a mark around it or begin one after it is percent-encoded. */
function bareAddress(url: string, { marks, acts }: Place): string {
  let end = url.length;
  while (notLinked.has(url[end - 1] ?? '')) end -= 1;
  return url.replace(/[*~]|_(?![\p{L}\p{N}])/gu, (mark, index: number) =>
    marks.includes(mark) || (index >= end && mark !== '_' && acts(mark)) ? percentEncoded(mark) : mark,
  );
}

/** Says whether a mark between these would stand inside a word, where `_` does not act. */
export function touchesWord(
  previous: PhrasingContent | undefined,
  next: PhrasingContent | undefined,
): boolean {
  return (
    wordCharacter.test(previous?.type === 'text' ? (previous.value.at(-1) ?? '') : '') ||
    wordCharacter.test(next?.type === 'text' ? (next.value[0] ?? '') : '')
  );
}

/** What a mark would break on in an address is percent-encoded. */
function address(url: string, marks: string): string {
  return url.replace(/[*~_]/g, (c) => (marks.includes(c) ? percentEncoded(c) : c));
}

const percentEncoded = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** Writes the nodes of one line in the inline dialect of the Genesys Messenger; a mark that it cannot show goes. */
export function writeMessengerLine(
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
          return `[${writeMessengerLine(node.children, acts, marks, true)}](${address(node.url, marks)})`;
        case 'strong':
        case 'emphasis':
        case 'delete': {
          const mark = delimiters[node.type];
          const inner = writeMessengerLine(node.children, acts, marks + mark, inLink);
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
