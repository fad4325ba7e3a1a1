import type { Readable, Writable } from 'node:stream';
import type { UrlPolicy } from '../../cards/checks/urlPolicy.ts';

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
  readonly store: { readonly databaseUrl: string | undefined; readonly dataDir: string };
}

/** A command of `npm run cards`: what `--help` says of it, and what it does. */
export interface Command {
  readonly usage: string;
  readonly summary: string;
  /** Gives the exit code. @throws UsageError when the arguments are wrong */
  run(context: CommandContext): Promise<number>;
}

/** Wrong arguments: the message says which, and the usage follows it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
