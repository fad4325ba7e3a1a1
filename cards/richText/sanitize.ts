import { createRequire } from 'node:module';
import type sanitizeHtml from 'sanitize-html';
import { CodedError } from '../errors.ts';
import { makeLazily } from '../lazily.ts';

/** Loaded when the first HTML is read: it takes 0.1 s. */
const loadSanitizer = makeLazily((): typeof sanitizeHtml => createRequire(import.meta.url)('sanitize-html'));

/** The tags that mean something to us, and `u`, `span`, `div`, which only go; all without attributes. */
const allowedTags = ['p', 'br', 'strong', 'b', 'em', 'i', 'u', 'span', 'div'];
const maxNesting = 100;

/** A `<` that begins none of these tags, such as in `<John>` or `x < y`, is a character like any other. */
const loneBracket = /<(?!\/?(?:p|br|strong|b|em|i|u|span|div|script|style)(?:[\s/][^<>]*)?>)/gi;
const sanitizeOptions: sanitizeHtml.IOptions = {
  allowedTags,
  allowedAttributes: {},
  // Only script and style are left to discard, with their content: every other tag has become text.
  disallowedTagsMode: 'discard',
  nonTextTags: ['script', 'style'],
};

const opening = /<(\/?)(?!br\b|hr\b|img\b)[a-z]/gi;

function refuseNested(html: string, path: string | undefined): void {
  let depth = 0;
  for (const [, closing] of html.matchAll(opening)) {
    depth = closing ? Math.max(0, depth - 1) : depth + 1;
    if (depth > maxNesting) {
      throw new CodedError('card.unsafeText', `More than ${maxNesting} HTML tags are nested.`, { path });
    }
  }
}

/**
 * Leaves the allowed tags without attributes; everything else is text with `&`, `<` and `>` as entities. Script and style go
 * with their content.
 *
 * @param path - JSON path of the field, for errors.
 * @throws CodedError `card.unsafeText` over 100 nested tags.
 */
export function sanitize(html: string, path: string | undefined): string {
  refuseNested(html, path);
  const lastComment = html.lastIndexOf('-->');
  const known = html.replace(loneBracket, (bracket, index: number) =>
    index < lastComment && html.startsWith('<!--', index) ? bracket : '&lt;',
  );
  return loadSanitizer()(known, sanitizeOptions);
}
