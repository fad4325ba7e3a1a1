import { withCircuitBreaker } from './circuitBreaker.ts';
import { GenesysApi } from './genesysApi.ts';
import { GuestRoute } from './guestRoute.ts';
import type { Http } from './http.ts';
import type { CardRoute } from './outbox.ts';
import { RateLimit, type RateLimitOptions } from './rateLimit.ts';
import { type TokenNews, TokenProvider } from './token.ts';

/** Genesys, our client there, and whether it drops repeats. */
interface GenesysRoutesOptions {
  loginUrl: string;
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  scope: string;
  http: Http;
  requestsPerMinute: number;
  /** The limiter that instances share; default: one in memory. */
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

/** Creates Genesys' API with its token and its rate limit. */
export function createGenesysApi(options: Omit<GenesysRoutesOptions, 'dropsRepeats'>): GenesysApi {
  const { requestsPerMinute: perMinute, limiter } = options;
  return new GenesysApi({
    ...options,
    token: new TokenProvider(options),
    rateLimit: new RateLimit({ perMinute, limiter }),
  });
}

/**
 * Creates the routes to Genesys; each waits while Genesys is away.
 *
 * @param further creates routes besides the Guest API's
 */
export function createGenesysRoutes(
  options: GenesysRoutesOptions,
  further: (api: GenesysApi) => CardRoute[] = () => [],
): CardRoute[] {
  const api = createGenesysApi(options);
  const guest = new GuestRoute(api, options.dropsRepeats);
  return [guest, ...further(api)].map((route) => withCircuitBreaker(route, undefined, options.onCircuit));
}
