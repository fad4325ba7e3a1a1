import { CodedError } from '../errors.ts';
import type { Http, HttpRequest, HttpResult } from './http.ts';
import { findNetworkErrno } from './networkErrno.ts';
import type { Attempt } from './outbox.ts';
import type { RateLimit } from './rateLimit.ts';
import { defaultRetryPolicy, type RetryPolicy, retryAfterMs } from './retryTiming.ts';
import type { TokenProvider } from './token.ts';

/** How to reach Genesys' API. */
export interface GenesysApiOptions {
  /** Base address of the API host, such as `https://api.mypurecloud.ie`. */
  apiUrl: string;
  token: TokenProvider;
  http: Http;
  /** Time limit of one request, in milliseconds; default 10,000. */
  timeoutMs?: number;
  retry?: RetryPolicy;
  /** Wall clock in milliseconds; default `Date.now`. */
  now?: () => number;
  /** Default: no limit of our own. */
  rateLimit?: RateLimit;
}

/** One request to a path of the API. */
interface GenesysRequest {
  method: HttpRequest['method'];
  /** With a leading slash; ids in it are encoded already. */
  path: string;
  headers?: Record<string, string>;
  /** JSON text. */
  body?: string;
  timeoutMs?: number;
  /** Conversation whose share of the rate limit a second try takes; default: none. */
  conversationId?: string;
}

/** Genesys' API, for all routes to the customer: they share its token and its rate limit. */
export class GenesysApi {
  readonly token: TokenProvider;
  readonly #options: GenesysApiOptions;

  constructor(options: GenesysApiOptions) {
    this.token = options.token;
    this.#options = options;
  }

  /** Waits for a place in the rate limit. */
  async acquireSlot(isWanted?: () => boolean, conversationId?: string): Promise<void> {
    await this.#options.rateLimit?.acquireSlot(isWanted, conversationId);
  }

  /**
   * Makes one request; when Genesys refuses the token, once more with a new one.
   *
   * @throws CodedError of `TokenProvider.get` when there is no token
   */
  async request(request: GenesysRequest): Promise<HttpResult> {
    const first = await this.token.get();
    const result = await this.#send(request, first);
    if (classify(result) !== 'unauthorized') return result;
    this.token.invalidate(first);
    const second = await this.token.get();
    await this.acquireSlot(undefined, request.conversationId);
    return this.#send(request, second);
  }

  /** Makes one attempt of a `CardRoute`: posts JSON once. Throws only errors of this program. */
  async post(request: Omit<GenesysRequest, 'method'>): Promise<Attempt> {
    let result: HttpResult;
    try {
      result = await this.request({ ...request, method: 'POST' });
    } catch (error) {
      const code = error instanceof CodedError ? error.code : 'genesys.unavailable';
      // Wrong credentials are the operator's to repair, not the card's fault: it waits like in an outage.
      return { result: 'retry', code, pauseAll: true, retryAfterMs: this.token.waitMs };
    }
    // After an answer the card may have arrived: an error here must not look like a request that was not sent.
    return this.#toAttempt(result);
  }

  async #send({ method, path, headers, body, timeoutMs }: GenesysRequest, token: string) {
    const { apiUrl, http, rateLimit } = this.#options;
    const result = await http({
      method,
      url: apiUrl + path,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      timeoutMs: timeoutMs ?? this.#options.timeoutMs ?? 10_000,
    });
    if (result.kind === 'answer') rateLimit?.onAnswer(result.headers);
    return result;
  }

  #toAttempt(result: HttpResult): Attempt {
    const kind = classify(result);
    const attempt = attemptOf[kind];
    if (result.kind !== 'answer') return { ...attempt, errno: findNetworkErrno(result.cause) };
    const { status, headers } = result;
    const correlationId = headers.get('inin-correlation-id') ?? '';
    const { now = Date.now, retry = defaultRetryPolicy } = this.#options;
    const canWait = kind === 'tooFast' || kind === 'unavailable';
    const askedMs = canWait ? retryAfterMs(headers.get('retry-after'), now(), retry) : undefined;
    return {
      ...attempt,
      status,
      ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }),
      ...(/^[\w-]{1,100}$/.test(correlationId) ? { correlationId } : {}),
    };
  }
}

/**
 * The result of a request, for its card.
 *
 * - `accepted`: Genesys took it.
 * - `rejected`: refused for good; another attempt would be refused, too.
 * - `forbidden`: refused with 403; the session endpoint shows whether the conversation ended or a permission is missing.
 * - `unauthorized`: the token was refused, also a fresh one.
 * - `tooFast`: 429; the whole client pauses.
 * - `unavailable`: not taken; retry.
 * - `unknown`: it may have been taken.
 */
type RequestClass =
  | 'accepted'
  | 'rejected'
  | 'forbidden'
  | 'unauthorized'
  | 'tooFast'
  | 'unavailable'
  | 'unknown';

/**
 * Classifies the result of a request. Pure.
 *
 * A 2xx counts as accepted whatever its body holds: the document's code took a broken body for a failure and sent again.
 * 5xx counts as not taken, as the SDKs of Genesys retry it; 408 and 504 say that a server behind may have taken it.
 */
export function classify(result: HttpResult): RequestClass {
  if (result.kind === 'notSent') return 'unavailable';
  if (result.kind === 'noAnswer') return 'unknown';
  const { status } = result;
  if (status >= 200 && status < 300) return 'accepted';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 429) return 'tooFast';
  if (status === 408 || status === 504) return 'unknown';
  if (status >= 500 && status !== 501 && status !== 505) return 'unavailable';
  return 'rejected';
}

/** The attempt of each class, with the error code for the audit log and telemetry. */
export const attemptOf: Readonly<Record<RequestClass, Attempt>> = {
  accepted: { result: 'accepted' },
  rejected: { result: 'rejected', code: 'genesys.rejected' },
  forbidden: { result: 'rejected', code: 'genesys.forbidden' },
  // Refused with a fresh token: once may be a hiccup of Genesys, twice in a row is a client without the right.
  unauthorized: { result: 'retry', code: 'genesys.unauthorized', mostInARow: 2 },
  tooFast: { result: 'retry', code: 'genesys.rateLimited', pauseAll: true },
  unavailable: { result: 'retry', code: 'genesys.unavailable', pauseAll: false },
  unknown: { result: 'unknown', code: 'genesys.unknownOutcome' },
};
