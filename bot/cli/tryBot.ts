import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readSystemCode } from '../log/errorFields.ts';
import { startSandbox } from '../process/sandbox.ts';
import { type CommandContext, defineCommand, UsageError } from './command.ts';
import { readPort } from './connectorOptions.ts';
import { waitUntilStopped } from './untilStopped.ts';

/**
 * `try [-- COMMAND…]`: a stand-in for Genesys in which one talks to a bot that has our routes. With a command it starts the
 * bot and ends with it; else it ends with Ctrl+C. The bot is at `--bot`, else on this machine at PORT, else at 3978.
 */
export const tryBot = defineCommand({
  options: {
    bot: { type: 'string' },
    port: { type: 'string', default: '3979' },
  },
  allowPositionals: true,
  async run({ values, positionals: [command, ...args] }, context) {
    const port = readPort(values.port);
    const { PORT: botPort = '3978' } = context.env;
    const { bot = `http://127.0.0.1:${botPort}` } = values;
    if (!URL.canParse(bot)) throw new UsageError('--bot is an address such as http://127.0.0.1:3978.');
    const secret = context.env.GENESYS_CONNECTOR_SECRET ?? (command && randomBytes(24).toString('hex'));
    if (secret === undefined || secret === '') {
      throw new UsageError(
        'Set GENESYS_CONNECTOR_SECRET to the secret of your bot, or say how to start it: try -- node index.js',
      );
    }
    const sandbox = await startSandbox({
      port,
      botUrl: bot.replace(/\/$/, ''),
      clientId: 'sandbox',
      clientSecret: randomBytes(24).toString('hex'),
      connectorSecret: secret,
    });
    context.stdout.write(`Open ${sandbox.url}/?route=v2 and write to your bot at ${bot}.\n`);
    try {
      if (command !== undefined) return await runBot(command, args, secret, context);
      await waitUntilStopped();
      return 0;
    } finally {
      await sandbox.close();
    }
  },
});

/** Runs the bot until it ends; stopping this command stops the bot. Gives the bot's exit code. */
async function runBot(
  command: string,
  args: readonly string[],
  secret: string,
  { env }: CommandContext,
): Promise<number> {
  const bot = spawn(command, args, {
    stdio: 'inherit',
    env: { ...env, GENESYS_CONNECTOR_SECRET: secret },
    // Commands such as npm are scripts on Windows, which only a shell can start.
    shell: process.platform === 'win32',
  });
  const stop = () => bot.kill();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    const [code] = await once(bot, 'exit').catch((error) => {
      throw new UsageError(`The command ${command} cannot be started (${readSystemCode(error)}).`);
    });
    return typeof code === 'number' ? code : 0;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}
