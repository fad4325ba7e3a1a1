import { z } from 'zod';
import { createHttpClient, type Http } from '../../cards/delivery/http.ts';
import { findNetworkErrno } from '../../cards/delivery/networkErrno.ts';
import { tryJson } from '../../cards/json.ts';
import { orderIdPattern } from '../recognizer/orderNumber.ts';
import { skuPattern } from '../recognizer/payloadRoutes.ts';
import {
  type Order,
  type OrderSource,
  OrdersUnavailable,
  orderSchema,
  type Product,
  productSchema,
} from './orderSource.ts';

const offersLimit = 50;

/** Options of `HttpOrders`. */
interface HttpOrdersOptions {
  /** Sent as `Authorization: Bearer …`; default: no credential. */
  token?: string | undefined;
  /** Default: direct connections. */
  http?: Http;
  /** Headers of every call, such as `traceparent`; default: none. */
  headers?: () => Record<string, string>;
  /** Time limit of one call, in milliseconds; default 3,000. */
  timeoutMs?: number;
}

interface Call {
  method: 'GET' | 'POST';
  path: string;
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** The name of a call in messages and logs, without order numbers. */
function nameOf({ method, path }: Call): string {
  return `${method} ${path.replace(/\/\d+/, '/{id}')}`;
}

/**
 * Orders and offers from an HTTP API (`ORDERS_API_URL`), JSON in and out:
 * `GET /orders/{id}`, `POST /orders/{id}/cancel`, `GET /offers`, `POST /orders` `{sku, quantity}` with the header
 * `Idempotency-Key`; for the identity check `POST /orders/{id}/verify` `{postcode}` or `{customerId}` -> `{belongs}`.
 *
 * 404 means that there is none, 409 on cancel that it is too late. Follows no redirect, reads up to 64 KiB of an answer, retries
 * nothing; everything unexpected is `OrdersUnavailable`.
 */
export class HttpOrders implements OrderSource {
  readonly #base: string;
  readonly #options: HttpOrdersOptions & Required<Pick<HttpOrdersOptions, 'http' | 'timeoutMs'>>;

  constructor(
    baseUrl: string,
    { http = createHttpClient().request, timeoutMs = 3_000, ...more }: HttpOrdersOptions = {},
  ) {
    this.#base = baseUrl.replace(/(?<!\/)\/+$/, '');
    this.#options = { http, timeoutMs, ...more };
  }

  async find(orderId: string): Promise<Order | undefined> {
    if (!orderIdPattern.test(orderId)) return undefined;
    const call: Call = { method: 'GET', path: `/orders/${orderId}` };
    return requireSameOrder(orderId, call, await this.#call(call, orderSchema));
  }

  async cancel(orderId: string): Promise<Order | undefined> {
    if (!orderIdPattern.test(orderId)) return undefined;
    const call: Call = { method: 'POST', path: `/orders/${orderId}/cancel` };
    return requireSameOrder(orderId, call, await this.#call(call, orderSchema, () => this.find(orderId)));
  }

  belongsTo(orderId: string, postcode: string): Promise<boolean> {
    return this.#verify(orderId, { postcode });
  }

  isOrderOf(orderId: string, customerId: string): Promise<boolean> {
    return this.#verify(orderId, { customerId });
  }

  async #verify(orderId: string, body: { postcode: string } | { customerId: string }): Promise<boolean> {
    if (!orderIdPattern.test(orderId)) return false;
    const call: Call = { method: 'POST', path: `/orders/${orderId}/verify`, body };
    return (await this.#call(call, z.object({ belongs: z.boolean() })))?.belongs === true;
  }

  async offers(): Promise<Product[]> {
    const schema = z.array(productSchema).max(offersLimit);
    return (await this.#call({ method: 'GET', path: '/offers' }, schema)) ?? [];
  }

  async place(sku: string, reference: string): Promise<Order | undefined> {
    if (!skuPattern.test(sku)) return undefined;
    const call: Call = {
      method: 'POST',
      path: '/orders',
      body: { sku, quantity: 1 },
      headers: { 'idempotency-key': reference },
    };
    return this.#call(call, orderSchema);
  }

  async #call<T>(
    call: Call,
    schema: z.ZodType<T>,
    onConflict?: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const { status, text } = await this.#exchange(call);
    if (status === 404) return undefined;
    if (status === 409 && onConflict !== undefined) return onConflict();
    if (status < 200 || status > 299) throw new OrdersUnavailable(`${nameOf(call)} answered ${status}`);
    const parsed = schema.safeParse(tryJson(text));
    if (parsed.success) return parsed.data;
    throw new OrdersUnavailable(`${nameOf(call)} did not answer as documented at ${pathOf(parsed.error)}`);
  }

  async #exchange(call: Call): Promise<{ status: number; text: string }> {
    const { method, path, body, headers } = call;
    const { token, http, timeoutMs, headers: common } = this.#options;
    const result = await http({
      method,
      url: this.#base + path,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...common?.(),
        ...headers,
      },
      ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
      timeoutMs,
    });
    if (result.kind !== 'answer')
      throw new OrdersUnavailable(`${nameOf(call)} failed: ${this.#kindOf(result.cause)}`);
    if (result.broken)
      throw new OrdersUnavailable(`${nameOf(call)} failed: the answer broke off or is over 64 KiB`);
    return { status: result.status, text: result.body };
  }

  /** The error's own message holds the address with the order number, so only its kind is used. */
  #kindOf(error: unknown): string {
    const errno = findNetworkErrno(error) ?? 'unknown';
    return errno === 'ETIMEDOUT' ? `no answer in ${this.#options.timeoutMs} ms` : errno;
  }
}

/** Throws for another order than the one asked for: it may be another customer's. */
function requireSameOrder(orderId: string, call: Call, order: Order | undefined): Order | undefined {
  if (order === undefined || order.orderId === orderId) return order;
  throw new OrdersUnavailable(`${nameOf(call)} answered another order than the one asked for`);
}

function pathOf(error: z.ZodError): string {
  const path = z.core.toDotPath(error.issues[0]?.path ?? []);
  return path === '' || path.startsWith('[') ? `$${path}` : `$.${path}`;
}
