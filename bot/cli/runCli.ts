import type { Readable, Writable } from 'node:stream';
import { findClosest } from '../../cards/closest.ts';
import { CodedError } from '../../cards/errors.ts';
import type { Env } from '../config/environment.ts';
import { loadZod } from '../process/deferPackages.ts';
import { UsageError } from './command.ts';
import { commands, headings } from './commands.ts';
import { writeError } from './paint.ts';

/** The environment and streams of a command line. */
interface CliIo {
  readonly env: Env;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/**
 * Runs one command of `npm run cards` in this process; returns its exit code: 0 for success, 1 for a problem, 2 for wrong usage.
 *
 * `argv` begins with the command's name. Throws errors that are not CodedErrors.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const { stdout, stderr } = io;
  const [name, ...args] = argv;
  // Arguments after `--` belong to the command that `try` starts.
  const end = args.indexOf('--');
  const [own, rest] = end < 0 ? [args, []] : [args.slice(0, end), args.slice(end)];
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    stdout.write(help(io.env));
    return name === undefined ? 2 : 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    const meant = findClosest(name, Object.keys(commands));
    const program = nameProgram(io.env);
    stderr.write(
      meant === undefined
        ? `Unknown command.\n\n${help(io.env)}`
        : `Unknown command. Did you mean ${meant}?\nAll commands: ${program} help\n`,
    );
    return 2;
  }
  if (own.includes('--help') || own.includes('-h')) {
    stdout.write(`Usage: ${nameProgram(io.env)} ${entry.usage}\n\n${entry.summary}\n`);
    return 0;
  }
  try {
    const isForAnyBot = entry.isForAnyBot === true;
    const { org, others } = takeOrg(own);
    await loadZod();
    const env = isForAnyBot ? io.env : await envOf(io.env, org, entry.hasStore === true);
    const [command, settings] = await Promise.all([entry.load(), readSettings(isForAnyBot ? {} : env)]);
    return await command.run({ ...io, env, args: [...others, ...rest], ...settings });
  } catch (error) {
    if (error instanceof UsageError || isParseArgsError(error)) {
      stderr.write(`${error.message}\nUsage: ${nameProgram(io.env)} ${entry.usage}\n`);
      return 2;
    }
    if (!(error instanceof CodedError)) throw error;
    writeError(error, stderr);
    return 1;
  }
}

/** Removes `--org ID` from the arguments: every command has it. */
function takeOrg(args: readonly string[]): { org: string | undefined; others: string[] } {
  const at = args.findIndex((arg) => arg === '--org' || arg.startsWith('--org='));
  if (at < 0) return { org: undefined, others: [...args] };
  const inOne = args[at]?.split('=')[1];
  const org = inOne ?? args[at + 1];
  if (org === undefined || org === '')
    throw new UsageError('Missing the id of the organisation after --org.');
  return { org, others: args.toSpliced(at, inOne === undefined ? 2 : 1) };
}

/** The environment of the organisation that is named, or the process's own when it serves only one. */
async function envOf(env: CliIo['env'], id: string | undefined, hasStore: boolean): Promise<CliIo['env']> {
  const { findOrg, readOrgs } = await import('../config/orgs.ts');
  const orgs = readOrgs(env);
  if (id !== undefined && orgs === undefined) throw new UsageError('--org needs GENESYS_ORGS_FILE.');
  if (orgs === undefined || (id === undefined && !hasStore)) return env;
  if (id === undefined)
    throw new UsageError(`Name an organisation with --org: ${orgs.map((org) => org.id).join(', ')}.`);
  return findOrg(orgs, id).env;
}

async function readSettings(env: CliIo['env']) {
  const { readConfig } = await import('../config/config.ts');
  const { cards, databaseUrl, dataDir, auditSecrets } = readConfig(env);
  const { templateDirs, policy } = cards;
  return { templateDirs, policy, store: { databaseUrl, dataDir, auditSecrets } };
}

/** The name of the command line: npx runs it in other projects. */
function nameProgram({ npm_command: command }: CliIo['env']): string {
  return command === 'exec' ? 'npx genesys-card-bot' : 'npm run cards --';
}

function help(env: CliIo['env']): string {
  const rows = Object.entries(commands).map(([name, { usage, summary }]) => {
    const heading = headings[name];
    return `${heading === undefined ? '' : `\n${heading}\n`}  ${usage}\n      ${summary}`;
  });
  return `Usage: ${nameProgram(env)} COMMAND\n${rows.join('\n')}\n\nTemplates: the project's own, and those of CARD_TEMPLATES_DIR. Cards: the store of the bot with the same settings\n(DATABASE_URL, else DATA_DIR); the bot may be running. With GENESYS_ORGS_FILE, --org ID names the organisation.\n`;
}

function isParseArgsError(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
