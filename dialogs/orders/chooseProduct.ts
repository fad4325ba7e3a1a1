import type { Product } from './orderSource.ts';
import { placeInList } from './placeInList.ts';

/**
 * Finds the product that a customer means: its sku, its place in the list (`2`, `the second one`), words of its name, or its
 * price among the others (`the cheapest`).
 *
 * Undefined when nothing fits, or two fit equally well.
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

// "I would like to take the desk lamp, please": what is left is the product.
const around =
  /(?<!\p{L})(?:i(?:['’]?ll|['’]?d)?|ich|we|wir|take|want|would|will|like|to|buy|order|get|have|the|an?|one|please|yes|nehme|möchte|hätte|gerne?|will|kaufe|bestelle|der|die|das|den|eine?n?|bitte|ja)(?!\p{L})/gu;

/** Says whether a text is nothing but a product: its place in the list (`2`), its sku, words of its name; no other sentence. */
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
