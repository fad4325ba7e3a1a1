import { randomUUID } from 'node:crypto';
import { createCancelOrder } from './cancelOrder/dialog.ts';
import { createContactSupport } from './contactSupport/dialog.ts';
import type { CreateDialog, DialogParts } from './contract.ts';
import { createHandoff } from './handoff/dialog.ts';
import { MainDialog } from './main/dialog.ts';
import { createOrderChoice } from './orderChoice/dialog.ts';
import { createOrderConfirmation } from './orderConfirmation/dialog.ts';
import { createOrderStatus } from './orderStatus/dialog.ts';
import { SampleOrders } from './orders/sampleOrders.ts';
import { createProductOffers } from './productOffers/dialog.ts';
import { EmbeddedRecognizer } from './recognizer/embeddedRecognizer.ts';

/** What the dialogs can be given; everything has a default. */
export interface DialogsOptions extends Partial<{ [K in keyof DialogParts]: DialogParts[K] | undefined }> {
  /** The clock of the sample orders. */
  now?: (() => Date) | undefined;
}

const allDialogs: readonly CreateDialog[] = [
  createOrderStatus,
  createOrderConfirmation,
  createCancelOrder,
  createProductOffers,
  createContactSupport,
  createHandoff,
  createOrderChoice,
];

/**
 * Puts the dialogs together; the result is stateless and serves every conversation. Run it with `runDialogs`.
 *
 * Defaults: an `EmbeddedRecognizer`, `SampleOrders` on the clock `now`, random UUIDs as references of purchases, and no
 * identity check.
 */
export function createMainDialog(options: DialogsOptions = {}): MainDialog {
  const { now = () => new Date(), recognizer = new EmbeddedRecognizer(), identity } = options;
  const { orders = new SampleOrders(now), newId = randomUUID, support = {} } = options;
  const parts: DialogParts = { recognizer, orders, newId, support, identity };
  return new MainDialog(
    recognizer,
    allDialogs.map((create) => create(parts)),
  );
}
