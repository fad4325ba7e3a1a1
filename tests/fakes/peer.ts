import type { Server } from 'node:net';
import { Worker } from 'node:worker_threads';

/** What a peer does; see `peerThread.ts`. */
export type PeerKind = 'acceptsNobody' | 'resetsWhenToldTo' | 'answersWhenToldTo' | 'closesWhenToldTo';

/** A server in a thread of its own: it acts while the test's thread is blocked, as the world does while a process is paused. */
export interface Peer {
  readonly port: number;
  /** Resolves when a request, or for `acceptsNobody` the start, is there. */
  readonly isReached: Promise<void>;
  /** Blocks this thread until the peer has acted. */
  pauseUntilActed(): void;
  close(): Promise<void>;
}

/** Words of the memory that both threads share. */
export const words = { isTold: 0, hasActed: 1 } as const;

/** Starts a peer on a free port of 127.0.0.1. */
export async function startPeer(kind: PeerKind): Promise<Peer> {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL('./peerThread.ts', import.meta.url), { workerData: { kind, shared } });
  const reached = Promise.withResolvers<void>();
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (message: number | 'reached') => {
      if (message === 'reached') reached.resolve();
      else resolve(message);
    });
  });
  return {
    port,
    isReached: reached.promise,
    pauseUntilActed: () => {
      Atomics.store(shared, words.isTold, 1);
      Atomics.notify(shared, words.isTold);
      Atomics.wait(shared, words.hasActed, 0);
    },
    close: async () => void (await worker.terminate()),
  };
}

/** The port of a server that listens on TCP. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on TCP.');
  return address.port;
}
