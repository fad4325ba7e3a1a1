import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Http } from '../../cards/delivery/http.ts';
import { makeLazily } from '../../cards/lazily.ts';
import { limitTo } from '../../cards/lruLimit.ts';

/** Options of a credential that a caller sends as a header. */
export interface CredentialOptions {
  /** Name of the header; default `authorization`. */
  header?: string | undefined;
  /** Accepted values; several while a secret is being changed; none: nobody may call. A leading `Bearer ` is ignored. */
  secrets: readonly string[];
}

/** Result of a credential check: 401 for a missing or wrong credential, 403 when none is configured. */
export type Verdict = 'accepted' | 401 | 403;

/** Creates the check of callers of one header, such as Genesys: a field of its integration is sent with every call. */
export function createCredentialCheck({ header = 'authorization', secrets }: CredentialOptions) {
  const name = header.toLowerCase();
  const accepted = secrets.map(withoutScheme).filter((secret) => secret !== '');
  const find = createSecretFinder(accepted);
  return ({ headers }: Pick<IncomingMessage, 'headers'>): Verdict => {
    if (accepted.length === 0) return 403;
    const given = headers[name];
    const found = find(typeof given === 'string' ? withoutScheme(given) : '');
    return found === undefined ? 401 : 'accepted';
  };
}

function withoutScheme(value: string): string {
  return value.replace(/^\s*bearer\s+/i, '').trim();
}

/**
 * Creates a function that finds the index of a caller's secret, the last one of equal secrets; undefined for a wrong secret.
 *
 * It runs in constant time: it compares the hashes of all secrets, so that a caller can measure no prefix, length or number.
 */
export function createSecretFinder(secrets: readonly string[]): (given: string) => number | undefined {
  const hashes = secrets.map(hashOf);
  return (given) => {
    const hash = hashOf(given);
    let found: number | undefined;
    hashes.forEach((one, index) => {
      if (timingSafeEqual(hash, one)) found = index;
    });
    return found;
  };
}

function hashOf(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

/** The callers of an endpoint. */
export interface CallersOptions {
  /** Accepted as `Authorization: Bearer …`; several while a secret is being changed. */
  secrets: readonly string[];
  /** Returns the owner of a Microsoft Entra token; undefined when it is not for this bot. Default: no token is accepted. */
  checkToken?: ((token: string) => Promise<string | undefined>) | undefined;
}

/** The name of the caller for limits, without its secret; else the status of the refusal. */
type Caller = { readonly name: string } | 401 | 403;

/** Creates the check of callers: 403 when nobody may call, 401 for a missing or wrong credential. */
export function createCallerCheck({ secrets, checkToken }: CallersOptions) {
  const accepted = secrets.filter((secret) => secret !== '');
  const find = createSecretFinder(accepted);
  return async (headers: IncomingHttpHeaders): Promise<Caller> => {
    if (accepted.length === 0 && checkToken === undefined) return 403;
    const [, given] = /^Bearer +([^\s,]+) *$/i.exec(headers.authorization ?? '') ?? [];
    if (given === undefined) return 401;
    const found = find(given);
    const name = found === undefined ? await checkToken?.(given) : `secret ${found + 1}`;
    return name === undefined ? 401 : { name };
  };
}

/** The accepted tokens of Microsoft Entra. */
interface EntraOptions {
  tenantId: string;
  /** Application id (URI) of the API, as its app registration names it. */
  audiences: readonly string[];
  /** The app role that the caller needs. */
  role: string;
  /** The client for Microsoft's login host. */
  http: Http;
  /** Default: Microsoft's. */
  loginUrl?: string;
}

/**
 * Creates the check of Microsoft Entra tokens: signature, tenant, audience, time and app role. Without the role any app of the tenant
 * could call, because each can request a token for any audience.
 *
 * jose verifies the tokens; it is loaded with the first one.
 */
export function createEntraCheck({
  tenantId,
  audiences,
  role,
  http,
  loginUrl = 'https://login.microsoftonline.com',
}: EntraOptions): (token: string) => Promise<string | undefined> {
  const load = makeLazily(async () => {
    const { createRemoteJWKSet, customFetch, jwtVerify } = await import('jose');
    const keys = createRemoteJWKSet(new URL(`${loginUrl}/${tenantId}/discovery/v2.0/keys`), {
      [customFetch]: async (url: string) => {
        const headers = { accept: 'application/json' };
        const result = await http({ method: 'GET', url, headers, timeoutMs: 5_000 });
        if (result.kind !== 'answer') throw new Error('The keys of Microsoft Entra cannot be fetched.');
        return new Response(result.body, { status: result.status });
      },
    });
    return (token: string) =>
      jwtVerify(token, keys, {
        audience: [...audiences],
        issuer: [
          `https://login.microsoftonline.com/${tenantId}/v2.0`,
          `https://sts.windows.net/${tenantId}/`,
        ],
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
      });
  });
  return async (token) => {
    // A JWT has three parts; anything else is refused without jose.
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined;
    try {
      const { payload } = await (await load())(token);
      const { roles, azp, appid, oid, scp } = payload;
      if (!Array.isArray(roles) || !roles.includes(role)) return undefined;
      const app = azp ?? appid;
      // A token of a person (with `scp`) names the requesting app, too.
      return scp === undefined && app !== undefined ? `app ${String(app)}` : `user ${String(oid)}`;
    } catch {
      return undefined;
    }
  };
}

/** Most messages of one sender or conversation in a minute, and at once after a rest. */
const defaultPerMinute = 100;

/** Most senders and conversations that are counted at once; the one that was silent longest is discarded first. */
const maxCounted = 50_000;

/** Options of `MessageLimit`. */
interface MessageLimitOptions {
  /** Messages a minute of one key, and at once after a rest; default 100: far more than a person writes. */
  perMinute?: number | undefined;
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
}

/** Limits the messages of each sender and conversation. Each instance of the bot counts for itself. */
export class MessageLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  /** For each key the time at which its whole limit is free again, in monotonic milliseconds. */
  readonly #freeAt = new LRUCache<string, number>(limitTo(maxCounted));

  constructor({ perMinute = defaultPerMinute, now = () => performance.now() }: MessageLimitOptions = {}) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Counts a message for each of its keys. Returns false, and counts it for none, when one of them is over its limit. */
  take(...keys: string[]): boolean {
    const now = this.#now();
    const messageMs = 60_000 / this.#perMinute;
    const freeAt = keys.map((key) => Math.max(now, this.#freeAt.get(key) ?? now) + messageMs);
    if (freeAt.some((at) => at - now > 60_000)) return false;
    keys.forEach((key, index) => {
      this.#freeAt.set(key, freeAt[index] ?? now);
    });
    return true;
  }
}
