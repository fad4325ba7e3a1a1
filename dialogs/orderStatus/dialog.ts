import type { TurnContext } from 'botbuilder';
import { CancelAndHelpDialog } from '../cancelAndHelpDialog.ts';
import type { CreateDialog, DialogParts } from '../dialogParts.ts';
import type { FindOrderOptions } from '../findOrder.ts';
import { findOrderWaterfall, orderPrompts } from '../findOrder.ts';
import type { Order } from '../orders/orderSource.ts';
import { outcome } from '../outcome.ts';
import { sendCard } from '../sendCard.ts';

/** Shows where an order is: `order-status-v2`. */
class OrderStatusDialog extends CancelAndHelpDialog<FindOrderOptions> {
  constructor({ recognizer, orders, identity }: DialogParts) {
    super('orderStatus', recognizer);
    this.addDialog(
      findOrderWaterfall(
        orders,
        async (step, order) => {
          const shown = await sendStatus(step.context, order);
          const { orderId, status } = order;
          return step.endDialog(outcome('orderStatus', shown ? 'shown' : 'refused', { orderId }, { status }));
        },
        identity,
      ),
    );
    for (const prompt of orderPrompts()) this.addDialog(prompt);
  }
}

/** Makes the dialog of the intent `orderStatus`. */
export const createOrderStatus: CreateDialog = (parts) => new OrderStatusDialog(parts);

/** Sends the card that shows where an order is; answers whether it was shown. */
export async function sendStatus(context: TurnContext, order: Order): Promise<boolean> {
  const { lines: _, ...fields } = order;
  return sendCard(context, 'order-status-v2', fields);
}
