import { createShowOrder } from '../orderDialog.ts';
import type { Order } from '../orders/orderSource.ts';
import { sendCard } from '../say.ts';
import type { TurnContext } from '../sdk.ts';

/** Makes the dialog of the intent `orderStatus`: shows where an order is (`order-status-v2`). */
export const createOrderStatus = createShowOrder('orderStatus', sendStatus);

/** Sends the card that shows where an order is; answers whether it was shown. */
export async function sendStatus(context: TurnContext, order: Order): Promise<boolean> {
  const { lines: _, ...fields } = order;
  return sendCard(context, 'order-status-v2', fields);
}
