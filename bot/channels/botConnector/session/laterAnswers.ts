import type { Change } from '../../../../cards/checks/checkedCard.ts';
import { type Answer, type CompleteAnswer, completeAnswer, join } from '../wire/answer.ts';
import type { BotVersion } from '../wire/botList.ts';
import { boundsInWords, keepLastMessages, mergeParameters } from './bounds.ts';
import type { ConnectorEvents } from './events.ts';
import type { SessionTurn } from './request.ts';
import type { SessionAddress, SessionRecord } from './sessions.ts';

/** Stores an answer in the outbox, which calls Genesys with it. */
export type CallGenesys<M> = (
  address: SessionAddress,
  answer: CompleteAnswer<M>,
  version: BotVersion,
  operationId: string,
) => Promise<void>;

/** Delivers answers to a customer whose request was answered already. */
export class LaterAnswers<M> {
  readonly #callGenesys: CallGenesys<M> | undefined;
  readonly #events: ConnectorEvents;

  constructor(callGenesys: CallGenesys<M> | undefined, events: ConnectorEvents) {
    this.#callGenesys = callGenesys;
    this.#events = events;
  }

  /** Says whether Genesys can be called: only v2 has a call for it, and only with an OAuth client. */
  canSend({ route }: Pick<SessionAddress, 'route'>): boolean {
    return route === 'v2' && this.#callGenesys !== undefined;
  }

  /** Sends an answer by a call to Genesys. Returns the answer when the outbox did not store it. */
  async send(
    { address, version, record, eventAddress }: SessionTurn<SessionRecord<M> | undefined>,
    answer: Answer<M>,
  ): Promise<Answer<M> | undefined> {
    const { operationId } = eventAddress;
    try {
      await this.#callGenesys?.(address, completeAnswer(answer, version, record), version, operationId);
      return undefined;
    } catch (error) {
      this.#events.onFailed?.(eventAddress, error);
      return answer;
    }
  }

  /** Sends an answer, or keeps it for the next turn of its session, as far as it is within the limits. */
  async deliver(turn: SessionTurn<SessionRecord<M>>, answer: Answer<M>): Promise<void> {
    const { address, record } = turn;
    const left = this.canSend(address) ? await this.send(turn, answer) : answer;
    if (left === undefined) {
      if (answer.state === 'Complete' && record.late === undefined) record.isOver = true;
      return;
    }
    const late = join([record.late], left);
    const messages = keepLastMessages(late.messages);
    const parameters = mergeParameters(record.late?.parameters ?? {}, left.parameters);
    record.late = { ...late, messages: messages.kept, parameters: parameters.kept };
    const changes: Change[] = [];
    if (messages.left > 0) {
      const what = `${messages.left} messages were discarded: more than ${boundsInWords.messages} waited for the next turn`;
      changes.push({ path: '$', what });
    }
    if (parameters.left > 0) {
      const what = `parameters discarded: ${parameters.left}; more than ${boundsInWords.parameters} waited for the next turn`;
      changes.push({ path: '$.parameters', what });
    }
    if (changes.length > 0) this.#events.onDegraded?.(address, changes);
  }
}

/** Says whether an answer has no content. */
export function isEmpty({ state, messages, parameters }: Answer<unknown>): boolean {
  return state === 'MoreData' && messages.length === 0 && Object.keys(parameters).length === 0;
}
