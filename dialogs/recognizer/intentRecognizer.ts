import { allWishes } from '../allWishes.ts';
import type { WrittenLanguage } from '../languages.ts';

/** What a customer wants: the name of a wish. */
export type IntentName = (typeof allWishes)[number]['intent'];

/** Every intent that the dialogs know. */
export const intentNames: readonly IntentName[] = allWishes.map(({ intent }) => intent);

/** The meaning of an utterance. `score`: 0 to 1, exactly 1 for rules; entities: `orderId` (digits), `sku`. */
export interface Recognized {
  intent: IntentName;
  score: number;
  entities: Record<string, string>;
  /** The language of the utterance; default: `languageOf` finds it. */
  language?: WrittenLanguage | undefined;
  /** Further wishes of the same sentence: another intent, or the same for another order. */
  further?: readonly Recognized[];
}

/** Understands one utterance; `locale` is BCP 47. The intent of a text that it does not understand is `none`; that is no error. */
export interface IntentRecognizer {
  recognize(utterance: string, locale: string): Promise<Recognized> | Recognized;
}
