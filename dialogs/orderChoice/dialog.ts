import { type CreateDialog, type DialogParts, memoryOf } from '../contract.ts';
import { answerTo, type OrderSource } from '../orders/orderSource.ts';
import { createMessage, textsOf } from '../say.ts';
import { ActionTypes, Dialog, type DialogContext, type DialogTurnResult, MessageFactory } from '../sdk.ts';
import { texts as own } from './texts.ts';

/** The dialog's id; no intent leads to it. */
export const orderChoiceId = 'orderChoice';
/** The dialog's result for a number that is no order's. */
export const orderUnknown = 'orderUnknown';

/** The order that the sentence named. */
export interface OrderChoiceOptions {
  orderId: string;
}

/** For a sentence that was not understood but names an order: asks what to do with it. */
class OrderChoiceDialog extends Dialog<OrderChoiceOptions> {
  readonly #orders: OrderSource;

  constructor({ orders }: DialogParts) {
    super(orderChoiceId);
    this.#orders = orders;
  }

  override async beginDialog(dc: DialogContext, options?: OrderChoiceOptions): Promise<DialogTurnResult> {
    // An order system that is away must not answer a sentence that nobody understood.
    const order = options && (await answerTo(this.#orders.find(options.orderId)));
    if (order === undefined) return dc.endDialog(orderUnknown);
    const { context } = dc;
    const { orderId, status } = order;
    memoryOf(context).orderId = orderId;
    const texts = textsOf(context, own);
    const choices: readonly [title: string, payload: string][] = [
      [texts.showStatus, `order.track:${orderId}`],
      [texts.showConfirmation, `order.confirm:${orderId}`],
      ...(status === 'processing'
        ? [[texts.cancelOrder, `order.cancel:${orderId}`] as [string, string]]
        : []),
      [texts.contactSupport, 'support'],
    ];
    await context.sendActivity({
      ...MessageFactory.suggestedActions(
        choices.map(([title, value]) => ({ type: ActionTypes.PostBack, title, value })),
      ),
      ...createMessage(texts.askWhatToDo(orderId)),
    });
    await dc.endDialog();
    return Dialog.EndOfTurn;
  }
}

/** Makes the dialog for an order that a sentence names without a wish. */
export const createOrderChoice: CreateDialog = (parts) => new OrderChoiceDialog(parts);
