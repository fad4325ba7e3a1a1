import { systemClock } from '../../../cards/delivery/clock.ts';
import { CodedError } from '../../../cards/errors.ts';
import { isObject } from '../../../cards/json.ts';
import { type CredentialOptions, createCredentialCheck } from '../../http/callers.ts';
import { findNodeProblem } from '../../process/nodeProblem.ts';
import { type Connector, type ConnectorOptions, createConnector } from './connector.ts';
import { routesOf } from './http/routes.ts';
import { addToServer, fetchRoute, type RouteTarget } from './http/servers.ts';
import { createConsoleEvents } from './session/events.ts';
import type { RunTurn } from './turn/botTurns.ts';
import { isGenesysReference } from './turn/toActivity.ts';
import { type BotEntry, botsOf } from './wire/botList.ts';

/** Options of the endpoints for Genesys Architect, with either SDK. */
export interface EndpointsOptions extends Omit<ConnectorOptions, 'bots'>, CredentialOptions {
  /**
   * The bot as Architect shows it, such as `{ id, name }`; other properties have defaults. Or a list of bots, or the path of a file
   * with one; default: the list of this project.
   */
  bots?: BotEntry | readonly BotEntry[] | string | undefined;
  /** Path of the routes; default `/api/genesys`. */
  basePath?: string | undefined;
  /** Status of v2's acknowledgement; default 202. Genesys does not document which it expects. */
  acknowledgeStatus?: 200 | 202 | undefined;
}

/** The endpoints for Genesys Architect. */
export interface Endpoints extends Pick<Connector, 'sessionCard' | 'idle'> {
  /**
   * Adds the routes of v1 and v2 to a server of restify 8 to 12, express 4 or 5, fastify or Hono.
   *
   * @throws CodedError `config.invalid` for anything else
   */
  routes(server: RouteTarget): void;
  /** Answers a `Request` to one of the routes, for servers of the Fetch API; undefined for another path. */
  fetch(request: Request): Promise<Response | undefined>;
}

/**
 * Creates the endpoints for Genesys Architect around a bot. Without `events`, failures and refusals are printed on the console.
 *
 * @param run runs one turn of the bot on the adapter of its SDK
 * @throws CodedError `config.invalid` when an option is missing or wrong
 */
export function createEndpoints(
  options: EndpointsOptions,
  run: RunTurn,
): { endpoints: Endpoints; begin: Connector['begin'] } {
  const {
    basePath = '/api/genesys',
    acknowledgeStatus = 202,
    events = createConsoleEvents(),
    clock = systemClock,
  } = options;
  checkOptions(options);
  const bots = botsOf(options.bots);
  const [repeatSecret] = options.secrets;
  const connector = createConnector({ repeatSecret, ...options, bots, clock, events }, run);
  const check = createCredentialCheck(options);
  const { pictures } = options;
  const routes = routesOf(basePath, { bots, connector, check, events, clock, acknowledgeStatus, pictures });
  const { begin, sessionCard, idle } = connector;
  const endpoints: Endpoints = {
    routes: (server) => addToServer(server, routes),
    fetch: (request) => fetchRoute(routes, request),
    sessionCard,
    idle,
  };
  return { endpoints, begin };
}

/**
 * Reports at the start that the bot is missing, for a bot in plain JavaScript.
 *
 * @throws CodedError `config.invalid` when the logic is not a function
 */
export function requireLogic(option: string, logic: unknown, what: string): void {
  if (typeof logic !== 'function') throw createOptionError(option, `is missing: it is ${what}`);
}

/**
 * Checks at the start the version of Node, and the options of a bot in plain JavaScript.
 *
 * @throws CodedError `config.invalid` for the first one that is wrong
 */
export function checkOptions(
  { storage, secrets }: { storage?: unknown; secrets?: unknown },
  node = process.versions.node,
): void {
  const problem = findNodeProblem(node);
  if (problem !== undefined) throw new CodedError('config.invalid', problem, { hint: 'Install Node 24.' });
  if (!isObject(storage) || typeof storage.read !== 'function' || typeof storage.write !== 'function') {
    const what = "is missing: it is the storage of the bot's state, such as `new MemoryStorage()`";
    throw createOptionError('storage', what);
  }
  if (!Array.isArray(secrets) || !secrets.every((one) => typeof one === 'string')) {
    const what = 'must be a list of texts: write `secrets: [process.env.GENESYS_CONNECTOR_SECRET ?? ""]`';
    throw createOptionError('secrets', what);
  }
}

function createOptionError(option: string, what: string): CodedError {
  return new CodedError('config.invalid', `The option \`${option}\` ${what}.`, {
    path: `$.${option}`,
    hint: 'docs/plugin-reference.md shows all options.',
  });
}

/** The methods by which the SDKs' adapters run a turn that the bot begins; one of the first two arguments is the reference. */
const methods = ['continueConversationAsync', 'continueConversation'] as const;

/** Our adapter, as far as the adapters of both SDKs are the same. */
interface OurAdapter {
  use(middleware: { onTurn(context: object, next: () => Promise<void>): Promise<void> }): unknown;
  onTurnError: (context: never, error: Error) => Promise<void>;
}

/**
 * Connects the bot's own adapter with ours. The own one runs its turns in sessions of Genesys on ours, because code that continues
 * conversations knows only the own one: the handler of a skill's answers, a loop over references, an `AgentApplication`. Our turns
 * run its middleware, such as the one that saves the bot's state, and with `turnErrors: 'onTurnError'` its handler of errors.
 *
 * @throws CodedError `config.invalid` when it is not an adapter
 */
export function connectAdapter(
  own: unknown,
  ours: OurAdapter,
  { turnErrors }: Pick<EndpointsOptions, 'turnErrors'>,
): void {
  if (own === undefined) return;
  const found = isObject(own) ? methods.filter((method) => typeof own[method] === 'function') : [];
  if (!isObject(own) || found.length === 0) {
    throw new CodedError('config.invalid', 'The option `adapter` is not an adapter of the SDK.', {
      path: '$.adapter',
      hint: "It is the bot's own adapter, such as `new CloudAdapter(authentication)`.",
    });
  }
  for (const method of found) {
    const others = own[method];
    if (typeof others !== 'function') continue;
    const redirect = (...turn: unknown[]): unknown => {
      const isOurs = turn.slice(0, 2).some((one) => isObject(one) && isGenesysReference(one));
      return isOurs ? Reflect.apply(Reflect.get(ours, method), ours, turn) : Reflect.apply(others, own, turn);
    };
    Object.assign(own, { [method]: redirect });
  }
  // Read in each turn, because the bot may add middleware and set its handler later.
  ours.use({
    onTurn: async (context, next) => {
      const { middleware } = own;
      if (isObject(middleware) && typeof middleware.onTurn === 'function')
        await middleware.onTurn(context, next);
      else await next();
    },
  });
  if (turnErrors !== 'onTurnError') return;
  ours.onTurnError = async (context, error) => {
    const { onTurnError } = own;
    if (typeof onTurnError !== 'function' || isSdkHandler(onTurnError)) throw error;
    await Reflect.apply(onTurnError, own, [context, error]);
  };
}

/** Says whether a handler of errors is the default of the Agents SDK, whose sentence is for developers. */
function isSdkHandler(handler: object): boolean {
  return String(handler).includes('please fix the source code');
}
