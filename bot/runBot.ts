import { CodedError } from '../cards/errors.ts';
import { readConfig, settingNames } from './config/config.ts';
import { findUnknownSettings, loadEnvFile } from './config/environment.ts';
import { readOrgs } from './config/orgs.ts';
import { type App, createApp } from './createApp.ts';
import { createOrgsApp } from './createOrgsApp.ts';
import { readErrorFields } from './log/errorFields.ts';
import { createLog, createReadableLog, type Log } from './log/log.ts';
import type { Output } from './log/output.ts';
import type { NpmParent } from './process/npmParent.ts';
import { type LocalSandbox, startLocalSandbox, wantsSandbox } from './process/sandbox.ts';

async function start(output: Output, npm: NpmParent | undefined): Promise<void> {
  loadEnvFile();
  const orgs = readOrgs(process.env);
  const [first] = orgs ?? [];
  const config = first?.config ?? readConfig(process.env);
  const isDevelopment = !config.isProduction && process.stdout.isTTY;
  const log = isDevelopment
    ? await createReadableLog(config.logLevel, output, { hasColors: (process.env.NO_COLOR ?? '') === '' })
    : createLog(config.logLevel, output);
  const variables = orgs?.flatMap((org) => org.variables) ?? [];
  for (const { name, message } of findUnknownSettings(process.env, [...knownSettings, ...variables]))
    log.warn({ event: 'config.unknown', what: name }, message);
  if (npm?.isFirst === true)
    log.warn(
      { event: 'start.npmIsFirst' },
      'npm is the first process of this container and ends at SIGTERM before the running turns; start Node itself',
    );
  if (orgs !== undefined && first !== undefined) {
    const app = createOrgsApp([first, ...orgs.slice(1)], log, { hasTurnLines: isDevelopment });
    closeAtEnd(log, app, undefined, npm);
    const url = await app.listen();
    const lines = orgs.flatMap(({ id, config: { hasOps } }) => [
      `bot       ${url}/orgs/${id}/api/messages\n`,
      ...(hasOps ? [`operator  ${url}/orgs/${id}/ops\n`] : []),
    ]);
    output.write(lines.join(''));
    return;
  }
  const sandbox = wantsSandbox(config) ? await startLocalSandbox(config) : undefined;
  const app = await createApp(
    sandbox === undefined ? config : readConfig({ ...process.env, ...sandbox.settings }),
    log,
    {
      // A bot without a Genesys serves its developer, wherever its log goes.
      hasTurnLines: isDevelopment || sandbox !== undefined,
    },
  );
  closeAtEnd(log, app, sandbox, npm);
  const url = await app.listen();
  sandbox?.setBotUrl(url);

  // These lines are for a person; the log on the same output is JSON lines.
  const lines = [`bot       ${url}/api/messages   (Bot Framework Emulator, Agents Playground)`];
  if (config.hasOps) lines.push(`operator  ${url}/ops   (the outcome of each card)`);
  const { appIds, secrets } = config.guestGateway;
  if (config.genesys !== undefined && appIds.length + secrets.length === 0)
    lines.push(
      'gateway   none: set GUEST_GATEWAY_SECRETS so that a gateway may choose the Genesys conversation of a turn',
    );
  if (sandbox !== undefined) lines.push(...sandbox.lines);
  else if (config.genesys === undefined && config.connector.secrets.length === 0)
    lines.push('genesys   not configured: cards are shown as Adaptive Cards only');
  output.write(lines.map((line) => `${line}\n`).join(''));
}

/** All settings, with the one that only the sandbox reads from the same `.env`. */
const knownSettings = [...settingNames, 'SANDBOX_HOST'];

/** Closes the app at a signal, when npm ends, and after an error that nothing caught; then ends the process. */
function closeAtEnd(
  log: Log,
  app: Pick<App, 'close'>,
  sandbox: LocalSandbox | undefined,
  npm: NpmParent | undefined,
): void {
  let isStopping = false;
  const stop = async (exitCode: 0 | 1, signal?: NodeJS.Signals) => {
    // A second signal ends the process at once: stored cards are safe.
    if (isStopping) process.exit(exitCode);
    isStopping = true;
    log.info(
      { event: 'process.stopping', signal },
      'The bot stops: it finishes its turns and stores its cards',
    );
    await app.close();
    await sandbox?.close();
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0, signal));
  npm?.onLost(() => void stop(0));
  // Node reports a rejection that nothing handled here, too.
  process.on('uncaughtException', (error) => {
    logUncaught(log, error);
    void stop(1);
  });
}

/** Logs an error that nothing caught. Node's own report holds the message, which may be customer text. */
export function logUncaught(log: Log, error: unknown): void {
  log.fatal(
    { event: 'process.failed', error, ...readErrorFields(error) },
    'Uncaught error: the bot stops; stored cards are sent after the next start',
  );
}

/** Explains why the bot does not start: by the sentence of an error of ours, else by the place in the code. */
function explainNotStarted(error: unknown): string {
  const { code, frames = [], sqlState, errno, errcode } = readErrorFields(error);
  const systemCode = [sqlState, errno, errcode].filter((one) => one !== undefined).join(', ');
  if (error instanceof CodedError) {
    const path = error.path === undefined ? [] : [`at ${error.path}`];
    // A setting is often missing because its name was mistyped.
    const mistyped = error.code === 'config.invalid' ? findUnknownSettings(process.env, knownSettings) : [];
    return [error.message, ...mistyped.map(({ message }) => `- ${message}`), ...path, error.hint].join('\n');
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
 * @param output receives the log and the lines for a person
 * @param npm the npm that started this process, if any: the bot stops when it ends
 */
export async function runBot(output: Output, npm?: NpmParent): Promise<void> {
  try {
    await start(output, npm);
  } catch (error) {
    process.stderr.write(`${explainNotStarted(error)}\n`);
    process.exit(1);
  }
}
