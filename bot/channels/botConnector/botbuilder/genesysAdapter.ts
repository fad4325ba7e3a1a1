import {
  type Activity,
  BotAdapter,
  type ConversationReference,
  INVOKE_RESPONSE_KEY,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import type { UserTokenClient } from 'botframework-connector';
import { takeCheckedCards } from '../../../turns/checkedCardAttachment.ts';
import { sessionKey } from '../../../turns/genesysSession.ts';
import { throwPast } from '../../../turns/throwPast.ts';
import type { Connector } from '../connector.ts';
import type { BotTurn } from '../turn/botTurns.ts';
import { withSignInLinks } from '../turn/signInLinks.ts';
import type { TurnOutput } from '../turn/turnOutput.ts';
import { identityOf, type SignInOptions, tokenClientOf } from './signIn.ts';

/** A bot's turn handler, such as `(context) => bot.run(context)`. */
export type TurnLogic = (context: TurnContext) => Promise<void>;

/** What the adapter is given. */
export interface GenesysAdapterOptions {
  /** Runs a turn that the bot itself begins, in its session. */
  begin: Connector['begin'];
  /** The bot's token service, for `OAuthPrompt`; without it such a prompt fails with an error that says so. */
  signIn?: SignInOptions | undefined;
}

/** Key of the output in a turn's state. */
const outputKey = Symbol('output of this turn');

/**
 * The Bot Framework adapter of Genesys' bot connectors. It has no HTTP of its own: the connector runs the turns, and what a
 * bot sends is kept until the turn's one answer goes out.
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
    // First in the chain: an error is seen here even when a handler of the bot's own swallows it afterwards.
    this.use(async (context, next) => {
      try {
        await next();
      } catch (error) {
        outputOf(context).noteError(error);
        throw error;
      }
    });
  }

  /** Runs one turn, which fills its output. @throws whatever the bot throws, unless `onTurnError` is set */
  async run({ activity, session, output }: BotTurn, logic: TurnLogic): Promise<void> {
    // The SDK's types ask for the name of a conversation, which the protocol leaves out when there is none.
    const context = new TurnContext(this, activity as Partial<Activity>);
    context.turnState.set(outputKey, output);
    context.turnState.set(sessionKey, session);
    takeCheckedCards(context);
    context.turnState.set(this.ConnectorFactoryKey, { create: refuseConnector });
    const { signIn } = this.#options;
    context.turnState.set(this.UserTokenClientKey, await tokenClientOf(signIn));
    if (signIn !== undefined) context.turnState.set(this.BotIdentityKey, identityOf(signIn));
    await this.runMiddleware(context, logic);
  }

  /** Keeps what the bot says for the turn's answer. Typing is dropped, a delay takes no time. */
  async sendActivities(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    const responses: ResourceResponse[] = [];
    for (const activity of activities) {
      // The SDK looks here to see whether the bot has answered an invoke by itself.
      if (activity.type === 'invokeResponse') context.turnState.set(INVOKE_RESPONSE_KEY, activity);
      const client = context.turnState.get<UserTokenClient>(this.UserTokenClientKey);
      const output = outputOf(context);
      const linkOf = async (connection: string) =>
        (await client.getSignInResource(connection, context.activity, '')).signInLink;
      const linked = await withSignInLinks(activity, linkOf, (error) => output.noteProblem(error));
      responses.push({ id: await output.send(linked) });
    }
    return responses;
  }

  /** Changes what was not said yet. What was said stays, and the new version is said, too. */
  async updateActivity(context: TurnContext, activity: Partial<Activity>): Promise<ResourceResponse> {
    return { id: await outputOf(context).update(activity) };
  }

  /** Takes back what was not said yet. */
  async deleteActivity(
    context: TurnContext,
    { activityId = '' }: Partial<ConversationReference>,
  ): Promise<void> {
    outputOf(context).remove(activityId);
  }

  /** Runs a turn that the bot begins: said at once by v2's own call, on v1 with the next answer. */
  async continueConversation(reference: Partial<ConversationReference>, logic: TurnLogic): Promise<void> {
    await this.#options.begin(reference, (turn) => throwPast((guarded) => this.run(turn, guarded), logic));
  }

  /** As a `CloudAdapter` has it: the app id and an audience are not needed here. */
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
