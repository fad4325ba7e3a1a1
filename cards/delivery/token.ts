import { z } from 'zod';
import { CodedError } from '../errors.ts';
import type { Http } from './http.ts';

/** How to ask for a token. */
export interface TokenOptions {
  /** Base address of the login host, such as `https://login.mypurecloud.ie`. */
  loginUrl: string;
  clientId: string;
  clientSecret: string;
  /** Default `webchat:guest:write`, the scope of the guest route. */
  scope?: string;
  http: Http;
  /** Monotonic milliseconds, so that a changed clock neither ends nor prolongs a token. Default `performance.now`. */
  now?: () => number;
  /** Time limit of one token request; default 5,000 ms. */
  timeoutMs?: number;
}

const answerSchema = z.object({
  access_token: z.string().min(1).max(16_384),
  expires_in: z.number().positive().max(31_536_000),
});

/** A token is renewed this long before it ends, or at half its life if that is later: a short-lived one is cached, too. */
const marginMs = 60_000;

/**
 * Gets OAuth client-credentials tokens. All callers share one cached token and one request under way.
 *
 * On a 401, call `invalidate` with the token that failed and ask once more: the cache is cleared only if it still holds
 * that token, so a thousand callers cause one refresh.
 */
export class TokenProvider {
  readonly #options: TokenOptions;
  readonly #now: () => number;
  #cached: { token: string; until: number } | undefined;
  #underWay: Promise<string> | undefined;

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** @throws CodedError `genesys.unauthorized` when the client is refused, `genesys.unavailable` when nobody answers well. */
  get(): Promise<string> {
    if (this.#cached !== undefined && this.#now() < this.#cached.until)
      return Promise.resolve(this.#cached.token);
    this.#underWay ??= this.#fetch().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Forgets a token that Genesys refused, unless it was already replaced. */
  invalidate(token: string): void {
    if (this.#cached?.token === token) this.#cached = undefined;
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
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
      timeoutMs,
    });
    if (answer.kind !== 'answer') {
      throw new CodedError('genesys.unavailable', 'The login host does not answer.', { cause: answer.cause });
    }
    if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
      throw new CodedError(
        'genesys.unauthorized',
        `The login host refused the client with ${answer.status}.`,
      );
    }
    const parsed = answer.status === 200 ? answerSchema.safeParse(parseJson(answer.body)) : undefined;
    if (parsed?.success !== true) {
      throw new CodedError(
        'genesys.unavailable',
        `The login host answered ${answer.status} without a token.`,
      );
    }
    const lifeMs = parsed.data.expires_in * 1_000;
    this.#cached = {
      token: parsed.data.access_token,
      until: asked + Math.max(lifeMs - marginMs, lifeMs / 2),
    };
    return parsed.data.access_token;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
