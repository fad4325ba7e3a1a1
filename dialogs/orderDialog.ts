import { CancelAndHelpDialog } from './cancelAndHelpDialog.ts';
import {
  type CreateDialog,
  createOutcome,
  type DialogParts,
  type IdentityCheck,
  memoryOf,
  Redirect,
} from './contract.ts';
import type { Order, OrderSource } from './orders/orderSource.ts';
import { TextPrompt } from './prompts.ts';
import type { IntentName } from './recognizer/intentRecognizer.ts';
import { findOrderId } from './recognizer/orderNumber.ts';
import { routeOf } from './recognizer/payloadRoutes.ts';
import { createMessage, say, textsOf } from './say.ts';
import {
  type DialogContext,
  type DialogTurnResult,
  type TurnContext,
  WaterfallDialog,
  type WaterfallStepContext,
} from './sdk.ts';
import type { Understood } from './understand.ts';

const orderPromptId = 'orderNumber';
const postcodePromptId = 'postcode';
const waterfallId = 'findOrder';
const retries = 2;
const mostWrongPostcodes = 3;
const mostKnownOrders = 20;

/** The waterfall begins with an order number, if the customer named one; it sets the other options itself. */
interface FindOrderOptions {
  orderId?: string;
  /** How often the number was asked for again. */
  retry?: number;
  /** Whether the postcode was asked for. */
  isAsked?: boolean;
  /** The order number of the round before, which was not found. */
  missing?: string;
}

type FindOrderStep = WaterfallStepContext<FindOrderOptions>;

/** A dialog about one order of the customer: finds the order, asking for its number and postcode if need be, and calls `found`. */
export class OrderDialog extends CancelAndHelpDialog<FindOrderOptions> {
  constructor(
    intent: IntentName,
    { recognizer, orders, identity }: DialogParts,
    found: (step: FindOrderStep, order: Order) => Promise<DialogTurnResult>,
  ) {
    super(intent, recognizer);
    this.addDialog(findOrderWaterfall(orders, found, identity));
    this.addDialog(new TextPrompt(orderPromptId));
    this.addDialog(new TextPrompt(postcodePromptId));
  }

  protected override isAnswer(innerDC: DialogContext, understood: Understood): boolean {
    const { activeDialog, context } = innerDC;
    const { clicked, intent, entities } = understood;
    const text = context.activity.text ?? '';
    const isWritten = !clicked && intent !== 'none';
    if (isWritten && activeDialog?.id === postcodePromptId)
      return readPostcode(text) !== undefined || isWithoutNumber(text);
    if (super.isAnswer(innerDC, understood)) return true;
    const isNumber = intent === 'orderStatus' && entities.orderId !== undefined;
    return isWritten && activeDialog?.id === orderPromptId && (isNumber || isWithoutNumber(text));
  }
}

/** Makes the dialog of an intent that shows an order by a card; `show` returns whether the card was shown. */
export function createShowOrder(
  intent: IntentName,
  show: (context: TurnContext, order: Order) => Promise<boolean>,
): CreateDialog {
  return (parts) =>
    new OrderDialog(intent, parts, async (step, order) => {
      const shown = await show(step.context, order);
      const { orderId, status } = order;
      return step.endDialog(createOutcome(intent, shown ? 'shown' : 'refused', { orderId }, { status }));
    });
}

/**
 * A waterfall that finds the customer's order and calls `found`.
 *
 * With an identity check, a customer names the postcode of the order before he sees it; a customer who has signed in does not
 * find an order of somebody else. A number that cannot be read or is not found is asked for again, at most twice. After that, and
 * when the customer has no number, the waterfall leads to a person.
 */
function findOrderWaterfall(
  orders: OrderSource,
  found: (step: FindOrderStep, order: Order) => Promise<DialogTurnResult>,
  identity: IdentityCheck | undefined,
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

/** The step that reads the postcode. Right or wrong, the waterfall begins again with the same order. */
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

/** Asks for the postcode of an order. Leads to a person after too many wrong ones, or when the order system cannot check it. */
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

/** Values that the steps of one round share. */
function valuesOf(step: FindOrderStep): { orderId: string } {
  return step.values as { orderId: string };
}

/** Says whether the customer has no number: "I do not have it", "I lost the number", "die habe ich nicht zur Hand". */
function isWithoutNumber(answer: string): boolean {
  const without =
    /(?<!\p{L})(?:(?:do not|don['’]?t|dont|can(?:no|['’])?t|cant) (?:have|know|find|remember)|lost|forgot(?:ten)?|no idea|keine ahnung|nicht (?:zur hand|mehr|da|dabei|gefunden)|(?:finde|weiß|weiss|habe|hab|kenne)(?: \p{L}+){0,3} nicht|verloren|vergessen|keine (?:bestell)?nummer)(?!\p{L})/iu;
  return !/\p{Nd}/u.test(answer) && without.test(answer.slice(0, 200));
}

const around =
  /(?<!\p{L})(?:my|the|it|is|it['’]?s|post ?code|postal code|zip(?: code)?|meine|die|sie|ist|lautet|plz|postleitzahl)(?!\p{L})/giu;

/** The postcode of a text that holds only a postcode, without blanks and in capitals; undefined for every other text. */
export function readPostcode(text: string): string | undefined {
  const rest = text
    .slice(0, 100)
    .replace(around, ' ')
    .replace(/[\s.:,!-]+/g, '')
    .toUpperCase();
  return /^(?=.*\d)[A-Z\d]{3,10}$/.test(rest) ? rest : undefined;
}

/** Remembers that an order is the customer's. */
export function knowOrder(context: TurnContext, orderId: string): void {
  const memory = memoryOf(context);
  memory.ownOrders = [...(memory.ownOrders ?? []), orderId].slice(-mostKnownOrders);
}

/**
 * Says whose an order is: the customer's own, somebody else's (`foreign`), or unknown until the customer names its postcode.
 * It is `foreign` only if the customer has signed in and the order system knows its customers.
 */
async function ownerOf(
  context: TurnContext,
  check: IdentityCheck | undefined,
  orders: OrderSource,
  orderId: string,
): Promise<'own' | 'foreign' | 'unknown'> {
  if (check === undefined || memoryOf(context).ownOrders?.includes(orderId) === true) return 'own';
  const customerId = check.customerOf?.(context);
  if (customerId !== undefined && orders.isOrderOf !== undefined)
    return (await orders.isOrderOf(orderId, customerId)) ? 'own' : 'foreign';
  return check.isNeeded(context) ? 'unknown' : 'own';
}
