import type { CreateDialog } from '../dialogParts.ts';
import { OrderDialog } from '../orderDialog.ts';
import type { Order } from '../orders/orderSource.ts';
import { outcome } from '../outcome.ts';
import type { TurnContext } from '../sdk.ts';
import { sendCard } from '../sendCard.ts';

/** Makes the dialog of the intent `orderStatus`: shows where an order is (`order-status-v2`). */
export const createOrderStatus: CreateDialog = (parts) =>
  new OrderDialog('orderStatus', parts, async (step, order) => {
    const shown = await sendStatus(step.context, order);
    const { orderId, status } = order;
    return step.endDialog(outcome('orderStatus', shown ? 'shown' : 'refused', { orderId }, { status }));
  });

/** Sends the card that shows where an order is; answers whether it was shown. */
export async function sendStatus(context: TurnContext, order: Order): Promise<boolean> {
  const { lines: _, ...fields } = order;
  return sendCard(context, 'order-status-v2', fields);
}
