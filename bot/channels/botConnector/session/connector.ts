import { randomUUID } from 'node:crypto';
import type { Storage } from 'botbuilder';
import type { Outbox } from '../../../../cards/delivery/outbox.ts';
import type { UrlPolicy } from '../../../../cards/richText/urlPolicy.ts';
import { newOperationId } from '../../../telemetry/operation.ts';
import { MessageLimit } from '../../messageLimit.ts';
import { GenesysAdapter, type TurnLogic } from '../botbuilder.ts';
import type { SignInOptions } from '../signIn.ts';
import { answerFailure, goOn, holdingMessage } from '../turn/ownAnswers.ts';
import { type Sentences, sentencesFor } from '../turn/sentences.ts';
import { sessionOf } from '../turn/sessionOf.ts';
import { textMessage } from '../turn/textMessage.ts';
import { defaultChannelId } from '../turn/toActivity.ts';
import { completeAnswer, join } from '../wire/answer.ts';
import type { Bot } from '../wire/botList.ts';
import type { Utterance } from '../wire/utterance.ts';
import { type Clock, systemClock } from './clock.ts';
import type { AnsweredRequest, ConnectorEvents } from './events.ts';
import { LaterAnswers } from './laterAnswers.ts';
import { createRepeatKey } from './repeats.ts';
import { addressOf, type Given, type Request } from './request.ts';
import { SessionBusy, Sessions, type SessionsOptions } from './sessions.ts';
import { Turns } from './turns.ts';

/** How the connector runs turns. */
export interface ConnectorOptions {
  bots: readonly Bot[];
  logic: TurnLogic;
  /** Keeps sessions between turns: the storage of the bot's own state. */
  storage: Storage;
  /** Keeps the order of a session among instances that share the storage; default: one instance. */
  gate?: SessionsOptions['gate'];
  /** For v2's own calls; without it a v2 answer that is late comes with the next turn, as on v1. */
  outbox?: Pick<Outbox, 'submit'> | undefined;
  /** Allowed hosts of links and pictures; default: any public https host. */
  policy?: UrlPolicy | undefined;
  events?: ConnectorEvents | undefined;
  /** What the connector itself says; default: English and German. */
  sentences?: ((language: string) => Sentences) | undefined;
  /**
   * Time from a request's arrival to its answer, in milliseconds; default 7,000. Architect's own limit on v1 is not
   * published; those who measured it tell 8 to 11 s.
   */
  budgetMs?: number | undefined;
  /** Time after which a turn counts as hanging and a person takes over, in milliseconds; default 60,000. */
  turnLimitMs?: number | undefined;
  /**
   * Lets the bot greet a conversation that begins with a message: it gets a `conversationUpdate` with the customer added
   * before that message; default true.
   */
  welcome?: boolean | undefined;
  /**
   * What becomes of an error of the bot: `handOff` (the default) hands the customer over to a person, `onTurnError` lets the
   * session go on with what the adapter's `onTurnError` says. Without such a handler a person takes over in any case.
   */
  turnErrors?: 'handOff' | 'onTurnError' | undefined;
  /**
   * Asks for the fields of a form (an Adaptive Card with inputs) one by one, and sends them as the card would; default true.
   * Else its action is left out.
   */
  forms?: boolean | undefined;
  /** The bot's token service, for `OAuthPrompt`; without it such a prompt fails with an error that says so. */
  signIn?: SignInOptions | undefined;
  /** The Bot Framework channel that the bot is told; default `webchat`, so that prompts keep their buttons. */
  channelId?: string | undefined;
  /** Time after its answer in which a request with the same content is a repeat; default 3,000 ms. */
  repeatWindowMs?: number | undefined;
  /** Messages of one conversation that are answered by the bot in a minute, and at once after a rest; default 100. */
  messagesPerMinute?: number | undefined;
  /** Keys the hashes by which repeats are known; instances that share `storage` need the same. Default: a random one. */
  repeatSecret?: string | undefined;
  clock?: Clock | undefined;
}

/** A reason that may go into logs: one word, so that no sentence of a customer does. */
const plainReason = /^[A-Za-z][\w.-]{0,40}$/;

/** Answers Architect: runs the bot's turns within a time budget, one after the other in each session. */
export class Connector {
  readonly adapter: GenesysAdapter;
  readonly #sessions: Sessions;
  readonly #turns: Turns;
  readonly #later: LaterAnswers;
  readonly #clock: Clock;
  readonly #events: ConnectorEvents;
  readonly #sentences: (language: string) => Sentences;
  readonly #budgetMs: number;
  readonly #limit: MessageLimit;

  constructor(options: ConnectorOptions) {
    const { bots, logic, storage, gate, outbox, policy, budgetMs = 7_000 } = options;
    const { events = {}, clock = systemClock, sentences = sentencesFor } = options;
    this.#events = events;
    this.#clock = clock;
    this.#sentences = sentences;
    this.#budgetMs = budgetMs;
    const { messagesPerMinute: perMinute } = options;
    this.#limit = new MessageLimit({
      now: () => clock.now(),
      ...(perMinute === undefined ? {} : { perMinute }),
    });
    this.#sessions = new Sessions({ storage, gate, longestTurnMs: options.turnLimitMs });
    this.#later = new LaterAnswers(outbox, events);
    this.adapter = new GenesysAdapter({
      ...(policy === undefined ? {} : { policy }),
      signIn: options.signIn,
      turnErrors: options.turnErrors,
      continueSession: (reference, begun) => this.#turns.begin(reference, begun),
      onDegraded: (context, changes) => {
        const session = sessionOf(context);
        if (session !== undefined) events.onDegraded?.(session, changes);
      },
    });
    this.#turns = new Turns({
      bots,
      logic,
      sessions: this.#sessions,
      later: this.#later,
      adapter: this.adapter,
      clock,
      events,
      sentences,
      limitMs: options.turnLimitMs ?? 60_000,
      repeatWindowMs: options.repeatWindowMs ?? 3_000,
      repeatKey: createRepeatKey(options.repeatSecret ?? randomUUID()),
      channelId: options.channelId ?? defaultChannelId,
      welcome: options.welcome ?? true,
      forms: options.forms ?? true,
    });
  }

  /**
   * Answers what a customer said, in time: with the turn's answer, or with a sentence and a button that asks for it, or
   * (v2) with nothing yet.
   *
   * @param arrivedAt when the request came, by the connector's clock
   * @throws what made even the answer `failed` fail
   */
  async answer(utterance: Utterance, arrivedAt: number, correlationId?: string): Promise<Given> {
    const { route, bot, version, conversationId, sessionId } = utterance;
    const answered = Promise.withResolvers<Given>();
    let isGiven = false;
    const request: Request = {
      utterance,
      eventAddress: { route, conversationId, sessionId, correlationId, operationId: newOperationId() },
      give: (answer, how) => {
        if (isGiven) return undefined;
        const record = this.#sessions.peek(bot.id, sessionId);
        const given = answer === 'acknowledged' ? answer : completeAnswer(answer, version, record);
        isGiven = true;
        answered.resolve(given);
        this.#report(request, given, how, this.#clock.now() - arrivedAt);
        return given;
      },
    };
    const left = Math.max(0, arrivedAt + this.#budgetMs - this.#clock.now());
    const guarded = (work: Promise<void>) =>
      work.catch((error) => this.#fail(request, error)).catch(answered.reject);
    const budget = this.#clock.after(left, () => guarded(this.#hold(request)));
    guarded(
      this.#limit.take(conversationId)
        ? this.#sessions.run(bot.id, sessionId, (record) => this.#turns.take(request, record))
        : Promise.reject(new SessionBusy('The conversation sends too many messages.')),
    );
    try {
      return await answered.promise;
    } finally {
      budget.cancel();
    }
  }

  /** Resolves when no turn runs and none waits. */
  idle(): Promise<void> {
    return this.#sessions.idle();
  }

  /** The time is up: the request gets what there is. */
  async #hold(request: Request): Promise<void> {
    const { utterance, eventAddress, give, reply } = request;
    const { bot, version, sessionId, language } = utterance;
    const address = addressOf(utterance);
    const record = this.#sessions.peek(bot.id, sessionId);
    if (this.#later.canSend(address)) {
      if (!give('acknowledged', 'acknowledged')) return;
      const messages = reply?.take() ?? [];
      if (messages.length === 0) return;
      request.sentAhead = this.#later.send(address, goOn(messages), version, eventAddress, record);
      return;
    }
    // What has ended the session cannot go out with a sentence after which it goes on.
    const late = record?.late?.state === 'MoreData' ? record.late : undefined;
    const holding = holdingMessage(this.#sentences(language));
    const given = give(join([late], goOn([...(reply?.take() ?? []), holding])), 'held');
    if (given !== undefined && late !== undefined) delete record?.late;
  }

  /** The connector itself failed, or its session has too much to do. */
  #fail({ utterance, eventAddress, give }: Request, error: unknown): void {
    const { version, language } = utterance;
    const sentences = this.#sentences(language);
    if (error instanceof SessionBusy) {
      give(goOn([textMessage(sentences.tooMany)]), 'busy');
      return;
    }
    this.#events.onFailed?.(eventAddress, error);
    give(answerFailure(version, language, sentences), 'failed');
  }

  #report({ eventAddress }: Request, given: Given, how: AnsweredRequest['how'], durationMs: number): void {
    const answer = given === 'acknowledged' ? undefined : given;
    this.#events.onAnswered?.({
      ...eventAddress,
      how,
      durationMs,
      state: answer?.state,
      intent: answer?.intent,
      reason: answer?.parameters.reason?.match(plainReason)?.[0],
      messages: answer?.messages.length ?? 0,
      template: answer?.template,
    });
  }
}
