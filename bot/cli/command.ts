import type { Readable, Writable } from 'node:stream';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';

/** What a command is given: its arguments and the world around it. */
export interface CommandContext {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Folders of template files. */
  readonly templateDirs: readonly string[];
  readonly policy: UrlPolicy;
  /** Where the bot keeps its cards. */
  readonly store: {
    readonly databaseUrl: string | undefined;
    readonly dataDir: string;
    readonly auditSecrets?: readonly string[];
  };
}

/** A command of `npm run cards`; its name and help are in `commands.ts`. */
export interface Command {
  /** Gives the exit code. @throws UsageError when the arguments are wrong */
  run(context: CommandContext): Promise<number>;
}

/** Wrong arguments: the message says which, and the usage follows it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type ArgsOf<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>
>;

/**
 * Makes a command of its options (as `parseArgs` takes them), whether it takes positional arguments (default: none), and
 * what it does with them. An unknown option or an unexpected argument is refused with the words of `parseArgs`.
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
      const given = parseArgs({ args: [...context.args], options, allowPositionals: true });
      const [unexpected] = given.positionals;
      if (!allowPositionals && unexpected !== undefined)
        throw new UsageError(`Unexpected argument '${unexpected}'.`);
      return definition.run(given, context);
    },
  };
}

/** The value of an option that has a few. @throws UsageError that names them */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new UsageError(`--${option} is one of ${allowed.join(', ')}.`);
  return found;
}

/** The one positional argument of a command. @throws UsageError with `words` when there is none, or more */
export function requireOne([value, ...more]: readonly string[], words: string): string {
  if (value === undefined || value === '' || more.length > 0) throw new UsageError(words);
  return value;
}
