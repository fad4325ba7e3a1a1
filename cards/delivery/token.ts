import { z } from 'zod';
import { CodedError } from '../errors.ts';
import { tryJson } from '../json.ts';
import type { Http } from './http.ts';
import { findNetworkErrno } from './networkErrno.ts';

/** Options of `TokenProvider`. */
interface TokenOptions {
  /** Base address of the login host, such as `https://login.mypurecloud.ie`. */
  loginUrl: string;
  clientId: string;
  clientSecret: string;
  /** Default `webchat:guest:write`, the scope of the guest route; empty asks for none. */
  scope?: string;
  http: Http;
  /** Monotonic milliseconds, so that a changed clock neither ends nor prolongs a token. Default `performance.now`. */
  now?: () => number;
  /** Time limit of one token request; default 5,000 ms. */
  timeoutMs?: number;
  /** Uniform in [0, 1); default `Math.random`. */
  random?: () => number;
  /** Called after each token request; never throws. */
  onToken?: (news: TokenNews) => void;
}

/** The result of a token request; `status` is the login host's, undefined when it did not answer. */
export type TokenNews =
  | { readonly kind: 'received' }
  | {
      readonly kind: 'refused' | 'unavailable';
      readonly status: number | undefined;
      /** Why the login host did not answer, such as `ENOTFOUND`; undefined when it is not known. */
      readonly errno?: string | undefined;
      /** Until the next token request, in milliseconds. */
      readonly nextTryMs: number;
    };

const answerSchema = z.object({
  access_token: z.string().min(1).max(16_384),
  expires_in: z.number().positive().max(31_536_000),
});

/**
 * A token is renewed this long before it expires, and up to as long again earlier, so that the instances of a bot do not all ask
 * at once; or at half its life if that is later: a short-lived token is cached, too.
 */
const marginMs = 60_000;

/** After a failure the next request waits for 2 s, then 4 s and so on to a minute, each up to a fifth longer. */
const firstHoldMs = 2_000;
const longestHoldMs = 60_000;

/**
 * Gets OAuth client-credentials tokens. All callers share one cached token and one request under way.
 *
 * On a 401, call `invalidate` with the token that failed and ask once more: the cache is cleared only if it still holds
 * that token, so a thousand callers cause one refresh.
 */
export class TokenProvider {
  readonly #options: TokenOptions;
  readonly #now: () => number;
  #cached: { token: string; renewAt: number; endsAt: number } | undefined;
  #failure: { error: unknown; inARow: number; until: number } | undefined;
  #underWay: Promise<string> | undefined;
  #lastStatus: number | undefined;

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The rest of the wait after a failure, in milliseconds. */
  get waitMs(): number {
    return Math.max(0, Math.ceil((this.#failure?.until ?? 0) - this.#now()));
  }

  /** Returns a valid token. @throws CodedError `genesys.unauthorized` when the client is refused, else `genesys.unavailable` */
  async get(): Promise<string> {
    if (this.#cached === undefined || this.#now() >= this.#cached.endsAt) return this.#renew();
    const { token, renewAt } = this.#cached;
    // No card waits for an early renewal, and its failure is harmless: this token is still valid.
    if (this.#now() >= renewAt) this.#renew().catch(() => {});
    return token;
  }

  /** Forgets a token that Genesys refused, unless it was already replaced. */
  invalidate(token: string): void {
    if (this.#cached?.token === token) this.#cached = undefined;
  }

  #renew(): Promise<string> {
    if (this.waitMs > 0) return Promise.reject(this.#failure?.error);
    this.#underWay ??= this.#fetch()
      .then((token) => {
        this.#failure = undefined;
        this.#options.onToken?.({ kind: 'received' });
        return token;
      })
      .catch((error: unknown) => {
        this.#hold(error);
        throw error;
      })
      .finally(() => {
        this.#underWay = undefined;
      });
    return this.#underWay;
  }

  #hold(error: unknown): void {
    const { random = Math.random } = this.#options;
    const inARow = (this.#failure?.inARow ?? 0) + 1;
    const holdMs = Math.min(longestHoldMs, firstHoldMs * 2 ** Math.min(inARow - 1, 10));
    this.#failure = { error, inARow, until: this.#now() + holdMs * (1 + random() / 5) };
    const isRefused = error instanceof CodedError && error.code === 'genesys.unauthorized';
    this.#options.onToken?.({
      kind: isRefused ? 'refused' : 'unavailable',
      status: this.#lastStatus,
      errno: error instanceof CodedError ? findNetworkErrno(error.cause) : undefined,
      nextTryMs: this.waitMs,
    });
  }

  async #fetch(): Promise<string> {
    const {
      loginUrl,
      clientId,
      clientSecret,
      scope = 'webchat:guest:write',
      http,
      timeoutMs = 5_000,
    } = this.#options;
    const credentials = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`);
    const asked = this.#now();
    const answer = await http({
      method: 'POST',
      url: `${loginUrl}/oauth/token`,
      headers: {
        authorization: `Basic ${credentials.toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        ...(scope === '' ? {} : { scope }),
      }).toString(),
      timeoutMs,
    });
    this.#lastStatus = answer.kind === 'answer' ? answer.status : undefined;
    if (answer.kind !== 'answer') {
      throw new CodedError('genesys.unavailable', 'The Genesys login host did not answer.', {
        cause: answer.cause,
      });
    }
    if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
      throw new CodedError(
        'genesys.unauthorized',
        `The Genesys login host rejected the OAuth client with ${answer.status}.`,
      );
    }
    const parsed = answer.status === 200 ? answerSchema.safeParse(tryJson(answer.body)) : undefined;
    if (parsed?.success !== true) {
      throw new CodedError(
        'genesys.unavailable',
        `The Genesys login host answered ${answer.status} without a token.`,
      );
    }
    const { random = Math.random } = this.#options;
    const lifeMs = parsed.data.expires_in * 1_000;
    this.#cached = {
      token: parsed.data.access_token,
      renewAt: asked + Math.max(lifeMs - marginMs * (1 + random()), lifeMs / 2),
      endsAt: asked + lifeMs,
    };
    return parsed.data.access_token;
  }
}
