import type { Conversation, ConversationEvent } from '../conversations/conversations.ts';
import { type Message, viewOf } from '../conversations/message.ts';

/** What the server sends over the socket. */
export interface Frame {
  type: 'response' | 'message';
  class: string;
  code: number;
  body: unknown;
  tracingId?: string;
}

/** Error codes of the guest protocol that the sandbox gives. */
export const errorCodes = {
  sessionExpired: 4006,
  sessionNotFound: 4007,
  messageTooLong: 4011,
  missingParameter: 4020,
  tooManyRequests: 4029,
} as const;

export const errorFrame = (code: number, body: string): Frame => ({
  type: 'response',
  class: 'string',
  code,
  body,
});

export const tooManyFrame = (retryAfter: number): Frame => ({
  type: 'response',
  class: 'TooManyRequestsErrorMessage',
  code: 429,
  body: {
    errorCode: errorCodes.tooManyRequests,
    errorMessage: 'Message rate too high for this session',
    retryAfter,
  },
});

export const sessionFrame = (newSession: boolean, conversation: Conversation): Frame => ({
  type: 'response',
  class: 'SessionResponse',
  code: 200,
  body: {
    connected: true,
    newSession,
    readOnly: conversation.state === 'ended',
    maxCustomDataBytes: 2048,
    allowedMedia: { inbound: { fileTypes: [], maxFileSizeKB: 0 } },
    blockedExtensions: [],
    clearedExistingSession: false,
    // Sandbox only: real clients never learn the conversation's id here.
    conversationId: conversation.id,
    route: conversation.route,
  },
});

const message = (body: object): Frame => ({ type: 'message', class: 'StructuredMessage', code: 200, body });

const notice = (name: string): Frame => ({ type: 'message', class: name, code: 200, body: {} });
export const connectionClosedFrame = notice('ConnectionClosedEvent');
export const sessionClearedFrame = notice('SessionClearedEvent');

export const jwtFrame = (body: { jwt: string; exp: number }): Frame => ({
  type: 'response',
  class: 'JwtResponse',
  code: 200,
  body,
});

/** The answer to a health check. */
export const echoFrame = (text: string, id = 'echo'): Frame =>
  message({ type: 'Text', text, direction: 'Outbound', id });

/**
 * A message as the guest protocol carries it. Three fields are the sandbox's own: `guestCard`, the card of the document's
 * route as it was posted, `sandboxNote` on notes that no bot wrote, and `lang`, the
 * language of what the bot said, where it is known.
 */
export function structuredMessage(message: Message): object {
  const { id, direction, type, text, content, card, system, time } = viewOf(message);
  return {
    id,
    type,
    direction,
    text,
    ...(direction === 'Outbound' ? { originatingEntity: 'Bot' } : {}),
    channel: { time, type: 'Private' },
    ...(content ? { content } : {}),
    ...(card ? { guestCard: card } : {}),
    ...(system ? { sandboxNote: true } : {}),
    ...(message.lang === undefined ? {} : { lang: message.lang }),
    metadata: { correlationId: id },
  };
}

const event = (eventBody: object, metadata: object = {}): Frame =>
  message({ type: 'Event', direction: 'Outbound', originatingEntity: 'Bot', events: [eventBody], metadata });

/** How an event of the conversation is told to the customer's client. */
export function frameOf(happened: ConversationEvent): Frame {
  switch (happened.kind) {
    case 'message':
      return message(structuredMessage(happened.message));
    case 'typing': {
      const typing = happened.on ? { type: 'On', duration: 15_000 } : { type: 'Off' };
      return event({ eventType: 'Typing', typing });
    }
    case 'ended':
      return event({ eventType: 'Presence', presence: { type: 'Disconnect' } }, { readOnly: 'true' });
    case 'complaint':
      return { type: 'message', class: 'SandboxComplaint', code: 200, body: happened.complaint };
  }
}
