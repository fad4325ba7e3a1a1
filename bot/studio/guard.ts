import type { IncomingMessage } from 'node:http';
import { createSecretFinder } from '../http/secrets.ts';

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly detail: string;
}

/** Makes the check of every request to the Studio: undefined when the request may pass. */
export function createGuard(token: string): (request: IncomingMessage, port: number) => Refusal | undefined {
  const findToken = createSecretFinder([token]);
  return ({ url = '/', headers }, port) => {
    const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
    const { host, origin, authorization = '', 'sec-fetch-site': site } = headers;
    // A page from elsewhere can make its own name lead here (DNS rebinding), which `Host` shows.
    if (host === undefined || !hosts.includes(host))
      return { status: 403, detail: 'The Studio answers only to names of this machine.' };
    if (!url.startsWith('/api/')) return undefined;
    if (
      (origin !== undefined && origin !== `http://${host}`) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none')
    )
      return { status: 403, detail: 'Pages of other addresses may not call the Studio.' };
    const [, given = ''] = /^Bearer (.+)$/i.exec(authorization) ?? [];
    if (findToken(given) === undefined)
      return { status: 401, detail: 'Open the address that the Studio printed when it started.' };
    return undefined;
  };
}
