import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../bot/config/config.ts';
import { type AppOptions, createApp } from '../../bot/createApp.ts';
import type { Log } from '../../bot/log/log.ts';
import { startSandbox } from '../../sandbox/startSandbox.ts';
import { gatewaySecret } from './gateway.ts';

export { converse, post } from './converse.ts';

/** A bot, and a sandbox beside it, on free ports of this machine. */
export interface RunningBot {
  url: string;
  sandboxUrl: string;
  close(): Promise<void>;
}

/** Starts a bot against a sandbox, as the start script does; `env` adds or overrides settings. */
export async function startBot(
  env: Record<string, string> = {},
  log?: Log,
  options?: AppOptions,
): Promise<RunningBot> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bot-'));
  const clientId = 'client';
  const clientSecret = 'client-secret';
  const connectorSecret = 'connector-secret-0123456789';
  const sandbox = await startSandbox({
    port: 0,
    clientId,
    clientSecret,
    connectorSecret,
    gatewaySecret,
    ...(env.CARDS_API_SECRETS === undefined
      ? {}
      : { cardsApiSecret: env.CARDS_API_SECRETS.split(',')[0] ?? '' }),
    messagesPerSecond: 1_000,
  });
  const app = await createApp(
    readConfig({
      PORT: '0',
      LOG_LEVEL: 'silent',
      DATA_DIR: dataDir,
      GENESYS_LOGIN_URL: sandbox.url,
      GENESYS_API_URL: sandbox.url,
      GENESYS_CLIENT_ID: clientId,
      GENESYS_CLIENT_SECRET: clientSecret,
      GENESYS_CONNECTOR_SECRETS: connectorSecret,
      GUEST_GATEWAY_SECRETS: gatewaySecret,
      GENESYS_DROPS_REPEATS: 'true',
      GENESYS_REQUESTS_PER_MINUTE: '100000',
      ...env,
    }),
    log,
    options,
  );
  const url = await app.listen();
  sandbox.setBotUrl(url);
  return {
    url,
    sandboxUrl: sandbox.url,
    close: async () => {
      await app.close();
      await sandbox.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
