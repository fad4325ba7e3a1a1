import { createShowOrder } from '../orderDialog.ts';
import { sendStatus } from '../orderStatus/dialog.ts';
import type { Order } from '../orders/orderSource.ts';
import { sendCard } from '../say.ts';
import type { TurnContext } from '../sdk.ts';

const linesShown = 9;

/** Makes the dialog of the intent `orderConfirmation`: shows `order-confirmation-v3`; of a cancelled order its status. */
export const createOrderConfirmation = createShowOrder('orderConfirmation', sendConfirmation);

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
