import { CodedError, type ErrorCode } from '../errors.ts';
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
  /** Whose share of the rate limit a second try takes; default: nobody's. */
  conversationId?: string;
}

/** Genesys' API as the routes to the customer use it. */
export class GenesysApi {
  readonly #options: GenesysApiOptions;

  constructor(options: GenesysApiOptions) {
    this.#options = options;
  }

  /** Waits for this client's place in the rate limit. */
  async acquireSlot(isWanted?: () => boolean, conversationId?: string): Promise<void> {
    await this.#options.rateLimit?.acquireSlot(isWanted, conversationId);
  }

  /**
   * Makes one request; when Genesys refuses the token, once more with a new one.
   *
   * @throws CodedError of `TokenProvider.get` when there is no token
   */
  async request(request: GenesysRequest): Promise<HttpResult> {
    const { token } = this.#options;
    const first = await token.get();
    const result = await this.#send(request, first);
    if (classify(result) !== 'unauthorized') return result;
    token.invalidate(first);
    const second = await token.get();
    await this.acquireSlot(undefined, request.conversationId);
    return this.#send(request, second);
  }

  /**
   * Posts JSON once and says what came of it, for a `CardRoute`. Never throws.
   *
   * @param whyRefused finds the code of a 4xx where its class is not enough; default: the code of the class
   */
  async post(
    request: Omit<GenesysRequest, 'method'>,
    whyRefused?: (status: number) => Promise<ErrorCode | undefined>,
  ): Promise<Attempt> {
    let result: HttpResult;
    try {
      result = await this.request({ ...request, method: 'POST' });
    } catch (error) {
      const code = error instanceof CodedError ? error.code : 'genesys.unavailable';
      // Wrong credentials are the operator's to repair, not the card's fault: it waits like in an outage.
      return { result: 'retry', code, pauseAll: true, retryAfterMs: this.#options.token.waitMs };
    }
    const attempt = this.#toAttempt(result);
    if (attempt.result !== 'rejected' || attempt.status === undefined) return attempt;
    const code = await whyRefused?.(attempt.status);
    return code === undefined ? attempt : { ...attempt, code };
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
    const known =
      result.kind === 'answer'
        ? { status: result.status, ...keepCorrelationId(result.headers.get('inin-correlation-id')) }
        : { errno: findNetworkErrno(result.cause) };
    switch (kind) {
      case 'accepted':
        return { result: 'accepted', ...known };
      case 'forbidden':
      case 'rejected':
        return { result: 'rejected', code: classCodes[kind], ...known };
      case 'unauthorized':
        // Refused with a fresh token: once may be a hiccup of Genesys, twice in a row is a client without the right.
        return { result: 'retry', code: classCodes[kind], mostInARow: 2, ...known };
      case 'unknown':
        return { result: 'unknown', code: classCodes.unknown, ...known };
      case 'tooFast':
      case 'unavailable': {
        const { now = Date.now, retry = defaultRetryPolicy } = this.#options;
        const told =
          result.kind === 'answer'
            ? retryAfterMs(result.headers.get('retry-after'), now(), retry)
            : undefined;
        return {
          result: 'retry',
          code: classCodes[kind],
          pauseAll: kind === 'tooFast',
          ...(told === undefined ? {} : { retryAfterMs: told }),
          ...known,
        };
      }
    }
  }
}

function keepCorrelationId(id: string | null): { correlationId?: string } {
  return id !== null && /^[\w-]{1,100}$/.test(id) ? { correlationId: id } : {};
}

/**
 * What an attempt means for its card.
 *
 * - `accepted`: Genesys took it.
 * - `rejected`: refused for good; another attempt would be refused, too.
 * - `forbidden`: refused with 403; the session endpoint shows whether the conversation ended or a permission is missing.
 * - `unauthorized`: the token was refused; one refresh, one more try.
 * - `tooFast`: 429; the whole client pauses.
 * - `unavailable`: not taken; try again.
 * - `unknown`: it may have been taken.
 */
export type FailureClass =
  | 'accepted'
  | 'rejected'
  | 'forbidden'
  | 'unauthorized'
  | 'tooFast'
  | 'unavailable'
  | 'unknown';

/**
 * Sorts what came of a POST into a class. Pure.
 *
 * A 2xx counts as accepted whatever its body holds: the document's code took a broken body for a failure and sent again.
 * 5xx counts as not taken, as the SDKs of Genesys retry it; 408 and 504 say that a server behind may have taken it.
 */
export function classify(result: HttpResult): FailureClass {
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

/** The error code that stands in the audit log and in telemetry for a class. */
export const classCodes: Record<Exclude<FailureClass, 'accepted'>, ErrorCode> = {
  rejected: 'genesys.rejected',
  forbidden: 'genesys.forbidden',
  unauthorized: 'genesys.unauthorized',
  tooFast: 'genesys.rateLimited',
  unavailable: 'genesys.unavailable',
  unknown: 'genesys.unknownOutcome',
};
