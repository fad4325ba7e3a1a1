import type { IncomingMessage } from 'node:http';
import { RefusedRequest } from '../http/refusedRequest.ts';
import { createSecretFinder } from '../http/secrets.ts';

/**
 * Makes the check of every request to the Studio.
 *
 * @throws RefusedRequest, from the check
 */
export function createGuard(token: string): (request: IncomingMessage, port?: number) => void {
  const findToken = createSecretFinder([token]);
  return ({ url = '/', headers }, port) => {
    const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
    const { host, origin, authorization = '', 'sec-fetch-site': site } = headers;
    // A page from elsewhere can make its own name lead here (DNS rebinding), which `Host` shows.
    if (host === undefined || !hosts.includes(host))
      throw new RefusedRequest(403, 'The Studio answers only to names of this machine.');
    if (!url.startsWith('/api/')) return;
    if (
      (origin !== undefined && origin !== `http://${host}`) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none')
    )
      throw new RefusedRequest(403, 'Pages of other addresses may not call the Studio.');
    const [, given = ''] = /^Bearer (.+)$/i.exec(authorization) ?? [];
    if (findToken(given) === undefined)
      throw new RefusedRequest(401, 'Open the address that the Studio printed when it started.');
  };
}
