import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DestinationStream } from 'pino';
import { CodedError } from '../cards/errors.ts';
import { type Config, readConfig, settingNames } from './config.ts';
import { type App, type AppOptions, createApp } from './createApp.ts';
import { loadEnvFile } from './envFile.ts';
import { errorFields } from './errorFields.ts';
import { listenError } from './listenError.ts';
import { createLog, type Log } from './log.ts';
import type { NpmParent } from './npmParent.ts';
import type { Output } from './output.ts';
import { unknownSettings } from './unknownSettings.ts';

/** What the sandbox offers the start script; loaded only when it is needed, and absent in a deployment. */
interface Sandbox {
  url: string;
  setBotUrl(url: string): void;
  close(): Promise<void>;
}

interface SandboxModule {
  startSandbox(options: {
    port: number;
    clientId: string;
    clientSecret: string;
    connectorHeader: string;
    connectorSecret: string;
    gatewaySecret: string;
  }): Promise<Sandbox>;
}

const sandboxFile = join(import.meta.dirname, '..', 'sandbox', 'startSandbox.ts');

async function start(output: Output, npm: NpmParent | undefined): Promise<void> {
  // Lines for a person: the log itself is JSON lines on the same output.
  const say = (text: string) => output.write(`${text}\n`);
  loadEnvFile();
  const config = readConfig(process.env);
  const isDevelopment = !config.isProduction && process.stdout.isTTY;
  const log = isDevelopment
    ? createLog(config.logLevel, await readableLog(output), { hasStacks: true })
    : createLog(config.logLevel, output);
  for (const { name, message } of notSettings()) log.warn({ event: 'config.unknown', what: name }, message);
  const hasGenesys = config.genesys !== undefined || config.connector.secrets.length > 0;
  const isLocal = !hasGenesys && !config.isProduction && existsSync(sandboxFile);
  // A bot without a Genesys of its own serves whoever develops it, wherever its log goes.
  const options = { hasTurnLines: isDevelopment || isLocal };
  const { app, sandbox } = isLocal
    ? await startWithSandbox(config, log, options)
    : { app: await createApp(config, log, options), sandbox: undefined };
  stopOnSignal(app, sandbox, npm);
  const url = await app.listen();
  sandbox?.setBotUrl(url);

  say(`bot       ${url}/api/messages   (Bot Framework Emulator, Agents Playground)`);
  const { appIds, secrets } = config.guestGateway;
  if (config.genesys !== undefined && appIds.length + secrets.length === 0)
    say(
      'gateway   none: no caller may choose a Genesys conversation for the Guest API (GUEST_GATEWAY_SECRETS)',
    );
  if (sandbox !== undefined) {
    say(`customer  ${sandbox.url}/   (open this in a browser: the Messenger of the local Genesys stand-in)`);
    say(`authors   ${sandbox.url}/studio   (card templates as the customer sees them, by each route)`);
  } else if (!hasGenesys) {
    say('genesys   not configured: cards are shown as Adaptive Cards only');
  }
}

/** The library is loaded only for a person who reads. */
async function readableLog(output: Output): Promise<DestinationStream> {
  const { readableLines } = await import('./readableLog.ts');
  return readableLines(output, { hasColors: (process.env.NO_COLOR ?? '') === '' });
}

/** Read by the sandbox when it runs alone, from the same `.env`. */
const sandboxSettings = ['SANDBOX_HOST'];

/** A line for each name in the environment that looks like a setting and that nothing reads. */
function notSettings(): { name: string; message: string }[] {
  return unknownSettings(process.env, [...settingNames, ...sandboxSettings]).map(({ name, meant }) => ({
    name,
    message: `${name} is not a setting${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  }));
}

async function startWithSandbox(
  config: Config,
  log: Log,
  options: AppOptions,
): Promise<{ app: App; sandbox: Sandbox }> {
  const { startSandbox }: SandboxModule = await import(pathToFileURL(sandboxFile).href);
  const clientId = 'sandbox';
  const clientSecret = randomBytes(24).toString('hex');
  const connectorSecret = randomBytes(24).toString('hex');
  const gatewaySecret = randomBytes(24).toString('hex');
  const sandbox = await startSandbox({
    port: config.sandboxPort,
    clientId,
    clientSecret,
    connectorHeader: config.connector.header,
    connectorSecret,
    gatewaySecret,
  }).catch((error: unknown) => {
    throw listenError(error, 'SANDBOX_PORT', `127.0.0.1:${config.sandboxPort}`);
  });
  const app = await createApp(
    {
      ...config,
      genesys: {
        loginUrl: sandbox.url,
        apiUrl: sandbox.url,
        clientId,
        clientSecret,
        scope: 'webchat:guest:write',
      },
      connector: { ...config.connector, secrets: [connectorSecret] },
      guestGateway: { ...config.guestGateway, secrets: [...config.guestGateway.secrets, gatewaySecret] },
      dropsRepeats: true,
      // The stand-in is on this machine, which no proxy can reach.
      proxy: {
        ...config.proxy,
        NO_PROXY: [config.proxy.NO_PROXY, '127.0.0.1'].filter((one) => one !== undefined).join(','),
      },
    },
    log,
    options,
  );
  return { app, sandbox };
}

function stopOnSignal(app: App, sandbox: Sandbox | undefined, npm: NpmParent | undefined): void {
  let isStopping = false;
  const stop = async () => {
    // A second signal is a person in a hurry: what is stored is safe, so the process may end at once.
    if (isStopping) process.exit(0);
    isStopping = true;
    await app.close();
    await sandbox?.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
  npm?.onLost(() => void stop());
}

/** Tells a person why the bot does not start: the sentence of an error of ours, else the place in the code. */
function whyNotStarted(error: unknown): string {
  const { code, frames = [], sqlState, errno, errcode } = errorFields(error);
  const systemCode = [sqlState, errno, errcode].filter((one) => one !== undefined).join(', ');
  if (error instanceof CodedError) {
    const path = error.path === undefined ? [] : [`at ${error.path}`];
    // A setting is often missing because its name was mistyped.
    const mistyped =
      error.code === 'config.invalid' ? notSettings().map(({ message }) => `- ${message}`) : [];
    return [error.message, ...mistyped, ...path, error.hint].join('\n');
  }
  const what = error instanceof Error ? error.message : String(error);
  return [
    `The bot cannot start: ${code}${systemCode === '' ? '' : ` (${systemCode})`}`,
    what,
    ...frames,
  ].join('\n');
}

/**
 * Starts the bot with the settings of the environment, and ends the process when that fails.
 *
 * @param output takes the log and the words for a person
 * @param npm what started this process, if that was npm: the bot stops when it is no more
 */
export async function runBot(output: Output, npm?: NpmParent): Promise<void> {
  try {
    await start(output, npm);
  } catch (error) {
    process.stderr.write(`${whyNotStarted(error)}\n`);
    process.exit(1);
  }
}
