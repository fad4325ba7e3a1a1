/** Anything that could be markup, or that the canonical form does not have: such a text is parsed. */
const notPlain =
  /[\\`*~]|<(?=[a-z/!?])|&(?:#|[a-z][a-z\d]*;)|==|\]\(|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|^(?:[ \t>[]|[-+](?:[ \t]|$)|#{1,6}(?:[ \t]|$)|\d{1,9}[.)](?:[ \t]|$)|[ \t|:=-]+$)|[ \t]$|\n{3}/imu;

/** Says whether a text is its own canonical Markdown because nothing in it is markup. */
export function isPlainMarkdown(text: string): boolean {
  return !notPlain.test(text) && text.trim() === text;
}
