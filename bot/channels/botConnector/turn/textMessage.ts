import type { GenesysMessage } from '../../../../cards/formats/genesysContent.ts';
import { createPlainBlocks } from '../../../../cards/richText/blocks.ts';
import { writeMessenger } from '../../../../cards/richText/messengerDialect.ts';

/** Plain text in Messenger's dialect, in which it reads as it was written. */
export function escapeForMessenger(plain: string): string {
  return writeMessenger(createPlainBlocks(plain));
}

/** A message of plain text. */
export function createTextMessage(plain: string): GenesysMessage {
  return { type: 'Text', text: escapeForMessenger(plain) };
}
