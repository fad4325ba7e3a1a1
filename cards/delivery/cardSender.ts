import { randomUUID } from 'node:crypto';
import { CodedError } from '../errors.ts';
import { anyPublicHost, type UrlPolicy } from '../richText/urlPolicy.ts';
import { loadTemplates, TemplateRegistry } from '../templates/loadTemplates.ts';
import { ownTemplatesDir } from '../templates/readTemplates.ts';
import { AnalyticsFeed } from './analytics.ts';
import type { Listeners } from './cardEvents.ts';
import { CardOrders, type OrderResult, readCardOrder, type StoredOrder } from './cardOrder.ts';
import { createGenesysRoutes } from './createGenesysRoutes.ts';
import { createAgents, createHttpClient } from './http.ts';
import type { StoreStatus } from './operatorStore.ts';
import type { Outbox } from './outbox.ts';
import { openSenderStore } from './senderStore.ts';
import { openOperatorStore } from './store/openStore.ts';

/**
 * Genesys, our client there, and the store of the cards. Genesys may be left out only while a bot has the store open: that bot
 * sends the cards, and its listeners are called instead of these.
 */
export interface CardSenderOptions extends Listeners {
  /** Domain of a Genesys Cloud region such as `mypurecloud.ie`; or both addresses of a gateway. */
  region?: string | undefined;
  loginUrl?: string | undefined;
  apiUrl?: string | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  /** Default: `webchat:guest:write`. */
  scope?: string;
  /** Folder of the store; default `.data`. While a bot has it open, that bot sends the cards. */
  dataDir?: string;
  /** PostgreSQL, in place of `dataDir`. */
  databaseUrl?: string | undefined;
  /** Sign the audit log, the newest first; default: none, only the store's own secret does. */
  auditSecrets?: readonly string[];
  /** Folders with templates besides those of the package. */
  templateDirs?: readonly string[];
  /** Allowed hosts of links and pictures; default: any public https host. */
  policy?: UrlPolicy;
  /** Requests to Genesys a minute; default 100. */
  requestsPerMinute?: number;
  /** Whether Genesys shows a messageId once, however often it arrives; default false. */
  dropsRepeats?: boolean;
  /** The webhook for the events of every card; default: none. */
  analytics?: { url: string; secrets: readonly string[] } | undefined;
  /** Proxies, as `HTTPS_PROXY` and the like name them; default: none. */
  proxyEnv?: Readonly<Record<string, string | undefined>>;
  /** Certificate and key (PEM) of calls to Genesys, for a gateway that requires mutual TLS; default: none. */
  certificate?: { readonly cert?: string | undefined; readonly key?: string | undefined };
}

/** Sends cards without a bot: token, template, checks, store, retries, audit log and analytics. */
export interface CardSender {
  /**
   * Sends one card and waits for its outcome.
   *
   * @param order `{ conversationId, templateId, fields, locale?, messageId? }`
   * @param waitMs after it the outcome is `pending`, and delivery continues in the background; default: no limit
   * @throws CodedError `template.*` or `card.*` with the JSON path in the order when our own checks refuse it: nothing was sent;
   * `store.conflict` for another order with its messageId, `store.full`, `store.unavailable`
   */
  send(order: unknown, waitMs?: number): Promise<OrderResult>;
  /** Stores one card, whose outcome may be waited for later. @throws CodedError as `send` does */
  submit(order: unknown): Promise<StoredOrder>;
  /** Counts of the cards in the store, also of other processes: waiting, dead letters, the last hour. */
  stats(): Promise<StoreStatus & { readonly successRate: number | null }>;
  /** Lets cards that are being sent finish; the others wait in the store for the next start. */
  close(): Promise<void>;
}

/** Longer than any card is retried: a day, in milliseconds. */
const longestMs = 24 * 60 * 60_000;

/**
 * Opens the store and begins to send, also cards that a former process left in it.
 *
 * @throws CodedError `config.invalid`, `template.*` for a wrong template file, `store.*` when the store cannot be opened
 */
export async function createCardSender(options: CardSenderOptions): Promise<CardSender> {
  const { templateDirs = [], policy = anyPublicHost, dataDir = '.data', analytics, proxyEnv = {} } = options;
  const { databaseUrl, auditSecrets = [], requestsPerMinute = 100, dropsRepeats = false } = options;
  const { listeners = [], onFault = () => {} } = options;
  const registry = new TemplateRegistry(
    loadTemplates([...new Set([ownTemplatesDir, ...templateDirs])], policy),
  );
  // Before the store is opened: a wrong address of a proxy throws.
  const http = createHttpClient({ agents: createAgents({ proxyEnv, ...options.certificate }) });
  const webhook = createHttpClient({ agents: createAgents({ proxyEnv, maxSockets: 2 }) });
  const store = await openSenderStore({ databaseUrl, dataDir }, { auditSecrets, requestsPerMinute });
  const createRoutes = () =>
    createGenesysRoutes({
      ...genesysOf(options),
      http: http.request,
      requestsPerMinute,
      limiter: store.limiter,
      dropsRepeats,
    });
  const feed =
    analytics === undefined || !store.isOurs
      ? undefined
      : new AnalyticsFeed({ ...analytics, source: store.analytics, http: webhook.request, onFault });
  let outbox: Outbox;
  try {
    outbox = store.createOutbox({
      // Another process that sends has routes of its own.
      routes: store.isOurs ? createRoutes() : [],
      onUnknown: 'hold',
      listeners: [() => feed?.wake(), ...listeners],
      onFault,
    });
    await outbox.start();
  } catch (error) {
    await store.close();
    throw error;
  }
  feed?.start();

  const orders = new CardOrders({ registry, outbox });
  const submit = (order: unknown) => orders.submit(readCardOrder(order), randomUUID().replaceAll('-', ''));

  const close = async () => {
    await outbox.stop();
    await feed?.stop();
    await store.close();
    http.close();
    webhook.close();
  };
  let closing: Promise<void> | undefined;

  return {
    submit,
    send: async (order, waitMs = longestMs) => {
      const stored = await submit(order);
      return stored.outcome(waitMs);
    },
    stats: async () => {
      const operator = await openOperatorStore({ databaseUrl, dataDir, auditSecrets });
      try {
        const status = await operator.status();
        return { ...status, successRate: status.lastHour.successRate };
      } finally {
        await operator.close();
      }
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** @throws CodedError `config.invalid` when something is missing */
function genesysOf({ region, scope = 'webchat:guest:write', ...options }: CardSenderOptions) {
  const {
    loginUrl = region === undefined ? undefined : `https://login.${region}`,
    apiUrl = region === undefined ? undefined : `https://api.${region}`,
    clientId,
    clientSecret,
  } = options;
  if (loginUrl === undefined || apiUrl === undefined || clientId === undefined || clientSecret === undefined)
    throw new CodedError(
      'config.invalid',
      'A card sender needs clientId, clientSecret, and region or loginUrl with apiUrl, unless a bot has its store open.',
    );
  return { loginUrl, apiUrl, clientId, clientSecret, scope };
}
