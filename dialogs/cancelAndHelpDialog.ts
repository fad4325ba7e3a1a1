import { createOutcome, memoryOf, Redirect } from './contract.ts';
import { OrdersUnavailable } from './orders/orderSource.ts';
import { confirmPromptId, readYesOrNo } from './prompts.ts';
import type { IntentName, IntentRecognizer } from './recognizer/intentRecognizer.ts';
import { say, textsOf } from './say.ts';
import {
  ActivityTypes,
  ComponentDialog,
  Dialog,
  type DialogContext,
  DialogContextError,
  type DialogTurnResult,
  DialogTurnStatus,
} from './sdk.ts';
import { type Understood, understand } from './understand.ts';

/**
 * A dialog that asks questions, and lets the customer out of them.
 *
 * While it waits for an answer, it answers help, a greeting and "are you a robot?" and asks its question again. Cancel stops it. A click
 * or another wish ends it with a `Redirect`. Else it ends with a `DialogOutcome`, also when the order system is unavailable.
 * Its id is its intent.
 */
export abstract class CancelAndHelpDialog<O extends object = object> extends ComponentDialog<O> {
  readonly #intent: IntentName;
  readonly #recognizer: IntentRecognizer;

  constructor(intent: IntentName, recognizer: IntentRecognizer) {
    super(intent);
    this.#intent = intent;
    this.#recognizer = recognizer;
  }

  protected override onBeginDialog(innerDC: DialogContext, options?: O): Promise<DialogTurnResult> {
    return this.#unlessAway(innerDC, super.onBeginDialog(innerDC, options));
  }

  protected override async onContinueDialog(innerDC: DialogContext): Promise<DialogTurnResult> {
    if (innerDC.context.activity.type !== ActivityTypes.Message) return Dialog.EndOfTurn;
    const understood = await understand(innerDC.context, this.#recognizer);
    if (!this.isAnswer(innerDC, understood)) return this.#interrupt(innerDC, understood);
    return this.#unlessAway(innerDC, super.onContinueDialog(innerDC));
  }

  /** Says whether the message answers the question of this dialog; the others are commands and other wishes. */
  protected isAnswer(innerDC: DialogContext, { clicked, intent, entities }: Understood): boolean {
    const { activeDialog, context } = innerDC;
    if (intent === 'none') return true;
    if (clicked) return false;
    if (activeDialog?.id === confirmPromptId) {
      // "Yes, cancel order 777" does not answer the question about another order.
      const isOther = entities.orderId !== undefined && entities.orderId !== memoryOf(context).orderId;
      const isRepeated = intent === 'cancelOrder' && intent === this.#intent;
      return !isOther && (isRepeated || readYesOrNo(context.activity.text) !== undefined);
    }
    return intent === this.#intent;
  }

  async #interrupt(innerDC: DialogContext, understood: Understood): Promise<DialogTurnResult> {
    const texts = textsOf(innerDC.context);
    const asides: Partial<Record<IntentName, string>> = {
      help: texts.helpInQuestion,
      greeting: texts.hello,
      identity: texts.identity,
    };
    const aside = asides[understood.intent];
    if (aside !== undefined) {
      await say(innerDC.context, aside);
      await innerDC.repromptDialog();
      return Dialog.EndOfTurn;
    }
    if (understood.intent !== 'cancel') return end(innerDC, new Redirect(understood));
    await say(innerDC.context, texts.stopped);
    return end(innerDC, createOutcome('cancel', 'stopped', {}, { stopped: this.#intent }));
  }

  async #unlessAway(innerDC: DialogContext, turn: Promise<DialogTurnResult>): Promise<DialogTurnResult> {
    try {
      return await turn;
    } catch (error) {
      const cause = error instanceof DialogContextError ? error.error : error;
      if (!(cause instanceof OrdersUnavailable)) throw error;
      await say(innerDC.context, textsOf(innerDC.context).ordersAway);
      return end(innerDC, createOutcome(this.#intent, 'unavailable'));
    }
  }
}

async function end(innerDC: DialogContext, result: object): Promise<DialogTurnResult> {
  await innerDC.cancelAllDialogs();
  return { status: DialogTurnStatus.complete, result };
}
