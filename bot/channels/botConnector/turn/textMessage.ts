import type { GenesysMessage } from '../../../../cards/formats/genesysContent.ts';
import { plainBlocks } from '../../../../cards/richText/blocks.ts';
import { writeMessenger } from '../../../../cards/richText/messengerDialect.ts';

/** Plain text in Messenger's dialect, in which it reads as it was written. */
export function messengerText(plain: string): string {
  return writeMessenger(plainBlocks(plain));
}

/** A message of plain text. */
export function textMessage(plain: string): GenesysMessage {
  return { type: 'Text', text: messengerText(plain) };
}
