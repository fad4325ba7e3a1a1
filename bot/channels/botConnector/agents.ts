import type { Readable } from 'node:stream';
import { Activity, type ConversationReference } from '@microsoft/agents-activity';
import {
  type AttachmentInfo,
  BaseAdapter,
  type Middleware,
  type MiddlewareHandler,
  type ResourceResponse,
  TurnContext,
} from '@microsoft/agents-hosting';
import type {
  Activity as BotActivity,
  TurnContext as BotContext,
  ConversationReference as BotReference,
} from 'botbuilder';
import { isObject } from '../../../cards/readers/botFramework/readFields.ts';
import { CardMiddleware } from '../../cardMiddleware.ts';
import type { GenesysAdapter } from './botbuilder.ts';
import { sessionKey } from './turn/sessionOf.ts';

/** An agent of the Microsoft 365 Agents SDK, such as an `AgentApplication` or an `ActivityHandler`. */
export interface Agent {
  run(context: TurnContext): Promise<unknown>;
}

/** The context of the connector that stands behind one of the Agents SDK. */
const behind = Symbol('the context of the connector');

/**
 * The adapter of Genesys for the Microsoft 365 Agents SDK. What an agent sends goes to the adapter of the connector, so that
 * both SDKs are answered in the same way.
 */
export class AgentsAdapter extends BaseAdapter {
  readonly #genesys: GenesysAdapter;

  constructor(genesys: GenesysAdapter) {
    super();
    this.#genesys = genesys;
    // The handler of the SDK writes a developer's words to the customer.
    this.onTurnError = (_, error) => Promise.reject(error);
    super.use({
      onTurn: async (context, next) => {
        try {
          await next();
        } catch (error) {
          this.#genesys.noteError(behindOf(context), error);
          throw error;
        }
      },
    });
  }

  /** Adds middleware of either kind: `CardMiddleware`, and that of the Agents SDK. */
  override use(...middlewares: (MiddlewareHandler | Middleware | CardMiddleware)[]): this {
    for (const one of middlewares) {
      if (one instanceof CardMiddleware) this.#genesys.use(one);
      else super.use(one);
    }
    return this;
  }

  /** Runs one turn of an agent inside a turn of the connector. @throws what the agent throws */
  async run(botContext: BotContext, logic: (context: TurnContext) => Promise<unknown>): Promise<void> {
    const { activity } = botContext;
    // A stored conversation must name whom it is for.
    const context = new TurnContext(this, agentsActivity(activity), { aud: activity.recipient.id });
    context.turnState.set(behind, botContext);
    context.turnState.set(sessionKey, botContext.turnState.get(sessionKey));
    await this.runMiddleware(context, async (revocable) => {
      await logic(revocable);
    });
  }

  async sendActivities(context: TurnContext, activities: Activity[]): Promise<ResourceResponse[]> {
    const sent = await behindOf(context).sendActivities(activities.map(botActivity));
    return (sent ?? []).map((one) => ({ id: one?.id ?? '' }));
  }

  async updateActivity(context: TurnContext, activity: Activity): Promise<void> {
    await behindOf(context).updateActivity(botActivity(activity));
  }

  async deleteActivity(
    context: TurnContext,
    { activityId = '' }: Partial<ConversationReference>,
  ): Promise<void> {
    await behindOf(context).deleteActivity(activityId);
  }

  /** Runs a turn that the agent begins; `app.proactive` does it by this method. */
  async continueConversation(
    _identity: unknown,
    reference: Partial<ConversationReference>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    await this.#genesys.continueConversation(botReference(reference), (botContext) =>
      this.run(botContext, logic),
    );
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

function refuse(what: string): Promise<never> {
  return Promise.reject(new Error(what));
}

function behindOf(context: TurnContext): BotContext {
  const found: BotContext | undefined = context.turnState.get(behind);
  if (found === undefined) throw new Error('This turn does not belong to the adapter of Genesys.');
  return found;
}

/** The activity as the Agents SDK takes it: its schema refuses empty texts. */
function agentsActivity(activity: Partial<BotActivity>): Activity {
  const { text, value, timestamp, ...rest } = activity;
  return Activity.fromObject({
    ...rest,
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(text === undefined ? {} : { text }),
    ...(value === undefined ? {} : { value: submitted(activity.type, value) }),
  });
}

/**
 * The data of a submit, which `adaptiveCards.actionSubmit` wants to have a `type` and `data`: it finds them, and nobody else
 * sees them.
 */
function submitted(type: string | undefined, value: unknown): unknown {
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
function botActivity(activity: Activity): Partial<BotActivity> {
  const { channelId, ...rest }: Partial<BotActivity> = Object.fromEntries(Object.entries(activity));
  return { ...rest, ...(channelId === undefined ? {} : { channelId: String(channelId) }) };
}

/** The Agents SDK calls the bot of a reference its agent. */
function botReference({ agent, ...rest }: Partial<ConversationReference>): Partial<BotReference> {
  const reference: Partial<BotReference> = Object.fromEntries(Object.entries({ ...rest, bot: agent }));
  return reference;
}
