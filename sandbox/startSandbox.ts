import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import { Agent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Architect } from './architect/architect.ts';
import { sendActivity, takeActivity } from './conversations/botFrameworkDoor.ts';
import { addConversationRoutes } from './conversations/conversationRoutes.ts';
import { Conversations } from './conversations/conversations.ts';
import type { Endpoints } from './conversations/turn.ts';
import { CardLedger } from './guestApi/cardLedger.ts';
import { postGuestCard } from './guestApi/guestRoute.ts';
import { Router } from './http/router.ts';
import { addControlRoutes } from './platform/controlRoutes.ts';
import { Faults } from './platform/faults.ts';
import type { BotTls, Log, Platform } from './platform/platform.ts';
import { addPublicRoutes } from './platform/publicRoutes.ts';
import { Stats } from './platform/stats.ts';
import { Tokens } from './platform/tokens.ts';
import { addWebFiles } from './webFiles.ts';
import { Attachments } from './webMessaging/attachments.ts';
import { addDeploymentConfig } from './webMessaging/deploymentConfig.ts';
import { isGuestSocket, serveGuestSockets } from './webMessaging/guestSockets.ts';
import { History } from './webMessaging/history.ts';
import { SignIn } from './webMessaging/signIn.ts';

/** How to start a sandbox. */
export interface SandboxOptions {
  /** 0 takes any free port. */
  port: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Base address of the bot, such as `http://127.0.0.1:3978`; may be set later. */
  botUrl?: string;
  clientId: string;
  clientSecret: string;
  /** The header that Architect's stand-in shows the bot; default `authorization`. */
  connectorHeader?: string;
  connectorSecret?: string;
  /** Paths of the bot; default `/api/genesys/v1/messages`, and `/api/genesys/v2` before `/bots` and `/messages`. */
  connectorPaths?: { v1?: string; v2?: string };
  /** For a bot that asks for mutual TLS; default: no certificate is shown, and the usual authorities are trusted. */
  botTls?: BotTls;
  /** How long Architect waits for the bot; default 10,000 ms on v1, 30,000 ms on v2. */
  architectTimeoutMs?: number;
  /** With it the sandbox is the bot's gateway on `route=guest`: sent as `Authorization: Bearer …`; default: none. */
  gatewaySecret?: string;
  /** One of the bot's `CARDS_API_SECRETS`, for the data action of a flow; default: none, and there is no data action. */
  cardsApiSecret?: string;
  /** Card ids that are remembered to recognise repeats; default 2,000,000. */
  maxLedger?: number;
  /** Messages that a customer's session may send in a second; default 5, as Genesys allows. */
  messagesPerSecond?: number;
  /** Milliseconds since 1970; default `Date.now`. */
  now?: () => number;
  /** 0 to below 1; default `Math.random`. */
  random?: () => number;
  fetch?: typeof fetch;
  /** Default: nothing is logged. */
  log?: Log;
}

/** A running sandbox. */
export interface Sandbox {
  /** Base address, such as `http://127.0.0.1:3979`. */
  readonly url: string;
  readonly port: number;
  setBotUrl(url: string): void;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/** Starts the local stand-in for Genesys Cloud. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const platform: Platform = {
    now,
    fetch: options.fetch ?? fetch,
    log: options.log ?? (() => {}),
    tokens: new Tokens({ clientId: options.clientId, clientSecret: options.clientSecret, now }),
    faults: new Faults(options.random ?? Math.random),
    stats: new Stats(),
    ledger: new CardLedger(options.maxLedger ?? 2_000_000),
    conversations: new Conversations({ now }),
    messagesPerSecond: options.messagesPerSecond ?? 5,
    connector: {
      header: options.connectorHeader ?? 'authorization',
      secret: options.connectorSecret,
      paths: {
        v1: options.connectorPaths?.v1 ?? '/api/genesys/v1/messages',
        v2: options.connectorPaths?.v2 ?? '/api/genesys/v2',
      },
    },
    botAgent: new Agent({ keepAlive: true, ...options.botTls }),
    architectTimeoutMs: {
      v1: options.architectTimeoutMs ?? 10_000,
      v2: options.architectTimeoutMs ?? 30_000,
    },
    gatewaySecret: options.gatewaySecret,
    cardsApiSecret: options.cardsApiSecret,
    closing: closing.signal,
    botUrl: options.botUrl,
    url: '',
  };
  const architect = new Architect(platform);
  const endpoints: Endpoints = { guest: sendActivity, v1: architect.v1, v2: architect.v2 };
  const history = new History(platform);
  const attachments = new Attachments();
  const signIn = new SignIn();
  const server = createServer(
    // An offer of anything but the guests' WebSocket, such as HTTP/2, is answered as if it were not made.
    { shouldUpgradeCallback: isGuestSocket },
    routerFor(platform, endpoints, { history, architect, attachments, signIn }).listener,
  );
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 60_000;
  const closeSockets = serveGuestSockets(server, { platform, endpoints, history, attachments, signIn });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  // A server that listens on a port has an AddressInfo, not a pipe name.
  const { port } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  platform.url = url;

  return {
    url,
    port,
    setBotUrl: (botUrl) => {
      platform.botUrl = botUrl;
    },
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        platform.botAgent.destroy();
        closeSockets();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function routerFor(
  platform: Platform,
  endpoints: Endpoints,
  parts: { history: History; architect: Architect; attachments: Attachments; signIn: SignIn },
): Router {
  const { history, architect, attachments, signIn } = parts;
  const router = new Router(platform.stats.counted);
  router.on('POST', '/api/v2/guest/conversations/webchat/messages', (call) => postGuestCard(platform, call));
  router.on('POST', '/v3/conversations/{id}/activities', (call) => takeActivity(platform, call));
  router.on('POST', '/v3/conversations/{id}/activities/{replyToId}', (call) => takeActivity(platform, call));
  router.on('GET', '/api/v2/webmessaging/messages', (call) => history.answer(call));
  attachments.addRoutes(router, platform.now);
  signIn.addRoutes(router);
  addDeploymentConfig(router, platform);
  addWebFiles(router);
  router.on('POST', '/api/v2/integrations/botconnectors/outgoing/messages', architect.outgoing);
  router.on('POST', '/api/v2/integrations/botconnectors/incoming/messages', architect.incoming);
  router.on('PUT', '/api/v2/integrations/botconnector/{integrationId}/bots', (call) =>
    architect.lists.put(call),
  );
  const bots = '/api/v2/integrations/botconnector/{integrationId}/bots';
  router.on('GET', bots, (call) => architect.lists.get(call));
  router.on('GET', `${bots}/summaries`, (call) => architect.lists.summaries(call));
  router.on('GET', `${bots}/{botId}`, (call) => architect.lists.bot(call));
  router.on('GET', `${bots}/{botId}/versions`, (call) => architect.lists.versions(call));
  const own = '/api/v2/integrations/botconnectors/{integrationId}/bots';
  router.on('GET', own, (call) => architect.lists.ownBots(call));
  router.on('GET', `${own}/summaries`, (call) => architect.lists.ownSummaries(call));
  router.on('GET', `${own}/{botId}`, (call) => architect.lists.ownBot(call));
  addPublicRoutes(router, platform);
  addControlRoutes(router, platform, () => architect.clear());
  addConversationRoutes(router, platform, endpoints);
  return router;
}
