import {
  type Activity,
  BotAdapter,
  type ConversationReference,
  INVOKE_RESPONSE_KEY,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import type { BotFrameworkAuthentication, ClaimsIdentity, UserTokenClient } from 'botframework-connector';
import { CodedError } from '../../../cards/errors.ts';
import { throwPast } from '../../turns/activity.ts';
import { acceptCheckedCards, sessionKey } from '../../turns/turnState.ts';
import type { Connector } from './connector.ts';
import {
  connectAdapter,
  createEndpoints,
  type Endpoints,
  type EndpointsOptions,
  requireLogic,
} from './createEndpoints.ts';
import type { BotTurn } from './turn/botTurns.ts';
import type { TurnOutput } from './turn/turnOutput.ts';

// The Bot Connector for bots of the Bot Framework SDK.

/** A bot's turn handler, such as `(context) => bot.run(context)`. */
export type TurnLogic = (context: TurnContext) => Promise<void>;

/** The bot's own token service, for `OAuthPrompt`. */
export interface SignInOptions {
  /** The authentication of the bot's `CloudAdapter`. */
  authentication: Pick<BotFrameworkAuthentication, 'createUserTokenClient'>;
  /** The bot's app id (`MicrosoftAppId`). */
  appId: string;
}

/** Options of the endpoints for Genesys Architect for a bot of the Bot Framework SDK. */
export interface BotConnectorOptions extends EndpointsOptions {
  logic: TurnLogic;
  /**
   * The bot's own adapter, such as its `CloudAdapter`. Its middleware runs in turns of Genesys, too. Turns that it continues in
   * sessions of Genesys run here, so that the answers of skills (`CloudSkillHandler`) and proactive messages need no other adapter.
   */
  adapter?: Pick<BotAdapter, 'continueConversation' | 'continueConversationAsync'> | undefined;
  /** The bot's token service, for `OAuthPrompt`; without it such a prompt fails with an error that names this option. */
  signIn?: SignInOptions | undefined;
}

/** The endpoints for Genesys Architect, with an adapter of the Bot Framework SDK. */
export interface BotConnector extends Endpoints {
  /** For middleware, and for messages that the bot begins (`continueConversation`). */
  readonly adapter: GenesysAdapter;
}

/**
 * Creates the endpoints for Genesys Architect: Bot Connector v1 and Digital Bot Connector v2.
 *
 * Without `events`, failures and refusals are printed on the console.
 *
 * @throws CodedError `config.invalid` when an option is missing or wrong
 */
export function createBotConnector(options: BotConnectorOptions): BotConnector {
  const { logic, signIn, adapter: own } = options;
  requireLogic('logic', logic, "the bot's turn handler, such as `(context) => bot.run(context)`");
  const { endpoints, begin } = createEndpoints(options, (turn) => adapter.run(turn, logic));
  const adapter = new GenesysAdapter({ begin, signIn });
  connectAdapter(own, adapter, options);
  return { ...endpoints, adapter };
}

/** Options of the adapter. */
export interface GenesysAdapterOptions {
  /** Runs a turn that the bot itself begins, in its session. */
  begin: Connector['begin'];
  /** The bot's token service, for `OAuthPrompt`. */
  signIn?: SignInOptions | undefined;
}

/** Key of the output in a turn's state. */
const outputKey = Symbol('output of this turn');

/**
 * The Bot Framework adapter of Genesys' bot connectors. It has no HTTP of its own: the connector runs the turns, and collects the
 * bot's messages for the turn's one answer.
 */
export class GenesysAdapter extends BotAdapter {
  /** Where the SDK looks for the client of the token service, as on a `CloudAdapter`. */
  readonly UserTokenClientKey = Symbol('UserTokenClient');
  /** Where bots look for the client of a channel's own service, such as for uploads. */
  readonly ConnectorFactoryKey = Symbol('ConnectorFactory');
  readonly #options: GenesysAdapterOptions;

  constructor(options: GenesysAdapterOptions) {
    super();
    this.#options = options;
    // First in the chain: it sees every error, also one that a handler of the bot catches later.
    this.use(async (context, next) => {
      try {
        await next();
      } catch (error) {
        outputOf(context).noteError(error);
        throw error;
      }
    });
  }

  /** Runs one turn, which fills its output. @throws the error of the bot, unless `onTurnError` is set */
  async run({ activity, session, output }: BotTurn, logic: TurnLogic): Promise<void> {
    // The SDK's types ask for the name of a conversation, which the protocol leaves out when there is none.
    const context = new TurnContext(this, activity as Partial<Activity>);
    context.turnState.set(outputKey, output);
    context.turnState.set(sessionKey, session);
    acceptCheckedCards(context);
    context.turnState.set(this.ConnectorFactoryKey, { create: refuseConnector });
    const { signIn } = this.#options;
    context.turnState.set(this.UserTokenClientKey, await createTokenClient(signIn));
    if (signIn !== undefined) context.turnState.set(this.BotIdentityKey, identityOf(signIn));
    await this.runMiddleware(context, logic);
  }

  /** Collects the bot's messages for the turn's answer. Typing is not shown, and a delay takes no time. */
  async sendActivities(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    // The SDK looks here to see whether the bot has answered an invoke by itself.
    const response = activities.findLast(({ type }) => type === 'invokeResponse');
    if (response !== undefined) context.turnState.set(INVOKE_RESPONSE_KEY, response);
    const client = context.turnState.get<UserTokenClient>(this.UserTokenClientKey);
    return outputOf(context).send(
      activities,
      async (connection) => (await client.getSignInResource(connection, context.activity, '')).signInLink,
    );
  }

  /** Changes a message that was not delivered yet. After its delivery, the new version is another message. */
  async updateActivity(context: TurnContext, activity: Partial<Activity>): Promise<ResourceResponse> {
    return { id: await outputOf(context).update(activity) };
  }

  /** Removes a message that was not delivered yet. */
  async deleteActivity(
    context: TurnContext,
    { activityId = '' }: Partial<ConversationReference>,
  ): Promise<void> {
    outputOf(context).remove(activityId);
  }

  /** Runs a turn that the bot begins: v2 delivers its messages at once by a call, v1 with the next answer. */
  async continueConversation(reference: Partial<ConversationReference>, logic: TurnLogic): Promise<void> {
    await this.#options.begin(reference, (turn) => throwPast((guarded) => this.run(turn, guarded), logic));
  }

  /** The same method of a `CloudAdapter`; the app id and an audience are not needed here. */
  override async continueConversationAsync(
    _appId: unknown,
    reference: Partial<ConversationReference>,
    logicOrAudience: unknown,
    maybeLogic?: TurnLogic,
  ): Promise<void> {
    const logic = maybeLogic ?? logicOrAudience;
    if (!isLogic(logic)) throw new TypeError('continueConversationAsync needs a turn handler.');
    await this.continueConversation(reference, logic);
  }
}

function isLogic(value: unknown): value is TurnLogic {
  return typeof value === 'function';
}

function refuseConnector(): Promise<never> {
  return Promise.reject(new Error('Genesys has no Bot Framework service: send the https address of a file.'));
}

function outputOf(context: TurnContext): TurnOutput {
  const output = context.turnState.get<TurnOutput | undefined>(outputKey);
  if (output === undefined) throw new Error('This turn does not belong to the GenesysAdapter.');
  return output;
}

/** Returns the identity of the bot, as the SDK reads it from a channel's token. */
function identityOf({ appId }: SignInOptions): ClaimsIdentity {
  const claims = ['aud', 'appid'].map((type) => ({ type, value: appId }));
  return {
    claims,
    isAuthenticated: true,
    getClaimValue: (type) => claims.find((claim) => claim.type === type)?.value ?? null,
  };
}

/** Creates the client of the token service; without one, a client whose errors name the missing option. */
async function createTokenClient(options: SignInOptions | undefined): Promise<UserTokenClient> {
  return options?.authentication.createUserTokenClient(identityOf(options)) ?? missingClient;
}

function refuseSignIn(): Promise<never> {
  return Promise.reject(
    new CodedError('config.invalid', 'OAuthPrompt needs the token service of the bot.', {
      hint: 'Pass `signIn: { authentication, appId }` to the connector; docs/plugin-reference.md shows it.',
    }),
  );
}

const missingClient: UserTokenClient = {
  getUserToken: refuseSignIn,
  getSignInResource: refuseSignIn,
  signOutUser: refuseSignIn,
  getTokenStatus: refuseSignIn,
  getAadTokens: refuseSignIn,
  exchangeToken: refuseSignIn,
};
