import type { Product } from './orderSource.ts';

/**
 * Finds the product that a customer means: its sku, its place in the list (`2`, `the second one`), words of its name, or its
 * price among the others (`the cheapest`).
 *
 * Returns undefined when none fits, or two fit equally well.
 */
export function chooseProduct(products: readonly Product[], text: string): Product | undefined {
  const answer = text.trim().slice(0, 200).toLowerCase();
  const exact = products.find((product) => isSame(product.sku, answer));
  if (exact !== undefined) return exact;
  const place = placeInList(answer);
  if (place !== undefined) return place > 9 ? products.at(-1) : products[place - 1];
  const said = wordsOf(answer);
  const scored = products.map((product) => ({
    product,
    score: countCommonWords(said, wordsOf(product.name)),
  }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  const candidates = scored.filter(({ score }) => score === best);
  if (best === 0) return chooseByPrice(products, answer);
  return candidates.length === 1 ? candidates[0]?.product : undefined;
}

// "I would like to take the desk lamp, please": without these words only the product is left.
const around =
  /(?<!\p{L})(?:i(?:['’]?ll|['’]?d)?|ich|we|wir|take|want|would|will|like|to|buy|order|get|have|the|an?|one|please|yes|nehme|möchte|hätte|gerne?|will|kaufe|bestelle|der|die|das|den|eine?n?|bitte|ja)(?!\p{L})/gu;

/** Says whether a text only names a product: its place in the list (`2`), its sku, words of its name. */
export function isProductOnly(products: readonly Pick<Product, 'sku' | 'name'>[], text: string): boolean {
  const answer = text.trim().slice(0, 200).toLowerCase();
  if (placeInList(answer) !== undefined || products.some(({ sku }) => isSame(sku, answer))) return true;
  const said = wordsOf(answer.replace(around, ' '));
  return said.size > 0 && products.some(({ name }) => countCommonWords(said, wordsOf(name)) === said.size);
}

const cheapest =
  /(?<!\p{L})(?:cheapest|least expensive|günstigste\p{L}?|billigste\p{L}?|preiswerteste\p{L}?)(?!\p{L})/u;
const dearest = /(?<!\p{L})(?:most expensive|priciest|dearest|teuerste\p{L}?)(?!\p{L})/u;

function chooseByPrice(products: readonly Product[], answer: string): Product | undefined {
  const sign = cheapest.test(answer) ? 1 : dearest.test(answer) ? -1 : undefined;
  if (sign === undefined || new Set(products.map(({ currency }) => currency)).size !== 1) return undefined;
  const [first, second] = [...products].sort((a, b) => sign * (a.price - b.price));
  return first?.price === second?.price ? undefined : first;
}

function isSame(sku: string, answer: string): boolean {
  return sku.toLowerCase() === answer.toLowerCase();
}

function countCommonWords(said: ReadonlySet<string>, name: ReadonlySet<string>): number {
  return [...said].filter((word) => name.has(word)).length;
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu));
}

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
 * Reads a place in a list, counted from 1: `2`, `#2`, `number 2`, `the second one`, `die zweite`, `the last one`.
 *
 * Returns Infinity for the last place; undefined for two places in one text, and for a text that says anything else.
 */
function placeInList(text: string): number | undefined {
  // A-1 is the name of a product.
  if (/\p{L}-\d|\d-\p{L}/u.test(text)) return undefined;
  const words =
    text
      .slice(0, 200)
      .toLowerCase()
      .replace(/['’]/g, '')
      .match(/\p{L}+|\d+\p{L}*/gu) ?? [];
  const telling = words.filter((word) => !filler.has(word));
  // "the one" is not a place; "one" and "number one" are.
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
