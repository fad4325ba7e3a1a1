import { CancelAndHelpDialog } from './cancelAndHelpDialog.ts';
import type { DialogParts } from './dialogParts.ts';
import { type FindOrderOptions, type FindOrderStep, findOrderWaterfall, orderPrompts } from './findOrder.ts';
import type { Order } from './orders/orderSource.ts';
import type { IntentName } from './recognizer/intentRecognizer.ts';
import type { DialogTurnResult } from './sdk.ts';

/** A dialog about one order of the customer: it finds the order, and goes on with `found`. */
export class OrderDialog extends CancelAndHelpDialog<FindOrderOptions> {
  constructor(
    intent: IntentName,
    { recognizer, orders, identity }: DialogParts,
    found: (step: FindOrderStep, order: Order) => Promise<DialogTurnResult>,
  ) {
    super(intent, recognizer);
    this.addDialog(findOrderWaterfall(orders, found, identity));
    for (const prompt of orderPrompts()) this.addDialog(prompt);
  }
}
