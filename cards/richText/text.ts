/** Below U+0300 every character is already in NFC, so such a text needs nothing (soft hyphen U+00AD included). */
const untouched = {
  line: /^[ -~\u00a0-\u02ff]*$/,
  block: /^[\n\t -~\u00a0-\u02ff]*$/,
} as const;

/**
 * Characters that no text may have: controls except TAB and line breaks; bidi embeddings, overrides and isolates; BOM; tag characters.
 * The flags of England, Scotland and Wales are spelled with tag characters: those three sequences match whole.
 */
const unwanted =
  /\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}|[[\p{Cc}--[\t\n\v\f\r\x85]]\u202a-\u202e\u2066-\u2069\ufeff\u{E0000}-\u{E007F}]/gv;

const visible = /[^\p{White_Space}\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u;

/** A flag is longer than any single character; only the flag stays. */
const keepFlag = (match: string): string => (match.length > 2 ? match : '');

/**
 * Treats plain text, which is carried as it was typed: no tag is stripped, nothing is escaped, no word is looked for.
 *
 * NFC; CR LF, CR, VT, FF and NEL become LF; other controls, bidi overrides and isolates, BOM and tag characters go; lone surrogates become
 * U+FFFD. ZWJ, ZWNJ, LRM, RLM and the soft hyphen stay. Idempotent. Lengths are the caller's business.
 *
 * @param kind - `line`: line breaks and TABs become one blank (titles, labels); `block`: LF and TAB stay.
 */
export function cleanText(value: string, kind: 'line' | 'block'): string {
  if (untouched[kind].test(value)) return value;
  // Surrogates first: a removal between two halves must not join them. CR next to last: a removal may bring CR and LF together.
  const lines = value
    .toWellFormed()
    .replace(unwanted, keepFlag)
    .replace(/\r\n?|[\v\f\x85]/g, '\n');
  return (kind === 'line' ? lines.replace(/[\t\n\u2028\u2029]+/g, ' ') : lines).normalize('NFC');
}

/** Says whether a reader would see anything: blanks, zero-width characters and fillers alone are nothing. */
export function hasVisibleText(value: string): boolean {
  return /[!-~]/.test(value) || visible.test(value);
}

/**
 * Says whether a button payload can be carried byte for byte: it holds nothing that `cleanText` removes, and no
 * control at all. A payload is refused rather than cleaned, because it must come back as it was sent.
 */
export function isCleanPayload(value: string): boolean {
  if (untouched.line.test(value)) return true;
  return (
    value.isWellFormed() && !/[\t\n\v\f\r\x85]/.test(value) && value.replace(unwanted, keepFlag) === value
  );
}
