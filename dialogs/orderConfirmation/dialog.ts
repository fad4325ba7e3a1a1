import type { TurnContext } from 'botbuilder';
import { CancelAndHelpDialog } from '../cancelAndHelpDialog.ts';
import type { CreateDialog, DialogParts } from '../dialogParts.ts';
import type { FindOrderOptions } from '../findOrder.ts';
import { findOrderWaterfall, orderPrompts } from '../findOrder.ts';
import { sendStatus } from '../orderStatus/dialog.ts';
import type { Order } from '../orders/orderSource.ts';
import { outcome } from '../outcome.ts';
import { sendCard } from '../sendCard.ts';

const linesShown = 9;

/** Shows the confirmation of an order: `order-confirmation-v3`; of a cancelled one its status. */
class OrderConfirmationDialog extends CancelAndHelpDialog<FindOrderOptions> {
  constructor({ recognizer, orders, identity }: DialogParts) {
    super('orderConfirmation', recognizer);
    this.addDialog(
      findOrderWaterfall(
        orders,
        async (step, order) => {
          const shown = await sendConfirmation(step.context, order);
          const { orderId, status } = order;
          return step.endDialog(
            outcome('orderConfirmation', shown ? 'shown' : 'refused', { orderId }, { status }),
          );
        },
        identity,
      ),
    );
    for (const prompt of orderPrompts()) this.addDialog(prompt);
  }
}

/** Makes the dialog of the intent `orderConfirmation`. */
export const createOrderConfirmation: CreateDialog = (parts) => new OrderConfirmationDialog(parts);

/** Sends the confirmation card of an order; answers whether it was shown. */
export async function sendConfirmation(context: TurnContext, order: Order): Promise<boolean> {
  if (order.status === 'cancelled') return sendStatus(context, order);
  const { orderId, placedOn, expectedOn, itemCount, total, currency, lines = [] } = order;
  const further = lines.length - linesShown;
  return sendCard(context, 'order-confirmation-v3', {
    orderId,
    placedOn,
    ...(expectedOn !== undefined && { expectedOn }),
    itemCount,
    total,
    currency,
    lines: lines.slice(0, linesShown),
    ...(further > 0 && { furtherLines: further }),
  });
}
