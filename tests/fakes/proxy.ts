import { createServer, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { portOf } from './peer.ts';

/** What a proxy does with an offer of a tunnel: builds it, answers with a status, or hangs up. */
export type TunnelAnswer = 'build' | 'hangUp' | number;

/** A real HTTP proxy on this machine. */
export interface FakeProxy {
  readonly url: string;
  /** `CONNECT host:port`, or the method and the whole address, of each request so far. */
  readonly seen: string[];
  close(): Promise<void>;
}

/** Starts a proxy; every name leads to this machine, as if the proxy alone could resolve it. */
export async function startProxy(tunnel: TunnelAnswer = 'build'): Promise<FakeProxy> {
  const seen: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((incoming, response) => {
    const { method, url = '', headers } = incoming;
    seen.push(`${method} ${url}`);
    const { port, pathname, search } = new URL(url);
    const outgoing = request(
      { host: '127.0.0.1', port, path: pathname + search, method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('error', () => {});
  });
  server.on('connect', ({ url = '' }, client: Socket, head: Buffer) => {
    seen.push(`CONNECT ${url}`);
    if (tunnel === 'hangUp') return client.destroy();
    if (tunnel !== 'build') return client.end(`HTTP/1.1 ${tunnel} No\r\nContent-Length: 0\r\n\r\n`);
    const target = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    open.add(target);
    target.on('error', () => client.destroy());
    return undefined;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
