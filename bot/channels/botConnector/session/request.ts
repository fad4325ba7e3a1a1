import type { Reply } from '../turn/reply.ts';
import type { Answer, ToldAnswer } from '../wire/answer.ts';
import type { Utterance } from '../wire/utterance.ts';
import type { AnsweredRequest, EventAddress } from './events.ts';
import type { SessionAddress } from './sessions.ts';

/** What a request gets: an answer, or nothing yet. */
export type Given = ToldAnswer | 'acknowledged';

/** A request of Architect on its way through the connector. */
export interface Request {
  utterance: Utterance;
  eventAddress: EventAddress;
  /** Answers it, and gives back what was told; undefined when it was answered already. */
  give: (answer: Answer | 'acknowledged', how: AnsweredRequest['how']) => Given | undefined;
  /** What the turn has said so far. */
  reply?: Reply;
  /** Set when a part was sent ahead: what of it could not be sent. */
  sentAhead?: Promise<Answer | undefined>;
}

/** The session that an utterance belongs to. */
export function addressOf(utterance: Utterance): SessionAddress {
  const { route, botId, botVersion, sessionId, conversationId, languageCode, language } = utterance;
  return { route, botId, botVersion, sessionId, conversationId, languageCode, language };
}
