import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { findClosest } from '../../cards/closest.ts';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import type { Env } from '../config/environment.ts';

/** The arguments of a command, and its surroundings. */
export interface CommandContext {
  readonly args: readonly string[];
  readonly env: Env;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Folders of template files. */
  readonly templateDirs: readonly string[];
  readonly policy: UrlPolicy;
  /** The store of the bot. */
  readonly store: {
    readonly databaseUrl: string | undefined;
    readonly dataDir: string;
    readonly auditSecrets?: readonly string[];
  };
}

/** A command of `npm run cards`; its name and help are in `commands.ts`. */
export interface Command {
  /** Returns the exit code. @throws UsageError when the arguments are wrong */
  run(context: CommandContext): Promise<number>;
}

/** Wrong arguments. The command line prints the message and the usage of the command. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type ArgsOf<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>
>;

/**
 * Defines a command: its options (as of `parseArgs`), whether it accepts positional arguments (default: no), and its work. An
 * unknown option or an unexpected argument is a usage error.
 */
export function defineCommand<const Options extends ParseArgsOptionsConfig>(definition: {
  readonly options: Options;
  readonly allowPositionals?: boolean;
  run(
    given: Pick<ArgsOf<Options>, 'values' | 'positionals'>,
    context: CommandContext,
  ): Promise<number> | number;
}): Command {
  const { options, allowPositionals = false } = definition;
  return {
    async run(context) {
      const given = suggestOption(options, () =>
        parseArgs({ args: [...context.args], options, allowPositionals: true }),
      );
      const [unexpected] = given.positionals;
      if (!allowPositionals && unexpected !== undefined)
        throw new UsageError(`Unexpected argument '${unexpected}'.`);
      return definition.run(given, context);
    },
  };
}

/** Names the option that was probably meant, in place of Node's words about arguments that begin with a hyphen. */
function suggestOption<T>(options: ParseArgsOptionsConfig, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const [, unknown] = (error instanceof Error && /^Unknown option '(-[^']*)'/.exec(error.message)) || [];
    if (unknown === undefined) throw error;
    const meant = findClosest(unknown.replace(/^-+/, ''), Object.keys(options));
    throw new UsageError(
      `Unknown option '${unknown}'.${meant === undefined ? '' : ` Did you mean --${meant}?`}`,
    );
  }
}

/** Returns the value of an option if it is allowed. @throws UsageError that names the allowed values */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new UsageError(`--${option} is one of ${allowed.join(', ')}.`);
  return found;
}

/** Returns the only positional argument. @throws UsageError with `words` when there is none, or more */
export function requireOne([value, ...more]: readonly string[], words: string): string {
  if (value === undefined || value === '' || more.length > 0) throw new UsageError(words);
  return value;
}

/** Asks a question on the terminal. An input that ends without an answer means no. */
export async function askYes(
  question: string,
  { stdin, stdout }: Pick<CommandContext, 'stdin' | 'stdout'>,
): Promise<boolean> {
  const lines = createInterface({ input: stdin });
  stdout.write(`${question} [y/N] `);
  try {
    for await (const answer of lines) return /^(?:y|yes|j|ja)$/i.test(answer.trim());
    return false;
  } finally {
    lines.close();
  }
}

/** Resolves when this command is stopped by Ctrl+C or SIGTERM. */
export async function waitUntilStopped(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

/** Reads the option `--port`. @throws UsageError when it is not a port number */
export function readPort(port: string): number {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError('--port is a port number.');
  return Number(port);
}
