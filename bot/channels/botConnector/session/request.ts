import type { Answer, ToldAnswer } from '../wire/answer.ts';
import type { Utterance } from '../wire/utterance.ts';
import type { EventAddress } from './events.ts';
import type { SessionAddress } from './sessions.ts';

/** What a request gets: an answer, or nothing yet. */
export type Given<M> = ToldAnswer<M> | 'acknowledged';

/**
 * How a request was answered; `requests.ts` draws the states. `answered`: in time. `held`: by a sentence, the answer follows
 * with the next turn. `acknowledged`: by nothing, the answer follows by our own call. `repeated`: as its first copy was.
 * `late`: by what was ready too late. `busy`: too many were waiting. `failed`: the connector itself failed, a person takes over.
 */
export type AnsweredHow = 'answered' | 'held' | 'acknowledged' | 'repeated' | 'late' | 'busy' | 'failed';

type RequestState = 'waiting' | 'running' | AnsweredHow | 'later';

const ways: Readonly<Record<RequestState, readonly RequestState[]>> = {
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

/** A turn that runs for a request. */
export interface RunningTurn<M> {
  /** Takes what the turn has said so far. */
  take(): M[];
  /** The answer of the whole turn without what was taken; never rejects for an error of the bot. */
  readonly answer: Promise<Answer<M>>;
}

/** A request of Architect on its way through the connector. */
export class PendingRequest<M> {
  readonly utterance: Utterance;
  readonly eventAddress: EventAddress;
  /** When it came, by the connector's clock. */
  readonly arrivedAt: number;
  /** Set when the bot's turn has begun. */
  turn: RunningTurn<M> | undefined;
  /** Set when a part was sent ahead: what of it could not be sent. */
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

  /** Goes to a state that no answer leads to; false when the request is past it. */
  move(to: 'running' | 'later'): boolean {
    const goes = this.#leadsTo(to);
    if (goes) this.#state = to;
    return goes;
  }

  /** Answers the request with what `make` gives; undefined when it was answered already. */
  give(how: AnsweredHow, make: () => Given<M>): Given<M> | undefined {
    if (!this.#leadsTo(how)) return undefined;
    const given = make();
    this.#state = how;
    this.#given.resolve(given);
    return given;
  }

  /** Ends a request for which not even the answer `failed` could be made. */
  abandon(error: unknown): void {
    this.#given.reject(error);
  }

  #leadsTo(state: RequestState): boolean {
    return ways[this.#state].includes(state);
  }
}

/** The session that an utterance belongs to. */
export function addressOf(utterance: Utterance): SessionAddress {
  const { route, botId, botVersion, sessionId, conversationId, languageCode, language } = utterance;
  return { route, botId, botVersion, sessionId, conversationId, languageCode, language };
}
