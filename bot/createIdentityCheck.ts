import type { TurnContext } from 'botbuilder';
import type { IdentityCheck } from '../dialogs/identity.ts';
import { sessionOf } from './channels/botConnector/turn/sessionOf.ts';
import type { Config } from './config.ts';

/**
 * Who is asked for the postcode of an order (`IDENTITY_CHECK`).
 *
 * `postcode` asks everybody but customers whom Genesys has authenticated, and asks nobody while the bot has no app id:
 * then it is open to its own machine only, with sample orders. `always` asks there, too. `off` asks nobody.
 */
export function createIdentityCheck({
  identityCheck,
  app,
}: Pick<Config, 'identityCheck' | 'app'>): IdentityCheck | undefined {
  const isOn = identityCheck === 'always' || (identityCheck === 'postcode' && app.id !== undefined);
  return isOn ? { isNeeded: (context) => !isAuthenticated(context) } : undefined;
}

/** A flow says it in a session variable: only Genesys knows the connector's secret. */
function isAuthenticated(context: TurnContext): boolean {
  return sessionOf(context)?.parameters.authenticated === 'true';
}
