import type { Readable } from 'node:stream';
import { Activity as AgentsActivity, type ConversationReference } from '@microsoft/agents-activity';
import {
  type AttachmentInfo,
  BaseAdapter,
  INVOKE_RESPONSE_KEY,
  type Middleware,
  type MiddlewareHandler,
  type ResourceResponse,
  TurnContext,
  type UserTokenClient,
} from '@microsoft/agents-hosting';
import { isObject } from '../../../../cards/json.ts';
import type { Activity, Reference } from '../../../turns/activity.ts';
import { CardMiddleware } from '../../../turns/cardMiddleware.ts';
import { takeCheckedCards } from '../../../turns/checkedCardAttachment.ts';
import { sessionKey } from '../../../turns/genesysSession.ts';
import { throwPast } from '../../../turns/throwPast.ts';
import type { TurnContext as AnyTurnContext, SendHandler, Sent } from '../../../turns/turnContext.ts';
import type { Connector } from '../connector.ts';
import type { BotTurn } from '../turn/botTurns.ts';
import { withSignInLinks } from '../turn/signInLinks.ts';
import type { TurnOutput } from '../turn/turnOutput.ts';

/** An agent of the Microsoft 365 Agents SDK, such as an `AgentApplication` or an `ActivityHandler`. */
export interface Agent {
  run(context: TurnContext): Promise<unknown>;
  /** The adapter that an `AgentApplication` has for other channels: its connections are used to sign in. */
  readonly adapter?: unknown;
}

/** What the adapter is given. */
export interface AgentsAdapterOptions {
  /** Runs a turn that the agent itself begins, in its session. */
  begin: Connector['begin'];
  /** Makes the client of the token service for a turn of the bot with this id. */
  tokenClient: (botId: string) => Promise<UserTokenClient>;
}

/** Key of the plain turn in a turn's state. */
const plainKey = Symbol('the turn without the SDK');

/**
 * The adapter of Genesys for the Microsoft 365 Agents SDK. It has no HTTP of its own: the connector runs the turns, and what
 * an agent sends is kept until the turn's one answer goes out.
 */
export class AgentsAdapter extends BaseAdapter {
  readonly #options: AgentsAdapterOptions;
  readonly #cards: CardMiddleware[] = [];

  constructor(options: AgentsAdapterOptions) {
    super();
    this.#options = options;
    // The handler of the SDK writes a developer's words to the customer.
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

  /** Adds middleware of either kind: `CardMiddleware`, and that of the Agents SDK. */
  override use(...middlewares: (MiddlewareHandler | Middleware | CardMiddleware)[]): this {
    for (const one of middlewares) {
      if (one instanceof CardMiddleware) this.#cards.push(one);
      else super.use(one);
    }
    return this;
  }

  /** Runs one turn of an agent, which fills its output. @throws what the agent throws, unless `onTurnError` takes it */
  async run(
    { activity, session, output }: BotTurn,
    logic: (context: TurnContext) => Promise<unknown>,
  ): Promise<void> {
    // A stored conversation must name whom it is for.
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
    takeCheckedCards(context);
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

  /** Runs a turn that the agent begins; `app.proactive` does it by this method. */
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

/** A turn as `CardMiddleware` sees it: its activities are plain, those of the Agents SDK are instances of a class. */
class PlainTurn implements AnyTurnContext {
  readonly activity: AnyTurnContext['activity'];
  readonly turnState: AnyTurnContext['turnState'];
  readonly output: TurnOutput;
  readonly #signInLinkOf: (connectionName: string) => Promise<string | undefined>;
  readonly #handlers: SendHandler[] = [];

  constructor(
    { activity, turnState }: TurnContext,
    output: TurnOutput,
    signInLinkOf: (connectionName: string) => Promise<string | undefined>,
  ) {
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

  async #send(activities: readonly Activity[]): Promise<Sent[]> {
    const sent: Sent[] = [];
    for (const activity of activities) {
      // The SDK looks here to see whether the agent has answered an invoke by itself.
      if (activity.type === 'invokeResponse') this.turnState.set(INVOKE_RESPONSE_KEY, activity);
      const tell = (error: unknown) => this.output.noteProblem(error);
      const linked = await withSignInLinks(activity, this.#signInLinkOf, tell);
      sent.push({ id: await this.output.send(linked) });
    }
    return sent;
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

/** The activity as the Agents SDK takes it. */
function toAgentsActivity({ value, ...rest }: Activity): AgentsActivity {
  return AgentsActivity.fromObject({
    ...rest,
    ...(value === undefined ? {} : { value: readSubmitted(rest.type, value) }),
  });
}

/**
 * The data of a submit, which `adaptiveCards.actionSubmit` wants to have a `type` and `data`: it finds them, and nobody else
 * sees them.
 */
function readSubmitted(type: string | undefined, value: unknown): unknown {
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

/** What an agent sends, as a plain activity. */
function toPlainActivity(activity: AgentsActivity): Activity {
  const { channelId, ...rest }: Activity = Object.fromEntries(Object.entries(activity));
  return { ...rest, ...(channelId === undefined ? {} : { channelId: String(channelId) }) };
}
