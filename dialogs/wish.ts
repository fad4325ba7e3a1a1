import type { Translated } from './texts/texts.ts';

/** Texts of a dialog; `again` has other words for those that may be said twice, by their names. */
export interface DialogTexts {
  readonly [name: string]: unknown;
  readonly again?: Readonly<Record<string, readonly string[]>>;
}

/** Something that customers want: how they say it, and the payloads of the buttons that ask for it. */
export interface Wish<Intent extends string = string> {
  readonly intent: Intent;
  /**
   * Entities that the outcome of its dialog may name, such as `orderId`. Undefined: it is answered in passing and no dialog
   * ends with it.
   */
  readonly endsWith?: readonly string[];
  /**
   * Each payload with what it does. `:NUMBER` at its end stands for the number of an order, `:SKU` for the key of a product.
   * Default: no button asks for it.
   */
  readonly payloads?: Readonly<Record<string, string>>;
  /** Sentences that the intent model learns from, in every language. Default: it comes from clicks only. */
  readonly examples?: readonly string[];
  /** What the dialog for it says, besides the shared texts. */
  readonly texts?: Translated<DialogTexts>;
}

/** Types a wish by the name of its intent. */
export function defineWish<const Intent extends string>(wish: Wish<Intent>): Wish<Intent> {
  return wish;
}
