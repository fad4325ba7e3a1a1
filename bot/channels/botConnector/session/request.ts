import type { Answer, CompleteAnswer } from '../wire/answer.ts';
import type { BotVersion } from '../wire/botList.ts';
import type { Utterance } from '../wire/utterance.ts';
import type { EventAddress } from './events.ts';
import type { SessionAddress } from './sessions.ts';

/** The response to a request: an answer, or an acknowledgement without one. */
export type Given<M> = CompleteAnswer<M> | 'acknowledged';

/**
 * The way in which a request was answered; `requests.ts` draws the states.
 * `answered`: in time. `held`: with a sentence; the answer follows with the next turn. `acknowledged`: without a message; the answer
 * follows by a call to Genesys. `repeated`: with the answer to its first copy. `late`: with an answer that was ready too late.
 * `busy`: too many requests wait. `failed`: the connector failed, and a person takes over.
 */
export type AnsweredHow = 'answered' | 'held' | 'acknowledged' | 'repeated' | 'late' | 'busy' | 'failed';

type RequestState = 'waiting' | 'running' | AnsweredHow | 'later';

const nextStates: Readonly<Record<RequestState, readonly RequestState[]>> = {
  waiting: ['running', 'held', 'acknowledged', 'repeated', 'late', 'busy', 'failed'],
  running: ['answered', 'held', 'acknowledged', 'failed'],
  held: ['later'],
  acknowledged: ['later'],
  answered: [],
  repeated: [],
  late: [],
  busy: [],
  failed: [],
  later: [],
};

/** A turn of the bot in its session. */
export interface SessionTurn<R> {
  address: SessionAddress;
  version: BotVersion;
  record: R;
  eventAddress: EventAddress;
}

/** A turn that runs for a request. */
export interface RunningTurn<M> {
  /** Removes and returns the messages of the turn so far. */
  take(): M[];
  /** The answer of the whole turn without the messages that were removed; an error of the bot does not reject it. */
  readonly answer: Promise<Answer<M>>;
}

/** A request of Architect that the connector processes. */
export class PendingRequest<M> {
  readonly utterance: Utterance;
  readonly eventAddress: EventAddress;
  /** Time of its arrival, by the connector's clock. */
  readonly arrivedAt: number;
  /** The bot's turn; undefined until it begins. */
  turn: RunningTurn<M> | undefined;
  /** The first messages, when they were sent before the turn ended: resolves with the ones that could not be sent. */
  sentAhead: Promise<Answer<M> | undefined> | undefined;
  #state: RequestState = 'waiting';
  readonly #given = Promise.withResolvers<Given<M>>();

  constructor(utterance: Utterance, eventAddress: EventAddress, arrivedAt: number) {
    this.utterance = utterance;
    this.eventAddress = eventAddress;
    this.arrivedAt = arrivedAt;
  }

  /** Resolves with the answer. */
  get given(): Promise<Given<M>> {
    return this.#given.promise;
  }

  /** Changes to a state without an answer. Returns false when the current state does not allow it. */
  move(to: 'running' | 'later'): boolean {
    const isAllowed = this.#allows(to);
    if (isAllowed) this.#state = to;
    return isAllowed;
  }

  /** Answers the request with the result of `make`, and returns it; undefined when the request was answered already. */
  give(how: AnsweredHow, make: () => Given<M>): Given<M> | undefined {
    if (!this.#allows(how)) return undefined;
    const given = make();
    this.#state = how;
    this.#given.resolve(given);
    return given;
  }

  /** Rejects a request for which even the answer `failed` could not be made. */
  abandon(error: unknown): void {
    this.#given.reject(error);
  }

  #allows(state: RequestState): boolean {
    return nextStates[this.#state].includes(state);
  }
}

/** Returns the address of an utterance's session. */
export function addressOf(utterance: Utterance): SessionAddress {
  const { route, botId, botVersion, sessionId, conversationId, languageCode, language } = utterance;
  return { route, botId, botVersion, sessionId, conversationId, languageCode, language };
}
