import type { Translated } from './languages.ts';

/** Texts of a dialog; `again` has other words, by the name of a text, for a text that may be said twice. */
export interface DialogTexts {
  readonly [name: string]: unknown;
  readonly again?: Readonly<Record<string, readonly string[]>>;
}

/** Something that customers want, with the sentences and the payloads of buttons that ask for it. */
export interface Wish<Intent extends string = string> {
  readonly intent: Intent;
  /**
   * Entities that the outcome of its dialog may have, such as `orderId`. Undefined: the main dialog answers it, and no dialog ends
   * with it.
   */
  readonly endsWith?: readonly string[];
  /**
   * Each payload with what it does. `:NUMBER` at its end is the number of an order, `:SKU` the key of a product. Default: none.
   */
  readonly payloads?: Readonly<Record<string, string>>;
  /** Sentences from which the intent model learns, in every language. Default: only clicks ask for it. */
  readonly examples?: readonly string[];
  /** The texts of its dialog, besides the shared ones. */
  readonly texts?: Translated<DialogTexts>;
}

/** Defines a wish; its type keeps the name of the intent. */
export function defineWish<const Intent extends string>(wish: Wish<Intent>): Wish<Intent> {
  return wish;
}
