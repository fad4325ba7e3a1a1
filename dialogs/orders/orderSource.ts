import { z } from 'zod';
import { orderIdPattern } from '../recognizer/orderNumber.ts';
import { skuPattern } from '../recognizer/payloadRoutes.ts';

const currency = z.string().regex(/^[A-Z]{3}$/);
const webAddress = z.url({ protocol: /^https$/ }).max(2_048);

/**
 * An order as the order system returns it; amounts in whole units of an ISO 4217 currency, dates `YYYY-MM-DD`. An invalid picture
 * or an invalid list of lines is left out.
 */
export const orderSchema = z.object({
  orderId: z.string().regex(orderIdPattern),
  status: z.enum(['processing', 'shipped', 'delivered', 'cancelled']),
  itemCount: z.int().min(1).max(1_000),
  total: z.number().min(0).max(1e9),
  currency,
  placedOn: z.iso.date(),
  expectedOn: z.iso.date().optional(),
  carrier: z.string().min(1).max(80).optional(),
  trackingUrl: webAddress.optional(),
  /** A picture of how the order is now. */
  pictureUrl: webAddress.optional().catch(undefined),
  /** The ordered products; `amount` is for the whole line. */
  lines: z
    .array(
      z.object({
        name: z.string().min(1).max(70),
        quantity: z.int().min(1).max(1_000),
        amount: z.number().min(0).max(1e9),
      }),
    )
    .max(1_000)
    .optional()
    .catch(undefined),
});

/** A product on offer. */
export const productSchema = z.object({
  sku: z.string().regex(skuPattern),
  name: z.string().min(1).max(80),
  description: z.string().min(1).max(300).optional(),
  price: z.number().min(0).max(1e9),
  currency,
  imageUrl: webAddress.optional(),
  url: webAddress.optional(),
});

/** An order; its fields are those of the templates `order-status-v2` and `order-confirmation-v3`. */
export type Order = z.infer<typeof orderSchema>;
/** A product; its fields are those of a product in the template `product-offers-v2`. */
export type Product = z.infer<typeof productSchema>;

/**
 * A source of orders and offers. Every call rejects with `OrdersUnavailable` when the order system does not answer, or not as
 * expected; any other rejection is a bug of the source.
 *
 * A source does not know who asks; the identity check uses `belongsTo` and `isOrderOf`. Without `belongsTo` a customer who must be
 * checked is led to a person. Without `isOrderOf` a customer who has signed in sees every order.
 */
export interface OrderSource {
  /** The order, or undefined when there is none with this number (3 to 12 digits). */
  find(orderId: string): Promise<Order | undefined>;
  /** Says whether an order was sent to a postcode (capitals and digits, no blanks). */
  belongsTo?(orderId: string, postcode: string): Promise<boolean>;
  /** Says whether an order is of a customer who has signed in, by the id that the company's sign-in gave Genesys. */
  isOrderOf?(orderId: string, customerId: string): Promise<boolean>;
  /** Cancels the order if that is still possible; returns the order as it is now, undefined when there is none. */
  cancel(orderId: string): Promise<Order | undefined>;
  /** The present offers, the best first. */
  offers(): Promise<Product[]>;
  /** Orders one piece of a product; the same `reference` again is the same order. Undefined: no such product. */
  place(sku: string, reference: string): Promise<Order | undefined>;
}

/** The order system cannot be reached, is too slow, or answers not as expected. The message holds no customer's data. */
export class OrdersUnavailable extends Error {
  override readonly name = 'OrdersUnavailable';
}

/** The answer of an order system, or undefined when it is unavailable; it may have done a change all the same. */
export async function answerTo<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof OrdersUnavailable) return undefined;
    throw error;
  }
}
