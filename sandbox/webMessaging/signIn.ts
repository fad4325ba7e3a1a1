import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ApiError } from '../http/apiError.ts';
import { parseOrRefuse } from '../http/jsonPath.ts';
import type { Router } from '../http/router.ts';
import { bodyLimit } from '../platform/platform.ts';

const mostTokens = 10_000;
const name = z.string().min(1).max(200);
const beginning = z.strictObject({ customerId: name });
/** By the code of an authorization, or by the token of an implicit one. */
const exchange = z.looseObject({
  deploymentId: name,
  oauth: z.union([
    z.looseObject({ code: name }),
    z.looseObject({ idToken: name }).transform(({ idToken }) => ({ code: idToken })),
  ]),
});
const renewal = z.looseObject({ refreshToken: name });

/** Stands in for a company's sign-in and for Genesys' exchange of its codes; the tokens are opaque and end with the process. */
export class SignIn {
  readonly #customers = new Map<string, string>();
  /** Called when a customer has signed out. */
  onSignOut: (customerId: string) => void = () => {};

  /** The customer whom a token of the exchange names. */
  customerOf(jwt: string): string | undefined {
    return this.#customers.get(`jwt ${jwt}`);
  }

  addRoutes(router: Router): void {
    router.on('POST', '/sandbox/sign-in', async (call) => {
      const { customerId } = parseOrRefuse(beginning, await call.json(bodyLimit));
      call.answer(200, { code: this.#keep('code', customerId) });
    });
    router.on('POST', '/api/v2/webdeployments/token/oauthcodegrantjwtexchange', async (call) => {
      const { oauth } = parseOrRefuse(exchange, await call.json(bodyLimit));
      const customerId = this.#take('code', oauth.code);
      call.answer(200, {
        jwt: this.#keep('jwt', customerId),
        refreshToken: this.#keep('refresh', customerId),
      });
    });
    router.on('POST', '/api/v2/webdeployments/token/refresh', async (call) => {
      const { refreshToken } = parseOrRefuse(renewal, await call.json(bodyLimit));
      const customerId = this.#take('refresh', refreshToken);
      call.answer(200, {
        jwt: this.#keep('jwt', customerId),
        refreshToken: this.#keep('refresh', customerId),
      });
    });
    router.on('DELETE', '/api/v2/webdeployments/token/revoke', (call) => {
      const jwt = (call.req.headers.authorization ?? '').replace(/^bearer /i, '');
      const customerId = this.#take('jwt', jwt);
      for (const [token, owner] of this.#customers) if (owner === customerId) this.#customers.delete(token);
      this.onSignOut(customerId);
      call.answer(204);
    });
  }

  #keep(kind: string, customerId: string): string {
    const token = randomUUID();
    this.#customers.set(`${kind} ${token}`, customerId);
    const oldest = this.#customers.size > mostTokens ? this.#customers.keys().next().value : undefined;
    if (oldest !== undefined) this.#customers.delete(oldest);
    return token;
  }

  /** A code and a refresh token count once. */
  #take(kind: string, token: string): string {
    const key = `${kind} ${token}`;
    const customerId = this.#customers.get(key);
    if (customerId === undefined)
      throw new ApiError(401, 'bad.credentials', 'The code or token is not known');
    this.#customers.delete(key);
    return customerId;
  }
}
