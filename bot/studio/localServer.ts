import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of this machine alone. */
export interface LocalServer {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Makes a server listen on 127.0.0.1; port 0 takes any free one. @throws the error of the port when it is taken */
export async function listenLocally(server: Server, port: number): Promise<LocalServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an AddressInfo, not a pipe name.
  const taken = (server.address() as AddressInfo).port;
  return {
    port: taken,
    url: `http://127.0.0.1:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
