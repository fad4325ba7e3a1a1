import { connect, createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { portOf, words } from './peer.ts';

const { kind, shared } = z
  .object({
    kind: z.enum(['acceptsNobody', 'resetsWhenToldTo', 'answersWhenToldTo', 'closesWhenToldTo']),
    shared: z.instanceof(Int32Array),
  })
  .parse(workerData);

function waitUntilTold(): void {
  Atomics.wait(shared, words.isTold, 0);
}

function sayActed(): void {
  Atomics.store(shared, words.hasActed, 1);
  Atomics.notify(shared, words.hasActed);
}

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\n{}';

const serve: Record<Exclude<typeof kind, 'acceptsNobody'>, (socket: Socket) => void> = {
  resetsWhenToldTo: (socket) => {
    waitUntilTold();
    socket.on('close', sayActed).resetAndDestroy();
  },
  answersWhenToldTo: (socket) => {
    socket.once('data', () => {
      parentPort?.postMessage('reached');
      waitUntilTold();
      socket.write(answer, sayActed);
    });
  },
  closesWhenToldTo: (socket) => {
    let requests = 0;
    socket.on('data', () => {
      requests += 1;
      if (requests > 1) {
        socket.resetAndDestroy();
        return;
      }
      socket.write(answer);
      setImmediate(() => {
        parentPort?.postMessage('reached');
        waitUntilTold();
        socket.end(sayActed);
      });
    });
  },
};

const server = createServer((socket) => {
  socket.on('error', () => {});
  if (kind !== 'acceptsNobody') serve[kind](socket);
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  const port = portOf(server);
  if (kind !== 'acceptsNobody') {
    parentPort?.postMessage(port);
    return;
  }
  // The system completes connections up to the backlog, and nobody takes them: further ones hang.
  for (let i = 0; i < 16; i += 1) connect(port, '127.0.0.1').on('error', () => {});
  // Node connects in the next tick; a turn of the event loop would accept them.
  process.nextTick(() => {
    parentPort?.postMessage(port);
    parentPort?.postMessage('reached');
    waitUntilTold();
  });
});
