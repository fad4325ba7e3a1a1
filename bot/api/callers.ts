import type { IncomingHttpHeaders } from 'node:http';
import { type Agents, createHttpClient } from '../../cards/delivery/http.ts';
import { makeLazily } from '../../cards/lazily.ts';
import { createSecretFinder } from '../http/credential.ts';

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
  /** Connections to Microsoft's login host; default: direct ones. */
  agents?: Agents;
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
  agents,
  loginUrl = 'https://login.microsoftonline.com',
}: EntraOptions): (token: string) => Promise<string | undefined> {
  const http = createHttpClient(agents === undefined ? {} : { agents });
  const load = makeLazily(async () => {
    const { createRemoteJWKSet, customFetch, jwtVerify } = await import('jose');
    const keys = createRemoteJWKSet(new URL(`${loginUrl}/${tenantId}/discovery/v2.0/keys`), {
      [customFetch]: async (url: string) => {
        const headers = { accept: 'application/json' };
        const result = await http.request({ method: 'GET', url, headers, timeoutMs: 5_000 });
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
