import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CodedError } from '../cards/errors.ts';
import { readConfig } from './config/config.ts';
import { loadEnvFile } from './config/environment.ts';
import { startLocalSandbox, wantsSandbox } from './process/sandbox.ts';

/** Runs the bot and restarts it when one of its files changes. The sandbox keeps running, with its conversations. */
async function main(): Promise<void> {
  loadEnvFile();
  const config = readConfig(process.env);
  const sandbox = wantsSandbox(config) ? await startLocalSandbox(config) : undefined;
  sandbox?.setBotUrl(`http://127.0.0.1:${config.port}`);
  for (const line of sandbox?.lines ?? []) process.stdout.write(`${line}\n`);
  process.stdout.write('dev       the bot restarts when one of its files changes\n');
  const bot = spawn(
    process.execPath,
    [...process.execArgv, '--watch', '--watch-preserve-output', join(import.meta.dirname, 'start.ts')],
    { stdio: 'inherit', env: { ...process.env, ...sandbox?.settings } },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => bot.kill(signal));
  bot.once('exit', async (code) => {
    await sandbox?.close();
    process.exit(code ?? 1);
  });
}

await main().catch((error: unknown) => {
  const hint = error instanceof CodedError ? `\n${error.hint}` : '';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
  process.exit(1);
});
