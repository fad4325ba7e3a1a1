import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A frame of the guest protocol. */
export interface Frame {
  type: string;
  class: string;
  code: number;
  tracingId?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever JSON came
  body: any;
}

/** A customer's client that keeps every frame it gets. */
export class GuestSocket {
  readonly token: string;
  readonly frames: Frame[] = [];
  /** Every frame that came, also those that were taken out of `frames`. */
  readonly seen: Frame[] = [];
  readonly socket: WebSocket;
  #arrived = () => {};

  constructor(socket: WebSocket, token: string) {
    this.socket = socket;
    this.token = token;
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      this.frames.push(frame);
      this.seen.push(frame);
      this.#arrived();
    });
  }

  send(action: string, more: object = {}): void {
    this.socket.send(JSON.stringify({ action, token: this.token, ...more }));
  }

  say(text: string): void {
    this.send('onMessage', { message: { type: 'Text', text } });
  }

  /** The first frame that fits, taken out of `frames`; waits for it. */
  async next(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const at = this.frames.findIndex(fits);
      const [found] = at === -1 ? [] : this.frames.splice(at, 1);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  nextOf(name: string): Promise<Frame> {
    return this.next((frame) => frame.class === name);
  }

  nextMessage(direction: 'Inbound' | 'Outbound'): Promise<Frame> {
    return this.next(({ body }) => body?.type !== 'Event' && body?.direction === direction);
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await once(this.socket, 'close');
  }
}

/** Opens a socket; `query` is added to the address, `configure: false` leaves the session to the test. */
export async function openGuest(
  url: string,
  {
    token = randomUUID(),
    query = '',
    configure = true,
    headers = {},
  }: { token?: string; query?: string; configure?: boolean; headers?: Record<string, string> } = {},
): Promise<GuestSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1?deploymentId=d1${query}`, { headers });
  const guest = new GuestSocket(socket, token);
  await once(socket, 'open');
  if (configure) {
    guest.send('configureSession', { deploymentId: 'd1' });
    await guest.next((frame) => frame.class === 'SessionResponse');
  }
  return guest;
}
