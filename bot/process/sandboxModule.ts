import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A running sandbox, as the bot knows it: the two share no code. */
export interface RunningSandbox {
  readonly url: string;
  setBotUrl(url: string): void;
  close(): Promise<void>;
}

/** What the sandbox offers. */
interface SandboxModule {
  startSandbox(options: {
    port: number;
    clientId: string;
    clientSecret: string;
    connectorSecret?: string;
    connectorPaths?: { v1?: string; v2?: string };
    botUrl?: string;
    connectorHeader?: string;
    gatewaySecret?: string;
    cardsApiSecret?: string;
  }): Promise<RunningSandbox>;
}

const extension = extname(import.meta.filename);

/** Where the sandbox is: absent in a deployment. */
export const sandboxFile = join(import.meta.dirname, '..', '..', 'sandbox', `startSandbox${extension}`);

/** Loads the sandbox, which happens only where one is asked for. */
export function loadSandbox(): Promise<SandboxModule> {
  return import(pathToFileURL(sandboxFile).href);
}
