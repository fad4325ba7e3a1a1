import { randomUUID } from 'node:crypto';
import { ActivityTypes, type ConversationReference, type Storage, TurnContext } from 'botbuilder';
import type { UrlPolicy } from '../../../cards/checks/urlPolicy.ts';
import type { Outbox } from '../../../cards/delivery/outbox.ts';
import { type Answer, join, type ToldAnswer, told } from './answer.ts';
import { type Bot, findBot, findVersion } from './botList.ts';
import { type BotTurnOptions, botTurn } from './botTurn.ts';
import { type Clock, systemClock } from './clock.ts';
import type { AnsweredRequest, ConnectorEvents, EventAddress } from './events.ts';
import { GenesysAdapter, type TurnLogic } from './genesysAdapter.ts';
import { isEmpty, LaterAnswers } from './laterAnswers.ts';
import { failedAnswer, goOn, holdingMessage, showAnswer } from './ownAnswers.ts';
import { findRepeat, remember, repeatKey } from './repeats.ts';
import { Reply } from './reply.ts';
import { type Sentences, sentencesFor } from './sentences.ts';
import { sessionOf } from './sessionOf.ts';
import { type SessionAddress, SessionBusy, type SessionRecord, Sessions } from './sessions.ts';
import { textMessage } from './textMessage.ts';
import { toActivity } from './toActivity.ts';
import { maxParameters, type Utterance } from './utterance.ts';

/** How the connector runs turns. */
export interface ConnectorOptions {
  bots: readonly Bot[];
  logic: TurnLogic;
  /** Keeps sessions between turns: the storage of the bot's own state. */
  storage: Storage;
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
  /** Time after its answer in which a request with the same content is a repeat; default 3,000 ms. */
  repeatWindowMs?: number | undefined;
  clock?: Clock | undefined;
}

/** A reason that may go into logs: one word, so that no sentence of a customer does. */
const plainReason = /^[A-Za-z][\w.-]{0,40}$/;

/** What a request gets: an answer, or nothing yet. */
export type Given = ToldAnswer | 'acknowledged';

type How = AnsweredRequest['how'];

/** A request on its way. */
interface Request {
  utterance: Utterance;
  eventAddress: EventAddress;
  /** Answers it, and gives back what was told; undefined when it was answered already. */
  give: (answer: Answer | 'acknowledged', how: How) => Given | undefined;
  /** What the turn has said so far. */
  reply?: Reply;
  /** Set when a part was sent ahead: what of it could not be sent. */
  sentAhead?: Promise<Answer | undefined>;
}

/** Answers Architect: runs the bot's turns within a time budget, one after the other in each session. */
export class Connector {
  readonly adapter: GenesysAdapter;
  readonly #options: ConnectorOptions;
  readonly #sessions: Sessions;
  readonly #later: LaterAnswers;
  readonly #clock: Clock;
  readonly #events: ConnectorEvents;
  readonly #sentences: (language: string) => Sentences;

  constructor(options: ConnectorOptions) {
    const { storage, outbox, policy, events = {}, clock = systemClock, sentences = sentencesFor } = options;
    this.#options = options;
    this.#events = events;
    this.#clock = clock;
    this.#sentences = sentences;
    this.#sessions = new Sessions({ storage });
    this.#later = new LaterAnswers(outbox, events);
    this.adapter = new GenesysAdapter({
      ...(policy === undefined ? {} : { policy }),
      continueSession: (reference, logic) => this.#continue(reference, logic),
      onDegraded: (context, changes) => {
        const session = sessionOf(context);
        if (session !== undefined) events.onDegraded?.(session, changes);
      },
    });
  }

  /**
   * Answers what a customer said, in time: with the turn's answer, or with a sentence and a button that asks for it, or
   * (v2) with nothing yet. Never throws.
   *
   * @param arrivedAt when the request came, by the connector's clock
   */
  async answer(utterance: Utterance, arrivedAt: number, correlationId?: string): Promise<Given> {
    const { route, bot, version, conversationId, sessionId } = utterance;
    const { budgetMs = 7_000 } = this.#options;
    const answered = Promise.withResolvers<Given>();
    let isGiven = false;
    const request: Request = {
      utterance,
      eventAddress: { route, conversationId, sessionId, correlationId, operationId: randomUUID() },
      give: (answer, how) => {
        if (isGiven) return undefined;
        isGiven = true;
        const record = this.#sessions.peek(bot.id, sessionId);
        const given = answer === 'acknowledged' ? answer : told(answer, version, record);
        answered.resolve(given);
        this.#report(request, given, how, this.#clock.now() - arrivedAt);
        return given;
      },
    };
    const left = Math.max(0, arrivedAt + budgetMs - this.#clock.now());
    const budget = this.#clock.after(left, () => this.#hold(request));
    this.#sessions
      .run(bot.id, sessionId, (record) => this.#take(request, record))
      .catch((error) => this.#fail(request, error));
    const given = await answered.promise;
    budget.cancel();
    return given;
  }

  /** Resolves when no turn runs and none waits. */
  idle(): Promise<void> {
    return this.#sessions.idle();
  }

  /** The request's turn in its session has come. */
  async #take(request: Request, record: SessionRecord): Promise<void> {
    const { utterance, eventAddress, give } = request;
    const isNew = record.address === undefined;
    const address = addressOf(utterance);
    record.address = address;
    const merged = Object.entries({ ...record.parameters, ...utterance.parameters });
    record.parameters = Object.fromEntries(merged.slice(0, maxParameters));

    const { repeatWindowMs = 3_000 } = this.#options;
    const key = repeatKey(utterance);
    const { correlationId } = eventAddress;
    const repeat = findRepeat(record.given, { key, correlationId }, this.#clock.wall(), repeatWindowMs);
    if (repeat?.answer !== undefined) {
      give(repeat.answer, 'repeated');
      return;
    }
    const done = (given: Given | undefined): void => {
      const one = { key, correlationId, at: this.#clock.wall(), answer: given };
      record.given = remember(record.given, one);
    };
    const asksForLate = utterance.click?.payload === showAnswer;
    // A session that has ended takes no further utterance: the flow calls the bot anew.
    if (repeat !== undefined || asksForLate || record.late?.state === 'Complete') {
      const nothing = asksForLate ? [textMessage(this.#sentences(utterance.language).nothingNew)] : [];
      const given = give(record.late ?? goOn(nothing), 'late');
      if (given !== undefined) delete record.late;
      done(given);
      return;
    }

    const reply = new Reply();
    request.reply = reply;
    const now = new Date(this.#clock.wall());
    const id = utterance.messageId ?? randomUUID();
    const activity = toActivity(utterance, { id, now, isNew });
    const { version } = utterance;
    const answer = await botTurn(this.#turns(), { activity, address, record, version, reply, eventAddress });
    const given = give(join([record.late], answer), 'answered');
    if (given !== undefined) {
      delete record.late;
      done(given);
      return;
    }
    done(this.#later.canSend(address) ? 'acknowledged' : undefined);
    await this.#answerLater(request, record, answer);
  }

  /** The turn ended after its request was answered. */
  async #answerLater(
    { utterance, eventAddress, sentAhead }: Request,
    record: SessionRecord,
    answer: Answer,
  ): Promise<void> {
    const address = addressOf(utterance);
    const rest = join([record.late, await sentAhead], answer);
    const canSend = this.#later.canSend(address);
    // A flow that was acknowledged waits for a call, even for one that says nothing.
    if (isEmpty(rest) && (!canSend || sentAhead !== undefined)) return;
    delete record.late;
    await this.#later.deliver(address, rest, utterance.version, eventAddress, record);
  }

  /** The time is up: the request gets what there is. */
  #hold(request: Request): void {
    const { utterance, eventAddress, give, reply } = request;
    const { bot, version, sessionId, language } = utterance;
    const address = addressOf(utterance);
    if (this.#later.canSend(address)) {
      if (!give('acknowledged', 'acknowledged')) return;
      const messages = reply?.take() ?? [];
      if (messages.length === 0) return;
      const record = this.#sessions.peek(bot.id, sessionId);
      request.sentAhead = this.#later.send(address, goOn(messages), version, eventAddress, record);
      return;
    }
    const holding = holdingMessage(this.#sentences(language));
    give(goOn([...(reply?.take() ?? []), holding]), 'held');
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
    give(failedAnswer(version, language, sentences), 'failed');
  }

  /** Runs a turn that the bot begins. @throws when the session is not known, or what the bot throws */
  async #continue(reference: Partial<ConversationReference>, logic: TurnLogic): Promise<void> {
    const bot = findBot(this.#options.bots, [reference.bot?.id]);
    const sessionId = reference.conversation?.id;
    if (bot === undefined || sessionId === undefined) throw new TypeError('The reference names no session.');
    await this.#sessions.run(bot.id, sessionId, async (record) => {
      const { address } = record;
      if (address === undefined) throw new Error('There is no such session with Genesys.');
      const version = findVersion(bot, address.botVersion);
      const reply = new Reply();
      const { route, conversationId } = address;
      const eventAddress = { route, conversationId, sessionId, operationId: randomUUID() };
      const event = { type: ActivityTypes.Event, name: 'continueConversation', id: randomUUID() };
      const activity = TurnContext.applyConversationReference(event, reference, true);
      let failure: unknown;
      // Nobody waits for this turn: when it fails, the caller is told and the customer is left in peace.
      const guarded: TurnLogic = (context) =>
        logic(context).catch((error) => {
          failure = error;
        });
      const options = { ...this.#turns(), logic: guarded };
      const answer = await botTurn(options, { activity, address, record, version, reply, eventAddress });
      if (failure !== undefined) throw failure;
      if (!isEmpty(answer)) await this.#later.deliver(address, answer, version, eventAddress, record);
    });
  }

  #turns(): BotTurnOptions {
    const { logic, turnLimitMs = 60_000 } = this.#options;
    return {
      adapter: this.adapter,
      logic,
      clock: this.#clock,
      limitMs: turnLimitMs,
      sentences: this.#sentences,
      events: this.#events,
    };
  }

  #report({ eventAddress }: Request, given: Given, how: How, durationMs: number): void {
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

function addressOf(utterance: Utterance): SessionAddress {
  const { route, botId, botVersion, sessionId, conversationId, languageCode, language } = utterance;
  return { route, botId, botVersion, sessionId, conversationId, languageCode, language };
}
