import type { Product } from './orderSource.ts';

/**
 * Finds the product that a customer means: its sku, its place in the list (`2`), or words of its name.
 *
 * Undefined when nothing fits, or two fit equally well.
 */
export function chooseProduct(products: readonly Product[], text: string): Product | undefined {
  const answer = text.trim().slice(0, 200).toLowerCase();
  const exact = products.find((product) => product.sku.toLowerCase() === answer);
  if (exact !== undefined) return exact;
  if (/^\d\.?$/.test(answer)) return products[Number.parseInt(answer, 10) - 1];
  const said = wordsOf(answer);
  const scored = products.map((product) => ({
    product,
    score: inCommon(said, wordsOf(product.name)),
  }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  const candidates = scored.filter(({ score }) => score === best);
  return best > 0 && candidates.length === 1 ? candidates[0]?.product : undefined;
}

function inCommon(said: ReadonlySet<string>, name: ReadonlySet<string>): number {
  return [...said].filter((word) => name.has(word)).length;
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu));
}
