import { type CommandContext, UsageError } from './command.ts';

/** The options of a command that calls a bot as Genesys would. */
export const connectorOptions = {
  bot: { type: 'string' },
  header: { type: 'string' },
  secret: { type: 'string' },
  'v1-path': { type: 'string' },
  'v2-path': { type: 'string' },
} as const;

/** How the bot is called. */
export interface Connector {
  readonly bot: string;
  readonly header: string;
  readonly secret?: string;
  readonly paths: { readonly v1?: string; readonly v2?: string };
}

/**
 * Reads the options above; the secret and its header come from the bot's settings where the options have none.
 *
 * @throws UsageError
 */
export function readConnector(
  values: { [name in keyof typeof connectorOptions]?: string | undefined },
  env: CommandContext['env'],
): Connector {
  const { bot, 'v1-path': v1, 'v2-path': v2 } = values;
  if (bot === undefined || !/^https?:\/\//.test(bot) || !URL.canParse(bot))
    throw new UsageError('Missing --bot URL, such as http://127.0.0.1:3978.');
  if ([v1, v2].some((path) => path?.startsWith('/') === false))
    throw new UsageError('--v1-path and --v2-path begin with /.');
  const secret = values.secret ?? env.GENESYS_CONNECTOR_SECRETS?.split(',')[0]?.trim();
  return {
    bot: bot.replace(/\/$/, ''),
    header: values.header ?? env.GENESYS_CONNECTOR_HEADER ?? 'authorization',
    ...(secret ? { secret } : {}),
    paths: { ...(v1 === undefined ? {} : { v1 }), ...(v2 === undefined ? {} : { v2 }) },
  };
}

/** @throws UsageError for what is no port number */
export function readPort(port: string): number {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError('--port is a port number.');
  return Number(port);
}
