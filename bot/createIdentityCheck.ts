import type { TurnContext } from 'botbuilder';
import type { IdentityCheck } from '../dialogs/contract.ts';
import type { Config } from './config/config.ts';
import { sessionOf } from './turns/genesysSession.ts';

/**
 * Who is asked for the postcode of an order (`IDENTITY_CHECK`).
 *
 * `postcode` asks everybody but customers whom Genesys has authenticated, and asks nobody while the bot has no app id:
 * then it is open to its own machine only, with sample orders. `always` asks there, too. `off` asks nobody. But for `off`, a
 * customer who has signed in sees his own orders only, where the order system knows its customers.
 */
export function createIdentityCheck({
  identityCheck,
  app,
}: Pick<Config, 'identityCheck' | 'app'>): IdentityCheck | undefined {
  if (identityCheck === 'off') return undefined;
  const asks = identityCheck === 'always' || app.id !== undefined;
  return {
    isNeeded: (context) => asks && signedInOf(context) === undefined,
    customerOf: (context) => signedInOf(context)?.customerId || undefined,
  };
}

/** The session variables of a customer who has signed in. A flow sets them: only Genesys knows the connector's secret. */
function signedInOf(context: TurnContext): Readonly<Record<string, string>> | undefined {
  const { parameters } = sessionOf(context) ?? {};
  return parameters?.authenticated === 'true' ? parameters : undefined;
}
