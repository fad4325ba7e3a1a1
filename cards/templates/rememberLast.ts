/**
 * Makes a treatment remember the last text and what became of it: most texts that cost much to treat, such as the legal
 * note of a shop, are the same on card after card. Holds one text, so nothing grows.
 */
export function rememberLast(treat: (text: string) => string): (text: string) => string {
  let last: string | undefined;
  let treated = '';
  return (text) => {
    if (text !== last) {
      treated = treat(text);
      last = text;
    }
    return treated;
  };
}
