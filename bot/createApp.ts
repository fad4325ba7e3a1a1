import { ConversationState } from 'botbuilder';
import { AnalyticsFeed } from '../cards/delivery/analytics.ts';
import { withCircuitBreaker } from '../cards/delivery/circuitBreaker.ts';
import { GuestRoute } from '../cards/delivery/guestRoute.ts';
import { createHttpClient } from '../cards/delivery/http.ts';
import type { CardRoute } from '../cards/delivery/outbox.ts';
import { RateLimit } from '../cards/delivery/rateLimit.ts';
import { CardStore, openDatabase } from '../cards/delivery/sqlite/cardStore.ts';
import { EmbeddedOutbox } from '../cards/delivery/sqlite/embeddedOutbox.ts';
import { lockStore } from '../cards/delivery/sqlite/storeLock.ts';
import { TokenProvider } from '../cards/delivery/token.ts';
import { CodedError } from '../cards/errors.ts';
import { loadTemplates, ownTemplatesDir } from '../cards/templates/loadTemplates.ts';
import { TemplateRegistry } from '../cards/templates/registry.ts';
import { createMainDialog } from '../dialogs/createDialogs.ts';
import { HttpOrders } from '../dialogs/orders/httpOrders.ts';
import { CardBot } from './cardBot.ts';
import { cardFallback } from './cardFallback.ts';
import { type CardEvents, CardMiddleware } from './cardMiddleware.ts';
import { createBotFrameworkAdapter } from './channels/botFramework.ts';
import { messagesRoute } from './channels/messagesRoute.ts';
import type { Config } from './config.ts';
import { createHttpServer } from './httpServer.ts';
import { createLog, type Log } from './log.ts';
import { SqliteStorage } from './state/sqliteStorage.ts';

/** A running bot. */
export interface App {
  /** Begins to listen; gives the base address. */
  listen(): Promise<string>;
  /** Takes no new turns, lets what runs finish or stores it, and closes everything. */
  close(): Promise<void>;
}

/** Puts the bot together: the one place that knows every part. */
export function createApp(config: Config, log: Log = createLog(config.logLevel)): App {
  const templateDirs = [
    ownTemplatesDir,
    ...(config.cards.templatesDir === undefined ? [] : [config.cards.templatesDir]),
  ];
  const registry = new TemplateRegistry(loadTemplates(templateDirs, config.cards.policy));

  const unlock = lockStore(config.dataDir);
  const db = openDatabase(config.dataDir);
  const store = new CardStore(db);
  const http = createHttpClient();
  const analytics = createAnalytics(config, store, log);
  const outbox = new EmbeddedOutbox({
    store,
    routes: createRoutes(config, http.request),
    onUnknown: config.onUnknown,
    events: {
      onSettled: (card, delivery) => void fallback(card, delivery),
      onAudit: () => analytics?.feed.wake(),
    },
  });

  const conversationState = new ConversationState(new SqliteStorage(db, store.commits));
  const adapter = createBotFrameworkAdapter(config.app, log, conversationState);
  const fallback = cardFallback({
    adapter,
    appId: config.app.id ?? '',
    log,
    note: (card) => store.note('fallback', card),
  });
  adapter.use(
    new CardMiddleware({
      registry,
      outbox: config.genesys === undefined ? undefined : outbox,
      outcomeWaitMs: config.cards.outcomeWaitMs,
      events: cardEvents(log, store),
    }),
  );
  const orders = config.ordersApiUrl === undefined ? undefined : new HttpOrders(config.ordersApiUrl);
  const bot = new CardBot({ dialog: createMainDialog({ orders }), conversationState });

  let isDraining = false;
  const server = createHttpServer(
    {
      messages: messagesRoute(adapter, (context) => bot.run(context), config.app.id === undefined),
      isReady: async () => !isDraining && (await outbox.isReady()),
    },
    log,
  );

  return {
    listen: async () => {
      await outbox.start();
      analytics?.feed.wake();
      return new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, config)));
        server.listen(config.port, config.host, () => {
          const { port } = server.address();
          resolve(`http://${config.host}:${port}`);
        });
      });
    },
    close: async () => {
      isDraining = true;
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.server.closeIdleConnections();
      await Promise.race([closed, delay(2_000)]);
      server.server.closeAllConnections();
      await outbox.stop(6_000);
      await Promise.race([analytics?.feed.stop(), delay(1_000)]);
      store.close();
      analytics?.close();
      http.close();
      unlock();
    },
  };
}

function createRoutes(
  { genesys, dropsRepeats, requestsPerMinute }: Config,
  http: ReturnType<typeof createHttpClient>['request'],
): CardRoute[] {
  if (genesys === undefined) return [];
  const token = new TokenProvider({ ...genesys, http });
  const rateLimit = new RateLimit({ perMinute: requestsPerMinute });
  return [
    withCircuitBreaker(new GuestRoute({ apiUrl: genesys.apiUrl, token, http, dropsRepeats, rateLimit })),
  ];
}

function createAnalytics(config: Config, store: CardStore, log: Log) {
  if (config.analytics === undefined) return undefined;
  // Connections of its own: a slow webhook never takes one from a card.
  const http = createHttpClient({ maxSockets: 2 });
  const feed = new AnalyticsFeed({
    ...config.analytics,
    source: store.audit,
    http: http.request,
    onTry: (count, isTaken) => {
      if (!isTaken)
        log.warn(
          { event: 'analytics.refused', count },
          'The analytics webhook did not take its events; they wait',
        );
    },
  });
  return { feed, close: http.close };
}

function cardEvents(log: Log, store: CardStore): CardEvents {
  return {
    onRefused: (context, { error, card }) => {
      const { code, path } = error;
      log.warn(
        { event: 'card.refused', code, path, channel: context.activity.channelId },
        'A card was refused',
      );
      void store.note('refused', card, { code, ...(path === undefined ? {} : { path }) });
    },
    onDelivery: (_context, card, { messageId, outcome, attempts, code, status }) =>
      log.info(
        { event: 'card.delivery', messageId, templateId: card.template.id, outcome, attempts, code, status },
        'A card went out',
      ),
  };
}

function listenError(error: NodeJS.ErrnoException, { port, host }: Config): CodedError {
  const why =
    error.code === 'EADDRINUSE'
      ? `PORT: ${port} is in use by another program`
      : `PORT: cannot listen on ${host}:${port} (${error.code ?? 'unknown'})`;
  return new CodedError('config.invalid', `The configuration has 1 problem(s):\n- ${why}`, { cause: error });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
