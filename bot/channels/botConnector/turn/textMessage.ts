import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import { escapeMarkdown } from '../../../../cards/richText/markdown.ts';
import { toMessengerMarkdown } from '../../../../cards/richText/markdownDialects.ts';

/** Plain text in Messenger's dialect, in which it reads as it was written. */
export function messengerText(plain: string): string {
  return toMessengerMarkdown(escapeMarkdown(plain));
}

/** A message of plain text. */
export function textMessage(plain: string): GenesysMessage {
  return { type: 'Text', text: messengerText(plain) };
}
