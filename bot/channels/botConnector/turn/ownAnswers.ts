import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import type { Answer } from '../wire/answer.ts';
import type { BotVersion } from '../wire/botList.ts';
import type { Sentences } from './sentences.ts';
import { messengerText, textMessage } from './textMessage.ts';

/** Payload of the quick reply that asks for an answer that was late. */
export const showAnswer = 'genesys-card-bot:show-answer';

/** Says that the answer takes longer, with a quick reply that asks for it. */
export function holdingMessage(sentences: Sentences): GenesysMessage {
  const quickReply = { text: sentences.showAnswer, payload: showAnswer, action: 'Message' } as const;
  return {
    type: 'Structured',
    text: messengerText(sentences.stillWorking),
    content: [{ contentType: 'QuickReply', quickReply }],
  };
}

/** An answer after which the session goes on. */
export function goOn(messages: readonly GenesysMessage[]): Answer {
  return { state: 'MoreData', messages, entities: {}, parameters: {} };
}

/** The answer when the connector itself failed: a person takes over. */
export function answerFailure({ handOff }: BotVersion, language: string, { failed }: Sentences): Answer {
  return {
    state: 'Complete',
    messages: [textMessage(failed)],
    intent: handOff.intent,
    entities: {},
    parameters: { reason: 'error', language },
  };
}
