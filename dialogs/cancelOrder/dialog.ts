import { type CreateDialog, createOutcome, type DialogParts } from '../contract.ts';
import { OrderDialog } from '../orderDialog.ts';
import { sendStatus } from '../orderStatus/dialog.ts';
import { answerTo } from '../orders/orderSource.ts';
import { askToConfirm, confirmPromptId, createConfirmPrompt, readYesOrNo } from '../prompts.ts';
import { say, textsOf } from '../say.ts';
import { WaterfallDialog } from '../sdk.ts';
import { texts as own } from './texts.ts';

const confirmId = 'confirmCancel';

/** Cancels an order that is still in processing, after a clear yes; then shows it as cancelled. */
class CancelOrderDialog extends OrderDialog {
  constructor(parts: DialogParts) {
    const { orders } = parts;
    super('cancelOrder', parts, async (step, { orderId, status }) => {
      if (status === 'processing') return step.replaceDialog(confirmId, { orderId });
      await say(step.context, textsOf(step.context, own).tooLate[status](orderId));
      return step.endDialog(createOutcome('cancelOrder', 'tooLate', { orderId }, { status }));
    });
    this.addDialog(
      new WaterfallDialog<{ orderId: string }>(confirmId, [
        async (step) => {
          const texts = textsOf(step.context, own);
          return step.prompt(confirmPromptId, askToConfirm(texts.askCancel(step.options.orderId), texts));
        },
        async (step) => {
          const { orderId } = step.options;
          const texts = textsOf(step.context, own);
          if (readYesOrNo(String(step.result)) !== true) {
            await say(step.context, texts.kept(orderId));
            return step.endDialog(createOutcome('cancelOrder', 'declined', { orderId }));
          }
          const order = await answerTo(orders.cancel(orderId));
          if (order === undefined) {
            await say(step.context, texts.changeUnsure);
            return step.endDialog(createOutcome('cancelOrder', 'unavailable', { orderId }));
          }
          const { status } = order;
          if (status !== 'cancelled') {
            await say(step.context, texts.tooLate[status](orderId));
            return step.endDialog(createOutcome('cancelOrder', 'tooLate', { orderId }, { status }));
          }
          await say(step.context, texts.cancelled(orderId));
          await sendStatus(step.context, order);
          return step.endDialog(createOutcome('cancelOrder', 'cancelled', { orderId }, { status }));
        },
      ]),
    );
    this.addDialog(createConfirmPrompt());
  }
}

/** Makes the dialog of the intent `cancelOrder`. */
export const createCancelOrder: CreateDialog = (parts) => new CancelOrderDialog(parts);
