import type { Product } from './orderSource.ts';

/**
 * Finds the product that a customer means: its sku, its place in the list (`2`), or words of its name.
 *
 * Undefined when nothing fits, or two fit equally well.
 */
export function chooseProduct(products: readonly Product[], text: string): Product | undefined {
  const answer = text.trim().slice(0, 200).toLowerCase();
  const exact = products.find((product) => isSame(product.sku, answer));
  if (exact !== undefined) return exact;
  if (isPlace(answer)) return products[Number.parseInt(answer, 10) - 1];
  const said = wordsOf(answer);
  const scored = products.map((product) => ({
    product,
    score: inCommon(said, wordsOf(product.name)),
  }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  const candidates = scored.filter(({ score }) => score === best);
  return best > 0 && candidates.length === 1 ? candidates[0]?.product : undefined;
}

/** Says whether a text is a place in a list of products (`2`) or one of their skus, and not a sentence. */
export function isPlaceOrSku(skus: readonly string[], text: string): boolean {
  const answer = text.trim();
  return isPlace(answer) || skus.some((sku) => isSame(sku, answer));
}

function isPlace(answer: string): boolean {
  return /^\d\.?$/.test(answer);
}

function isSame(sku: string, answer: string): boolean {
  return sku.toLowerCase() === answer.toLowerCase();
}

function inCommon(said: ReadonlySet<string>, name: ReadonlySet<string>): number {
  return [...said].filter((word) => name.has(word)).length;
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu));
}
