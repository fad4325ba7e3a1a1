import type { Readable } from 'node:stream';
import { Activity as AgentsActivity, type ConversationReference } from '@microsoft/agents-activity';
import {
  type AttachmentInfo,
  type AuthProvider,
  BaseAdapter,
  type Connections,
  INVOKE_RESPONSE_KEY,
  type Middleware,
  type MiddlewareHandler,
  type ResourceResponse,
  TurnContext,
  UserTokenClient,
} from '@microsoft/agents-hosting';
import { CodedError } from '../../../cards/errors.ts';
import { isObject } from '../../../cards/json.ts';
import {
  type Activity,
  type TurnContext as AnyTurnContext,
  type Reference,
  type SendHandler,
  type Sent,
  throwPast,
} from '../../turns/activity.ts';
import { CardMiddleware } from '../../turns/cardMiddleware.ts';
import { acceptCheckedCards, sessionKey } from '../../turns/turnState.ts';
import type { Connector } from './connector.ts';
import type { BotTurn } from './turn/botTurns.ts';
import type { SignInLinkOf } from './turn/signInLinks.ts';
import type { TurnOutput } from './turn/turnOutput.ts';

// The Bot Connector for agents of the Microsoft 365 Agents SDK.

/** An agent of the Microsoft 365 Agents SDK, such as an `AgentApplication` or an `ActivityHandler`. */
export interface Agent {
  run(context: TurnContext): Promise<unknown>;
  /** The adapter of an `AgentApplication` for other channels: its connections sign customers in. */
  readonly adapter?: unknown;
}

/** Options of the adapter. */
export interface AgentsAdapterOptions {
  /** Runs a turn that the agent itself begins, in its session. */
  begin: Connector['begin'];
  /** Creates the client of the token service for a turn of the bot with this id. */
  tokenClient: (botId: string) => Promise<UserTokenClient>;
}

/** Key of the `PlainTurn` in a turn's state. */
const plainKey = Symbol('the turn without the SDK');

/**
 * The adapter of Genesys for the Microsoft 365 Agents SDK. It has no HTTP of its own: the connector runs the turns, and collects the
 * agent's messages for the turn's one answer.
 */
export class AgentsAdapter extends BaseAdapter {
  readonly #options: AgentsAdapterOptions;
  readonly #cards: CardMiddleware[] = [];

  constructor(options: AgentsAdapterOptions) {
    super();
    this.#options = options;
    // The SDK's own handler would send the error message to the customer.
    this.onTurnError = (_, error) => Promise.reject(error);
    super.use({
      onTurn: async (context, next) => {
        try {
          await next();
        } catch (error) {
          plainOf(context).output.noteError(error);
          throw error;
        }
      },
    });
  }

  /** Adds middleware: `CardMiddleware`, or middleware of the Agents SDK. */
  override use(...middlewares: (MiddlewareHandler | Middleware | CardMiddleware)[]): this {
    for (const one of middlewares) {
      if (one instanceof CardMiddleware) this.#cards.push(one);
      else super.use(one);
    }
    return this;
  }

  /** Runs one turn of an agent, which fills its output. @throws the error of the agent, unless `onTurnError` handles it */
  async run(
    { activity, session, output }: BotTurn,
    logic: (context: TurnContext) => Promise<unknown>,
  ): Promise<void> {
    // A stored conversation must name its audience.
    const botId = activity.recipient?.id ?? '';
    const context = new TurnContext(this, toAgentsActivity(activity), { aud: botId });
    const client = await this.#options.tokenClient(botId);
    context.turnState.set(this.UserTokenClientKey, client);
    const plain = new PlainTurn(context, output, async (connection) => {
      const reference = context.activity.getConversationReference();
      return (await client.getSignInResource(botId, connection, reference)).signInLink;
    });
    context.turnState.set(plainKey, plain);
    context.turnState.set(sessionKey, session);
    acceptCheckedCards(context);
    for (const one of this.#cards) await one.onTurn(plain, async () => {});
    await this.runMiddleware(context, async (revocable) => {
      await logic(revocable);
    });
  }

  async sendActivities(context: TurnContext, activities: AgentsActivity[]): Promise<ResourceResponse[]> {
    return plainOf(context).sendActivities(activities.map(toPlainActivity));
  }

  async updateActivity(context: TurnContext, activity: AgentsActivity): Promise<void> {
    await plainOf(context).output.update(toPlainActivity(activity));
  }

  async deleteActivity(
    context: TurnContext,
    { activityId = '' }: Partial<ConversationReference>,
  ): Promise<void> {
    plainOf(context).output.remove(activityId);
  }

  /** Runs a turn that the agent begins; `app.proactive` calls this method. */
  async continueConversation(
    _identity: unknown,
    { agent, ...reference }: Partial<ConversationReference>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    // The Agents SDK calls the bot of a reference its agent.
    const known: Reference = Object.fromEntries(Object.entries({ ...reference, bot: agent }));
    await this.#options.begin(known, (turn) => throwPast((guarded) => this.run(turn, guarded), logic));
  }

  uploadAttachment(): Promise<ResourceResponse> {
    return refuse('Files cannot be uploaded to Genesys: send their https address.');
  }

  getAttachmentInfo(): Promise<AttachmentInfo> {
    return refuse('Genesys has no attachments by id.');
  }

  getAttachment(): Promise<Readable> {
    return refuse('Genesys has no attachments by id.');
  }
}

/** A turn for `CardMiddleware`: its activities are plain objects, those of the Agents SDK are instances of a class. */
class PlainTurn implements AnyTurnContext {
  readonly activity: AnyTurnContext['activity'];
  readonly turnState: AnyTurnContext['turnState'];
  readonly output: TurnOutput;
  readonly #signInLinkOf: SignInLinkOf;
  readonly #handlers: SendHandler[] = [];

  constructor({ activity, turnState }: TurnContext, output: TurnOutput, signInLinkOf: SignInLinkOf) {
    const { channelId = '', conversation = { id: '' } } = activity;
    this.activity = { ...toPlainActivity(activity), channelId, conversation };
    this.turnState = turnState;
    this.output = output;
    this.#signInLinkOf = signInLinkOf;
  }

  onSendActivities(handler: SendHandler): void {
    this.#handlers.push(handler);
  }

  sendActivities(activities: Activity[]): Promise<Sent[]> {
    const send = (index: number): Promise<Sent[]> => {
      const handler = this.#handlers[index];
      return handler === undefined
        ? this.#send(activities)
        : handler(this, activities, () => send(index + 1));
    };
    return send(0);
  }

  #send(activities: readonly Activity[]): Promise<Sent[]> {
    // The SDK looks here to see whether the agent has answered an invoke by itself.
    const response = activities.findLast(({ type }) => type === 'invokeResponse');
    if (response !== undefined) this.turnState.set(INVOKE_RESPONSE_KEY, response);
    return this.output.send(activities, this.#signInLinkOf);
  }
}

function refuse(what: string): Promise<never> {
  return Promise.reject(new Error(what));
}

function plainOf(context: TurnContext): PlainTurn {
  const found: PlainTurn | undefined = context.turnState.get(plainKey);
  if (found === undefined) throw new Error('This turn does not belong to the adapter of Genesys.');
  return found;
}

/** Converts an activity into one of the Agents SDK. */
function toAgentsActivity({ value, ...rest }: Activity): AgentsActivity {
  return AgentsActivity.fromObject({
    ...rest,
    ...(value === undefined ? {} : { value: markAsSubmit(rest.type, value) }),
  });
}

/**
 * Adds a hidden `type` and `data` to the data of a submit: the SDK's `adaptiveCards.actionSubmit` looks for them, and the agent must
 * not see them.
 */
function markAsSubmit(type: string | undefined, value: unknown): unknown {
  if (type !== 'message' || !isObject(value)) return value;
  const copy = { ...value };
  const hidden: [key: string, value: unknown][] = [
    ['type', 'Action.Submit'],
    ['data', value],
  ];
  for (const [key, one] of hidden)
    if (!Object.hasOwn(copy, key)) Object.defineProperty(copy, key, { value: one, enumerable: false });
  return copy;
}

/** Converts an activity of the Agents SDK into a plain object. */
function toPlainActivity(activity: AgentsActivity): Activity {
  const { channelId, ...rest }: Activity = Object.fromEntries(Object.entries(activity));
  return { ...rest, ...(channelId === undefined ? {} : { channelId: String(channelId) }) };
}

/** The Bot Framework's token service, and the scope of its tokens. */
const scope = 'https://api.botframework.com';

/**
 * Returns a function that creates the client of an agent's token service for a turn, by the connections of the agent's own adapter.
 * Most agents sign nobody in and have no connection: the error of their client names what is missing.
 *
 * @param adapter the agent's own adapter, if it has one
 * @param url address of the token service; default `TOKEN_SERVICE_ENDPOINT`, as in the SDK, or the Bot Framework's
 */
export function tokenClientsOf(
  adapter: unknown,
  url: string = process.env.TOKEN_SERVICE_ENDPOINT ?? scope,
): (botId: string) => Promise<UserTokenClient> {
  const found = isObject(adapter) ? adapter.connectionManager : undefined;
  const connections = isConnections(found) ? found : undefined;
  return (botId) => UserTokenClient.createClientWithScope(url, providerOf(connections, url, botId), scope);
}

function isConnections(value: unknown): value is Connections {
  return isObject(value) && typeof value.getTokenProvider === 'function';
}

function providerOf(connections: Connections | undefined, url: string, botId: string): AuthProvider {
  if (connections === undefined) return createMissingProvider();
  try {
    const { clientId = botId } = connections.getDefaultConnectionConfiguration();
    const provider = connections.getTokenProvider({ aud: clientId }, url);
    // The SDK creates a connection also without settings, which would ask the service without a credential.
    return provider.connectionSettings?.clientId === undefined ? createMissingProvider() : provider;
  } catch (cause) {
    return createMissingProvider(cause);
  }
}

function createMissingProvider(cause?: unknown): AuthProvider {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new CodedError('config.invalid', 'A sign-in needs a connection of the agent to the token service.', {
        hint: "Configure the agent's connection as for other channels, or give its own adapter as `adapter`.",
        cause,
      }),
    );
  return {
    getAccessToken: refuse,
    getAgenticApplicationToken: refuse,
    getAgenticInstanceToken: refuse,
    getAgenticUserToken: refuse,
    acquireTokenOnBehalfOf: refuse,
  };
}
