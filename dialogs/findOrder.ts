import type { IdentityCheck } from './identity.ts';
import { knowOrder, mostWrongPostcodes, ownerOf, readPostcode } from './identity.ts';
import { memoryOf } from './memory.ts';
import type { Order, OrderSource } from './orders/orderSource.ts';
import { Redirect } from './outcome.ts';
import { findOrderId } from './recognizer/orderNumber.ts';
import { routeOf } from './recognizer/payloadRoutes.ts';
import { createMessage, say, textsOf } from './say.ts';
import { type DialogTurnResult, WaterfallDialog, type WaterfallStepContext } from './sdk.ts';
import { TextPrompt } from './textPrompt.ts';

/** The id of the prompt for an order number in the dialogs that have one. */
export const orderPromptId = 'orderNumber';

/** The id of the prompt for the postcode of an order. */
export const postcodePromptId = 'postcode';

const waterfallId = 'findOrder';
const retries = 2;

/** What the waterfall starts with: an order number, if the customer named one. */
export interface FindOrderOptions {
  orderId?: string;
  /** Round of asking again; set by the waterfall itself. */
  retry?: number;
  /** The postcode was asked for; set by the waterfall itself. */
  isAsked?: boolean;
  /** The order number of the round before, which was not found; set by the waterfall itself. */
  missing?: string;
}

/** The step at which an order was found. */
export type FindOrderStep = WaterfallStepContext<FindOrderOptions>;

/** The prompts of `findOrderWaterfall`. */
export function orderPrompts(): TextPrompt[] {
  return [new TextPrompt(orderPromptId), new TextPrompt(postcodePromptId)];
}

/**
 * A waterfall that finds the customer's order, asking for its number if need be, and goes on with `found`.
 *
 * Whom the identity check asks sees an order after he has named its postcode; to a customer who has signed in, an order of
 * somebody else is one that is not known. A number that cannot be read or is not known is asked for again, twice at most; then,
 * and when the customer has no number at hand, it leads to a person.
 */
export function findOrderWaterfall(
  orders: OrderSource,
  found: (step: FindOrderStep, order: Order) => Promise<DialogTurnResult>,
  identity?: IdentityCheck,
): WaterfallDialog<FindOrderOptions> {
  return new WaterfallDialog<FindOrderOptions>(waterfallId, [
    async (step) => {
      const { orderId, retry = 0, missing } = step.options;
      if (orderId !== undefined) return step.next(orderId);
      const texts = textsOf(step.context);
      if (retry > retries) {
        await say(step.context, texts.orderGivenUp);
        return step.endDialog(Redirect.toSupport('orderNotFound'));
      }
      if (missing !== undefined)
        return step.prompt(orderPromptId, createMessage(texts.orderNotFound(missing)));
      return step.prompt(orderPromptId, createMessage(retry === 0 ? texts.askOrder : texts.orderNotRead));
    },
    async (step) => {
      const answer = String(step.result);
      if (isWithoutNumber(answer)) {
        await say(step.context, textsOf(step.context).orderNotAtHand);
        return step.endDialog(Redirect.toSupport('orderNotFound'));
      }
      const orderId = routeOf(answer) === undefined ? findOrderId(answer) : undefined;
      const order = orderId === undefined ? undefined : await orders.find(orderId);
      if (order !== undefined) {
        const owner = await ownerOf(step.context, identity, orders, order.orderId);
        if (owner === 'unknown') return askPostcode(step, orders, order.orderId);
        if (owner === 'own') {
          memoryOf(step.context).orderId = order.orderId;
          return found(step, order);
        }
      }
      const retry = (step.options.retry ?? 0) + 1;
      return step.replaceDialog(waterfallId, { retry, ...(orderId !== undefined && { missing: orderId }) });
    },
    ...(identity === undefined ? [] : [checkPostcode(orders)]),
  ]);
}

/** The step that reads the postcode: right or wrong, the waterfall begins again with the same order. */
function checkPostcode(orders: OrderSource): (step: FindOrderStep) => Promise<DialogTurnResult> {
  return async (step) => {
    const { orderId } = valuesOf(step);
    const answer = String(step.result);
    if (isWithoutNumber(answer)) return leadToPerson(step);
    const postcode = readPostcode(answer);
    if (postcode !== undefined && (await orders.belongsTo?.(orderId, postcode)) === true)
      knowOrder(step.context, orderId);
    else {
      const memory = memoryOf(step.context);
      memory.wrongPostcodes = (memory.wrongPostcodes ?? 0) + 1;
    }
    return step.replaceDialog(waterfallId, { orderId, isAsked: true });
  };
}

/** Asks for the postcode of an order, or leads to a person who can check who the customer is. */
async function askPostcode(
  step: FindOrderStep,
  orders: OrderSource,
  orderId: string,
): Promise<DialogTurnResult> {
  const isGuessing = (memoryOf(step.context).wrongPostcodes ?? 0) >= mostWrongPostcodes;
  if (orders.belongsTo === undefined || isGuessing) return leadToPerson(step);
  const texts = textsOf(step.context);
  valuesOf(step).orderId = orderId;
  const text = step.options.isAsked === true ? texts.postcodeWrong : texts.askPostcode(orderId);
  return step.prompt(postcodePromptId, createMessage(text));
}

async function leadToPerson(step: FindOrderStep): Promise<DialogTurnResult> {
  await say(step.context, textsOf(step.context).notIdentified);
  return step.endDialog(Redirect.toSupport('notIdentified'));
}

/** What the steps of one round hand on. */
function valuesOf(step: FindOrderStep): { orderId: string } {
  return step.values as { orderId: string };
}

/** Says whether the customer has no number at hand: "I do not have it", "I lost the number", "die habe ich nicht zur Hand". */
export function isWithoutNumber(answer: string): boolean {
  const without =
    /(?<!\p{L})(?:(?:do not|don['’]?t|dont|can(?:no|['’])?t|cant) (?:have|know|find|remember)|lost|forgot(?:ten)?|no idea|keine ahnung|nicht (?:zur hand|mehr|da|dabei|gefunden)|(?:finde|weiß|weiss|habe|hab|kenne)(?: \p{L}+){0,3} nicht|verloren|vergessen|keine (?:bestell)?nummer)(?!\p{L})/iu;
  return !/\p{Nd}/u.test(answer) && without.test(answer.slice(0, 200));
}
