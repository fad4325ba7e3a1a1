import { CodedError } from '../../cards/errors.ts';
import { ownTemplatesDir } from '../../cards/templates/loadTemplates.ts';
import { readConfig } from '../config.ts';
import { loadEnvFile } from '../envFile.ts';
import { bots } from './bots.ts';
import { check } from './check.ts';
import { type Command, UsageError } from './command.ts';
import { lint } from './lint.ts';
import { list } from './list.ts';
import { audit, deadLetters, replay, show, status } from './operator.ts';
import { paint } from './paint.ts';
import { preview } from './preview.ts';
import { publishCommand } from './publish.ts';

const commands: Readonly<Record<string, Command>> = {
  list,
  lint,
  preview,
  check,
  publish: publishCommand,
  status,
  'dead-letters': deadLetters,
  show,
  replay,
  audit,
  bots,
};

function help(): string {
  const rows = Object.values(commands).map(({ usage, summary }) => `  ${usage}\n      ${summary}`);
  return `Usage: npm run cards -- COMMAND\n\n${rows.join('\n')}\n\nTemplates: the project's own, and those of CARD_TEMPLATES_DIR. Cards: the store of the bot with the same settings\n(DATABASE_URL, else DATA_DIR); the bot may be running.\n`;
}

async function main(): Promise<number> {
  const { stdin, stdout, stderr, env } = process;
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    stderr.write(`There is no command of this name.\n\n${help()}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(`Usage: npm run cards -- ${command.usage}\n\n${command.summary}\n`);
    return 0;
  }
  try {
    loadEnvFile();
    const { cards, databaseUrl, dataDir } = readConfig(env);
    const templateDirs =
      cards.templatesDir === undefined ? [ownTemplatesDir] : [ownTemplatesDir, cards.templatesDir];
    return await command.run({
      args,
      env,
      stdin,
      stdout,
      stderr,
      templateDirs,
      policy: cards.policy,
      store: { databaseUrl, dataDir },
    });
  } catch (error) {
    if (error instanceof UsageError || isParseArgsError(error)) {
      stderr.write(`${error.message}\nUsage: npm run cards -- ${command.usage}\n`);
      return 2;
    }
    if (!(error instanceof CodedError)) throw error;
    stderr.write(`${paint('red', error.code, stderr)}: ${error.message}\n  hint: ${error.hint}\n`);
    return 1;
  }
}

function isParseArgsError(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

// A reader such as `head` that closes the pipe early is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await main();
