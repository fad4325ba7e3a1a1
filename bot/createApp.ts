import { ConversationState } from 'botbuilder';
import { GuestRoute } from '../cards/delivery/guestRoute.ts';
import { createHttpClient } from '../cards/delivery/http.ts';
import type { CardRoute } from '../cards/delivery/outbox.ts';
import { CardStore, openDatabase } from '../cards/delivery/sqlite/cardStore.ts';
import { EmbeddedOutbox } from '../cards/delivery/sqlite/embeddedOutbox.ts';
import { TokenProvider } from '../cards/delivery/token.ts';
import { CodedError } from '../cards/errors.ts';
import { loadTemplates, ownTemplatesDir } from '../cards/templates/loadTemplates.ts';
import { TemplateRegistry } from '../cards/templates/registry.ts';
import { createMainDialog } from '../dialogs/createDialogs.ts';
import { HttpOrders } from '../dialogs/orders/httpOrders.ts';
import { CardBot } from './cardBot.ts';
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

  const db = openDatabase(config.dataDir);
  const store = new CardStore(db);
  const http = createHttpClient();
  const outbox = new EmbeddedOutbox({
    store,
    routes: createRoutes(config, http.request),
    onUnknown: config.onUnknown,
  });

  const conversationState = new ConversationState(new SqliteStorage(db, store.commits));
  const adapter = createBotFrameworkAdapter(config.app, log, conversationState);
  adapter.use(
    new CardMiddleware({
      registry,
      outbox: config.genesys === undefined ? undefined : outbox,
      outcomeWaitMs: config.cards.outcomeWaitMs,
      events: cardEvents(log),
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
      http.close();
    },
  };
}

function createRoutes(
  { genesys, dropsRepeats }: Config,
  http: ReturnType<typeof createHttpClient>['request'],
): CardRoute[] {
  if (genesys === undefined) return [];
  const token = new TokenProvider({ ...genesys, http });
  return [new GuestRoute({ apiUrl: genesys.apiUrl, token, http, dropsRepeats })];
}

function cardEvents(log: Log): CardEvents {
  return {
    onRefused: (context, _request, { code, path }) =>
      log.warn(
        { event: 'card.refused', code, path, channel: context.activity.channelId },
        'A card was refused',
      ),
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
