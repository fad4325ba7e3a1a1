import { randomUUID } from 'node:crypto';
import { CancelOrderDialog } from './cancelOrderDialog.ts';
import type { Support } from './contactSupportDialog.ts';
import { ContactSupportDialog } from './contactSupportDialog.ts';
import { HandoffDialog } from './handoffDialog.ts';
import type { IdentityCheck } from './identity.ts';
import { MainDialog } from './mainDialog.ts';
import { OrderChoiceDialog } from './orderChoiceDialog.ts';
import { OrderConfirmationDialog } from './orderConfirmationDialog.ts';
import { OrderStatusDialog } from './orderStatusDialog.ts';
import type { OrderSource } from './orders/orderSource.ts';
import { SampleOrders } from './orders/sampleOrders.ts';
import { ProductOffersDialog } from './productOffersDialog.ts';
import { EmbeddedRecognizer } from './recognizer/embeddedRecognizer.ts';
import type { IntentRecognizer } from './recognizer/intentRecognizer.ts';

/** What the dialogs can be given; everything has a default. */
export interface DialogsOptions {
  /** Default: an `EmbeddedRecognizer`, trained now (about 0.1 s). */
  recognizer?: IntentRecognizer | undefined;
  /** Default: `SampleOrders` on the clock `now`. */
  orders?: OrderSource | undefined;
  now?: (() => Date) | undefined;
  /** Makes references of purchases; default: random UUIDs. */
  newId?: (() => string) | undefined;
  support?: Support | undefined;
  /** Default: whoever names an order number sees the order. */
  identity?: IdentityCheck | undefined;
}

/** Puts the dialogs together; the result is stateless and serves every conversation. Run it with `runDialogs`. */
export function createMainDialog(options: DialogsOptions = {}): MainDialog {
  const {
    recognizer = new EmbeddedRecognizer(),
    now = () => new Date(),
    newId = randomUUID,
    support = {},
    identity,
  } = options;
  const { orders = new SampleOrders(now) } = options;
  return new MainDialog(recognizer, [
    new OrderStatusDialog(recognizer, orders, identity),
    new OrderConfirmationDialog(recognizer, orders, identity),
    new CancelOrderDialog(recognizer, orders, identity),
    new ProductOffersDialog(recognizer, orders, newId),
    new ContactSupportDialog(support),
    new HandoffDialog(),
    new OrderChoiceDialog(orders),
  ]);
}
