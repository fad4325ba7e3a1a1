import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConversationState } from 'botbuilder';
import type { Request, Response } from 'restify';
import type { CardListener, FaultListener } from '../cards/delivery/cardEvents.ts';
import { waitAtMost } from '../cards/delivery/clock.ts';
import { createAgents, createHttpClient } from '../cards/delivery/http.ts';
import { openOperatorStore } from '../cards/delivery/store/openStore.ts';
import type { Store } from '../cards/delivery/store/store.ts';
import { loadTemplates, TemplateRegistry } from '../cards/templates/loadTemplates.ts';
import { allWishes } from '../dialogs/allWishes.ts';
import { createMainDialog } from '../dialogs/createDialogs.ts';
import type { OrderSource } from '../dialogs/orders/orderSource.ts';
import { addCardsApi } from './api/cardsApi.ts';
import { type TemplateWatch, watchTemplates } from './authoring/watchTemplates.ts';
import { createBotConnector } from './channels/botConnector/botbuilder.ts';
import { logEvents } from './channels/botConnector/session/events.ts';
import { answersKeptMs, sessionKeys, withoutAnswers } from './channels/botConnector/session/sessions.ts';
import { botsOf, findUnlistedEndings } from './channels/botConnector/wire/botList.ts';
import { createBotFrameworkAdapter } from './channels/botFramework/createBotFrameworkAdapter.ts';
import { createMessagesRoute } from './channels/botFramework/messagesRoute.ts';
import type { Config } from './config/config.ts';
import {
  createAnalytics,
  createIdentityCheck,
  createOrders,
  createRecognizer,
  createRoleCheck,
  createRoutes,
  createStore,
  describeBot,
  describeGenesys,
} from './createParts.ts';
import { keepHealth, keepRetention, sendDeliveryMetrics } from './health/chores.ts';
import { DeliveryHealth } from './health/deliveryHealth.ts';
import { createHttpServer, waitForAnswers } from './http/httpServer.ts';
import { listenOn } from './http/listenOn.ts';
import { readErrorFields } from './log/errorFields.ts';
import { createLog, type Log } from './log/log.ts';
import { logCards, logDeliveries, logFaults, noteRefused } from './log/logCards.ts';
import { TurnLines } from './log/turnLines.ts';
import { addOps } from './ops/opsRoutes.ts';
import { readOwnVersion } from './process/ownVersion.ts';
import { createConversationHash, hashKey } from './telemetry/conversationHash.ts';
import {
  observeCalls,
  observeConnector,
  observeRoute,
  trackCards,
  trackComposed,
  trackFaults,
} from './telemetry/observeCards.ts';
import { createBotTelemetryClient, observeTurns } from './telemetry/observeTurns.ts';
import { createTelemetry } from './telemetry/telemetry.ts';
import { CardBot, TurnOrderStorage } from './turns/cardBot.ts';
import { CardMiddleware, type TurnCardEvents } from './turns/cardMiddleware.ts';
import { HostedPictures } from './turns/hostedPictures.ts';
import { createCardFallback, LateCards } from './turns/laterTexts.ts';
import { SampleCards } from './turns/sampleCards.ts';
import { cardPlaceOf, tellOutcome } from './turns/turnState.ts';

/** A running bot. */
export interface App {
  /** Connects to the store and begins to send cards. */
  start(): Promise<void>;
  /** Answers one request. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Whether it takes turns. */
  isReady(): Promise<boolean>;
  /** Starts the app and listens; returns the base address. */
  listen(): Promise<string>;
  /** Accepts no new turns, finishes or stores the running work, and closes everything. */
  close(): Promise<void>;
}

/**
 * How long a stop may take before the store is closed, in milliseconds; 10 s are promised. Turns have 7 s, in which every request of
 * Architect's is answered, cards at least one second, and the last telemetry one second.
 */
const stopMs = 9_000;
/** How long a customer waits for a card before a message says that it takes longer. */
const lateMs = 5_000;

/** Options of an app beside its configuration. */
export interface AppOptions {
  /** Logs a line for each turn, with what the customer said: for development only. Default: false. */
  hasTurnLines?: boolean;
  /** Id of its organisation, for telemetry; default: the process serves only one. */
  org?: string | undefined;
  /** Default: the order system of the settings, or sample orders. */
  orders?: OrderSource;
}

/** Puts the bot together: the one place that knows every part. */
export async function createApp(
  config: Config,
  log: Log = createLog(config.logLevel),
  options: AppOptions = {},
): Promise<App> {
  const { templateDirs, policy } = config.cards;
  const templates = loadTemplates(templateDirs, policy);
  const health = new DeliveryHealth({ log, genesys: describeGenesys(config), version: readOwnVersion() });
  const store = await createStore(config, log, { onFailure: (error) => health.onStoreFailure(error) });
  try {
    return assemble(config, log, options, new TemplateRegistry(templates), health, store);
  } catch (error) {
    await store.close();
    throw error;
  }
}

function assemble(
  config: Config,
  log: Log,
  { hasTurnLines = false, org, orders = createOrders(config) }: AppOptions,
  registry: TemplateRegistry,
  health: DeliveryHealth,
  store: Store,
): App {
  const key = hashKey({
    secret: config.telemetrySecret,
    dataDir: config.dataDir,
    onUnusable: (file, error) =>
      log.warn(
        { event: 'telemetry.keyUnusable', file, ...(error === undefined ? {} : readErrorFields(error)) },
        'The key that hides conversation ids cannot be used, so the hashes change with each start; delete the file, or give the account of the bot the right to write it',
      ),
  });
  const hide = createConversationHash(key);
  const telemetry = createTelemetry({
    connectionString: config.applicationInsights,
    org,
    conversation: hide,
    onUnavailable: (error) =>
      log.error(
        { event: 'telemetry.unavailable', error, ...readErrorFields(error) },
        'Application Insights could not start; the bot continues without it',
      ),
  });
  const agents = createAgents({ proxyEnv: config.proxy, ...config.genesysCertificate });
  const http = createHttpClient({ agents });
  const { routes, token } = createRoutes(config, store, observeCalls(http.request, telemetry), health);
  const { outcomeWaitMs } = config.cards;
  const faultListeners = [logFaults(log), trackFaults(telemetry)];
  const onFault: FaultListener = (...fault) => {
    for (const listener of faultListeners) listener(...fault);
  };
  const analytics = createAnalytics(config, store, health, onFault);
  const listeners: CardListener[] = [
    (event) => health.onCardEvent(event),
    trackCards(telemetry),
    logCards(log, outcomeWaitMs),
    (event) => late.onCardEvent(event),
    (event) => void fallback(event),
    () => analytics?.feed.wake(),
  ];
  const outbox = store.createOutbox({
    routes: routes.map((route) => observeRoute(route, telemetry)),
    onUnknown: config.onUnknown,
    listeners,
    onFault,
  });

  const onOvertaken = () =>
    log.warn({ event: 'state.overtaken' }, 'Slow turn finished after a newer one; its state was discarded');
  const conversationState = new ConversationState(new TurnOrderStorage(store.storage, { onOvertaken }));
  const adapter = createBotFrameworkAdapter(config.app, log, conversationState, config.guestGateway, () =>
    telemetry.metric('callers.refused', 1),
  );
  const { textOnUnknown } = config;
  const appId = config.app.id ?? '';
  const fallback = createCardFallback({ adapter, appId, log, textOnUnknown, outbox, routes });
  const late = new LateCards({
    adapter,
    appId,
    log,
    afterMs: Math.max(0, lateMs - outcomeWaitMs),
  });
  const turnLines = hasTurnLines ? new TurnLines(log) : undefined;
  const logDelivery = logDeliveries(log);
  const turnCards: TurnCardEvents = {
    onRefused: noteRefused({ outbox, log, hide }),
    onComposed: trackComposed(telemetry),
    onDelivery: (context, card, delivery) => {
      logDelivery(context, card, delivery);
      const place = cardPlaceOf(context);
      if (place !== undefined) late.onDelivery(context, place.conversationId, delivery);
    },
  };
  const { picturesBaseUrl } = config.cards;
  const pictures =
    picturesBaseUrl === undefined
      ? undefined
      : new HostedPictures({ baseUrl: `${picturesBaseUrl}/api/genesys`, storage: store.storage });
  // Without a Genesys the channel of each turn shows its cards.
  const genesysOutbox = config.genesys === undefined ? undefined : outbox;
  const cards = new CardMiddleware({
    registry,
    pictures,
    outbox: genesysOutbox,
    outcomeWaitMs,
    events: turnLines?.cardEvents(turnCards) ?? turnCards,
  });
  let watch: TemplateWatch | undefined;
  const middleware = config.isProduction
    ? [cards]
    : [cards, new SampleCards(registry, () => watch?.problems ?? [])];
  adapter.use(...middleware);
  const dialog = createMainDialog({
    orders,
    recognizer: createRecognizer(config, log),
    identity: createIdentityCheck(config),
  });
  if (telemetry.isOn || turnLines !== undefined)
    dialog.telemetryClient = createBotTelemetryClient(telemetry, turnLines?.onDialogEvent);
  const bot = new CardBot({ dialog, conversationState, onOutcome: tellOutcome });
  const observed = observeTurns((context) => bot.run(context), telemetry);
  const turn = turnLines?.observe(observed) ?? observed;

  const bots = botsOf(config.connector.bots);
  const endings = findUnlistedEndings(bots, allWishes);
  if (endings.length > 0)
    log.warn(
      { event: 'bots.unlisted', problem: endings.join(', ') },
      'The list of bots lacks intents that dialogs end with; no flow receives them',
    );
  const connector = createBotConnector({
    ...config.connector,
    bots,
    logic: turn,
    welcome: false,
    storage: store.storage,
    gate: store.gate,
    outbox: genesysOutbox,
    policy: config.cards.policy,
    pictures,
    events: observeConnector(telemetry, logEvents(log)),
  });
  connector.adapter.use(...middleware);

  let closeOps = async () => {};
  let isDraining = false;
  /** Stop the periodic work. */
  let chores: readonly (() => Promise<void>)[] = [];
  const isReady = async () => !isDraining && (await succeeds(store.check()));
  const server = createHttpServer(
    {
      messages: createMessagesRoute(adapter, turn, config.app.id === undefined, store.gate),
      isReady,
      isDraining: () => isDraining,
      isOpen: config.app.id === undefined,
      about: describeBot(config),
      more: (target) => {
        connector.routes(target);
        if (config.hasOps)
          closeOps = addOps(target, {
            secret: config.opsSecret,
            checkToken: createRoleCheck(config, config.opsAudiences, 'Cards.Operate'),
            open: () => openOperatorStore({ ...config }),
            requestsPerMinute: config.requestsPerMinute,
            log,
          });
        if (!config.isProduction)
          target.get('/openapi.json', async (_: Request, response: Response) => {
            const { openApi } = await import('./api/openApi.ts');
            response.send(200, openApi(readOwnVersion(), config.connector.header));
          });
        addCardsApi(target, {
          secrets: config.cardsApi.secrets,
          checkToken: createRoleCheck(config, config.cardsApi.audiences, 'Cards.Send'),
          registry,
          routeTo: (conversationId) => connector.sessionCard(conversationId),
          outbox: genesysOutbox,
          log,
        });
      },
    },
    log,
  );

  const start = async () => {
    if (!config.isProduction) {
      const { templateDirs, policy } = config.cards;
      watch = watchTemplates(templateDirs, registry, () => loadTemplates(templateDirs, policy), log);
    }
    await telemetry.start();
    await store.start();
    await outbox.start();
    analytics?.feed.start();
    // `DeliveryHealth` logs why there is no token.
    void token?.get().then(
      () =>
        log.info({ event: 'genesys.start', ...describeGenesys(config) }, 'Genesys issued an access token'),
      () => {},
    );
    chores = [
      keepHealth({ health, store }),
      sendDeliveryMetrics({ telemetry, read: () => store.readNumbers() }),
      keepRetention({
        retention: config.retention,
        prune: async (bounds) => {
          const answers = await store.rewriteState(sessionKeys, Date.now() - answersKeptMs, withoutAnswers);
          return { ...(await store.prune(bounds)), answers };
        },
        log,
      }),
    ];
  };
  return {
    start,
    handle: (request, response) => void server.server.emit('request', request, response),
    isReady,
    listen: async () => {
      await start();
      // restify repeats the error of its server, which `listenOn` handles.
      server.once('error', () => {});
      return listenOn(server.server, config);
    },
    close: async () => {
      late.close();
      const left = createDeadline(stopMs);
      isDraining = true;
      const opsClosed = closeOps();
      watch?.stop();
      const choresEnded = Promise.all(chores.map((stop) => stop()));
      server.close();
      await waitAtMost(left(2_000), waitForAnswers(server), connector.idle());
      server.server.closeAllConnections();
      await outbox.stop(Math.min(6_000, left(1_000)));
      await waitAtMost(left(), telemetry.close(), waitAtMost(1_000, choresEnded, analytics?.feed.stop()));
      // A database that accepts connections and does not answer must not delay the end.
      await waitAtMost(left(), opsClosed);
      await waitAtMost(left() + 800, store.close());
      analytics?.close();
      http.close();
    },
  };
}

/** Returns the milliseconds that are left, minus those that later work needs. */
function createDeadline(ms: number): (later?: number) => number {
  const end = performance.now() + ms;
  return (later = 0) => Math.max(0, end - later - performance.now());
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
