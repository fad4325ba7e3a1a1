import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { certificateKey, certificates } from '../fakes/certificates.ts';
import { portOf } from '../fakes/peer.ts';

/** Stands before a target with TLS, and fails many connections before a request can be written. */
export interface Front {
  /** Base address to give to the worker; it has to trust the certificate of tests/fakes/certificates.ts. */
  readonly url: string;
  /** Connections that failed. */
  readonly failed: number;
  close(): Promise<void>;
}

/** Ways to fail a connection; the last one shows a certificate that is not yet valid. */
const ways: readonly ((socket: Socket, refuse: (socket: Socket) => void) => void)[] = [
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.once('data', () => socket.resetAndDestroy()),
  (socket) => socket.once('data', () => {}),
  (socket) => socket.end(),
  (socket, refuse) => refuse(socket),
];

/** Starts a front before `target`: of its first connections, `failures` times two, every second one fails. */
export async function startFront(target: string, failures: number): Promise<Front> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  };
  const good = createTlsServer({ cert: certificates.valid, key: certificateKey }, (from: TLSSocket) => {
    const to = connect(Number(port), hostname);
    keep(to);
    from.on('error', () => {});
    from.pipe(to).pipe(from);
    from.once('close', () => to.destroy());
    to.once('close', () => from.destroy());
  });
  const notYetValid = createTlsServer({ cert: certificates.notYetValid, key: certificateKey });
  for (const tls of [good, notYetValid]) tls.on('tlsClientError', () => {});
  let connections = 0;
  let failed = 0;
  const server = createServer((socket) => {
    keep(socket);
    connections += 1;
    const fail = connections % 2 === 1 && failed < failures ? ways[failed % ways.length] : undefined;
    if (fail === undefined) {
      good.emit('connection', socket);
      return;
    }
    failed += 1;
    fail(socket, (refused) => notYetValid.emit('connection', refused));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `https://127.0.0.1:${portOf(server)}`,
    get failed() {
      return failed;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
