import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { type Beginning, type Conversation, routes, watch } from '../conversations/conversations.ts';
import {
  type Choice,
  type Endpoints,
  hear,
  runTurn,
  type SentFile,
  type Utterance,
} from '../conversations/turn.ts';
import { problemsOf } from '../http/jsonPath.ts';
import type { Platform } from '../platform/platform.ts';
import {
  type Action,
  type Announcement,
  actionSchema,
  type GuestEvent,
  type MessageAction,
} from './actions.ts';
import { type Attachments, mediaTypeOf, type StoredFile, uploadHeaders } from './attachments.ts';
import {
  connectionClosedFrame,
  createConfigurationFrame,
  createEchoFrame,
  createErrorFrame,
  createNotice,
  createPresenceEcho,
  createResponse,
  createTooManyFrame,
  type Extras,
  errorCodes,
  type Frame,
  frameOf,
  generateUrlErrorFrame,
  mostAttributeBytes,
  sessionClearedFrame,
  sessionFrame,
} from './frames.ts';
import { GuestSession } from './guestSession.ts';
import type { History } from './history.ts';
import type { SignIn } from './signIn.ts';

/** What all connections share. */
export interface GuestServer {
  readonly platform: Platform;
  readonly endpoints: Endpoints;
  readonly history: History;
  readonly attachments: Attachments;
  readonly signIn: SignIn;
  /** Sessions by the client's token; bounded. */
  readonly sessions: Map<string, GuestSession>;
}

/** What a customer's client asks for when it opens its socket, and the address by which it came. */
type Wanted = Pick<Beginning, 'route' | 'locale'> & { base: string; extras: Extras };

const mostSessions = 10_000;
const mostBytes = 4_096;
/** A client that reads this slowly is cut off, so that it costs no memory. */
const mostUnreadBytes = 8 * 1024 * 1024;

/** One customer's socket, from connect to close. */
export class GuestConnection {
  readonly #server: GuestServer;
  readonly #socket: WebSocket;
  readonly #wanted: Wanted;
  #session: GuestSession | undefined;
  #stopWatching = () => {};
  /** Set while an action of this client is answered, so that the client knows the answer as its own. */
  #tracingId: string | undefined;

  constructor(server: GuestServer, socket: WebSocket, wanted: Wanted) {
    this.#server = server;
    this.#socket = socket;
    this.#wanted = wanted;
    socket.on('message', (data) => this.#receive(data));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#stopWatching();
      this.#session?.leave(socket);
    });
  }

  #send(frame: Frame): void {
    if (this.#socket.bufferedAmount > mostUnreadBytes) {
      this.#socket.terminate();
      return;
    }
    const tracing = this.#tracingId === undefined ? {} : { tracingId: this.#tracingId };
    this.#socket.send(JSON.stringify({ ...frame, ...tracing }));
  }

  #receive(data: RawData): void {
    const value = readFrame(String(data));
    this.#tracingId = tracingIdOf(value);
    const action = readAction(value);
    const answer = 'action' in action ? this.#act(action) : action;
    if (answer) this.#send(answer);
    this.#tracingId = undefined;
  }

  get #sessionSeconds(): number {
    return this.#server.platform.faults.settings.sessionSeconds;
  }

  #act(action: Action): Frame | undefined {
    if (action.action === 'configureSession')
      return this.#configureGuest(action.token, action.startNew ?? false);
    if (action.action === 'configureAuthenticatedSession') {
      const customerId = this.#server.signIn.customerOf(action.data.code);
      if (customerId === undefined) return createErrorFrame(401, 'User is unauthorized');
      return this.#configure(action.token, action.startNew ?? false, customerId);
    }
    if (action.action === 'getConfiguration') return createConfigurationFrame(this.#sessionSeconds);
    const session = this.#server.sessions.get(action.token);
    if (!session || session !== this.#session) {
      return createErrorFrame(errorCodes.sessionNotFound, 'Configure the session first');
    }
    const now = this.#server.platform.now();
    if (action.action !== 'closeSession' && session.hasExpired(now, this.#sessionSeconds)) {
      this.#server.platform.conversations.end(session.conversation);
      return action.action === 'onMessage'
        ? createErrorFrame(errorCodes.sessionExpired, 'The session has expired')
        : createResponse('SessionExpiredEvent', {});
    }
    switch (action.action) {
      case 'onMessage':
        return this.#message(session, action);
      case 'onAttachment':
        return this.#announce(session, action);
      case 'getAttachment': {
        const sent = describeBotFile(session, action.attachmentId);
        if (sent) return createResponse('PresignedUrlResponse', { ...sent, headers: {} });
        return answerFile(session, action.attachmentId, ({ id, url, fileName, fileType, bytes }) =>
          createResponse('PresignedUrlResponse', {
            attachmentId: id,
            headers: {},
            url,
            fileName,
            fileSize: bytes?.length ?? 0,
            fileType,
          }),
        );
      }
      case 'deleteAttachment':
        return answerFile(session, action.attachmentId, ({ id }) => {
          session.files.get(id)?.remove();
          session.files.delete(id);
          return createNotice('AttachmentDeletedResponse', { attachmentId: id });
        });
      case 'echo':
        return createEchoFrame(action.message.text, now, session.life(this.#sessionSeconds));
      case 'getJwt':
        return createResponse('JwtResponse', this.#server.history.issue(session.conversation.id));
      case 'closeSession':
        if (action.closeAllConnections) this.#closeOthers(session);
        this.#send(connectionClosedFrame);
        this.#socket.close(1000);
        return undefined;
    }
  }

  /** Closes the other connections of the session. */
  #closeOthers(session: GuestSession): void {
    session.leave(this.#socket);
    session.broadcast(connectionClosedFrame);
    session.disconnect();
  }

  /** A session that was signed in does not become a guest's. */
  #configureGuest(token: string, startNew: boolean): Frame {
    return this.#server.sessions.get(token)?.customerId === undefined
      ? this.#configure(token, startNew, undefined)
      : createErrorFrame(
          errorCodes.cannotDowngrade,
          'The session cannot be downgraded to an unauthenticated one',
        );
  }

  #configure(token: string, startNew: boolean, customerId: string | undefined): Frame {
    const { sessions, platform } = this.#server;
    const now = platform.now();
    const known = sessions.get(token);
    const goesOn =
      known &&
      !startNew &&
      !known.hasExpired(now, this.#sessionSeconds) &&
      platform.conversations.find(known.conversation.id) === known.conversation;
    const { route, locale, extras } = this.#wanted;
    const begin = () => platform.conversations.create({ locale, ...(route === undefined ? {} : { route }) });
    const session = known ?? new GuestSession(begin(), platform.messagesPerSecond, now);
    if (known && !goesOn) {
      platform.conversations.end(known.conversation);
      known.conversation = begin();
    }
    const isStepUp = goesOn && customerId !== undefined && session.customerId === undefined;
    session.use(now);
    session.customerId = customerId;
    if (customerId !== undefined)
      session.conversation.parameters = {
        ...session.conversation.parameters,
        authenticated: 'true',
        customerId,
      };
    sessions.set(token, session);
    const oldest = sessions.size > mostSessions ? sessions.keys().next().value : undefined;
    if (oldest !== undefined) sessions.delete(oldest);
    this.#join(session);
    if (isStepUp) this.#send(createPresenceEcho('SignIn', platform.conversations.tick(session.conversation)));
    const hasCleared = customerId !== undefined && this.#clearOthersOf(customerId, session);
    const life = session.life(this.#sessionSeconds);
    return sessionFrame({ newSession: !goesOn, hasCleared }, session.conversation, life, extras);
  }

  /** A customer who signs in has one session: the one on another device ends. */
  #clearOthersOf(customerId: string, own: GuestSession): boolean {
    const { sessions, platform } = this.#server;
    const others = [...sessions].filter(([, one]) => one !== own && one.customerId === customerId);
    for (const [token, other] of others) {
      other.broadcast(createNotice('ConnectionClosedEvent', { reason: 'signedIn' }));
      other.disconnect();
      sessions.delete(token);
      platform.conversations.end(other.conversation);
    }
    return others.length > 0;
  }

  #join(session: GuestSession): void {
    this.#session?.leave(this.#socket);
    this.#session = session;
    const tooMany = session.join(this.#socket);
    tooMany?.send(JSON.stringify(connectionClosedFrame));
    tooMany?.close(1000);
    this.#stopWatching();
    this.#stopWatching = watch(session.conversation, (event) => {
      const frame = frameOf(event, this.#wanted.extras);
      if (frame) this.#send(frame);
    });
  }

  #message(session: GuestSession, { token, message, channel }: MessageAction): Frame | undefined {
    const { platform, endpoints } = this.#server;
    const { conversation } = session;
    if (conversation.state === 'ended') {
      return createErrorFrame(errorCodes.sessionExpired, 'The conversation has ended');
    }
    const attributes = (message.channel ?? channel)?.metadata?.customAttributes ?? {};
    if (Buffer.byteLength(JSON.stringify(attributes)) > mostAttributeBytes) {
      const text = `Custom Attributes in channel metadata is larger than ${mostAttributeBytes} bytes`;
      return createErrorFrame(errorCodes.attributesTooLarge, text);
    }
    if (message.type === 'Event') return this.#events(token, session, message.events);
    if (message.type === 'Receipt') return undefined;
    const wait = session.waitFor(platform.now());
    if (wait > 0) return createTooManyFrame(Math.ceil(wait / 1000));

    const said = utteranceOf(message, session);
    if (!('text' in said)) return said;
    if (said.text.trim() === '' && said.files === undefined)
      return createErrorFrame(errorCodes.missingParameter, 'message.text: empty');
    const sent = choicesIn(said).map(({ text, payload = '' }) => text + payload);
    if (Buffer.byteLength(sent.join('')) > mostBytes) {
      return createErrorFrame(errorCodes.messageTooLong, `A message has at most ${mostBytes} bytes`);
    }
    // Who is signed in is Genesys' to say: a customer's client cannot.
    const { route: wanted, authenticated: _, customerId: __, ...data } = attributes;
    const route = routes.find((name) => name === wanted);
    if (route && conversation.messages.length === 0) conversation.route = route;
    conversation.parameters = { ...conversation.parameters, ...data };
    session.use(platform.now());
    hear(platform, conversation, said);
    // What follows is the bot's, and no answer to this action.
    this.#tracingId = undefined;
    void runTurn(platform, endpoints, conversation, said);
    return undefined;
  }

  #events(token: string, session: GuestSession, events: readonly GuestEvent[]): Frame | undefined {
    const { conversations } = this.#server.platform;
    const { conversation } = session;
    for (const { presence } of events) {
      if (presence?.type === 'Join') this.#send(createPresenceEcho('Join', conversations.tick(conversation)));
      if (presence?.type === 'Disconnect') conversations.end(conversation);
      if (presence?.type === 'Clear') {
        this.#clear(token, session, conversation);
        return undefined;
      }
    }
    return undefined;
  }

  /** The customer deletes the conversation: every connection of the session gets a notice, then closes. */
  #clear(token: string, session: GuestSession, conversation: Conversation): void {
    this.#server.platform.conversations.end(conversation);
    this.#server.sessions.delete(token);
    this.#send(sessionClearedFrame);
    session.leave(this.#socket);
    session.broadcast(sessionClearedFrame);
    this.#closeOthers(session);
    this.#send(connectionClosedFrame);
    this.#socket.close(1000);
  }

  #announce(session: GuestSession, announced: Announcement): Frame {
    const file = this.#server.attachments.announce(session, announced, this.#wanted.base);
    if ('errorCode' in file) {
      return announced.errorsAsJson
        ? generateUrlErrorFrame(announced.attachmentId, file)
        : createErrorFrame(file.errorCode, file.errorMessage);
    }
    const { id, url, fileName, fileType } = file;
    return createResponse('PresignedUrlResponse', {
      attachmentId: id,
      headers: uploadHeaders,
      url,
      fileName,
      fileType,
    });
  }
}

const fileOfBot = z.object({
  id: z.string(),
  url: z.string(),
  filename: z.string(),
  mime: z.string(),
  contentSizeBytes: z.number().optional(),
});

/** A file that the bot sent in this conversation. */
function describeBotFile({ conversation }: GuestSession, attachmentId: string): object | undefined {
  for (const { direction, content = [] } of conversation.messages) {
    for (const { attachment } of direction === 'Outbound' ? content : []) {
      const { data } = fileOfBot.safeParse(attachment);
      if (data?.id !== attachmentId) continue;
      const { url, filename: fileName, mime: fileType, contentSizeBytes: fileSize } = data;
      return { attachmentId, url, fileName, fileType, ...(fileSize === undefined ? {} : { fileSize }) };
    }
  }
  return undefined;
}

function answerFile(session: GuestSession, id: string, answer: (file: StoredFile) => Frame): Frame {
  const known = session.files.get(id);
  return known
    ? answer(known.file)
    : createErrorFrame(errorCodes.attachmentNotFound, 'There is no such attachment');
}

/** What a frame holds; undefined for what is not JSON. */
function readFrame(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The client's own name for its action, also of one that is refused. */
function tracingIdOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('tracingId' in value)) return undefined;
  const { tracingId } = value;
  return typeof tracingId === 'string' && tracingId.length <= 200 ? tracingId : undefined;
}

/** The action in a frame, or the error frame that says why there is none. */
function readAction(value: unknown): Action | Frame {
  if (value === undefined) return createErrorFrame(400, 'The frame is not JSON');
  const parsed = actionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = problemsOf(parsed.error);
  return createErrorFrame(errorCodes.missingParameter, `${problem?.path}: ${problem?.message}`);
}

const choiceOf = ({ text, payload, originatingMessageId }: Choice): Choice => ({
  text,
  payload,
  originatingMessageId,
});

/** Everything that was chosen or filled in. */
function choicesIn({ form, more = [], ...first }: Utterance): readonly Pick<Utterance, 'text' | 'payload'>[] {
  return [first, ...more, ...(form?.response ?? []).map(({ component }) => component.buttonResponse)];
}

/** What the customer said: words, clicks, files; or the error frame for a file that is not there. */
function utteranceOf(
  { text, content }: Exclude<MessageAction['message'], { type: 'Event' | 'Receipt' }>,
  session: GuestSession,
): Utterance | Frame {
  const files: SentFile[] = [];
  for (const item of content) {
    if (item.contentType !== 'Attachment') continue;
    const file = session.files.get(item.attachment.id)?.file;
    if (!file) return createErrorFrame(errorCodes.attachmentNotFound, 'There is no such attachment');
    if (file.bytes === undefined)
      return createErrorFrame(errorCodes.attachmentNotUploaded, 'The attachment was not uploaded');
    files.push({
      id: file.id,
      url: file.url,
      filename: file.fileName,
      mediaType: mediaTypeOf(file.fileType),
      mime: file.fileType,
      contentSizeBytes: file.bytes.length,
    });
  }
  const [first, ...more] = content.flatMap((item) =>
    item.contentType === 'ButtonResponse' ? [item.buttonResponse] : [],
  );
  const form = content.find((item) => item.contentType === 'Form')?.form;
  const sent = { ...(files.length === 0 ? {} : { files }), ...(form === undefined ? {} : { form }) };
  if (!first) {
    const labels = form?.response.map(({ component }) => component.buttonResponse.text) ?? [];
    return { text: text || labels.join(', '), ...sent };
  }
  const { type: kind, ...choice } = first;
  return { ...choice, kind, ...(more.length === 0 ? {} : { more: more.map(choiceOf) }), ...sent };
}
