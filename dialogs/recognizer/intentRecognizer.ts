import { allWishes } from '../allWishes.ts';
import type { WrittenLanguage } from './language.ts';

/** What a customer wants: the name of a wish. */
export type IntentName = (typeof allWishes)[number]['intent'];

/** Every intent that the dialogs know. */
export const intentNames: readonly IntentName[] = allWishes.map(({ intent }) => intent);

/** What was understood. `score`: 0 to 1, exactly 1 for rules; entities: `orderId` (digits), `sku`. */
export interface Recognized {
  intent: IntentName;
  score: number;
  entities: Record<string, string>;
  /** The language of the utterance; default: found by its words. */
  language?: WrittenLanguage | undefined;
  /** What the same sentence wants, too: another wish, or the same for another order. */
  further?: readonly Recognized[];
}

/** Understands one utterance; `locale` is BCP 47. Text that it cannot place is `none`, not an error. */
export interface IntentRecognizer {
  recognize(utterance: string, locale: string): Promise<Recognized> | Recognized;
}
