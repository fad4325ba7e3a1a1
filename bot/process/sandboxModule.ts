import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listenError } from '../http/listenOn.ts';

/** A running sandbox, as the bot knows it: the two share no code. */
export interface RunningSandbox {
  readonly url: string;
  setBotUrl(url: string): void;
  close(): Promise<void>;
}

/** How the sandbox is started. */
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

/** Says whether the sandbox is there: not in a deployment. */
export function hasSandbox(): boolean {
  return existsSync(folder);
}

/** Loads a file of the sandbox, such as `verify/verifyBot`: only where one is asked for, and `T` is what it offers. */
export function loadSandbox<T>(file: string): Promise<T> {
  return import(pathToFileURL(join(folder, `${file}${extension}`)).href);
}

/**
 * Starts the sandbox.
 *
 * @param setting names what gives its port; default: the option of a command
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
