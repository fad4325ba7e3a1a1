import { systemClock } from '../../../cards/delivery/clock.ts';
import { type CredentialOptions, createCredentialCheck } from '../../http/credential.ts';
import { checkOptions } from './checkOptions.ts';
import { type Connector, type ConnectorOptions, createConnector } from './connector.ts';
import { routesOf } from './http/routes.ts';
import { addToServer, fetchRoute, type RouteTarget } from './http/servers.ts';
import { createConsoleEvents } from './session/events.ts';
import type { RunTurn } from './turn/botTurns.ts';
import { type Bot, type BotEntry, botsOf } from './wire/botList.ts';

/** How the endpoints for Genesys Architect are made, whatever the SDK. */
export interface DoorsOptions extends Omit<ConnectorOptions, 'bots'>, CredentialOptions {
  /**
   * The bot as Architect sees it, such as `{ id, name }`: what is left out is made. Or a list of bots, or the file that holds
   * one; default: the list that comes with this project.
   */
  bots?: BotEntry | readonly BotEntry[] | string | undefined;
  /** Where the routes are; default `/api/genesys`. */
  basePath?: string | undefined;
  /** Status of v2's acknowledgement; default 202. Genesys does not publish which it wants. */
  acknowledgeStatus?: 200 | 202 | undefined;
}

/** The endpoints for Genesys Architect. */
export interface Doors {
  /**
   * Adds the routes of v1 and v2 to a server of restify 8 to 12, express 4 or 5, fastify or Hono.
   *
   * @throws CodedError `config.invalid` for anything else
   */
  routes(server: RouteTarget): void;
  /** Answers a request to one of the routes where `Request` and `Response` are at home; undefined for another path. */
  fetch(request: Request): Promise<Response | undefined>;
  /** How a card reaches a conversation in which no turn runs; undefined for one without a session. @throws CodedError `genesys.noSession` */
  sessionCard: Connector['sessionCard'];
  /** Resolves when no turn runs and none waits, for an orderly stop. */
  idle(): Promise<void>;
}

/**
 * Makes the endpoints for Genesys Architect around a bot, which `run` runs on the adapter of its SDK. Without `events`, failures
 * and refusals go to the console.
 *
 * @throws CodedError `config.invalid` when an option is missing or wrong
 */
export function createDoors(
  options: DoorsOptions,
  run: RunTurn,
): { doors: Doors; begin: Connector['begin'] } {
  const {
    basePath = '/api/genesys',
    acknowledgeStatus = 202,
    events = createConsoleEvents(),
    clock = systemClock,
  } = options;
  checkOptions(options);
  const bots: readonly Bot[] = botsOf(options.bots);
  const [repeatSecret] = options.secrets;
  const connector = createConnector({ repeatSecret, ...options, bots, clock, events }, run);
  const check = createCredentialCheck(options);
  const { pictures } = options;
  const routes = routesOf(basePath, { bots, connector, check, events, clock, acknowledgeStatus, pictures });
  const doors: Doors = {
    routes: (server) => addToServer(server, routes),
    fetch: (request) => fetchRoute(routes, request),
    sessionCard: (conversationId) => connector.sessionCard(conversationId),
    idle: () => connector.idle(),
  };
  return { doors, begin: connector.begin };
}
