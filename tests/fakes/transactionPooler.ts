import { connect, createServer, type Socket } from 'node:net';

/** A connection to the server that the pooler lends. */
interface Lent {
  readonly socket: Socket;
  client: Socket | undefined;
}

/**
 * A pooler in transaction mode, as PgBouncer has it: a client has a connection of the server only until its transaction is
 * over. Clients need no password, and no TLS.
 */
export async function startTransactionPooler(
  databaseUrl: string,
): Promise<{ url: string; close: () => Promise<void> }> {
  const target = new URL(databaseUrl);
  const free: Lent[] = [];
  const sockets = new Set<Socket>();
  let greeting: Buffer | undefined;

  const open = (startup: Buffer): Promise<Lent> =>
    new Promise((resolve) => {
      const socket = connect(Number(target.port), target.hostname);
      const lent: Lent = { socket, client: undefined };
      sockets.add(socket);
      let isGreeted = false;
      let left = Buffer.alloc(0);
      socket.write(startup);
      socket.on('error', () => {});
      socket.on('data', (data: Buffer) => {
        if (isGreeted) lent.client?.write(data);
        left = Buffer.concat([left, data]);
        const seen = left;
        // Messages are a letter and a length; Z tells whether a transaction is under way.
        for (let at = 0; ; ) {
          const end = at + 1 + (left.length >= at + 5 ? left.readInt32BE(at + 1) : Number.POSITIVE_INFINITY);
          if (end > left.length) {
            left = left.subarray(at);
            return;
          }
          if (left[at] === 0x5a) {
            if (!isGreeted) {
              isGreeted = true;
              greeting = Buffer.from(seen.subarray(0, end));
              resolve(lent);
            } else if (left[at + 5] === 0x49) {
              lent.client = undefined;
              free.push(lent);
            }
          }
          at = end;
        }
      });
    });

  const server = createServer((client) => {
    sockets.add(client);
    let startup: Buffer | undefined;
    let mine: Lent | undefined;
    let work = Promise.resolve();
    client.on('error', () => {});
    client.on('close', () => mine?.client === client && mine.socket.destroy());
    client.on('data', (data: Buffer) => {
      work = work.then(async () => {
        if (startup === undefined) {
          startup = data;
          if (greeting === undefined) free.push(await open(startup));
          client.write(greeting ?? '');
          return;
        }
        if (data[0] === 0x58) return void client.end();
        if (mine?.client !== client) {
          mine = free.pop() ?? (await open(startup));
          mine.client = client;
        }
        mine.socket.write(data);
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const url = new URL(databaseUrl);
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: url.href,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
