import type { TurnContext } from 'botbuilder';
import { AnalyticsFeed } from '../cards/delivery/analytics.ts';
import { createGenesysRoutes } from '../cards/delivery/createGenesysRoutes.ts';
import { createAgents, createHttpClient, type Http } from '../cards/delivery/http.ts';
import type { CardRoute } from '../cards/delivery/outbox.ts';
import { openStore } from '../cards/delivery/store/openStore.ts';
import type { Store } from '../cards/delivery/store/store.ts';
import type { TokenNews, TokenProvider } from '../cards/delivery/token.ts';
import { createTraceHeaders } from '../cards/delivery/traceparent.ts';
import { makeLazily } from '../cards/lazily.ts';
import type { IdentityCheck } from '../dialogs/contract.ts';
import { HttpOrders } from '../dialogs/orders/httpOrders.ts';
import type { OrderSource } from '../dialogs/orders/orderSource.ts';
import { type CluOptions, CluRecognizer } from '../dialogs/recognizer/cluRecognizer.ts';
import { EmbeddedRecognizer } from '../dialogs/recognizer/embeddedRecognizer.ts';
import type { IntentRecognizer } from '../dialogs/recognizer/intentRecognizer.ts';
import { BotConnectorRoute } from './channels/botConnector/wire/outgoingMessage.ts';
import { type Config, genesysRegions } from './config/config.ts';
import { createEvery, type Every } from './health/chores.ts';
import type { DeliveryHealth, GenesysPlace } from './health/deliveryHealth.ts';
import { createEntraCheck } from './http/callers.ts';
import { readErrorFields } from './log/errorFields.ts';
import type { Log } from './log/log.ts';
import { readOperationId } from './telemetry/operation.ts';
import { sessionOf } from './turns/turnState.ts';

/** Options of `createStore`. */
interface StoreOptions {
  /** Calls back at least every minute; default: every 45 seconds, by a timer that keeps no process alive. */
  everyMinute?: Every;
  /** Called with an error of the database after which the store retries. */
  onFailure?: (error: unknown) => void;
}

/** Opens the store that the configuration names, and logs what happens to it. */
export function createStore(
  config: Config,
  log: Log,
  { everyMinute = createEvery(45_000), onFailure }: StoreOptions = {},
): Promise<Store> {
  return openStore(config, {
    auditSecrets: config.auditSecrets,
    hasAnalytics: config.analytics !== undefined,
    requestsPerMinute: config.requestsPerMinute,
    everyMinute,
    onFailure,
    onTornLog: () =>
      log.warn({ event: 'store.torn' }, 'The store ended with an incomplete record; the record was removed'),
    onFullLog: (error) =>
      log.warn(
        { event: 'store.logFull', ...readErrorFields(error) },
        'Write-ahead log could not be emptied, retrying',
      ),
  });
}

const tokenScope = 'https://cognitiveservices.azure.com/.default';

/** Creates the recognizer of the configuration; undefined: the embedded one. `timeoutMs` as in `CluOptions`. */
export function createRecognizer(
  config: Config,
  log: Log,
  options: Pick<CluOptions, 'timeoutMs'> = {},
): IntentRecognizer | undefined {
  const { languageService, app, proxy } = config;
  if (languageService === undefined) return undefined;
  const { key, ...project } = languageService;
  const agents = createAgents({ keepAlive: false, proxyEnv: proxy });
  return new CluRecognizer(project, {
    http: createHttpClient({ agents }).request,
    authorize:
      key === undefined
        ? createManagedIdentity(app.type === 'UserAssignedMSI' ? app.id : undefined)
        : () => ({ 'ocp-apim-subscription-key': key }),
    ...options,
    fallback: new EmbeddedRecognizer(),
    onChange: (state, why) =>
      state === 'away'
        ? log.warn(
            { event: 'recognizer.away', what: why },
            'Azure AI Language does not answer; the embedded recognizer replaces it',
          )
        : log.info({ event: 'recognizer.back' }, 'Azure AI Language answers again'),
  });
}

/** Returns tokens of this machine's identity in Azure. Their library, which keeps them, is loaded for the first one. */
function createManagedIdentity(clientId: string | undefined): () => Promise<Record<string, string>> {
  const load = makeLazily(async () => {
    const { ManagedIdentityCredential } = await import('@azure/identity');
    return clientId === undefined
      ? new ManagedIdentityCredential()
      : new ManagedIdentityCredential({ clientId });
  });
  return async () => {
    const { token } = await (await load()).getToken(tokenScope);
    return { authorization: `Bearer ${token}` };
  };
}

/**
 * Creates the check of `IDENTITY_CHECK`: which customers must name the postcode of an order.
 *
 * `postcode` asks every customer whom Genesys has not authenticated, but nobody while the bot has no app id: then only its own
 * machine can use it, with sample orders. `always` asks there, too. `off` (undefined) asks nobody. Unless it is `off`, a customer who
 * has signed in sees only his own orders, if the order system knows its customers.
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

/** The session variables of a customer who has signed in. They are trusted: a flow sets them, and only Genesys knows the secret. */
function signedInOf(context: TurnContext): Readonly<Record<string, string>> | undefined {
  const { parameters } = sessionOf(context) ?? {};
  return parameters?.authenticated === 'true' ? parameters : undefined;
}

/** Creates the check of tokens of Microsoft Entra with an app role; undefined when none is accepted. */
export function createRoleCheck(
  { app: { tenantId }, proxy }: Config,
  audiences: readonly string[],
  role: string,
) {
  if (tenantId === undefined || audiences.length === 0) return undefined;
  const agents = createAgents({ proxyEnv: proxy, maxSockets: 2 });
  return createEntraCheck({ tenantId, audiences, role, http: createHttpClient({ agents }).request });
}

/** Creates the routes to Genesys, and the provider of their access token; none when no Genesys is configured. */
export function createRoutes(
  { genesys, dropsRepeats, requestsPerMinute }: Config,
  { limiter }: Store,
  http: Http,
  health: DeliveryHealth,
): { routes: CardRoute[]; token: TokenProvider | undefined } {
  if (genesys === undefined) return { routes: [], token: undefined };
  let token: TokenProvider | undefined;
  const options = {
    ...genesys,
    http,
    requestsPerMinute,
    limiter,
    dropsRepeats,
    onToken: (news: TokenNews) => health.onToken(news),
    onCircuit: (isOpen: boolean) => health.onCircuit(isOpen),
  };
  const routes = createGenesysRoutes(options, (api) => {
    token = api.token;
    return [new BotConnectorRoute(api)];
  });
  return { routes, token };
}

/** Describes the configured Genesys for the log; undefined when none is configured. */
export function describeGenesys({ genesys, proxy }: Config): GenesysPlace | undefined {
  if (genesys === undefined) return undefined;
  const { hostname: host, protocol } = new URL(genesys.loginUrl);
  const proxyUrl = protocol === 'https:' ? proxy.HTTPS_PROXY : proxy.HTTP_PROXY;
  const region = genesysRegions.find((one) => host.endsWith(`.${one}`));
  return {
    host,
    region,
    clientId: genesys.clientId,
    // Without its user and password.
    ...(proxyUrl === undefined ? {} : { proxy: new URL(proxyUrl).host }),
  };
}

/** Creates the feed of the analytics webhook, and the function that closes its connections; undefined when none is configured. */
export function createAnalytics(
  config: Config,
  store: Store,
  health: DeliveryHealth,
  onFault: (error: unknown) => void,
) {
  if (config.analytics === undefined) return undefined;
  // Connections of its own: a slow webhook never takes one from a card.
  const http = createHttpClient({ agents: createAgents({ maxSockets: 2, proxyEnv: config.proxy }) });
  const feed = new AnalyticsFeed({
    ...config.analytics,
    source: store.analytics,
    http: http.request,
    onTry: (news) => health.onWebhook(news),
    onFault,
  });
  return { feed, close: http.close };
}

/** Creates the client of the order system; undefined when none is configured. */
export function createOrders({ ordersApiUrl, ordersApiSecret, proxy }: Config): OrderSource | undefined {
  if (ordersApiUrl === undefined) return undefined;
  return new HttpOrders(ordersApiUrl, {
    token: ordersApiSecret,
    http: createHttpClient({ agents: createAgents({ keepAlive: false, proxyEnv: proxy }) }).request,
    headers: () => createTraceHeaders(readOperationId()),
  });
}

/** The plain text of the page at `/`: the routes and services of the bot; in production only its health routes. No secrets. */
export function describeBot(config: Config): string {
  const health = [
    ['GET /healthz', 'the process is alive'],
    ['GET /readyz', 'the bot takes turns'],
  ];
  if (config.isProduction) return page(health);
  const { genesys, connector, databaseUrl, dataDir, applicationInsights, analytics } = config;
  const hasConnector = connector.secrets.length > 0;
  return page([
    ['POST /api/messages', 'Bot Framework channels: Emulator, Agents Playground, Azure Bot Service'],
    [
      'POST /api/genesys/v1/messages',
      hasConnector ? 'Bot Connector v1' : 'Bot Connector v1: no secret configured',
    ],
    [
      'POST /api/genesys/v2/messages',
      hasConnector ? 'Bot Connector v2' : 'Bot Connector v2: no secret configured',
    ],
    ...(config.hasOps ? [['GET /ops', 'operator page: the outcome of each card']] : []),
    ...health,
    ['Genesys', genesys?.apiUrl ?? 'not configured: cards are shown as Adaptive Cards only'],
    ['Store', databaseUrl === undefined ? `SQLite in ${dataDir}` : 'PostgreSQL'],
    ['Application Insights', applicationInsights === undefined ? 'off' : 'on'],
    ['Analytics webhook', analytics === undefined ? 'off' : 'on'],
  ]);
}

function page(lines: string[][]): string {
  const rows = lines.map(([name = '', text]) => `${name.padEnd(30)}  ${text}\n`);
  return `Genesys card bot\n\n${rows.join('')}`;
}
