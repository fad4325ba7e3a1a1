import { writeCardText } from '../guestApi/cardRules.ts';
import type { GuestCard } from '../guestApi/cardSchema.ts';

/** One item of a Structured message in Genesys' normalized form, such as a Card, a QuickReply or a ButtonResponse. */
export interface Content {
  contentType: string;
  [field: string]: unknown;
}

/** What was said, before the conversation gives it an id and a time. */
export interface Said {
  direction: 'Inbound' | 'Outbound';
  text?: string;
  content?: readonly Content[];
  card?: GuestCard;
  /** A note of the sandbox itself, not of the bot. */
  system?: true;
}

/** A message as a conversation keeps it; `time` in milliseconds. */
export interface Message extends Said {
  id: string;
  time: number;
  /** Said in the session of a customer who has signed in. */
  isAuthenticated?: true;
  /** The language of what the bot said, as far as it is known; BCP 47. */
  lang?: string;
}

/** A message as the HTTP API shows it; a card without a text gets its plain text. */
export interface MessageView {
  id: string;
  direction: 'Inbound' | 'Outbound';
  type: 'Text' | 'Structured';
  text: string;
  content?: readonly Content[];
  card?: GuestCard;
  system?: true;
  time: string;
}

export function viewOf({ id, direction, text, content, card, system, time }: Message): MessageView {
  return {
    id,
    direction,
    type: content || card ? 'Structured' : 'Text',
    text: text ?? (card ? writeCardText(card) : ''),
    ...(content ? { content } : {}),
    ...(card ? { card } : {}),
    ...(system ? { system } : {}),
    time: new Date(time).toISOString(),
  };
}
