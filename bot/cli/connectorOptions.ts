import { readFileSync } from 'node:fs';
import { CodedError } from '../../cards/errors.ts';
import { type CommandContext, UsageError } from './command.ts';

/** The options of a command that calls a bot as Genesys would. */
export const connectorOptions = {
  bot: { type: 'string' },
  header: { type: 'string' },
  secret: { type: 'string' },
  'v1-path': { type: 'string' },
  'v2-path': { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  ca: { type: 'string' },
} as const;

/** PEM texts for a bot that asks for mutual TLS: the certificate that is shown, its key, and the authority of the bot's own. */
export interface BotTls {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
}

/** How the bot is called. */
export interface Connector {
  readonly bot: string;
  readonly header: string;
  readonly secret?: string;
  readonly paths: { readonly v1?: string; readonly v2?: string };
  readonly tls: BotTls;
}

/**
 * Reads the options above; the secret and its header come from the bot's settings where the options have none.
 *
 * @throws UsageError
 * @throws CodedError `file.unreadable`
 */
export function readConnector(
  values: { [name in keyof typeof connectorOptions]?: string | undefined },
  env: CommandContext['env'],
): Connector {
  const { bot, 'v1-path': v1, 'v2-path': v2, cert, key, ca } = values;
  if (bot === undefined || !/^https?:\/\//.test(bot) || !URL.canParse(bot))
    throw new UsageError('Missing --bot URL, such as http://127.0.0.1:3978.');
  if ([v1, v2].some((path) => path?.startsWith('/') === false))
    throw new UsageError('--v1-path and --v2-path begin with /.');
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--cert and --key go together.');
  const secret = values.secret ?? env.GENESYS_CONNECTOR_SECRETS?.split(',')[0]?.trim();
  return {
    bot: bot.replace(/\/$/, ''),
    header: values.header ?? env.GENESYS_CONNECTOR_HEADER ?? 'authorization',
    ...(secret ? { secret } : {}),
    paths: { ...(v1 === undefined ? {} : { v1 }), ...(v2 === undefined ? {} : { v2 }) },
    tls: { cert: readPem(cert), key: readPem(key), ca: readPem(ca) },
  };
}

function readPem(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodedError('file.unreadable', `The file ${file} cannot be read.`, { cause });
  }
}

/** @throws UsageError for what is no port number */
export function readPort(port: string): number {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError('--port is a port number.');
  return Number(port);
}
