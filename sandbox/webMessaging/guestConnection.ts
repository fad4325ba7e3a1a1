import type { RawData, WebSocket } from 'ws';
import { type Beginning, type Conversation, routes, watch } from '../conversations/conversations.ts';
import { type Doors, hear, runTurn, type Utterance } from '../conversations/turn.ts';
import { problemsOf } from '../http/jsonPath.ts';
import type { Platform } from '../platform/platform.ts';
import { type Action, actionSchema, type GuestEvent, type MessageAction } from './actions.ts';
import {
  connectionClosedFrame,
  echoFrame,
  errorCodes,
  errorFrame,
  type Frame,
  frameOf,
  jwtFrame,
  sessionClearedFrame,
  sessionFrame,
  tooManyFrame,
} from './frames.ts';
import { GuestSession } from './guestSession.ts';
import type { History } from './history.ts';

/** What all connections share. */
export interface GuestServer {
  readonly platform: Platform;
  readonly doors: Doors;
  readonly history: History;
  /** Sessions by the client's token; bounded. */
  readonly sessions: Map<string, GuestSession>;
}

/** What a customer's page asks for when it opens its socket. */
type Wanted = Pick<Beginning, 'route' | 'locale'>;

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
  /** Set while a message of this client is echoed, so that the client knows the echo as its own. */
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
    const action = readAction(String(data));
    this.#tracingId = 'action' in action ? action.tracingId : undefined;
    const answer = 'action' in action ? this.#act(action) : action;
    if (answer) this.#send(answer);
    this.#tracingId = undefined;
  }

  #act(action: Action): Frame | undefined {
    if (action.action === 'configureSession') return this.#configure(action.token, action.startNew ?? false);
    const session = this.#server.sessions.get(action.token);
    if (!session || session !== this.#session) {
      return errorFrame(errorCodes.sessionNotFound, 'Configure the session first');
    }
    switch (action.action) {
      case 'onMessage':
        return this.#message(session, action);
      case 'echo':
        return echoFrame(action.message.text, action.tracingId);
      case 'getJwt':
        return jwtFrame(this.#server.history.issue(session.conversation.id));
      case 'closeSession':
        this.#send(connectionClosedFrame);
        this.#socket.close(1000);
        return undefined;
    }
  }

  #configure(token: string, startNew: boolean): Frame {
    const { sessions, platform } = this.#server;
    const known = sessions.get(token);
    const goesOn =
      known && !startNew && platform.conversations.find(known.conversation.id) === known.conversation;
    const begin = () => platform.conversations.create(this.#wanted);
    const session = known ?? new GuestSession(begin(), platform.messagesPerSecond);
    if (known && !goesOn) {
      platform.conversations.end(known.conversation);
      known.conversation = begin();
    }
    sessions.set(token, session);
    const oldest = sessions.size > mostSessions ? sessions.keys().next().value : undefined;
    if (oldest !== undefined) sessions.delete(oldest);
    this.#join(session);
    return sessionFrame(!goesOn, session.conversation);
  }

  #join(session: GuestSession): void {
    this.#session?.leave(this.#socket);
    this.#session = session;
    const tooMany = session.join(this.#socket);
    tooMany?.send(JSON.stringify(connectionClosedFrame));
    tooMany?.close(1000);
    this.#stopWatching();
    this.#stopWatching = watch(session.conversation, (event) => this.#send(frameOf(event)));
  }

  #message(session: GuestSession, { message, channel }: MessageAction): Frame | undefined {
    const { platform, doors } = this.#server;
    const { conversation } = session;
    if (conversation.state === 'ended') {
      return errorFrame(errorCodes.sessionExpired, 'The conversation has ended');
    }
    if (message.type === 'Event') return this.#events(conversation, message.events);
    const wait = session.waitFor(platform.now());
    if (wait > 0) return tooManyFrame(Math.ceil(wait / 1000));

    const said = utteranceOf(message);
    if (said.text.trim() === '') return errorFrame(errorCodes.missingParameter, 'message.text: empty');
    if (Buffer.byteLength(said.text) + Buffer.byteLength(said.payload ?? '') > mostBytes) {
      return errorFrame(errorCodes.messageTooLong, `A message has at most ${mostBytes} bytes`);
    }
    const wanted = (message.channel ?? channel)?.metadata?.customAttributes?.route;
    const route = routes.find((name) => name === wanted);
    if (route && conversation.messages.length === 0) conversation.route = route;
    hear(platform, conversation, said);
    void runTurn(platform, doors, conversation, said);
    return undefined;
  }

  #events(conversation: Conversation, events: readonly GuestEvent[]): Frame | undefined {
    const said = events.map(({ presence }) => presence?.type);
    if (said.includes('Disconnect') || said.includes('Clear'))
      this.#server.platform.conversations.end(conversation);
    return said.includes('Clear') ? sessionClearedFrame : undefined;
  }
}

/** The action in a frame, or the error frame that says why there is none. */
function readAction(text: string): Action | Frame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return errorFrame(400, 'The frame is not JSON');
  }
  const parsed = actionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = problemsOf(parsed.error);
  return errorFrame(errorCodes.missingParameter, `${problem?.path}: ${problem?.message}`);
}

function utteranceOf({ text, content }: Exclude<MessageAction['message'], { type: 'Event' }>): Utterance {
  const clicked = content[0]?.buttonResponse;
  if (!clicked) return { text };
  const kind = clicked.type === 'QuickReply' ? 'QuickReply' : 'Button';
  return { text: clicked.text, payload: clicked.payload, kind };
}
