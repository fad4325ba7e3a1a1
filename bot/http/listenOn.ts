import type { Server } from 'node:http';
import type { Config } from '../config/config.ts';
import { listenError } from './listenError.ts';

/** Lets a server listen where the configuration says; gives its base address. @throws CodedError `config.invalid` */
export function listenOn(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, 'PORT', `${host}:${port}`)));
    server.listen(port, host, () => {
      const address = server.address();
      const taken = typeof address === 'object' ? address?.port : port;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${taken}`);
    });
  });
}
