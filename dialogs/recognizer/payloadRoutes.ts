import type { IntentName, Recognized } from './intentRecognizer.ts';
import { parseOrderId } from './orderNumber.ts';

/** A product's key in payloads: 1 to 40 letters, digits and dashes. */
export const skuPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/;

const payloadShape = /^[a-z][a-z.]*:\S*$/;

type Route = readonly [intent: IntentName, what: string];

const fixed: Readonly<Record<string, Route>> = {
  support: ['contactSupport', 'shows how to reach a person'],
  handoff: ['handoff', 'hands the conversation over to a person'],
  'menu:orders': ['orderStatus', 'asks for an order number and shows the order'],
  'menu:offers': ['productOffers', 'shows the offers'],
};

const withOrder: Readonly<Record<string, Route>> = {
  'order.track': ['orderStatus', 'shows where the order is'],
  'order.confirm': ['orderConfirmation', 'shows the confirmation of the order'],
  'order.cancel': ['cancelOrder', 'asks whether to cancel the order'],
  track: ['orderStatus', 'as `order.track`, for the cards of the first version'],
};

/** Every payload that the dialogs understand, as authors write it, and what it does. */
export const payloadForms: readonly (readonly [form: string, what: string])[] = [
  ...Object.entries(fixed).map(([name, [, what]]) => [name, what] as const),
  ...Object.entries(withOrder).map(([name, [, what]]) => [`${name}:NUMBER`, what] as const),
  ['product.choose:SKU', 'asks whether to order the product'],
];

/**
 * Reads a button's payload, such as `order.track:12345` or `product.choose:A-1`.
 *
 * Answers undefined for an ordinary sentence, and `none` for a payload that no card of ours carries: it comes
 * back through the browser, so anything may be in it.
 */
export function routeOf(text: string): Recognized | undefined {
  const payload = text.trim();
  if (Object.hasOwn(fixed, payload)) return understood(fixed[payload]?.[0]);
  if (!payloadShape.test(payload)) return undefined;
  const colon = payload.indexOf(':');
  const [name, argument] = [payload.slice(0, colon), payload.slice(colon + 1)];
  if (Object.hasOwn(withOrder, name)) {
    const orderId = parseOrderId(argument);
    return orderId === undefined ? understood('none') : understood(withOrder[name]?.[0], { orderId });
  }
  if (name === 'product.choose' && skuPattern.test(argument))
    return understood('productOffers', { sku: argument });
  return understood('none');
}

function understood(intent: IntentName = 'none', entities: Record<string, string> = {}): Recognized {
  return { intent, score: 1, entities };
}
