const cardinals = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];
const zahlen = ['eins', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun'];
const ordnung = ['erst', 'zweit', 'dritt', 'viert', 'fünft', 'sechst', 'siebt', 'acht', 'neunt'];

const filler = new Set(
  (
    'the a an one number numbers no nr option item product offer choice please i ill id will would like want take have give me thats its ' +
    'go for with then ok okay yes and my your buy order let ' +
    'das die der den dem ein eine einen nummer angebot produkt artikel punkt bitte ich nehme nehm nimm will möchte hätte gern gerne mir ' +
    'dann ja und mit für es sie geben kaufen bestellen'
  ).split(' '),
);

/**
 * Reads a place in a list: `2`, `#2`, `number 2`, `the second one`, `die zweite`, `the last one`; answers it counted from 1.
 *
 * Infinity stands for the last place. Undefined for two places in one text, and for a text that says anything else.
 */
export function placeInList(text: string): number | undefined {
  // A-1 is the name of a product.
  if (/\p{L}-\d|\d-\p{L}/u.test(text)) return undefined;
  const words =
    text
      .slice(0, 200)
      .toLowerCase()
      .replace(/['’]/g, '')
      .match(/\p{L}+|\d+\p{L}*/gu) ?? [];
  const telling = words.filter((word) => !filler.has(word));
  // "the one" is no place, "one" and "number one" are.
  const [word = '', ...more] = telling.length > 0 ? telling : words.slice(-1).filter(() => isOne(words));
  return more.length === 0 ? placeOf(word) : undefined;
}

function isOne(words: readonly string[]): boolean {
  return words.length === 1 || /^(?:number|option|nummer)$/.test(words.at(-2) ?? '');
}

function placeOf(word: string): number | undefined {
  const digit = /^([1-9])(?:st|nd|rd|th|te|ter|tes|ten)?$/.exec(word)?.[1];
  if (digit !== undefined) return Number(digit);
  if (/^(?:last|letzte[nrs]?)$/.test(word)) return Number.POSITIVE_INFINITY;
  const stem = word.replace(/e[nrs]?$/, '');
  const found = [cardinals, ordinals, zahlen].map((list) => list.indexOf(word));
  const place = Math.max(...found, stem === word ? -1 : ordnung.indexOf(stem));
  return place < 0 ? undefined : place + 1;
}
