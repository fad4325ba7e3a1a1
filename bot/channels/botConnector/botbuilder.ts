import { randomUUID } from 'node:crypto';
import {
  type Activity,
  ActivityTypes,
  BotAdapter,
  type ConversationReference,
  INVOKE_RESPONSE_KEY,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import type { UserTokenClient } from 'botframework-connector';
import type { Change } from '../../../cards/checks/checkedCard.ts';
import { anyPublicHost, type UrlPolicy } from '../../../cards/richText/urlPolicy.ts';
import { takeCheckedCards } from '../../checkedCardAttachment.ts';
import { identityOf, type SignInOptions, tokenClientOf, withSignInLinks } from './signIn.ts';
import { endConversation, handOff } from './turn/conversationEnd.ts';
import { invokeAnswer } from './turn/invokeAnswer.ts';
import type { Reply } from './turn/reply.ts';
import { replyMessages } from './turn/replyMessages.ts';
import { type GenesysSession, sessionFor, sessionKey } from './turn/sessionOf.ts';

/** A bot's turn handler, such as `(context) => bot.run(context)`. */
export type TurnLogic = (context: TurnContext) => Promise<void>;

/** What the adapter is given. */
export interface GenesysAdapterOptions {
  /** Allowed hosts of links and pictures; default: any public https host. */
  policy?: UrlPolicy;
  /** Runs a turn that the bot itself begins, in its session. */
  continueSession: (reference: Partial<ConversationReference>, logic: TurnLogic) => Promise<void>;
  /** The bot's token service, for `OAuthPrompt`; without it such a prompt fails with an error that says so. */
  signIn?: SignInOptions | undefined;
  /** See `ConnectorOptions`; default `handOff`. */
  turnErrors?: 'handOff' | 'onTurnError' | undefined;
  /** Told what had to be changed in what a bot said. */
  onDegraded?: (context: TurnContext, changes: readonly Change[]) => void;
}

/** One turn: what comes in, whose it is, and where it goes. */
export interface Turn {
  activity: Partial<Activity>;
  session: Pick<GenesysSession, 'route' | 'sessionId' | 'conversationId' | 'botId' | 'parameters'>;
  reply: Reply;
}

/** Key of the reply in a turn's state. */
const replyKey = Symbol('what this turn says');

/** Said by no channel, so nothing is missing without it. */
const silent = new Set<string>([ActivityTypes.Typing, ActivityTypes.Trace, 'delay']);

/**
 * The Bot Framework adapter of Genesys' bot connectors. It has no HTTP of its own: the connector runs the turns, and what a
 * bot sends is kept until the turn's one answer goes out.
 */
export class GenesysAdapter extends BotAdapter {
  /** Where the SDK looks for the client of the token service, as on a `CloudAdapter`. */
  readonly UserTokenClientKey = Symbol('UserTokenClient');
  readonly #options: GenesysAdapterOptions;

  constructor(options: GenesysAdapterOptions) {
    super();
    this.#options = options;
    // First in the chain: an error is seen here even when a handler of the bot's own swallows it afterwards.
    this.use(async (context, next) => {
      try {
        await next();
      } catch (error) {
        this.noteError(context, error);
        throw error;
      }
    });
  }

  /** Notes what a bot threw: a person takes over, unless the bot's own handler is to decide. */
  noteError(context: TurnContext, error: unknown): void {
    const reply = replyOf(context);
    reply.error ??= { error };
    if (this.#options.turnErrors !== 'onTurnError') reply.fail();
  }

  /** Runs one turn, which fills the reply. @throws whatever the bot throws, unless `onTurnError` is set */
  async run({ activity, session, reply }: Turn, logic: TurnLogic): Promise<void> {
    const context = new TurnContext(this, activity);
    context.turnState.set(replyKey, reply);
    context.turnState.set(sessionKey, sessionFor(session, reply));
    takeCheckedCards(context);
    const { signIn } = this.#options;
    context.turnState.set(this.UserTokenClientKey, await tokenClientOf(signIn));
    if (signIn !== undefined) context.turnState.set(this.BotIdentityKey, identityOf(signIn));
    try {
      await this.runMiddleware(context, logic);
    } catch (error) {
      reply.fail();
      throw error;
    }
  }

  /** Keeps what the bot says for the turn's answer. Typing is dropped, a delay takes no time. */
  async sendActivities(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    const responses: ResourceResponse[] = [];
    for (const activity of activities) {
      const id = randomUUID();
      const client = context.turnState.get<UserTokenClient>(this.UserTokenClientKey);
      this.#send(context, id, await withSignInLinks(context, activity, client));
      responses.push({ id });
    }
    return responses;
  }

  #send(context: TurnContext, id: string, activity: Partial<Activity>): void {
    const reply = replyOf(context);
    switch (activity.type) {
      case ActivityTypes.Message:
        this.#say(context, reply, id, activity);
        return;
      case ActivityTypes.EndOfConversation:
        if ((activity.text ?? '') !== '') this.#say(context, reply, id, { ...activity, type: 'message' });
        endConversation(reply, activity);
        return;
      case ActivityTypes.Handoff:
        handOff(reply, activity.value);
        return;
      case ActivityTypes.Event:
        if (activity.name === 'handoff.initiate') handOff(reply, activity.value);
        else this.#degraded(context, '$.name', 'left out: an event that Genesys does not know');
        return;
      case ActivityTypes.InvokeResponse:
        // The SDK looks here to see whether the bot has answered an invoke by itself.
        context.turnState.set(INVOKE_RESPONSE_KEY, activity);
        this.#showInvokeResponse(context, reply, id, activity.value);
        return;
      default:
        if (!silent.has(activity.type ?? ''))
          this.#degraded(context, '$.type', 'left out: there is no such activity here');
    }
  }

  /** The bot's answer to a click on an Action.Execute: a card or a text is shown. */
  #showInvokeResponse(context: TurnContext, reply: Reply, id: string, value: unknown): void {
    const answer = invokeAnswer(value);
    if (answer.shows !== undefined) this.#say(context, reply, id, answer.shows);
    else if (answer.problem !== undefined) this.#degraded(context, '$.value', answer.problem);
  }

  #say(context: TurnContext, reply: Reply, id: string, activity: Partial<Activity>): void {
    const { messages, changes, cards } = this.#shown(context, activity);
    reply.say(id, messages, cards[0]?.template);
    if (changes.length > 0) this.#options.onDegraded?.(context, changes);
  }

  #shown(context: TurnContext, activity: Partial<Activity>) {
    const { locale } = context.activity;
    const given = locale === undefined ? activity : { locale, ...activity };
    return replyMessages(given, this.#options.policy ?? anyPublicHost, replyOf(context).clicks);
  }

  #degraded(context: TurnContext, path: string, what: string): void {
    this.#options.onDegraded?.(context, [{ path, what }]);
  }

  /** Changes what was not said yet. What was said stays, and the new version is said, too. */
  async updateActivity(context: TurnContext, activity: Partial<Activity>): Promise<ResourceResponse> {
    const { id = randomUUID() } = activity;
    const { messages, changes } = this.#shown(context, { ...activity, type: ActivityTypes.Message });
    const reply = replyOf(context);
    if (!reply.change(id, messages)) {
      reply.say(id, messages);
      this.#degraded(context, '$', 'sent as a new message: a delivered message cannot be changed');
    }
    if (changes.length > 0) this.#options.onDegraded?.(context, changes);
    return { id };
  }

  /** Takes back what was not said yet. */
  async deleteActivity(
    context: TurnContext,
    { activityId = '' }: Partial<ConversationReference>,
  ): Promise<void> {
    if (!replyOf(context).change(activityId, []))
      this.#degraded(context, '$', 'not taken back: it was said already');
  }

  /** Runs a turn that the bot begins: said at once by v2's own call, on v1 with the next answer. */
  async continueConversation(reference: Partial<ConversationReference>, logic: TurnLogic): Promise<void> {
    await this.#options.continueSession(reference, logic);
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

function replyOf(context: TurnContext): Reply {
  const reply = context.turnState.get<Reply | undefined>(replyKey);
  if (reply === undefined) throw new Error('This turn does not belong to the GenesysAdapter.');
  return reply;
}
