import type { Change } from '../../../../cards/checks/checkedCard.ts';
import type { Outbox } from '../../../../cards/delivery/outbox.ts';
import { type Answer, completeAnswer, join } from '../wire/answer.ts';
import type { BotVersion } from '../wire/botList.ts';
import { outgoingMessage } from '../wire/outgoingMessage.ts';
import { boundsInWords, lastMessages, mergeParameters } from './bounds.ts';
import type { ConnectorEvents, EventAddress } from './events.ts';
import type { SessionAddress, SessionRecord } from './sessions.ts';

/** Brings answers to the customer whose request was answered already. */
export class LaterAnswers {
  readonly #outbox: Pick<Outbox, 'submit'> | undefined;
  readonly #events: ConnectorEvents;

  constructor(outbox: Pick<Outbox, 'submit'> | undefined, events: ConnectorEvents) {
    this.#outbox = outbox;
    this.#events = events;
  }

  /** Says whether Genesys can be called: only v2 has a call for it, and only with an OAuth client. */
  canSend({ route }: Pick<SessionAddress, 'route'>): boolean {
    return route === 'v2' && this.#outbox !== undefined;
  }

  /** Sends an answer by a call of our own; gives it back when the outbox did not take it. */
  async send(
    address: SessionAddress,
    answer: Answer,
    version: BotVersion,
    eventAddress: EventAddress,
    record: SessionRecord | undefined,
  ): Promise<Answer | undefined> {
    const { operationId } = eventAddress;
    try {
      const message = outgoingMessage(address, completeAnswer(answer, version, record), version, operationId);
      await this.#outbox?.submit(message);
      return undefined;
    } catch (error) {
      this.#events.onFailed?.(eventAddress, error);
      return answer;
    }
  }

  /** Sends an answer, or keeps it for the next turn of its session. */
  async deliver(
    address: SessionAddress,
    answer: Answer,
    version: BotVersion,
    eventAddress: EventAddress,
    record: SessionRecord,
  ): Promise<void> {
    const left = this.canSend(address)
      ? await this.send(address, answer, version, eventAddress, record)
      : answer;
    if (left === undefined) return;
    const late = join([record.late], left);
    const messages = lastMessages(late.messages);
    const parameters = mergeParameters(record.late?.parameters ?? {}, left.parameters);
    const changes: Change[] = [];
    if (messages.left > 0) {
      const what = `${messages.left} messages are not said: more than ${boundsInWords.messages} waited for the next turn`;
      changes.push({ path: '$', what });
    }
    if (parameters.left > 0) {
      const what = `parameters that are not told: ${parameters.left}, more than ${boundsInWords.parameters} waited for the next turn`;
      changes.push({ path: '$.parameters', what });
    }
    if (changes.length > 0) this.#events.onDegraded?.(address, changes);
    record.late = { ...late, messages: messages.kept, parameters: parameters.kept };
  }
}

/** Says whether an answer tells nothing. */
export function isEmpty({ state, messages, parameters }: Answer): boolean {
  return state === 'MoreData' && messages.length === 0 && Object.keys(parameters).length === 0;
}
