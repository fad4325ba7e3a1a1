/** Blanks, then something visible, then any printable Latin characters without `"` and `\`. */
const simple = /^[ \u00a0]*[!#-[\]-~\u00a1-\u00ac\u00ae-\u02ff][ !#-[\]-~\u00a0-\u02ff]*$/;

/**
 * Says whether every treatment of a plain text leaves it as it is, and whether it stands in JSON without an escape: most
 * texts are so, and one look at them takes the place of four.
 */
export function isSimpleText(text: string): boolean {
  return simple.test(text);
}

/** A text as it stands between quotes in JSON. */
export function quote(text: string): string {
  return isSimpleText(text) ? text : JSON.stringify(text).slice(1, -1);
}
