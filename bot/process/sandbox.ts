import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from '../config/config.ts';
import { listenError } from '../http/listenOn.ts';

/** The sandbox, started for a bot without a Genesys of its own. */
export interface LocalSandbox extends RunningSandbox {
  /** Settings of a bot that uses it as its Genesys. */
  readonly settings: Readonly<Record<string, string>>;
  /** Lines for a person: the addresses to open in a browser. */
  readonly lines: readonly string[];
}

/** Says whether a bot with this configuration runs beside the sandbox: in development, and without a Genesys of its own. */
export function wantsSandbox({ genesys, connector, isProduction }: Config): boolean {
  return genesys === undefined && connector.secrets.length === 0 && !isProduction && hasSandbox();
}

/**
 * Starts the sandbox with secrets of its own.
 *
 * @throws CodedError `config.invalid` when `SANDBOX_PORT` cannot be listened on
 */
export async function startLocalSandbox({
  sandboxPort,
  connector,
  guestGateway,
  cardsApi,
  proxy,
}: Config): Promise<LocalSandbox> {
  const secrets = {
    clientSecret: makeSecret(),
    connectorSecret: makeSecret(),
    gatewaySecret: makeSecret(),
    cardsApiSecret: makeSecret(),
  };
  const sandbox = await startSandbox(
    { port: sandboxPort, clientId: 'sandbox', connectorHeader: connector.header, ...secrets },
    'SANDBOX_PORT',
  );
  const { url } = sandbox;
  // No proxy can reach the sandbox on this machine. The name in small letters takes precedence, so both are set.
  const withoutProxy = [proxy.NO_PROXY, '127.0.0.1'].filter((one) => one !== undefined).join(',');
  return {
    ...sandbox,
    settings: {
      GENESYS_LOGIN_URL: url,
      GENESYS_API_URL: url,
      GENESYS_CLIENT_ID: 'sandbox',
      GENESYS_CLIENT_SECRET: secrets.clientSecret,
      GENESYS_SCOPE: 'webchat:guest:write',
      GENESYS_CONNECTOR_SECRETS: secrets.connectorSecret,
      GENESYS_DROPS_REPEATS: 'true',
      NO_PROXY: withoutProxy,
      no_proxy: withoutProxy,
      CARDS_API_SECRETS: [...cardsApi.secrets, secrets.cardsApiSecret].join(','),
      GUEST_GATEWAY_SECRETS: [...guestGateway.secrets, secrets.gatewaySecret].join(','),
    },
    lines: [
      `customer  ${url}/   (open this in a browser: the Messenger of the local Genesys stand-in)`,
      'authors   npm run studio   (edit card templates and see them as the customer does)',
    ],
  };
}

const makeSecret = () => randomBytes(24).toString('hex');

/** A running sandbox. The bot shares no code with it. */
interface RunningSandbox {
  readonly url: string;
  setBotUrl(url: string): void;
  close(): Promise<void>;
}

/** Options of the sandbox; its own `startSandbox` documents them. */
export interface SandboxOptions {
  port: number;
  clientId: string;
  clientSecret: string;
  connectorSecret?: string;
  connectorPaths?: { v1?: string; v2?: string };
  botTls?: { cert?: string | undefined; key?: string | undefined; ca?: string | undefined };
  botUrl?: string;
  connectorHeader?: string;
  gatewaySecret?: string;
  cardsApiSecret?: string;
}

const folder = join(import.meta.dirname, '..', '..', 'sandbox');
const extension = extname(import.meta.filename);

/** Says whether the sandbox is installed; a deployment does not have it. */
export function hasSandbox(): boolean {
  return existsSync(folder);
}

/** Loads a file of the sandbox, such as `verify/verifyBot`; `T` is the type of its exports. */
export function loadSandbox<T>(file: string): Promise<T> {
  return import(pathToFileURL(join(folder, `${file}${extension}`)).href);
}

/**
 * Starts the sandbox.
 *
 * @param setting the setting or option that names the port, for errors
 * @throws CodedError `config.invalid` when its port cannot be listened on
 */
export async function startSandbox(options: SandboxOptions, setting = '--port'): Promise<RunningSandbox> {
  const sandbox = await loadSandbox<{ startSandbox(options: SandboxOptions): Promise<RunningSandbox> }>(
    'startSandbox',
  );
  return sandbox.startSandbox(options).catch((error: unknown) => {
    throw listenError(error, setting, `127.0.0.1:${options.port}`);
  });
}
