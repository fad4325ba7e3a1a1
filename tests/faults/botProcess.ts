import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { gatewaySecret } from '../fakes/gateway.ts';
import type { Target } from './target.ts';

const startFile = join(import.meta.dirname, '..', '..', 'bot', 'start.ts');

/** A bot in a process of its own, started as `npm start` does. */
export interface BotProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** The exit code, or the signal that ended it. */
  readonly exit: Promise<number | string | null>;
}

/** Starts the bot on a free port against a target; resolves when it takes turns. */
export async function startBotProcess(
  target: Target,
  dataDir: string,
  env: Record<string, string> = {},
): Promise<BotProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', startFile], {
    cwd: dataDir,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      LOG_LEVEL: 'silent',
      DATA_DIR: dataDir,
      GENESYS_LOGIN_URL: target.url,
      GENESYS_API_URL: target.url,
      GENESYS_CLIENT_ID: target.clientId,
      GENESYS_CLIENT_SECRET: target.clientSecret,
      GUEST_GATEWAY_SECRETS: gatewaySecret,
      GENESYS_DROPS_REPEATS: 'true',
      GENESYS_REQUESTS_PER_MINUTE: '1000000',
      ...env,
    },
  });
  const exit = once(child, 'exit').then(([code, signal]) => code ?? signal);
  let said = '';
  child.stdout.on('data', (data) => {
    said += data;
  });
  for (;;) {
    const url = /^bot +(http:\/\/\S+?)\/api\/messages/m.exec(said)?.[1];
    if (url !== undefined) return { url, child, exit };
    const isOver = await Promise.race([once(child.stdout, 'data').then(() => false), exit.then(() => true)]);
    if (isOver) throw new Error('The bot ended before it took turns.');
  }
}
