import type { Clock } from '../../../../cards/delivery/clock.ts';
import { CodedError } from '../../../../cards/errors.ts';
import type { MessageLimit } from '../../../http/callers.ts';
import { makeOperationId } from '../../../telemetry/operation.ts';
import { type Answer, answerFailure, completeAnswer, goOn, join } from '../wire/answer.ts';
import { type Bot, findVersion } from '../wire/botList.ts';
import type { Utterance } from '../wire/utterance.ts';
import { boundsInWords, mergeParameters } from './bounds.ts';
import type { ConnectorEvents } from './events.ts';
import { isEmpty, type LaterAnswers } from './laterAnswers.ts';
import { findRepeat, type RepeatKey, remember } from './repeats.ts';
import {
  type AnsweredHow,
  addressOf,
  type Given,
  PendingRequest,
  type RunningTurn,
  type SessionTurn,
} from './request.ts';
import { SessionBusy, type SessionRecord, type Sessions } from './sessions.ts';

/** The connector's own messages, in the customer's language. */
export interface OwnMessages<M> {
  /** The answer takes longer; the message offers to ask for it. */
  holding: (language: string) => M;
  nothingNew: (language: string) => M;
  tooMany: (language: string) => M;
  failed: (language: string) => M;
}

/** Options of the requests; `M` is a message, `R` the record of a session. */
export interface RequestsOptions<M, R extends SessionRecord<M>> {
  sessions: Sessions<R>;
  later: LaterAnswers<M>;
  /** Begins the turn that an utterance leads to. */
  respond: (
    utterance: Utterance,
    turn: SessionTurn<R>,
    known: { isNew: boolean; isKnown: boolean },
  ) => RunningTurn<M>;
  /** Says whether an utterance asks for a late answer. */
  asksForLate: (utterance: Utterance) => boolean;
  own: OwnMessages<M>;
  limit: Pick<MessageLimit, 'take'>;
  clock: Clock;
  events: ConnectorEvents;
  /** Time from a request's arrival to its answer, in milliseconds. */
  budgetMs: number;
  /** Time after an answer in which a request with the same content is a repeat, in milliseconds. */
  repeatWindowMs: number;
  repeatKey: RepeatKey;
}

/** A reason that may be logged: one word, so that no customer's sentence is logged. */
const plainReason = /^[A-Za-z][\w.-]{0,40}$/;

/**
 * Answers the requests of Architect, the requests of one session one after the other. A request goes through these states; states
 * in brackets are answers:
 *
 *     waiting ───► running ───► [answered]         the turn ended in time
 *        │            │
 *        ├────────────┤ the time is up
 *        │            ├──► [acknowledged] ──► later    Genesys can be called: the answer follows by a call
 *        │            └──► [held] ──────────► later    it cannot: the answer waits for the next request
 *        ├──► [repeated]    the same request was answered before
 *        ├──► [late]        it asks for a late answer, or a late answer has ended the session
 *        └──► [busy]        too many requests wait
 *     waiting, running ───► [failed]               the connector itself failed: a person takes over
 *
 * It knows no SDK and no format of messages.
 */
export class Requests<M, R extends SessionRecord<M>> {
  readonly #options: RequestsOptions<M, R>;

  constructor(options: RequestsOptions<M, R>) {
    this.#options = options;
  }

  /**
   * Answers an utterance of a customer within the time budget.
   *
   * @param arrivedAt time of the request's arrival, by the connector's clock
   * @throws the error by which even the answer `failed` failed
   */
  async answer(utterance: Utterance, arrivedAt: number, correlationId?: string): Promise<Given<M>> {
    const { sessions, clock, limit, budgetMs, events } = this.#options;
    const { route, bot, conversationId, sessionId } = utterance;
    const eventAddress = { route, conversationId, sessionId, correlationId, operationId: makeOperationId() };
    const request = new PendingRequest<M>(utterance, eventAddress, arrivedAt);
    const guarded = (work: Promise<void>) =>
      work
        .catch((error) => this.#fail(request, error))
        .catch((error) => {
          request.abandon(error);
          events.onFailed?.(eventAddress, error);
        });
    const left = Math.max(0, arrivedAt + budgetMs - clock.now());
    const budget = clock.after(left, () => guarded(this.#hold(request)));
    guarded(
      limit.take(conversationId)
        ? sessions.run(bot.id, sessionId, (record) => this.#run(request, record))
        : Promise.reject(new SessionBusy('The conversation sends too many messages.')),
    );
    try {
      return await request.given;
    } finally {
      budget.cancel();
    }
  }

  /**
   * Runs work that the bot begins in a session, and delivers its answer. The newest session of the conversation replaces a session
   * that is over.
   *
   * @throws CodedError `genesys.conversationEnded` when the conversation has no open session; Error for an unknown session; the
   * error of the work
   */
  async begin(
    bot: Bot,
    sessionId: string,
    work: (turn: SessionTurn<R>) => Promise<Answer<M>>,
  ): Promise<void> {
    const { sessions, later } = this.#options;
    const open = await this.#openSession(bot, sessionId);
    await sessions.run(bot.id, open, async (record) => {
      const { address } = record;
      if (address === undefined) throw new Error('The Genesys session is unknown.');
      if (record.isOver === true)
        throw new CodedError(
          'genesys.conversationEnded',
          'The Genesys session is over, and the conversation has no newer one.',
        );
      const version = findVersion(bot, address.botVersion);
      const { route, conversationId } = address;
      const eventAddress = { route, conversationId, sessionId: open, operationId: makeOperationId() };
      const turn = { address, version, record, eventAddress };
      const answer = await work(turn);
      if (!isEmpty(answer)) await later.deliver(turn, answer);
    });
  }

  /** Runs a request when its session is free. */
  async #run(request: PendingRequest<M>, record: R): Promise<void> {
    const { clock, repeatKey, repeatWindowMs, sessions, events, own, later, respond } = this.#options;
    const { utterance, eventAddress } = request;
    const isNew = record.address === undefined;
    const address = addressOf(utterance);
    record.address = address;
    const { kept, left } = mergeParameters(record.parameters, utterance.parameters);
    record.parameters = kept;
    if (left > 0) {
      const what = `session variables discarded: ${left}; more than ${boundsInWords.parameters}`;
      events.onDegraded?.(address, [{ path: '$.parameters', what }]);
    }

    const give = (how: AnsweredHow, answer: Answer<M>) => this.#give(request, how, answer);
    const key = repeatKey(utterance);
    const { correlationId } = eventAddress;
    const repeat = findRepeat(record.given, { key, correlationId }, clock.wall(), repeatWindowMs);
    if (repeat?.answer !== undefined) {
      this.#give(request, 'repeated', repeat.answer);
      return;
    }
    const done = (given: Given<M> | undefined): void => {
      if (given !== undefined && given !== 'acknowledged') record.isOver = given.state === 'Complete';
      record.given = remember(record.given, { key, correlationId, at: clock.wall(), answer: given });
    };
    const asksForLate = this.#options.asksForLate(utterance);
    // A session that has ended accepts no further utterance: the flow calls the bot again.
    if (repeat !== undefined || asksForLate || record.late?.state === 'Complete') {
      const nothing = asksForLate ? [own.nothingNew(utterance.language)] : [];
      const given = give('late', record.late ?? goOn(nothing));
      if (given !== undefined) delete record.late;
      done(given);
      return;
    }

    record.isOver = false;
    const isKnown = isNew ? await sessions.inherit(utterance.bot.id, record, address) : true;
    const turn = { address, version: utterance.version, record, eventAddress };
    request.move('running');
    request.turn = respond(utterance, turn, { isNew, isKnown });
    const answer = await request.turn.answer;
    const given = give('answered', join([record.late], answer));
    if (given !== undefined) {
      delete record.late;
      done(given);
      return;
    }
    request.move('later');
    done(later.canSend(address) ? 'acknowledged' : undefined);
    const rest = join([record.late, await request.sentAhead], answer);
    // A flow that was acknowledged waits for a call, even for one without messages.
    if (isEmpty(rest) && (!later.canSend(address) || request.sentAhead !== undefined)) return;
    delete record.late;
    await later.deliver(turn, rest);
  }

  /** Answers a request whose time is up with the messages so far. */
  async #hold(request: PendingRequest<M>): Promise<void> {
    const { sessions, later, own } = this.#options;
    const { utterance, eventAddress, turn } = request;
    const { bot, version, sessionId, language } = utterance;
    const address = addressOf(utterance);
    const record = sessions.peek(bot.id, sessionId);
    if (later.canSend(address)) {
      if (!this.#give(request, 'acknowledged', 'acknowledged')) return;
      const messages = turn?.take() ?? [];
      if (messages.length === 0) return;
      request.sentAhead = later.send({ address, version, record, eventAddress }, goOn(messages));
      return;
    }
    // An answer that ends the session cannot be joined with a sentence after which it goes on.
    const late = record?.late?.state === 'MoreData' ? record.late : undefined;
    const messages = [...(turn?.take() ?? []), own.holding(language)];
    const given = this.#give(request, 'held', join([late], goOn(messages)));
    if (given !== undefined && late !== undefined) delete record?.late;
  }

  /** Answers a request for which the connector failed, or whose session has too many. */
  #fail(request: PendingRequest<M>, error: unknown): void {
    const { own, events } = this.#options;
    const { utterance, eventAddress } = request;
    const { version, language } = utterance;
    if (error instanceof SessionBusy) {
      this.#give(request, 'busy', goOn([own.tooMany(language)]));
      return;
    }
    events.onFailed?.(eventAddress, error);
    this.#give(request, 'failed', answerFailure(version, language, own.failed(language)));
  }

  #give(
    request: PendingRequest<M>,
    how: AnsweredHow,
    answer: Answer<M> | 'acknowledged',
  ): Given<M> | undefined {
    const { sessions, clock, events } = this.#options;
    const { bot, sessionId, version } = request.utterance;
    const given = request.give(how, () =>
      answer === 'acknowledged' ? answer : completeAnswer(answer, version, sessions.peek(bot.id, sessionId)),
    );
    if (given === undefined) return undefined;
    const sent = given === 'acknowledged' ? undefined : given;
    events.onAnswered?.({
      ...request.eventAddress,
      how,
      durationMs: clock.now() - request.arrivedAt,
      state: sent?.state,
      intent: sent?.intent,
      reason: sent?.parameters.reason?.match(plainReason)?.[0],
      messages: sent?.messages.length ?? 0,
      template: sent?.template,
    });
    return given;
  }

  /** Returns the id of the session, or of the newest session of its conversation when it is over. */
  async #openSession(bot: Bot, sessionId: string): Promise<string> {
    const { sessions } = this.#options;
    const { address, isOver } = await sessions.read(bot.id, sessionId);
    if (address === undefined || isOver !== true) return sessionId;
    return (await sessions.newestOf(bot.id, address.conversationId)) ?? sessionId;
  }
}
