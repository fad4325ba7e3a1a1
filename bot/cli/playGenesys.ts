import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { CodedError } from '../../cards/errors.ts';
import { listenError } from '../http/listenOn.ts';
import { readSystemCode } from '../log/errorFields.ts';
import { hasSandbox, loadSandbox, type SandboxOptions, startSandbox } from '../process/sandbox.ts';
import { type CommandContext, defineCommand, readPort, UsageError, waitUntilStopped } from './command.ts';

/** Options of the commands that call a bot as Genesys does. */
const connectorOptions = {
  bot: { type: 'string' },
  header: { type: 'string' },
  secret: { type: 'string' },
  'v1-path': { type: 'string' },
  'v2-path': { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  ca: { type: 'string' },
} as const;

/** How the bot is called; PEM texts for a bot that requires mutual TLS. */
type Connector = Required<Pick<SandboxOptions, 'botUrl' | 'connectorHeader' | 'connectorPaths' | 'botTls'>> &
  Pick<SandboxOptions, 'connectorSecret'>;

/**
 * Reads `connectorOptions`. Default of the secret and its header: the settings of the bot.
 *
 * @throws UsageError
 * @throws CodedError `file.unreadable`
 */
function readConnector(
  values: { [name in keyof typeof connectorOptions]?: string | undefined },
  env: CommandContext['env'],
): Connector {
  const { bot, 'v1-path': v1, 'v2-path': v2, cert, key, ca } = values;
  if (bot === undefined || !/^https?:\/\//.test(bot) || !URL.canParse(bot))
    throw new UsageError('Missing --bot URL, such as http://127.0.0.1:3978.');
  if ([v1, v2].some((path) => path?.startsWith('/') === false))
    throw new UsageError('--v1-path and --v2-path begin with /.');
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--cert and --key go together.');
  const secret = values.secret ?? env.GENESYS_CONNECTOR_SECRETS?.split(',')[0]?.trim();
  return {
    botUrl: bot.replace(/\/$/, ''),
    connectorHeader: values.header ?? env.GENESYS_CONNECTOR_HEADER ?? 'authorization',
    ...(secret ? { connectorSecret: secret } : {}),
    connectorPaths: { ...(v1 === undefined ? {} : { v1 }), ...(v2 === undefined ? {} : { v2 }) },
    botTls: { cert: readPem(cert), key: readPem(key), ca: readPem(ca) },
  };
}

function readPem(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodedError('file.unreadable', `The file ${file} cannot be read.`, { cause });
  }
}

/** `sandbox --bot URL`: Genesys on this machine for a bot in any language; it ends with Ctrl+C. */
export const sandbox = defineCommand({
  options: { ...connectorOptions, port: { type: 'string', default: '3979' } },
  async run({ values }, { env, stdout }) {
    const connector = readConnector(values, env);
    const { botUrl: bot, connectorPaths: paths } = connector;
    const port = readPort(values.port);
    const [clientId, clientSecret] = ['sandbox', 'sandbox-secret'];
    const running = await startSandbox({ ...connector, port, clientId, clientSecret });
    const { v1 = '/api/genesys/v1/messages', v2 = '/api/genesys/v2' } = paths;
    stdout.write(`Genesys for the bot at ${bot}; Ctrl+C ends it.

  Messenger, Bot Connector v1   ${running.url}/?route=v1   calls ${bot}${v1}
  Messenger, Bot Connector v2   ${running.url}/?route=v2   calls ${bot}${v2}/bots and ${bot}${v2}/messages
  login and API address         ${running.url}   client ${clientId}, secret ${clientSecret}
  what Genesys would refuse     ${running.url}/sandbox/stats
`);
    try {
      await waitUntilStopped();
      return 0;
    } finally {
      await running.close();
    }
  },
});

/**
 * `try [-- COMMAND…]`: a local Genesys in which one talks to a bot that has our routes. With a command it starts the bot and ends
 * with it; else it ends with Ctrl+C. The bot is at `--bot`, else on this machine at PORT, else at 3978.
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

/** Runs the bot until it ends; stopping this command stops the bot. Returns the bot's exit code. */
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

interface Report {
  passed: boolean;
}

/** What `verify/verifyBot` of the sandbox exports. */
interface Verifier {
  prepareVerification(
    options: Omit<Connector, 'botUrl' | 'connectorPaths'> & {
      routes?: readonly string[];
      port?: number;
      paths?: Connector['connectorPaths'];
    },
  ): Promise<{ url: string; run(botUrl: string): Promise<Report>; close(): Promise<void> }>;
}
/** What `verify/writeReport` of the sandbox exports. */
interface Reports {
  writeTextReport(report: Report): string;
  writeJunitReport(report: Report): string;
}

/** `verify --bot URL`: plays conversations against any bot and reports by rule what a strict Genesys would drop. */
export const verify = defineCommand({
  options: {
    ...connectorOptions,
    route: { type: 'string' },
    port: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    junit: { type: 'string' },
  },
  async run({ values }, { env, stdout, stderr }) {
    const { route } = values;
    const { botUrl, connectorPaths: paths, ...connector } = readConnector(values, env);
    const port = readPort(values.port);
    if (route !== undefined && route !== 'v1' && route !== 'v2')
      throw new UsageError('--route is v1 or v2; without it both are played.');
    if (!hasSandbox())
      throw new UsageError('This package was installed without the sandbox: use the repository.');
    const { prepareVerification } = await loadSandbox<Verifier>('verify/verifyBot');
    const { writeTextReport, writeJunitReport } = await loadSandbox<Reports>('verify/writeReport');
    const verification = await prepareVerification({
      ...connector,
      port,
      paths,
      ...(route === undefined ? {} : { routes: [route] }),
    }).catch((error) => {
      throw listenError(error, '--port', `127.0.0.1:${port}`);
    });
    try {
      if (!values.json) stderr.write(`This Genesys listens on ${verification.url} for later answers.\n`);
      const report = await verification.run(botUrl);
      stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : writeTextReport(report));
      if (values.junit !== undefined) writeReport(values.junit, writeJunitReport(report));
      return report.passed ? 0 : 1;
    } finally {
      await verification.close();
    }
  },
});

/** @throws CodedError `file.unreadable` */
function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new CodedError('file.unreadable', `The file ${file} cannot be written.`, { cause });
  }
}
