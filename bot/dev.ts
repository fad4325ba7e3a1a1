import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../cards/errors.ts';
import { readConfig } from './config/config.ts';
import { loadEnvFile } from './config/environment.ts';
import { startLocalSandbox, wantsSandbox } from './process/sandbox.ts';

const root = join(import.meta.dirname, '..');
/** One save may be several changes; milliseconds. */
const gatherMs = 200;

/** Runs the bot and restarts it when one of its files changes. The sandbox keeps running, with its conversations. */
async function main(): Promise<void> {
  loadEnvFile();
  const config = readConfig(process.env);
  const sandbox = wantsSandbox(config) ? await startLocalSandbox(config) : undefined;
  sandbox?.setBotUrl(`http://127.0.0.1:${config.port}`);
  for (const line of sandbox?.lines ?? []) process.stdout.write(`${line}\n`);
  process.stdout.write('dev       the bot restarts when one of its files changes\n');

  let stopBy: NodeJS.Signals | undefined;
  let restart = () => {};
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      stopBy = signal;
      restart();
    });
  for (;;) {
    const change = new AbortController();
    restart = () => change.abort();
    watchFolders(restart, change.signal);
    const bot = spawn(process.execPath, [...process.execArgv, join(root, 'bot', 'start.ts')], {
      stdio: 'inherit',
      env: { ...process.env, ...sandbox?.settings },
    });
    const changed = once(change.signal, 'abort');
    const ended = once(bot, 'exit');
    await Promise.race([changed, ended]);
    if (!change.signal.aborted)
      process.stdout.write('dev       the bot ended; it starts again when one of its files changes\n');
    await changed;
    if (stopBy === undefined) await sleep(gatherMs);
    bot.kill(stopBy ?? 'SIGTERM');
    await ended;
    if (stopBy === undefined) continue;
    await sandbox?.close();
    process.exit(bot.exitCode ?? 1);
  }
}

/**
 * Watches the folders of the source files until `signal` aborts. A watch on a file itself ends when an editor saves by a new
 * file in its place. A template's folder is none of them: the bot reads changed templates itself.
 */
function watchFolders(onChange: () => void, signal: AbortSignal): void {
  const files = globSync('{bot,cards,dialogs}/**/*.ts', { cwd: root });
  for (const folder of new Set(files.map((file) => join(root, file, '..'))))
    watch(folder, { signal }, (_, name) => {
      if (name === null || /\.(?:ts|json)$/.test(name)) onChange();
    }).on('error', onChange);
}

await main().catch((error: unknown) => {
  const hint = error instanceof CodedError ? `\n${error.hint}` : '';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
  process.exit(1);
});
