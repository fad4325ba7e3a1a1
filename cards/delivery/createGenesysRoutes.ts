import { withCircuitBreaker } from './circuitBreaker.ts';
import type { GenesysApiOptions } from './genesysApi.ts';
import { GuestRoute } from './guestRoute.ts';
import type { Http } from './http.ts';
import type { CardRoute } from './outbox.ts';
import { RateLimit, type RateLimitOptions } from './rateLimit.ts';
import { type TokenNews, TokenProvider } from './token.ts';

/** Where Genesys is, who we are there, and what it does with repeats. */
export interface GenesysRoutesOptions {
  loginUrl: string;
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  scope: string;
  http: Http;
  requestsPerMinute: number;
  /** Where instances share their limit; default: in memory. */
  limiter?: RateLimitOptions['limiter'] | undefined;
  /** Whether Genesys shows a messageId once, however often it arrives; see `CardRoute`. */
  dropsRepeats: boolean;
  /** Time limit of one request, in milliseconds; default 10,000. */
  timeoutMs?: number;
  /** Called after each token request; never throws. */
  onToken?: (news: TokenNews) => void;
  /** Called when the circuit breaker of a route opens or closes; never throws. */
  onCircuit?: (isOpen: boolean) => void;
}

/** Makes the way to Genesys' API that all routes share: one token, one rate limit. */
export function createGenesysApi(options: Omit<GenesysRoutesOptions, 'dropsRepeats'>): GenesysApiOptions {
  const { apiUrl, http, limiter, timeoutMs } = options;
  return {
    apiUrl,
    http,
    token: new TokenProvider(options),
    rateLimit: new RateLimit({
      perMinute: options.requestsPerMinute,
      ...(limiter === undefined ? {} : { limiter }),
    }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/**
 * Makes the routes to Genesys; each waits while Genesys is away.
 *
 * @param further makes routes besides the Guest API's
 */
export function createGenesysRoutes(
  options: GenesysRoutesOptions,
  further: (api: GenesysApiOptions) => CardRoute[] = () => [],
): CardRoute[] {
  const api = createGenesysApi(options);
  const guest = new GuestRoute({ ...api, dropsRepeats: options.dropsRepeats });
  return [guest, ...further(api)].map((route) => withCircuitBreaker(route, undefined, options.onCircuit));
}
