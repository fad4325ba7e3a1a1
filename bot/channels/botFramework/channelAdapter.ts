import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Activity,
  CloudAdapter,
  type ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import { createCredentialCheck, type MessageLimit } from '../../http/callers.ts';
import { RefusedRequest } from '../../http/requests.ts';
import { type Log, throttle } from '../../log/log.ts';
import { readNamedConversation, setGuestConversation } from '../../turns/turnState.ts';

type Authenticated = Awaited<ReturnType<ConfigurationBotFrameworkAuthentication['authenticateRequest']>>;
type Identity = Authenticated['claimsIdentity'];

/** The `activity.callerId` that the bot sees. */
const gatewayCallerId = 'urn:genesys:guest-gateway';

/** The audience of the tokens with which the SDK answers a channel. */
const channelAudience = 'https://api.botframework.com';

const messages = {
  401: 'The caller is not the Bot Framework.',
  429: 'The sender or the conversation has sent too many messages.',
  503: 'The keys of the Bot Framework cannot be fetched.',
} as const;

/** How the gateway to Genesys identifies itself. Without app ids and secrets, nobody may name a Genesys conversation. */
export interface GatewayOptions {
  /** App ids of Microsoft Entra: a verified token of one of them is the gateway's. */
  appIds?: readonly string[];
  /** Secrets that the gateway may send as `Authorization: Bearer SECRET` instead of a token. */
  secrets?: readonly string[];
  /** Called when another caller names a Genesys conversation, which the bot ignores. */
  onIgnored?: () => void;
}

/** Options of a `ChannelAdapter`. */
export interface ChannelAdapterOptions {
  /** The bot's app id; default none: the bot is open. */
  appId?: string | undefined;
  /** Default: no caller may name a Genesys conversation. */
  gateway?: GatewayOptions;
  /** Limits each sender and each conversation; default: no limit. */
  limit?: MessageLimit;
  /** Called for each caller whose credentials are refused. */
  onRefused?: (() => void) | undefined;
}

/**
 * The SDK's adapter, which refuses a caller that it cannot authenticate in our own words: 401, or 503 when the keys cannot be
 * fetched. The SDK alone answers with the error's text, mostly as 500, and prints its stack.
 *
 * Only the gateway chooses the Genesys conversation that receives a turn's cards: on Web Chat and Direct Line, the customer's own
 * browser writes an activity's `channelData`.
 */
export class ChannelAdapter extends CloudAdapter {
  readonly #log: Log;
  readonly #options: ChannelAdapterOptions;
  readonly #reportLimited: () => void;
  readonly #gatewayApps: ReadonlySet<string>;
  readonly #checkSecret: ReturnType<typeof createCredentialCheck>;
  /** Identities of callers with a secret. */
  readonly #vouched = new WeakSet<Identity>();

  constructor(
    authentication: ConfigurationBotFrameworkAuthentication,
    log: Log,
    options: ChannelAdapterOptions = {},
  ) {
    super(authentication);
    this.#log = log;
    this.#options = options;
    this.#reportLimited = throttle((count) =>
      log.warn(
        { event: 'messages.limited', count },
        'Messages refused: a sender or conversation sends too many',
      ),
    );
    const { appIds = [], secrets = [], onIgnored } = options.gateway ?? {};
    this.#gatewayApps = new Set(appIds.map((id) => id.toLowerCase()));
    this.#checkSecret = createCredentialCheck({ secrets });
    // Before `CardMiddleware`, which reads the conversation.
    this.use(async (context, next) => {
      const conversationId = readNamedConversation(context.activity);
      if (conversationId !== undefined) {
        if (this.#isGateway(context.turnState.get<Identity>(this.BotIdentityKey)))
          setGuestConversation(context, conversationId);
        else onIgnored?.();
      }
      await next();
    });
  }

  protected override async processActivity(
    caller: string | Authenticated,
    activity: Activity,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    let authenticated: Authenticated;
    try {
      authenticated =
        typeof caller === 'string'
          ? (this.#authenticateGateway(caller) ??
            (await withoutPrinting(() =>
              this.botFrameworkAuthentication.authenticateRequest(activity, caller),
            )))
          : caller;
    } catch (error) {
      const status = isAboutKeys(error) ? 503 : 401;
      this.#logRefused(status);
      return createRefusal(status);
    }
    // An unknown caller must not use up the messages of the sender that it names, so the limit comes after authentication.
    if (!this.#isWithinLimit(authenticated, activity)) {
      this.#reportLimited();
      return createRefusal(429);
    }
    return super.processActivity(authenticated, activity, logic);
  }

  /**
   * Refuses a caller without a secret or a token before its activity is read. The signature of a token can only be verified with
   * the activity.
   *
   * @throws RefusedRequest 401
   */
  checkCaller(authorization: string | undefined): void {
    if (authorization !== undefined && (mayBeToken(authorization) || this.#hasGatewaySecret(authorization)))
      return;
    this.#logRefused(401);
    throw new RefusedRequest(401, messages[401]);
  }

  #logRefused(status: 401 | 503): void {
    this.#log.warn({ event: 'messages.refused', status }, 'Request refused');
    this.#options.onRefused?.();
  }

  #hasGatewaySecret(authorization: string): boolean {
    return this.#checkSecret({ headers: { authorization } }) === 'accepted';
  }

  #isGateway(identity: Identity | undefined): boolean {
    if (identity === undefined) return false;
    const appId = identity.isAuthenticated ? appIdOf((type) => identity.getClaimValue(type)) : undefined;
    return this.#vouched.has(identity) || (appId !== undefined && this.#gatewayApps.has(appId.toLowerCase()));
  }

  /** The gateway may use one sender for all of its customers, so there the Genesys conversation is counted. */
  #isWithinLimit({ claimsIdentity }: Authenticated, activity: Activity): boolean {
    const { channelId, conversation, from } = activity;
    const named = this.#isGateway(claimsIdentity) ? readNamedConversation(activity) : undefined;
    const keys =
      named === undefined
        ? [JSON.stringify([channelId, 'from', from.id]), JSON.stringify([channelId, 'in', conversation.id])]
        : [JSON.stringify(['genesys', named])];
    return this.#options.limit?.take(...keys) !== false;
  }

  /** The gateway may send its secret instead of a token. The bot then answers as in a conversation that it begins itself. */
  #authenticateGateway(authorization: string): Authenticated | undefined {
    if (!this.#hasGatewaySecret(authorization)) return undefined;
    const claimsIdentity = this.createClaimsIdentity(this.#options.appId ?? '');
    this.#vouched.add(claimsIdentity);
    return {
      audience: channelAudience,
      callerId: gatewayCallerId,
      claimsIdentity,
      connectorFactory: this.botFrameworkAuthentication.createConnectorFactory(claimsIdentity),
    };
  }
}

/** The app of a verified token, found as the SDK does; undefined for a channel's token, which has no version. */
export function appIdOf(claimOf: (type: string) => string | null | undefined): string | undefined {
  const version = claimOf('ver') ?? undefined;
  if (version === undefined) return undefined;
  return claimOf(version === '2.0' ? 'azp' : 'appid') ?? undefined;
}

function createRefusal(status: keyof typeof messages): InvokeResponse {
  return { status, body: { code: `request.${status}`, message: messages[status] } };
}

/** Says whether a header has the form of a signed token: `Bearer` and three parts. */
function mayBeToken(authorization: string): boolean {
  return /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/i.test(authorization);
}

/** Says whether the keys could not be fetched: an error of fetch, or an answer with another status than 200. */
function isAboutKeys(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'FetchError' || ('statusCode' in error && error.statusCode === 500);
}

const quiet = new AsyncLocalStorage<true>();
let isInstalled = false;

/**
 * Runs work without its output on stderr. While the Bot Framework's SDK verifies a token, it prints the public key for each wrong
 * signature and a stack for each expired token, so that a stranger could fill the log. It has no option for it. Other work that
 * runs at the same time still prints.
 */
function withoutPrinting<T>(work: () => Promise<T>): Promise<T> {
  if (!isInstalled) {
    isInstalled = true;
    const sdk = globalThis.console;
    const print = sdk.error;
    sdk.error = (...words: unknown[]) => {
      if (quiet.getStore() !== true) print(...words);
    };
  }
  return quiet.run(true, work);
}
