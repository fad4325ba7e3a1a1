import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { gatewaySecret } from '../fakes/gateway.ts';
import type { Target } from './target.ts';

const root = join(import.meta.dirname, '..', '..');
const startFile = join(root, 'bot', 'start.ts');

/** Who starts the bot: node itself, as a container does, or `npm start`. */
export type Starter = 'node' | 'npm';

/** A bot in a process of its own. */
export interface BotProcess {
  readonly url: string;
  /** The bot, or the npm that started it. */
  readonly child: ChildProcess;
  /** The exit code of the child, or the signal that ended it, when the bot has ended as well. */
  readonly exit: Promise<number | string | null>;
  /** Ends by SIGKILL whatever is left of it. */
  kill(): void;
}

/** Starts the bot on a free port against a target; resolves when it takes turns. */
export async function startBotProcess(
  target: Target,
  dataDir: string,
  env: Record<string, string> = {},
  starter: Starter = 'node',
): Promise<BotProcess> {
  const command: [string, string[]] =
    starter === 'npm'
      ? ['npm', ['start']]
      : [process.execPath, ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8', startFile]];
  const child = spawn(...command, {
    cwd: starter === 'npm' ? root : dataDir,
    // A process group of its own, so that nothing of it stays behind.
    detached: starter === 'npm',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: dataDir,
      npm_config_update_notifier: 'false',
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
  // The bot holds the output open, also when npm is no more.
  const exit = Promise.all([once(child, 'exit'), once(child.stdout, 'close')]).then(
    ([[code, signal]]) => code ?? signal,
  );
  const kill = () => {
    try {
      process.kill(starter === 'npm' ? -(child.pid ?? 0) : (child.pid ?? 0), 'SIGKILL');
    } catch {
      // All of it is gone.
    }
  };
  let said = '';
  child.stdout.on('data', (data) => {
    said += data;
  });
  for (;;) {
    const url = /^bot +(http:\/\/\S+?)\/api\/messages/m.exec(said)?.[1];
    if (url !== undefined) return { url, child, exit, kill };
    const isOver = await Promise.race([once(child.stdout, 'data').then(() => false), exit.then(() => true)]);
    if (isOver) throw new Error('The bot ended before it took turns.');
  }
}
