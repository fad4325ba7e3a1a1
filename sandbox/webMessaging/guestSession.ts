import type { WebSocket } from 'ws';
import type { Conversation } from '../conversations/conversations.ts';

const mostConnections = 3;

/** A customer's session: the token that the client keeps, its conversation and its open connections. */
export class GuestSession {
  conversation: Conversation;
  readonly #connections: WebSocket[] = [];
  readonly #times: number[] = [];
  readonly #messagesPerSecond: number;

  constructor(conversation: Conversation, messagesPerSecond: number) {
    this.conversation = conversation;
    this.#messagesPerSecond = messagesPerSecond;
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
