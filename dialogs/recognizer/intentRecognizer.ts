/** Every intent that the dialogs know; `none` is said aloud, never guessed away. */
export const intentNames = [
  'orderStatus',
  'orderConfirmation',
  'cancelOrder',
  'productOffers',
  'contactSupport',
  'handoff',
  'help',
  'cancel',
  'thanks',
  'none',
] as const;

/** What a customer wants. `cancel` stops the dialog, `cancelOrder` an order; `handoff` comes from clicks only. */
export type IntentName = (typeof intentNames)[number];

/** What was understood. `score`: 0 to 1, exactly 1 for rules; entities: `orderId` (digits), `sku`. */
export interface Recognized {
  intent: IntentName;
  score: number;
  entities: Record<string, string>;
}

/** Understands one utterance; `locale` is BCP 47. Text that it cannot place is `none`, not an error. */
export interface IntentRecognizer {
  recognize(utterance: string, locale: string): Promise<Recognized> | Recognized;
}
