import { CodedError, type ErrorCode } from '../errors.ts';
import { classCodes, classify } from './classify.ts';
import type { Http, HttpResult } from './http.ts';
import type { Attempt, CardRoute, OutgoingCard } from './outbox.ts';
import type { RateLimit } from './rateLimit.ts';
import { defaultRetryPolicy, type RetryPolicy, retryAfterMs } from './retryTiming.ts';
import type { TokenProvider } from './token.ts';

/** How to reach the Guest API. */
export interface GuestRouteOptions {
  /** Base address of the API host, such as `https://api.mypurecloud.ie`. */
  apiUrl: string;
  token: TokenProvider;
  http: Http;
  /** Whether the receiver drops repeats of a messageId; see `CardRoute`. */
  dropsRepeats: boolean;
  /** Time limit of one attempt, in milliseconds; default 10,000. */
  timeoutMs?: number;
  retry?: RetryPolicy;
  /** Wall clock in milliseconds; default `Date.now`. */
  now?: () => number;
  /** Default: no limit of our own. */
  rateLimit?: RateLimit;
}

const guestPath = '/api/v2/guest/conversations/webchat/messages';

/** The document's Guest API: `POST …/webchat/messages` with `{ conversationId, message: { type: "webchat", card } }`. */
export class GuestRoute implements CardRoute {
  readonly name = 'guest';
  readonly dropsRepeats: boolean;
  readonly #options: GuestRouteOptions;

  constructor(options: GuestRouteOptions) {
    this.#options = options;
    this.dropsRepeats = options.dropsRepeats;
  }

  async takeTurn(): Promise<void> {
    await this.#options.rateLimit?.takeTurn();
  }

  async send(card: OutgoingCard): Promise<Attempt> {
    let token: string;
    try {
      token = await this.#options.token.get();
    } catch (error) {
      return withoutToken(error);
    }
    let result = await this.#post(card, token);
    if (classify(result) === 'unauthorized') {
      this.#options.token.invalidate(token);
      try {
        token = await this.#options.token.get();
      } catch (error) {
        return withoutToken(error);
      }
      result = await this.#post(card, token);
    }
    return this.#toAttempt(card, token, result);
  }

  async #post(card: OutgoingCard, token: string): Promise<HttpResult> {
    const { apiUrl, http, timeoutMs = 10_000, rateLimit } = this.#options;
    const result = await http({
      method: 'POST',
      url: apiUrl + guestPath,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json',
        'x-genesys-request-id': card.messageId,
      },
      // The card is JSON already, checked and serialised once: only its envelope is put around it.
      body: `{"conversationId":${JSON.stringify(card.conversationId)},"message":{"type":"webchat","card":${card.body}}}`,
      timeoutMs,
    });
    if (result.kind === 'answer') rateLimit?.onAnswer(result.headers);
    return result;
  }

  async #toAttempt(card: OutgoingCard, token: string, result: HttpResult): Promise<Attempt> {
    const kind = classify(result);
    const known =
      result.kind === 'answer'
        ? { status: result.status, ...correlation(result.headers.get('inin-correlation-id')) }
        : {};
    switch (kind) {
      case 'accepted':
        return { result: 'accepted', ...known };
      case 'forbidden':
        return { result: 'rejected', code: await this.#whyForbidden(card, token), ...known };
      case 'rejected':
      case 'unauthorized':
        return { result: 'rejected', code: classCodes[kind], ...known };
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

  /** A 403 has two causes with different cures; the session endpoint tells them apart. */
  async #whyForbidden(card: OutgoingCard, token: string): Promise<ErrorCode> {
    const { apiUrl, http } = this.#options;
    const result = await http({
      method: 'GET',
      url: `${apiUrl}/api/v2/conversations/webchat/sessions/${encodeURIComponent(card.conversationId)}`,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      timeoutMs: 3_000,
    });
    if (result.kind !== 'answer') return 'genesys.forbidden';
    if (result.status === 404 || result.status === 410) return 'genesys.conversationEnded';
    const isEnded =
      result.status === 200 && /"state"\s*:\s*"(ended|disconnected|terminated)"/i.test(result.body);
    return isEnded ? 'genesys.conversationEnded' : 'genesys.forbidden';
  }
}

function withoutToken(error: unknown): Attempt {
  const code = error instanceof CodedError ? error.code : 'genesys.unavailable';
  // Wrong credentials are the operator's to repair, not the card's fault: it waits like in an outage.
  return { result: 'retry', code, pauseAll: true };
}

function correlation(id: string | null): { correlationId?: string } {
  return id !== null && /^[\w-]{1,100}$/.test(id) ? { correlationId: id } : {};
}
