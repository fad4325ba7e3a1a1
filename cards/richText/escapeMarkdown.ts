/**
 * The neighbours of a text: one character on each side, `\n` for the start or end of a line, or '' when it is not known and may be
 * anything.
 */
export interface Neighbours {
  before: string;
  after: string;
  /** The text stands, or may stand, between the brackets of a link: there only whole pairs of brackets are safe. */
  inLink?: boolean;
}

/** A line that has none of these, and neither begins nor ends in a way that counts, is itself in Markdown. */
const suspicious = /[\\`*_~[\]<>&!]|==/;
const suspiciousStart = /^[\s#+\-=|:\d]/;
const candidate = /\\|`|\*+|_+|~+|={2,}|[[\]<>&!]/g;
const punctuation = /[!-/:-@[-`{-~]/;
const wordCharacter = /[\p{L}\p{N}]/u;
const listOrHeading = /^(?:#{1,6}|[-+]|\d{1,9}[.)])(?:[ \t]|$)/;
/** `---` and `===` under a text, and the second row of a table. */
const underline = /^[ \t|:=-]*$/;
const entity = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/iy;
/** The beginning of an entity that a neighbour might complete; `&` and one letter (AT&T) is no entity's name. */
const openEntity = /&(?:#x?[\da-f]*|[a-z][a-z\d]+)?$/iy;
const plainBrackets = /\[[^[\]\\`*_~<>&!=]*\]/y;

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';
/** Beside a mark any of these takes its meaning away. */
const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/.test(character);
const encodeBlank = (character: string): string => `&#${character.charCodeAt(0)};`;

function matchAt(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
}

/** Where a backslash keeps the line from starting a heading, a list, an underline or a table row; -1 = nowhere. */
function findMarkerIndex(line: string): number {
  const marker = listOrHeading.exec(line)?.[0];
  if (marker !== undefined) return /^\d/.test(marker) ? marker.search(/[.)]/) : 0;
  return underline.test(line) && /[-=]/.test(line) ? 0 : -1;
}

function escapeLine(line: string, { before, after, inLink }: Neighbours): string {
  // In one pattern, the anchored parts would be tried at each character.
  const endsInBlank = after === '' && isSpace(line.at(-1));
  if (!suspicious.test(line) && !suspiciousStart.test(line) && !endsInBlank) return line;
  const atStart = before === '' || before === '\n';
  const startsInBlank = before === '' ? isSpace(line[0]) : atStart && isBlank(line[0]);
  const first = startsInBlank ? 1 : 0;
  const last = endsInBlank && line.length > first ? line.length - 1 : line.length;
  const blankBefore = (index: number): boolean => index > first && isBlank(line[index - 1]);
  const blankAfter = (index: number): boolean =>
    index < last ? isBlank(line[index]) : index === line.length && after === '\n';

  let marker = atStart && first === 0 ? findMarkerIndex(line) : -1;
  let out = '';
  let done = first;
  const copyTo = (index: number): void => {
    if (marker >= done && marker < index) {
      out += `${line.slice(done, marker)}\\`;
      done = marker;
      marker = -1;
    }
    out += line.slice(done, index);
    done = index;
  };

  candidate.lastIndex = first;
  for (let match = candidate.exec(line); match; match = candidate.exec(line)) {
    const [found] = match;
    const { index } = match;
    const end = index + found.length;
    const next = end === last && last < line.length ? '&' : (line[end] ?? after);
    let replacement = found;
    switch (found[0]) {
      case '\\':
        if (next === '' || next === '\n' || punctuation.test(next)) replacement = '\\\\';
        break;
      case '*':
      case '_':
      case '~': {
        const alone = blankBefore(index) && blankAfter(end);
        const inWord =
          found[0] === '_' && wordCharacter.test(line[index - 1] ?? '') && wordCharacter.test(next);
        if (!alone && !inWord) replacement = found.replace(/./g, '\\$&');
        break;
      }
      case '=':
        if (index === marker) marker = -1;
        else if (blankBefore(index) && blankAfter(end)) break;
        replacement = `\\${found}`;
        break;
      case '[': {
        const pair = inLink ? matchAt(plainBrackets, line, index) : undefined;
        const follower = pair === undefined ? '' : (line[index + pair.length] ?? after);
        if (atStart && index === 0) replacement = '\\[';
        else if (pair !== undefined && follower !== '' && !'([:'.includes(follower)) {
          replacement = pair;
          candidate.lastIndex = index + pair.length;
        } else if (inLink) replacement = '\\[';
        break;
      }
      case ']':
        // As an entity it ends no link even for renderers that know no backslash escapes.
        if (next === '(') replacement = '&#93;';
        else if (inLink) replacement = '\\]';
        break;
      case '<':
        if (next === '' || /[a-z/!?]/i.test(next)) replacement = '&lt;';
        break;
      case '>':
        if (atStart && index === 0) replacement = '&gt;';
        break;
      case '&':
        if (matchAt(entity, line, index) || (after === '' && matchAt(openEntity, line, index))) {
          replacement = '&amp;';
        }
        break;
      case '!':
        if (end === line.length && after === '[') replacement = '\\!';
        break;
      default: // a backtick
        replacement = `\\${found}`;
    }
    if (replacement === found) continue;
    copyTo(index);
    out += replacement;
    done = Math.max(end, candidate.lastIndex);
  }
  copyTo(last);
  const lead = first === 1 ? encodeBlank(line[0] ?? ' ') : '';
  return lead + out + (last < line.length ? encodeBlank(line[last] ?? ' ') : '');
}

/** Keeps a line of Markdown that stands among others from being a list, heading or quote: `- 5`, `1. May`, `# 7`. */
export function escapeLineStart(line: string): string {
  return line.replace(/^(?:(\d{1,9})([.)])|([-+*>]|#{1,6}))(?=\s|$)/, '$1\\$2$3');
}

/** Writes the value of a text node; line breaks in it are soft ones. */
export function escapeText(value: string, { before, after, inLink = false }: Neighbours): string {
  if (!value.includes('\n')) return escapeLine(value, { before, after, inLink });
  const lines = value.split('\n');
  return lines
    .map((line, i) =>
      escapeLine(line, {
        before: i === 0 ? before : '\n',
        after: i === lines.length - 1 ? after : '\n',
        inLink,
      }),
    )
    .join('\n');
}

/**
 * Places a plain value into CommonMark so that every renderer shows it as it was typed.
 *
 * Only what could mean something is escaped: `Tom & Jerry <3 AT&T` and `a - b (c) #1` stay byte for byte. The value may
 * stand at the start, in the middle or at the end of a line, beside any text, inside bold, italic, strike or the text of
 * a link. Not inside code or an address; and the text before it does not end in a backslash, nor does text after it
 * complete what is harmless alone (`!` before a link, `12` before `. `, `&T` before `au;`).
 *
 * A line break becomes a hard break, never a new paragraph, so that a value cannot leave its place.
 */
export function escapeMarkdown(text: string): string {
  if (!/[\n\r]/.test(text)) return escapeLine(text, { before: '', after: '', inLink: true });
  const lines = text.split(/\r\n?|\n/);
  let trailing = 0;
  while (lines.at(-1) === '') trailing += lines.pop() === '' ? 1 : 0;
  const lastAfter = trailing === 0 ? '' : '&';
  return (
    lines
      .map((line, i) =>
        escapeLine(line, {
          before: i === 0 ? '' : '\n',
          after: i === lines.length - 1 ? lastAfter : '\\',
          inLink: true,
        }),
      )
      .join('\\\n') +
    // A hard break needs something after it; as an entity the break is a blank that nothing can take for syntax.
    '&#10;'.repeat(trailing)
  );
}
