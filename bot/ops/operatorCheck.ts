import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Request } from 'restify';
import { createSecretFinder } from '../http/callers.ts';
import { RefusedRequest } from '../http/requests.ts';

/** The credentials of operators. Without a secret and without tokens everybody who reaches the page is an operator. */
export interface OperatorCheckOptions {
  /** Password of HTTP Basic, with any user; undefined: no password is accepted. */
  secret: string | undefined;
  /** Returns the owner of a Microsoft Entra token; undefined when it is not for this bot. Default: no token is accepted. */
  checkToken?: ((token: string) => Promise<string | undefined>) | undefined;
}

/** Most wrong passwords in a minute: from one address, and through one proxy. */
const guesses = { address: 60, proxy: 300 };

/** The header in which App Service passes on the token of a signed-in person. It is verified like any other token. */
const signedInHeader = 'x-ms-token-aad-id-token';

/**
 * Creates the check of operators, which returns a name for the log: 401 for a missing or wrong credential, 429 after too many wrong
 * passwords, 403 for a change that the page of another site requests.
 *
 * @throws RefusedRequest, from the check
 */
export function createOperatorCheck({ secret, checkToken }: OperatorCheckOptions) {
  const findSecret = secret === undefined ? undefined : createSecretFinder([secret]);
  const ofAddress = new RateLimiterMemory({ points: guesses.address, duration: 60 });
  const ofProxy = new RateLimiterMemory({ points: guesses.proxy, duration: 60 });

  const checkPassword = async (request: Request, password: string): Promise<boolean> => {
    const proxy = request.socket.remoteAddress ?? '';
    // The nearest proxy adds its caller's address at the end.
    const [address = ''] = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .slice(-1);
    const counts: [RateLimiterMemory, string][] = [
      [ofProxy, proxy],
      [ofAddress, `${proxy} ${address.trim()}`],
    ];
    for (const [limiter, key] of counts) await limiter.consume(key).catch(rejectTooMany);
    if (findSecret?.(password) === undefined) return false;
    // Only wrong passwords count.
    for (const [limiter, key] of counts) await limiter.reward(key);
    return true;
  };

  const find = async (request: Request): Promise<string | undefined> => {
    const { authorization = '', [signedInHeader]: signedIn } = request.headers;
    const [, scheme = '', given = ''] = /^(Basic|Bearer) +(\S+) *$/i.exec(authorization) ?? [];
    const token = scheme.toLowerCase() === 'bearer' ? given : signedIn;
    const caller = typeof token === 'string' ? await checkToken?.(token) : undefined;
    if (caller !== undefined || findSecret === undefined || scheme.toLowerCase() !== 'basic') return caller;
    const password = Buffer.from(given, 'base64')
      .toString('utf8')
      .replace(/^[^:]*:/, '');
    return (await checkPassword(request, password)) ? 'password' : undefined;
  };

  return async (request: Request): Promise<string> => {
    const isOpen = findSecret === undefined && checkToken === undefined;
    const operator = isOpen ? 'this machine' : await find(request);
    if (operator === undefined) {
      const signIn = 'Behind App Service, sign in at /.auth/login/aad?post_login_redirect_uri=/ops.';
      throw new RefusedRequest(401, 'The password or the token is missing or wrong.', {
        hint: checkToken && signIn,
        challenge: findSecret && 'Basic realm="ops", charset="UTF-8"',
      });
    }
    checkSite(request);
    return operator;
  };
}

function rejectTooMany(refused: unknown): never {
  if (!(refused instanceof RateLimiterRes)) throw refused;
  const retryAfter = Math.ceil(refused.msBeforeNext / 1_000);
  throw new RefusedRequest(429, 'Too many wrong passwords from this address.', { retryAfter });
}

/** A browser sends the credential with requests of other sites' pages, too. */
function checkSite(request: Request): void {
  const site = request.headers['sec-fetch-site'];
  if (request.method !== 'POST') return;
  if (request.headers['x-ops'] === '1' && (site === undefined || site === 'same-origin')) return;
  throw new RefusedRequest(403, 'Only the page itself may make changes.');
}
