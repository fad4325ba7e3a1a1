import {
  ActivityTypes,
  ConfigurationBotFrameworkAuthentication,
  type ConversationState,
  type TurnContext,
} from 'botbuilder';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { codeOf } from '../../../cards/errors.ts';
import { isObject } from '../../../cards/json.ts';
import { textsFor } from '../../../dialogs/languages.ts';
import type { Config } from '../../config/config.ts';
import { MessageLimit } from '../../http/callers.ts';
import { readErrorFields } from '../../log/errorFields.ts';
import { type Log, throttle } from '../../log/log.ts';
import { nameChannel } from '../../turns/turnState.ts';
import { appIdOf, ChannelAdapter } from './channelAdapter.ts';

/** Creates the adapter of `/api/messages`: Emulator, Agents Playground, Direct Line, Teams and others. */
export function createBotFrameworkAdapter(
  app: Config['app'],
  log: Log,
  conversationState: ConversationState,
  { appIds, secrets }: Config['guestGateway'] = { appIds: [], secrets: [] },
  onRefused?: () => void,
): ChannelAdapter {
  // Without an app id the bot is open, and the SDK accepts no other setting.
  const authentication = new BotAuthentication(
    app.id === undefined
      ? {}
      : {
          MicrosoftAppType: app.type,
          MicrosoftAppId: app.id,
          MicrosoftAppPassword: app.password ?? '',
          MicrosoftAppTenantId: app.tenantId ?? '',
        },
    undefined,
    appIds.length === 0 ? undefined : acceptTokensOf(appIds, app.tenantId ?? ''),
  );
  const onIgnored = throttle((count) =>
    log.warn(
      { event: 'guest.ignored', count },
      'Callers other than the gateway named a Genesys conversation; the bot ignored it',
    ),
  );
  const gateway = { appIds, secrets, onIgnored };
  const limit = new MessageLimit();
  const adapter = new ChannelAdapter(authentication, log, { appId: app.id, onRefused, gateway, limit });
  adapter.onTurnError = (context, error) => handleTurnError(context, error, log, conversationState);
  return adapter;
}

/** Apologizes and deletes the conversation's state. Never throws: its own messages may fail as the turn did. */
async function handleTurnError(
  context: TurnContext,
  error: Error,
  log: Log,
  conversationState: ConversationState,
): Promise<void> {
  const channel = nameChannel(context.activity.channelId);
  log.error({ event: 'turn.failed', error, ...readErrorFields(error), channel }, 'A turn failed');
  try {
    await conversationState.delete(context);
  } catch (cause) {
    log.error(
      { event: 'state.deleteFailed', ...readErrorFields(cause) },
      'Conversation state of a failed turn could not be deleted',
    );
  }
  try {
    const text = textsFor(context.activity.locale).turnFailed;
    await context.sendActivity({ type: ActivityTypes.Message, text, inputHint: 'expectingInput' });
    if (context.activity.channelId === 'emulator') {
      await context.sendTraceActivity(
        'OnTurnError Trace',
        `${codeOf(error) ?? error.name}: ${error.message}`,
        'https://www.botframework.com/schemas/error',
        'TurnError',
      );
    }
  } catch (cause) {
    log.error(
      { event: 'turn.apologyFailed', ...readErrorFields(cause) },
      'Error message could not be sent to the channel',
    );
  }
}

/**
 * Returns the SDK's setting by which these apps of the tenant may call the bot with their own tokens, besides the channels. The SDK
 * accepts neither other apps nor other issuers without it.
 */
export function acceptTokensOf(
  appIds: readonly string[],
  tenantId: string,
): ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[2] {
  const allowed = appIds.map((appId) => appId.toLowerCase());
  return {
    requiredEndorsements: [],
    validTokenIssuers: [
      `https://sts.windows.net/${tenantId}/`,
      `https://login.microsoftonline.com/${tenantId}/v2.0`,
    ],
    validateClaims: async (claims) => {
      const claimOf = (type: string) => claims.find((claim) => claim.type === type)?.value;
      const appId = appIdOf(claimOf);
      if (appId !== undefined && appId !== claimOf('aud') && !allowed.includes(appId.toLowerCase()))
        throw new Error('This app may not call the bot.');
    },
  };
}

type Authenticate = ConfigurationBotFrameworkAuthentication['authenticateRequest'];
type Identity = Awaited<ReturnType<Authenticate>>['claimsIdentity'];
type ConnectorFactory = ReturnType<ConfigurationBotFrameworkAuthentication['createConnectorFactory']>;
type Connector = ReturnType<ConnectorFactory['create']>;
type UserTokenClient = ReturnType<ConfigurationBotFrameworkAuthentication['createUserTokenClient']>;

/** Cached clients at most: channels have a handful of service addresses, but a bot without an app id accepts any. */
const cachedClients = 100;

/** How long the bot waits for a channel to accept one reply, in milliseconds: a channel allows 15 s for a whole turn. */
const replyTimeoutMs = 3_000;

/**
 * The SDK's authentication, which reuses the reply clients in all turns and limits each reply in time. The SDK alone creates new
 * clients for each turn, used or not. A client holds nothing of a turn, and its credentials renew their tokens.
 */
export class BotAuthentication extends ConfigurationBotFrameworkAuthentication {
  readonly #connectors = new LRUCache<string, Connector>({ max: cachedClients });
  readonly #userTokens = new LRUCache<string, UserTokenClient>({ max: cachedClients });

  override async authenticateRequest(...request: Parameters<Authenticate>): ReturnType<Authenticate> {
    const result = await super.authenticateRequest(...request);
    const { claimsIdentity, connectorFactory } = result;
    if (connectorFactory === undefined) return result;
    return { ...result, connectorFactory: this.#withCache(connectorFactory, claimsIdentity) };
  }

  override createConnectorFactory(identity: Identity): ConnectorFactory {
    return this.#withCache(super.createConnectorFactory(identity), identity);
  }

  override createUserTokenClient(identity: Identity): UserTokenClient {
    return reuse(this.#userTokens, describeBot(identity), () => super.createUserTokenClient(identity));
  }

  #withCache(factory: ConnectorFactory, identity: Identity): ConnectorFactory {
    return {
      create: (serviceUrl, audience) =>
        reuse(this.#connectors, JSON.stringify([describeBot(identity), serviceUrl, audience]), async () => {
          const connector = await factory.create(serviceUrl, audience);
          limitReplies(connector);
          return connector;
        }),
    };
  }
}

/** The claims by which the SDK chooses the credentials of a client. */
function describeBot(identity: Identity): string {
  return JSON.stringify([identity.getClaimValue('aud'), identity.getClaimValue('appid')]);
}

/** Returns the cached client of a key, or creates it. A client that could not be created is not cached. */
function reuse<T>(cache: LRUCache<string, Promise<T>>, key: string, create: () => Promise<T>): Promise<T> {
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const created = create();
  cache.set(key, created);
  created.catch(() => cache.delete(key));
  return created;
}

/** The part of Azure's HTTP pipeline that is used here; the package of its types is not a dependency of ours. */
interface Pipeline {
  removePolicy(policy: { name: string }): void;
  addPolicy(policy: {
    name: string;
    sendRequest: <T>(request: { timeout?: number }, send: (request: { timeout?: number }) => T) => T;
  }): void;
}

const pipelined = z.object({
  client: z.object({
    pipeline: z.custom<Pipeline>(
      (value) => isObject(value) && 'removePolicy' in value && 'addPolicy' in value,
    ),
  }),
});

/**
 * Removes the SDK's hidden retries and limits each reply in time: a dead channel would hold a turn for 5.5 s, and a hanging one
 * for ever. The SDK has no option for it.
 */
function limitReplies(connector: unknown): void {
  const pipeline = pipelined.safeParse(connector).data?.client.pipeline;
  pipeline?.removePolicy({ name: 'defaultRetryPolicy' });
  pipeline?.addPolicy({
    name: 'replyTimeout',
    sendRequest: (request, send) => {
      request.timeout = replyTimeoutMs;
      return send(request);
    },
  });
}
