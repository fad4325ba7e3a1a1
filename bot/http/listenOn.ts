import type { Server } from 'node:http';
import { CodedError } from '../../cards/errors.ts';
import type { Config } from '../config/config.ts';
import { readSystemCode } from '../log/errorFields.ts';

/**
 * Makes a server listen; returns its base address. Port 0 takes any free one; `setting` is the setting or option that names the port.
 *
 * @throws CodedError `config.invalid` when the server cannot listen there
 */
export function listenOn(
  server: Server,
  { host, port }: Pick<Config, 'host' | 'port'>,
  setting = 'PORT',
): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, setting, `${host}:${port}`)));
    server.listen(port, host, () => {
      const address = server.address();
      const taken = typeof address === 'object' ? address?.port : port;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${taken}`);
    });
  });
}

/** Explains why the program cannot listen on a port; `setting` is the setting or option that names the port. */
export function listenError(cause: unknown, setting: string, address: string): CodedError {
  const code = readSystemCode(cause);
  const isInUse = code === 'EADDRINUSE';
  const why = isInUse ? `${address} is in use by another program` : `cannot listen on ${address} (${code})`;
  return new CodedError('config.invalid', `${setting}: ${why}.`, {
    hint: `${isInUse ? 'The bot may be running already. Stop that program, or set' : 'Set'} ${setting} to a free port.`,
    cause,
  });
}
