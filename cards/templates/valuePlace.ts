/** Before a value: another value, or what the beginning of a value would complete to an address, tag or entity. */
const loudBefore = /(?:\uE001|<|&(?:#x?[\da-f]*|[a-z][a-z\d]*)?)$/i;
/** After a value: another value, what joins its last letter, or what completes an entity that the value ends in. */
const loudAfter = /^(?:\uE000|\p{M}|[a-z\d]+(?:;|\uE000))/iu;
/** The beginning of a line or list item, or only digits in it. */
const lineStart = /(?:^|\n)[ \t]*(?:(?:[-+*]|\d+[.)])[ \t]+)*\d*$/;
/** What makes a list of a number. */
const listMark = /^\d*(?:[.)]|\uE000)/;

/** Beside these an escaped value may begin and end with anything that is seen. */
const openBefore = /(?:^|[\s("':])$/;
const openAfter = /^(?:$|[\s.,:;!?)"'])/;

/**
 * Which plain values, once escaped, are text in their place and leave what stands around them as it is.
 *
 * The reader took the placeholder for a letter. So a value that begins and ends with a letter or digit leaves the marks
 * beside it as they are, and only what can run on from a letter or digit has to be looked at: `<` and an address or tag,
 * an entity, the number of a list. What is inside of the value is escaped. At blanks, at the ends of a line and at punctuation
 * that is part of no mark, a value may also begin and end with punctuation: it is escaped as if it stood there alone. A
 * value that begins or ends with a blank is never quiet, nor is an empty one.
 *
 * @param before - the author's canonical Markdown in front of the value, with placeholders.
 * @param after - the same behind it.
 * @returns undefined when no value is.
 */
export function quietValue(before: string, after: string): RegExp | undefined {
  if (loudBefore.test(before) || loudAfter.test(after)) return undefined;
  const isAtStart = lineStart.test(before);
  const noListNumber = listMark.test(after) ? `(?!${isAtStart ? '(?:.*\\n)?' : '.*\\n'}\\d+$)` : '';
  const first = openBefore.test(before) ? '[^\\s\\p{M}\\p{DI}]' : '[\\p{L}\\p{N}]';
  const last = openAfter.test(after) ? '\\S' : '[\\p{L}\\p{N}]';
  return new RegExp(`^${noListNumber}(?=${first}).*${last}$`, 'su');
}

/** Which Markdown of a value's own may stand in its place as it is: what is a whole paragraph, or several. */
export function quietRichText(before: string, after: string): RegExp | undefined {
  const isAlone = /(?:^|\n\n)$/.test(before) && /^(?:$|\n\n)/.test(after);
  // An entity at an edge may be a blank that nobody sees.
  return isAlone ? /^(?=[^\s\p{M}\p{DI}&]).*[^\s;]$/su : undefined;
}
