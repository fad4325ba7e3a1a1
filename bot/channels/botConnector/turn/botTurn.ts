import type { Activity } from 'botbuilder';
import { inOperation } from '../../../telemetry/operation.ts';
import type { GenesysAdapter, TurnLogic } from '../botbuilder.ts';
import { boundsInWords } from '../session/bounds.ts';
import type { Clock } from '../session/clock.ts';
import type { ConnectorEvents, EventAddress } from '../session/events.ts';
import type { SessionAddress, SessionRecord } from '../session/sessions.ts';
import { type Answer, answerOf } from '../wire/answer.ts';
import type { BotVersion } from '../wire/botList.ts';
import type { Reply } from './reply.ts';
import type { Sentences } from './sentences.ts';
import { textMessage } from './textMessage.ts';

/** What a turn of the bot needs. */
export interface BotTurnOptions {
  adapter: GenesysAdapter;
  logic: TurnLogic;
  clock: Clock;
  /** Time after which a turn counts as hanging, in milliseconds. */
  limitMs: number;
  sentences: (language: string) => Sentences;
  events: ConnectorEvents;
}

/** One turn of the bot. */
export interface Turn {
  /** What comes in, one after the other. */
  activities: readonly Partial<Activity>[];
  address: SessionAddress;
  record: SessionRecord;
  version: BotVersion;
  reply: Reply;
  eventAddress: EventAddress;
  /** Instead of the bot's own. */
  logic?: TurnLogic;
}

/** A turn took longer than the connector waits for one. */
class TurnTooLong extends Error {
  override readonly name = 'TurnTooLong';
}

/**
 * Runs one turn of the bot to its end, filling `reply`, and makes its answer. Never throws: when the turn fails or hangs,
 * the answer keeps what was said, says sorry and asks for a person.
 */
export async function botTurn(
  { adapter, logic, clock, limitMs, sentences, events }: BotTurnOptions,
  turn: Turn,
): Promise<Answer> {
  const { activities, address, record, version, reply, eventAddress } = turn;
  const session = { ...address, parameters: record.parameters };
  const hangs = Promise.withResolvers<never>();
  const limit = clock.after(limitMs, () => hangs.reject(new TurnTooLong('The turn hangs.')));
  try {
    const ended = inOperation({ id: eventAddress.operationId }, async () => {
      for (const activity of activities) await adapter.run({ activity, session, reply }, turn.logic ?? logic);
      await reply.joined();
    });
    await Promise.race([ended, hangs.promise]);
    // The bot's own handler took the error; its developer is told all the same.
    if (reply.error !== undefined) events.onFailed?.(eventAddress, reply.error.error);
  } catch (error) {
    reply.fail();
    events.onFailed?.(eventAddress, error);
  } finally {
    limit.cancel();
  }
  reply.close(textMessage(sentences(address.language).failed));
  const { answer, changes } = answerOf(reply, version, address.language);
  if (reply.leftParameters > 0) {
    const what = `parameters that are not told: ${reply.leftParameters}, more than ${boundsInWords.parameters}`;
    changes.push({ path: '$.parameters', what });
  }
  if (changes.length > 0) events.onDegraded?.(address, changes);
  return answer;
}
