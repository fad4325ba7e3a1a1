import type { GenesysMessage } from '../../../../cards/formats/genesysContent.ts';
import { escapeForMessenger } from '../../../../cards/richText/messengerDialect.ts';

/** A message of plain text. */
export function createTextMessage(plain: string): GenesysMessage {
  return { type: 'Text', text: escapeForMessenger(plain) };
}
