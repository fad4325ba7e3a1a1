import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { certificateKey, certificates } from '../fakes/certificates.ts';
import { portOf } from '../fakes/peer.ts';

/** Stands before a target with TLS, and fails connections before a request can be written. */
export interface Front {
  /** Base address to give to a sender. */
  readonly url: string;
  /** File of the certificates that a sender has to trust. */
  readonly caFile: string;
  /** Connections that failed. */
  readonly failed: number;
  /** Fails every second connection until `count` more have failed. */
  failNext(count: number): void;
  /** Fails every connection. */
  goDown(): void;
  /** Takes every connection, and ends those that hang. */
  comeUp(): void;
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

/** Starts a front before `target`, an address without TLS, that takes every connection; `dir` gets its certificates. */
export async function startFront(target: string, dir: string): Promise<Front> {
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
  const caFile = join(dir, 'ca.pem');
  writeFileSync(caFile, [certificates.valid, certificates.notYetValid].join('\n'));
  let failures = 0;
  let isDown = false;
  let hasFailedLast = false;
  let failed = 0;
  const failing = new Set<Socket>();
  const server = createServer((socket) => {
    keep(socket);
    const isNext = failures > 0 && !hasFailedLast;
    hasFailedLast = isNext;
    if (isNext) failures -= 1;
    const fail = isNext || isDown ? ways[failed % ways.length] : undefined;
    if (fail === undefined) {
      good.emit('connection', socket);
      return;
    }
    failed += 1;
    failing.add(socket);
    socket.once('close', () => failing.delete(socket));
    fail(socket, (refused) => notYetValid.emit('connection', refused));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `https://127.0.0.1:${portOf(server)}`,
    caFile,
    get failed() {
      return failed;
    },
    failNext: (count) => {
      failures = count;
    },
    goDown: () => {
      isDown = true;
    },
    comeUp: () => {
      isDown = false;
      failures = 0;
      for (const socket of failing) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
