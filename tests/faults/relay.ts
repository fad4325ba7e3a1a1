import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a worker and its target, and can be away like a host that is down. */
export interface Relay {
  /** Base address to give to the worker. */
  readonly url: string;
  /** Cuts every connection and refuses new ones. */
  goDown(): Promise<void>;
  /** Takes connections again, at the same address. */
  comeUp(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a relay to the host of `target`. */
export async function startRelay(target: string): Promise<Relay> {
  const { protocol, hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // What breaks here breaks on both sides; the worker's view of it is what is tested.
    socket.on('error', () => {});
  };
  const open = (onPort: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer((from) => {
        const to = connect(Number(port), hostname);
        keep(from);
        keep(to);
        from.pipe(to).pipe(from);
        from.once('close', () => to.destroy());
        to.once('close', () => from.destroy());
      });
      server.once('error', reject);
      server.listen(onPort, '127.0.0.1', () => resolve(server));
    });
  let server = await open(0);
  // A server that listens on TCP has an AddressInfo.
  const { port: own } = server.address() as AddressInfo;
  const goDown = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    url: `${protocol}//127.0.0.1:${own}`,
    goDown,
    comeUp: async () => {
      server = await open(own);
    },
    close: goDown,
  };
}
