import type { WebSocket } from 'ws';
import type { Conversation } from '../conversations/conversations.ts';
import type { StoredFile } from './attachments.ts';
import type { Frame, SessionLife } from './frames.ts';

const mostConnections = 3;

/** A customer's session: the token that the client keeps, its conversation, its files and its open connections. */
export class GuestSession {
  conversation: Conversation;
  /** The customer who has signed in; undefined for a guest. */
  customerId: string | undefined;
  /** Files that were announced and not sent yet, by their ids. */
  readonly files = new Map<string, { file: StoredFile; remove: () => void }>();
  readonly #connections: WebSocket[] = [];
  readonly #times: number[] = [];
  readonly #messagesPerSecond: number;
  #usedAt: number;

  constructor(conversation: Conversation, messagesPerSecond: number, now: number) {
    this.conversation = conversation;
    this.#messagesPerSecond = messagesPerSecond;
    this.#usedAt = now;
  }

  /** From now on it lives for another `durationSeconds`. */
  use(now: number): void {
    this.#usedAt = now;
  }

  /** When it expires, if nothing is said before. */
  life(durationSeconds: number): SessionLife {
    return { durationSeconds, expirationDate: Math.floor(this.#usedAt / 1000) + durationSeconds };
  }

  hasExpired(now: number, durationSeconds: number): boolean {
    return now >= this.#usedAt + durationSeconds * 1000;
  }

  /** Sends to every connection of this session. */
  broadcast(frame: Frame): void {
    for (const socket of this.#connections) socket.send(JSON.stringify(frame));
  }

  /** Ends every connection of this session. */
  disconnect(): void {
    for (const socket of [...this.#connections]) socket.close(1000);
  }

  /** Adds a connection; over three, the oldest one is given back to be closed. */
  join(socket: WebSocket): WebSocket | undefined {
    this.leave(socket);
    this.#connections.push(socket);
    return this.#connections.length > mostConnections ? this.#connections.shift() : undefined;
  }

  leave(socket: WebSocket): void {
    const at = this.#connections.indexOf(socket);
    if (at !== -1) this.#connections.splice(at, 1);
  }

  /** Milliseconds to wait before the next message is allowed; 0 when this one is. */
  waitFor(now: number): number {
    const oldest = this.#times[0];
    if (this.#times.length >= this.#messagesPerSecond && oldest !== undefined) {
      if (now - oldest < 1_000) return oldest + 1_000 - now;
      this.#times.shift();
    }
    this.#times.push(now);
    return 0;
  }
}
