import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Conversation, ConversationEvent } from '../conversations/conversations.ts';
import { type Content, type Message, viewOf } from '../conversations/message.ts';
import { createCardMessage } from './cardMessage.ts';

/** What the server sends over the socket. */
export interface Frame {
  type: 'response' | 'message';
  class: string;
  code: number;
  body: unknown;
  tracingId?: string;
}

/** What a client asks for beyond Genesys' protocol, in the query of its socket; nothing by default. */
export interface Extras {
  /** `typing=true`: the client receives typing events of the bot. */
  typing: boolean;
  /** `sandbox=true`: the sandbox's own fields, notes and complaints. */
  sandbox: boolean;
}

/** A session's life: seconds without a message until it expires, and when that is, in seconds since 1970. */
export interface SessionLife {
  durationSeconds: number;
  expirationDate: number;
}

/** Error codes of the guest protocol that the sandbox gives. */
export const errorCodes = {
  fileType: 4001,
  fileSize: 4002,
  fileName: 4004,
  fileNameTooLong: 4005,
  sessionExpired: 4006,
  sessionNotFound: 4007,
  attachmentNotFound: 4009,
  attachmentNotUploaded: 4010,
  messageTooLong: 4011,
  attributesTooLarge: 4013,
  cannotDowngrade: 4017,
  missingParameter: 4020,
  tooManyRequests: 4029,
} as const;

/** What Genesys says of the files that a customer may send. */
export const fileRules = {
  maxFileSizeKB: 10_240,
  blockedExtensions: ['.bat', '.cmd', '.com', '.exe', '.js', '.msi', '.ps1', '.scr', '.sh', '.vbs'],
} as const;

/** Why something is refused: one of `errorCodes`, and words. */
export interface ErrorFields {
  errorCode: number;
  errorMessage: string;
}

/** Bytes of the custom attributes of a message. */
export const mostAttributeBytes = 2_048;

export const createResponse = (name: string, body: object): Frame => ({
  type: 'response',
  class: name,
  code: 200,
  body,
});

export const createErrorFrame = (code: number, body: string): Frame => ({
  type: 'response',
  class: 'string',
  code,
  body,
});

const tooMany = 'Message rate too high for this session';
export const createTooManyFrame = (retryAfter: number): Frame => ({
  type: 'response',
  class: 'TooManyRequestsErrorMessage',
  code: 429,
  body: {
    name: 'TooManyRequestsErrorMessage',
    message: tooMany,
    errorCode: errorCodes.tooManyRequests,
    errorMessage: tooMany,
    retryAfter,
  },
});

/** The answer to the announcement of a file that is refused. */
export const generateUrlErrorFrame = (attachmentId: string, error: ErrorFields): Frame => ({
  type: 'response',
  class: 'GenerateUrlError',
  code: 400,
  body: { name: 'GenerateUrlError', message: error.errorMessage, attachmentId, ...error },
});

/** What a customer may send, as sessions and configurations say it. */
const limits = {
  maxCustomDataBytes: mostAttributeBytes,
  allowedMedia: { inbound: { fileTypes: [{ type: '*/*' }], maxFileSizeKB: fileRules.maxFileSizeKB } },
  blockedExtensions: fileRules.blockedExtensions,
};

/** The answer to `getConfiguration`. */
export const createConfigurationFrame = (sessionDurationSeconds: number): Frame =>
  createResponse('GetConfigurationResponse', {
    ...limits,
    messageRoutingEnabled: true,
    sessionDurationSeconds,
  });

export const sessionFrame = (
  { newSession, hasCleared }: { newSession: boolean; hasCleared: boolean },
  conversation: Conversation,
  life: SessionLife,
  extras: Extras,
): Frame =>
  createResponse('SessionResponse', {
    connected: true,
    newSession,
    readOnly: conversation.state === 'ended',
    ...limits,
    clearedExistingSession: hasCleared,
    ...life,
    ...(extras.sandbox ? { conversationId: conversation.id, route: conversation.route } : {}),
  });

const createMessageFrame = (body: object): Frame => ({
  type: 'message',
  class: 'StructuredMessage',
  code: 200,
  body,
});

/** An event that the client did not ask for. */
export const createNotice = (name: string, body: object = {}, code = 200): Frame => ({
  type: 'message',
  class: name,
  code,
  body,
});
export const connectionClosedFrame = createNotice('ConnectionClosedEvent');
export const sessionClearedFrame = createNotice('SessionClearedEvent');
export const logoutFrame = createNotice('LogoutEvent');

/** The answer to a health check: the customer's own words, with the life of the session as texts. */
export const createEchoFrame = (text: string, now: number, life: SessionLife): Frame => {
  const id = randomUUID();
  return createResponse('StructuredMessage', {
    id,
    type: 'Text',
    text,
    direction: 'Inbound',
    channel: { time: new Date(now).toISOString(), messageId: id, type: 'Private' },
    metadata: {
      correlationId: id,
      durationSeconds: String(life.durationSeconds),
      expirationDate: String(life.expirationDate),
    },
  });
};

/** A message as a customer's client gets it: the guest protocol has another name for the size of a file. */
export function formatGuestMessage(said: Message, extras: Extras): object | undefined {
  const message = createStructuredMessage(said, extras);
  if (message?.content === undefined) return message;
  return { ...message, content: message.content.map(withFileSize) };
}

function withFileSize(item: Content): Content {
  const { data } = sized.safeParse(item);
  if (data === undefined) return item;
  const { contentSizeBytes: fileSize, ...attachment } = data.attachment;
  return { ...item, attachment: { ...attachment, fileSize } };
}

const sized = z.object({ attachment: z.looseObject({ contentSizeBytes: z.number() }) });

interface NormalizedMessage {
  content?: readonly Content[];
  [field: string]: unknown;
}

/** A message in Genesys' normalized form; undefined for a note of the sandbox, which only clients of it get. */
export function createStructuredMessage(said: Message, extras: Extras): NormalizedMessage | undefined {
  const { id, direction, type, text, content, card, system, time } = viewOf(said);
  if (system && !extras.sandbox) return undefined;
  const shown = card && !extras.sandbox ? createCardMessage(card) : { type, text, content };
  return {
    id,
    type: shown.type,
    direction,
    text: shown.text,
    ...(direction === 'Outbound' ? { originatingEntity: 'Bot' } : {}),
    channel: { time, messageId: id, type: 'Private' },
    ...(shown.content ? { content: shown.content } : {}),
    ...(extras.sandbox && card ? { guestCard: card } : {}),
    ...(system ? { sandboxNote: true } : {}),
    ...(extras.sandbox && said.lang !== undefined ? { lang: said.lang } : {}),
    metadata: { correlationId: id, ...(said.isAuthenticated ? { authenticated: 'true' } : {}) },
  };
}

interface Happened {
  id: string;
  /** Milliseconds since 1970. */
  time: number;
}

const event = (
  { id, time }: Happened,
  direction: 'Inbound' | 'Outbound',
  happened: object,
  metadata: object = {},
): Frame =>
  createMessageFrame({
    id,
    type: 'Event',
    direction,
    ...(direction === 'Outbound' ? { originatingEntity: 'Bot' } : {}),
    channel: { time: new Date(time).toISOString(), messageId: id, type: 'Private' },
    events: [happened],
    metadata: { correlationId: id, ...metadata },
  });

/** The echo of the customer's own presence, as of the Join that starts a conversation by itself. */
export const createPresenceEcho = (type: string, time: number): Frame =>
  event({ id: randomUUID(), time }, 'Inbound', { eventType: 'Presence', presence: { type } });

/** An event of the conversation as a frame for a client; undefined when the client did not ask for it. */
export function frameOf(happened: ConversationEvent, extras: Extras): Frame | undefined {
  switch (happened.kind) {
    case 'message': {
      const body = formatGuestMessage(happened.message, extras);
      return body && createMessageFrame(body);
    }
    case 'typing': {
      const typing = happened.on ? { type: 'On', duration: 15_000 } : { type: 'Off' };
      return extras.typing ? event(happened, 'Outbound', { eventType: 'Typing', typing }) : undefined;
    }
    case 'ended':
      return event(
        happened,
        'Outbound',
        { eventType: 'Presence', presence: { type: 'Disconnect' } },
        { readOnly: 'true' },
      );
    case 'complaint':
      return extras.sandbox ? createNotice('SandboxComplaint', happened.complaint) : undefined;
  }
}
