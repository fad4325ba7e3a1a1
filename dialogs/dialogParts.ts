import type { IdentityCheck } from './identity.ts';
import type { OrderSource } from './orders/orderSource.ts';
import type { IntentRecognizer } from './recognizer/intentRecognizer.ts';
import type { Dialog } from './sdk.ts';

/** How people are reached: opening hours (default: those in the texts) and a phone number such as `+4930123456`. */
export interface Support {
  hours?: string | undefined;
  phone?: string | undefined;
}

/** What a dialog is made of. */
export interface DialogParts {
  readonly recognizer: IntentRecognizer;
  readonly orders: OrderSource;
  /** Makes references of purchases. */
  readonly newId: () => string;
  readonly support: Support;
  /** Undefined: a customer who names an order number sees the order. */
  readonly identity: IdentityCheck | undefined;
}

/** Makes a dialog; its id is the intent that begins it. */
export type CreateDialog = (parts: DialogParts) => Dialog;
