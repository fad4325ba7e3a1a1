import { type Bot, readBots } from './botList.ts';
import { systemClock } from './clock.ts';
import { Connector, type ConnectorOptions } from './connector.ts';
import { type CredentialOptions, createCredentialCheck } from './credential.ts';
import type { GenesysAdapter } from './genesysAdapter.ts';
import { addRoutes, type RouteTarget } from './routes.ts';

/** How the doors for Genesys Architect are made. */
export interface BotConnectorOptions extends Omit<ConnectorOptions, 'bots'>, CredentialOptions {
  /** The list of bots, or the file that holds it; default: the list that comes with this project. */
  bots?: readonly Bot[] | string | undefined;
  /** Where the routes are; default `/api/genesys`. */
  basePath?: string | undefined;
  /** Status of v2's acknowledgement; default 202. Genesys does not publish which it wants. */
  acknowledgeStatus?: 200 | 202 | undefined;
}

/** The doors for Genesys Architect. */
export interface BotConnector {
  /** For middleware, and for messages that the bot begins (`continueConversation`). */
  readonly adapter: GenesysAdapter;
  /** Adds the routes of v1 and v2 to a restify or express server. */
  routes(server: RouteTarget): void;
  /** Resolves when no turn runs and none waits, for an orderly stop. */
  idle(): Promise<void>;
}

/**
 * Makes the doors for Genesys Architect: Bot Connector v1 and Digital Bot Connector v2.
 *
 * @throws CodedError `config.invalid` when the list of bots cannot be used
 */
export function createBotConnector(options: BotConnectorOptions): BotConnector {
  const { basePath = '/api/genesys', acknowledgeStatus = 202, events = {}, clock = systemClock } = options;
  const bots = typeof options.bots === 'object' ? options.bots : readBots(options.bots);
  const connector = new Connector({ repeatSecret: options.secrets[0], ...options, bots, clock });
  const check = createCredentialCheck(options);
  return {
    adapter: connector.adapter,
    routes: (server) =>
      addRoutes(server, basePath, { bots, connector, check, events, clock, acknowledgeStatus }),
    idle: () => connector.idle(),
  };
}
