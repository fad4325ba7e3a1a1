import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../bot/config/config.ts';
import { type AppOptions, createApp } from '../../bot/createApp.ts';
import type { Log } from '../../bot/log/log.ts';
import { startSandbox } from '../../sandbox/startSandbox.ts';
import { gatewaySecret } from './gateway.ts';

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

/** A conversation with the bot by way of the sandbox's HTTP API. */
export async function converse(sandboxUrl: string, route = 'guest') {
  const created = await post(`${sandboxUrl}/sandbox/conversations?route=${route}`, {});
  const { conversationId } = created.body;
  return {
    conversationId,
    /** Says a sentence, or clicks when a payload is given; gives the messages that came back. */
    say: async (text: string, payload?: string) => {
      const { body } = await post(`${sandboxUrl}/sandbox/conversations/${conversationId}/messages`, {
        text,
        ...(payload === undefined ? {} : { payload }),
      });
      return body.messages;
    },
  };
}

/** Posts JSON and reads the JSON answer. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: text === '' ? undefined : JSON.parse(text),
    text,
  };
}
