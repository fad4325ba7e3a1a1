import { CancelAndHelpDialog } from './cancelAndHelpDialog.ts';
import type { CreateDialog, DialogParts } from './dialogParts.ts';
import { type FindOrderOptions, type FindOrderStep, findOrderWaterfall, orderPrompts } from './findOrder.ts';
import type { Order } from './orders/orderSource.ts';
import { createOutcome } from './outcome.ts';
import type { IntentName } from './recognizer/intentRecognizer.ts';
import type { DialogTurnResult, TurnContext } from './sdk.ts';

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

/** Makes the dialog of an intent that shows an order by a card; `show` answers whether it was shown. */
export function createShowOrder(
  intent: IntentName,
  show: (context: TurnContext, order: Order) => Promise<boolean>,
): CreateDialog {
  return (parts) =>
    new OrderDialog(intent, parts, async (step, order) => {
      const shown = await show(step.context, order);
      const { orderId, status } = order;
      return step.endDialog(createOutcome(intent, shown ? 'shown' : 'refused', { orderId }, { status }));
    });
}
