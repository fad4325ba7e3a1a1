import type { WrittenLanguage } from './language.ts';

/** Every intent that the dialogs know; `none` is said aloud, never guessed away. */
export const intentNames = [
  'orderStatus',
  'orderConfirmation',
  'cancelOrder',
  'productOffers',
  'returns',
  'contactSupport',
  'handoff',
  'help',
  'greeting',
  'identity',
  'cancel',
  'thanks',
  'none',
] as const;

/**
 * What a customer wants. `cancel` stops the dialog, `cancelOrder` an order; `returns` is all that a person does to an order:
 * returns, refunds, changes; `identity` asks who is talking; `handoff` comes from clicks only.
 */
export type IntentName = (typeof intentNames)[number];

/** What was understood. `score`: 0 to 1, exactly 1 for rules; entities: `orderId` (digits), `sku`. */
export interface Recognized {
  intent: IntentName;
  score: number;
  entities: Record<string, string>;
  /** The language of the utterance; without one it is told by its words. */
  language?: WrittenLanguage | undefined;
  /** What the same sentence wants, too: another wish, or the same for another order. */
  further?: readonly Recognized[];
}

/** Understands one utterance; `locale` is BCP 47. Text that it cannot place is `none`, not an error. */
export interface IntentRecognizer {
  recognize(utterance: string, locale: string): Promise<Recognized> | Recognized;
}
