import type { TurnContext } from 'botbuilder';
import { CancelAndHelpDialog } from './cancelAndHelpDialog.ts';
import type { FindOrderOptions } from './findOrder.ts';
import { findOrderWaterfall, orderPrompts } from './findOrder.ts';
import type { IdentityCheck } from './identity.ts';
import type { Order, OrderSource } from './orders/orderSource.ts';
import { outcome } from './outcome.ts';
import type { IntentRecognizer } from './recognizer/intentRecognizer.ts';
import { textsOf } from './say.ts';
import { sendCard } from './sendCard.ts';

/** Shows the confirmation of an order: `order-confirmation-v2`; of a cancelled one its status. */
export class OrderConfirmationDialog extends CancelAndHelpDialog<FindOrderOptions> {
  constructor(recognizer: IntentRecognizer, orders: OrderSource, identity?: IdentityCheck) {
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

/** Sends the confirmation card of an order; answers whether it was shown. */
export async function sendConfirmation(context: TurnContext, order: Order): Promise<boolean> {
  if (order.status === 'cancelled') return sendCard(context, 'order-status-v1', { ...order });
  const texts = textsOf(context);
  return sendCard(context, 'order-confirmation-v2', {
    title: texts.confirmationTitle,
    description: texts.confirmationDescription,
    actions: [
      { label: texts.trackOrder, type: 'postback', value: `track:${order.orderId}` },
      { label: texts.contactSupport, type: 'webchat', value: 'support' },
    ],
  });
}
