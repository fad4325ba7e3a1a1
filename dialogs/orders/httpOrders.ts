import type { Agent } from 'node:http';
import nodeFetch from 'node-fetch';
import { z } from 'zod';
import { orderIdPattern } from '../recognizer/orderNumber.ts';
import { skuPattern } from '../recognizer/payloadRoutes.ts';
import type { Order, OrderSource, Product } from './orderSource.ts';
import { OrdersUnavailable, orderSchema, productSchema } from './orderSource.ts';

const sizeLimit = 64 * 1024;
const offersLimit = 50;

/** What may be set. */
export interface HttpOrdersOptions {
  /** Sent as `Authorization: Bearer …`; default: no credential. */
  token?: string | undefined;
  /** Default: node-fetch. */
  fetch?: typeof nodeFetch;
  /** Gives the agent for an address, such as one that uses a proxy; default: direct connections. */
  agent?: (url: URL) => Agent;
  /** Headers that every call gets, such as `traceparent`; default: none. */
  headers?: () => Record<string, string>;
  /** Time limit of one call, in milliseconds; default 3,000. */
  timeoutMs?: number;
}

interface Call {
  method: 'GET' | 'POST';
  path: string;
  /** The call in messages and logs: without order numbers. */
  name: string;
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/**
 * Orders and offers from an HTTP API (`ORDERS_API_URL`), JSON in and out:
 * `GET /orders/{id}`, `POST /orders/{id}/cancel`, `GET /offers`, `POST /orders` `{sku, quantity}` with the header
 * `Idempotency-Key`; for the identity check `POST /orders/{id}/verify` `{postcode}` or `{customerId}` -> `{belongs}`.
 *
 * 404 means that there is none, 409 on cancel that it is too late. No redirects, answers up to 64 KiB; everything
 * unexpected is `OrdersUnavailable`. Nothing is repeated.
 */
export class HttpOrders implements OrderSource {
  readonly #base: string;
  readonly #fetch: typeof nodeFetch;
  readonly #agent: HttpOrdersOptions['agent'];
  readonly #timeoutMs: number;
  readonly #token: string | undefined;
  readonly #headers: NonNullable<HttpOrdersOptions['headers']>;

  constructor(
    baseUrl: string,
    { token, fetch = nodeFetch, agent, headers = () => ({}), timeoutMs = 3_000 }: HttpOrdersOptions = {},
  ) {
    this.#base = baseUrl.replace(/(?<!\/)\/+$/, '');
    this.#fetch = fetch;
    this.#agent = agent;
    this.#timeoutMs = timeoutMs;
    this.#token = token;
    this.#headers = headers;
  }

  async find(orderId: string): Promise<Order | undefined> {
    if (!orderIdPattern.test(orderId)) return undefined;
    const name = 'GET /orders/{id}';
    return sameOrder(
      orderId,
      name,
      await this.#call({ method: 'GET', path: `/orders/${orderId}`, name }, orderSchema),
    );
  }

  async cancel(orderId: string): Promise<Order | undefined> {
    if (!orderIdPattern.test(orderId)) return undefined;
    const call: Call = {
      method: 'POST',
      path: `/orders/${orderId}/cancel`,
      name: 'POST /orders/{id}/cancel',
    };
    return sameOrder(orderId, call.name, await this.#call(call, orderSchema, () => this.find(orderId)));
  }

  belongsTo(orderId: string, postcode: string): Promise<boolean> {
    return this.#verify(orderId, { postcode });
  }

  isOrderOf(orderId: string, customerId: string): Promise<boolean> {
    return this.#verify(orderId, { customerId });
  }

  async #verify(orderId: string, body: { postcode: string } | { customerId: string }): Promise<boolean> {
    if (!orderIdPattern.test(orderId)) return false;
    const call: Call = {
      method: 'POST',
      path: `/orders/${orderId}/verify`,
      name: 'POST /orders/{id}/verify',
      body,
    };
    return (await this.#call(call, z.object({ belongs: z.boolean() })))?.belongs === true;
  }

  async offers(): Promise<Product[]> {
    const schema = z.array(productSchema).max(offersLimit);
    return (await this.#call({ method: 'GET', path: '/offers', name: 'GET /offers' }, schema)) ?? [];
  }

  async place(sku: string, reference: string): Promise<Order | undefined> {
    if (!skuPattern.test(sku)) return undefined;
    const call: Call = {
      method: 'POST',
      path: '/orders',
      name: 'POST /orders',
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
    if (status < 200 || status > 299) throw new OrdersUnavailable(`${call.name} answered ${status}`);
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new OrdersUnavailable(
      `${call.name} answered something else than expected at ${pathOf(parsed.error)}`,
    );
  }

  async #exchange({ method, path, name, body, headers }: Call): Promise<{ status: number; text: string }> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await this.#fetch(this.#base + path, {
        method,
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
          ...this.#headers(),
          ...headers,
        },
        ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
        redirect: 'error',
        size: sizeLimit,
        ...(this.#agent === undefined ? {} : { agent: this.#agent }),
        signal,
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      // The fetch error itself names the address with the order number in it, so only its kind is kept.
      const kind = signal.aborted ? `no answer in ${this.#timeoutMs} ms` : kindOf(error);
      throw new OrdersUnavailable(`${name} failed: ${kind}`);
    }
  }
}

/** Another order than the one that was asked for is another customer's. */
function sameOrder(orderId: string, name: string, order: Order | undefined): Order | undefined {
  if (order === undefined || order.orderId === orderId) return order;
  throw new OrdersUnavailable(`${name} answered another order than the one asked for`);
}

function pathOf(error: z.ZodError): string {
  const path = z.core.toDotPath(error.issues[0]?.path ?? []);
  return path === '' || path.startsWith('[') ? `$${path}` : `$.${path}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('type' in error && typeof error.type === 'string') return error.type;
  return error.name;
}
