import type { GenesysMessage } from '../../../../cards/formats/genesysContent.ts';
import { escapeForMessenger } from '../../../../cards/richText/messengerDialect.ts';
import type { Sentences } from './sentences.ts';

/** Payload of the quick reply that asks for an answer that was late. */
export const showAnswer = 'genesys-card-bot:show-answer';

/** Says that the answer takes longer, with a quick reply that asks for it. */
export function createHoldingMessage(sentences: Sentences): GenesysMessage {
  const quickReply = { text: sentences.showAnswer, payload: showAnswer, action: 'Message' } as const;
  return {
    type: 'Structured',
    text: escapeForMessenger(sentences.stillWorking),
    content: [{ contentType: 'QuickReply', quickReply }],
  };
}
