import type { IntentName, Recognized } from './intentRecognizer.ts';
import { parseOrderId } from './orderNumber.ts';

/** A product's key in payloads: 1 to 40 letters, digits and dashes. */
export const skuPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/;

const payloadShape = /^[a-z][a-z.]*:\S*$/;

const fixed: Readonly<Record<string, IntentName>> = {
  support: 'contactSupport',
  handoff: 'handoff',
  'menu:orders': 'orderStatus',
  'menu:offers': 'productOffers',
};

const withOrder: Readonly<Record<string, IntentName>> = {
  'order.cancel': 'cancelOrder',
  'order.track': 'orderStatus',
  'order.confirm': 'orderConfirmation',
  track: 'orderStatus',
};

/**
 * Reads a button's payload, such as `order.track:12345` or `product.choose:A-1`.
 *
 * Answers undefined for an ordinary sentence, and `none` for a payload that no card of ours carries: it comes
 * back through the browser, so anything may be in it.
 */
export function routeOf(text: string): Recognized | undefined {
  const payload = text.trim();
  if (Object.hasOwn(fixed, payload)) return understood(fixed[payload]);
  if (!payloadShape.test(payload)) return undefined;
  const colon = payload.indexOf(':');
  const [name, argument] = [payload.slice(0, colon), payload.slice(colon + 1)];
  if (Object.hasOwn(withOrder, name)) {
    const orderId = parseOrderId(argument);
    return orderId === undefined ? understood('none') : understood(withOrder[name], { orderId });
  }
  if (name === 'product.choose' && skuPattern.test(argument))
    return understood('productOffers', { sku: argument });
  return understood('none');
}

function understood(intent: IntentName = 'none', entities: Record<string, string> = {}): Recognized {
  return { intent, score: 1, entities };
}
