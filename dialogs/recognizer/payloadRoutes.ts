import { allWishes } from '../allWishes.ts';
import type { Wish } from '../wish.ts';
import type { IntentName, Recognized } from './intentRecognizer.ts';
import { parseOrderId } from './orderNumber.ts';

/** A product's key in payloads: 1 to 40 letters, digits and dashes. */
export const skuPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/;

const payloadShape = /^[a-z][a-z.]*:\S*$/;

/** The intent of a payload, and the kind of its argument after the colon. */
interface Route {
  readonly intent: IntentName;
  readonly argument: 'NUMBER' | 'SKU' | undefined;
}

const payloadsOf = ({ payloads = {} }: Wish): [form: string, what: string][] => Object.entries(payloads);

/** Every payload that the dialogs understand, as authors write it, and what it does. */
export const payloadForms: readonly (readonly [form: string, what: string])[] = allWishes.flatMap(payloadsOf);

const routes: ReadonlyMap<string, Route> = new Map(
  allWishes.flatMap((wish) =>
    payloadsOf(wish).map(([form]): [name: string, Route] => {
      const argument = form.endsWith(':NUMBER') ? 'NUMBER' : form.endsWith(':SKU') ? 'SKU' : undefined;
      const name = argument === undefined ? form : form.slice(0, -argument.length - 1);
      return [name, { intent: wish.intent, argument }];
    }),
  ),
);

/**
 * Reads a button's payload, such as `order.track:12345` or `product.choose:A-1`.
 *
 * Returns undefined for an ordinary sentence, and the intent `none` for an unknown payload: it comes back through the browser, so
 * it may hold anything.
 */
export function routeOf(text: string): Recognized | undefined {
  const payload = text.trim();
  const fixed = routes.get(payload);
  if (fixed !== undefined && fixed.argument === undefined) return createUnderstood(fixed.intent);
  if (!payloadShape.test(payload)) return undefined;
  const colon = payload.indexOf(':');
  const value = payload.slice(colon + 1);
  const { intent = 'none', argument } = routes.get(payload.slice(0, colon)) ?? {};
  const orderId = argument === 'NUMBER' ? parseOrderId(value) : undefined;
  if (orderId !== undefined) return createUnderstood(intent, { orderId });
  if (argument === 'SKU' && skuPattern.test(value)) return createUnderstood(intent, { sku: value });
  return createUnderstood('none');
}

function createUnderstood(intent: IntentName, entities: Record<string, string> = {}): Recognized {
  return { intent, score: 1, entities };
}
