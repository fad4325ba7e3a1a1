import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../http/apiError.ts';
import type { Call } from '../http/call.ts';
import { RateLimit, type RateState } from './rateLimit.ts';

/** A token that was given out. */
export interface Token {
  readonly expiresAt: number;
  readonly scopes: ReadonlySet<string>;
  requests: RateLimit | undefined;
  minute: { started: number; count: number };
}

const mostTokens = 10_000;
const nominalPerMinute = 10_000_000;
const tokenBodyBytes = 16 * 1024;

const digest = (value: string) => createHash('sha256').update(value).digest();

function readBasicCredentials(header: string | undefined): { id: string; secret: string } | undefined {
  if (!header?.toLowerCase().startsWith('basic ')) return undefined;
  const pair = Buffer.from(header.slice(6), 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return { id: pair.slice(0, Math.max(colon, 0)), secret: pair.slice(colon + 1) };
}

/** The OAuth clients' tokens: at most 10,000 are remembered, the oldest are forgotten first. */
export class Tokens {
  readonly #tokens = new Map<string, Token>();
  readonly #idDigest: Buffer;
  readonly #secretDigest: Buffer;
  readonly #now: () => number;

  /** The one client that there is. */
  readonly clientId: string;

  constructor(options: { clientId: string; clientSecret: string; now: () => number }) {
    this.clientId = options.clientId;
    this.#idDigest = digest(options.clientId);
    this.#secretDigest = digest(options.clientSecret);
    this.#now = options.now;
  }

  /** `POST /oauth/token` for client credentials, in a Basic header or in the form body. */
  async issue(call: Call, lifetimeSeconds: number): Promise<void> {
    const form = new URLSearchParams(await call.text(tokenBodyBytes));
    const refuse = (status: number, error: string, description: string) =>
      call.answer(status, { error, description, error_description: description });
    if (form.get('grant_type') !== 'client_credentials') {
      return refuse(400, 'unsupported_grant_type', 'Only grant_type=client_credentials is offered');
    }
    const given = readBasicCredentials(call.req.headers.authorization) ?? {
      id: form.get('client_id') ?? '',
      secret: form.get('client_secret') ?? '',
    };
    const knownId = timingSafeEqual(digest(given.id), this.#idDigest);
    const knownSecret = timingSafeEqual(digest(given.secret), this.#secretDigest);
    if (!knownId || !knownSecret) return refuse(401, 'invalid_client', 'Unknown client or wrong secret');

    const scope = form.get('scope') ?? '';
    const token = randomUUID();
    this.#tokens.set(token, {
      expiresAt: this.#now() + lifetimeSeconds * 1000,
      scopes: new Set(scope.split(/\s+/).filter(Boolean)),
      requests: undefined,
      minute: { started: 0, count: 0 },
    });
    const oldest = this.#tokens.size > mostTokens ? this.#tokens.keys().next().value : undefined;
    if (oldest !== undefined) this.#tokens.delete(oldest);
    call.headers['Cache-Control'] = 'no-store';
    call.answer(200, {
      access_token: token,
      token_type: 'bearer',
      expires_in: lifetimeSeconds,
      ...(scope === '' ? {} : { scope }),
    });
  }

  /** The token of a call; a missing, unknown or expired one is a 401. */
  of(call: Call): Token {
    const header = call.req.headers.authorization ?? '';
    if (!header.toLowerCase().startsWith('bearer ')) {
      throw new ApiError(401, 'authentication.required', 'Send a bearer token');
    }
    const token = this.#tokens.get(header.slice(7));
    if (!token) throw new ApiError(401, 'bad.credentials', 'The token is not known');
    if (token.expiresAt <= this.#now()) throw new ApiError(401, 'token.expired', 'The token has expired');
    return token;
  }

  /** Counts a request of a token against `perMinute`; without one the headers name a limit that nothing reaches. */
  count(token: Token, perMinute: number | undefined): RateState {
    const now = this.#now();
    if (perMinute !== undefined) {
      if (token.requests?.limit !== perMinute) token.requests = new RateLimit(perMinute);
      return token.requests.take(now);
    }
    if (now - token.minute.started >= 60_000) token.minute = { started: now, count: 0 };
    token.minute.count += 1;
    const resetMs = token.minute.started + 60_000 - now;
    return { allowed: true, count: token.minute.count, limit: nominalPerMinute, resetMs };
  }

  clear(): void {
    this.#tokens.clear();
  }
}

/** The scope that the document asks of a token on the guest route. */
export const guestScope = 'webchat:guest:write';
