import {
  type Activity,
  CloudAdapter,
  type ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import type { MessageLimit } from '../../http/messageLimit.ts';
import { RefusedRequest } from '../../http/refusedRequest.ts';
import type { Log } from '../../log/log.ts';
import { tellSparingly } from '../../log/tellSparingly.ts';
import { readNamedConversation } from '../../turns/guestTurn.ts';
import type { GuestGateway } from './guestGateway.ts';
import { withoutPrinting } from './withoutPrinting.ts';

type Authenticated = Awaited<ReturnType<ConfigurationBotFrameworkAuthentication['authenticateRequest']>>;

/** What the bot sees as `activity.callerId`. */
const gatewayCallerId = 'urn:genesys:guest-gateway';

/** For whom the SDK asks a token when it answers a channel. */
const channelAudience = 'https://api.botframework.com';

const messages = {
  401: 'The caller is not the Bot Framework.',
  429: 'The sender or the conversation has sent too many messages.',
  503: 'The keys of the Bot Framework cannot be fetched.',
} as const;

/** What a `ChannelAdapter` is made with. */
export interface ChannelAdapterOptions {
  /** The bot's app id; default: none, the bot is open. */
  appId?: string | undefined;
  /** Default: none. */
  gateway?: GuestGateway;
  /** Limits each sender and each conversation; default: no limit. */
  limit?: MessageLimit;
  /** Called for each caller that was refused because of its credentials. */
  onRefused?: (() => void) | undefined;
}

/**
 * The SDK's adapter, but a caller that cannot be authenticated is answered in our own words: 401, or 503 when the keys
 * cannot be fetched that would tell. The SDK alone answers with the error's text, mostly as 500, and prints its stack.
 */
export class ChannelAdapter extends CloudAdapter {
  readonly #log: Log;
  readonly #options: ChannelAdapterOptions;
  readonly #tellLimited: () => void;

  constructor(
    authentication: ConfigurationBotFrameworkAuthentication,
    log: Log,
    options: ChannelAdapterOptions = {},
  ) {
    super(authentication);
    this.#log = log;
    this.#options = options;
    this.#tellLimited = tellSparingly((count) =>
      log.warn(
        { event: 'messages.limited', count },
        'Messages refused: a sender or conversation sends too many',
      ),
    );
    if (options.gateway !== undefined) this.use(options.gateway);
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
          ? (this.#fromGateway(caller) ??
            (await withoutPrinting(() =>
              this.botFrameworkAuthentication.authenticateRequest(activity, caller),
            )))
          : caller;
    } catch (error) {
      const status = isAboutKeys(error) ? 503 : 401;
      this.#logRefused(status);
      return createRefusal(status);
    }
    // Only now: an unknown caller could else use up the messages of any sender that it names.
    if (!this.#isWithinLimit(authenticated, activity)) {
      this.#tellLimited();
      return createRefusal(429);
    }
    return super.processActivity(authenticated, activity, logic);
  }

  /**
   * Refuses a caller who cannot be authenticated whatever its activity says, before the activity is read. A token's signature
   * can only be verified with the activity.
   *
   * @throws RefusedRequest 401
   */
  checkCaller(authorization: string | undefined): void {
    if (authorization !== undefined) {
      if (this.#options.gateway?.hasSecret(authorization) === true || mayBeToken(authorization)) return;
    }
    this.#logRefused(401);
    throw new RefusedRequest(401, messages[401]);
  }

  #logRefused(status: 401 | 503): void {
    this.#log.warn({ event: 'messages.refused', status }, 'Request refused');
    this.#options.onRefused?.();
  }

  /** The gateway may have one name for all of its customers: there a Genesys conversation is the sender. */
  #isWithinLimit({ claimsIdentity }: Authenticated, activity: Activity): boolean {
    const { channelId, conversation, from } = activity;
    const named =
      this.#options.gateway?.isGateway(claimsIdentity) === true ? readNamedConversation(activity) : undefined;
    const keys =
      named === undefined
        ? [JSON.stringify([channelId, 'from', from.id]), JSON.stringify([channelId, 'in', conversation.id])]
        : [JSON.stringify(['genesys', named])];
    return this.#options.limit?.take(...keys) !== false;
  }

  /** A gateway that sends its secret needs no token: the bot answers it as it answers in a conversation that it begins. */
  #fromGateway(authorization: string): Authenticated | undefined {
    const { gateway, appId = '' } = this.#options;
    if (gateway?.hasSecret(authorization) !== true) return undefined;
    const claimsIdentity = this.createClaimsIdentity(appId);
    gateway.vouchFor(claimsIdentity);
    return {
      audience: channelAudience,
      callerId: gatewayCallerId,
      claimsIdentity,
      connectorFactory: this.botFrameworkAuthentication.createConnectorFactory(claimsIdentity),
    };
  }
}

function createRefusal(status: keyof typeof messages): InvokeResponse {
  return { status, body: { code: `request.${status}`, message: messages[status] } };
}

/** True for `Bearer` and the three parts of a signed token. */
function mayBeToken(authorization: string): boolean {
  return /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/i.test(authorization);
}

/** True when the keys could not be fetched (an error of fetch), or were answered with another status than 200. */
function isAboutKeys(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'FetchError' || ('statusCode' in error && error.statusCode === 500);
}
