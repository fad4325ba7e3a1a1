import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { withoutMark } from '../../cards/json.ts';
import { readOwnVersion } from '../process/ownVersion.ts';
import { askYes } from './askYes.ts';
import { defineCommand } from './command.ts';
import { findBot } from './init/findBot.ts';
import { addLines, linesFor } from './init/linesFor.ts';

/** `init`: adds Genesys to the bot in the current folder, after a yes. */
export const init = defineCommand({
  options: { yes: { type: 'boolean', default: false }, folder: { type: 'string', default: '.' } },
  async run({ values: { yes, folder } }, context) {
    const { stdout } = context;
    const bot = findBot(folder);
    const { file, sdk, modules, server } = bot;
    const language = file.endsWith('ts') ? 'TypeScript' : 'JavaScript';
    const library = sdk === 'agents' ? 'the Microsoft 365 Agents SDK' : 'botbuilder';
    const tryIt = `npx genesys-card-bot try -- ${bot.command}`;
    stdout.write(
      `Found in ${file}: ${library}, ${language} (${modules}), ${server.kind} as \`${server.name}\`.\n`,
    );
    if (bot.source.includes('genesys-card-bot')) {
      stdout.write(`Genesys is already added. Try it: ${tryIt}\n`);
      return 0;
    }
    const addition = linesFor(bot);
    const added = [...addition.imports.split('\n'), ...addition.lines].map((line) => `  + ${line}`.trimEnd());
    stdout.write(`\nTo be added to ${file}:\n${added.join('\n')}\nand genesys-card-bot to package.json.\n\n`);
    if (!yes && !(await askYes('Add this?', context))) {
      stdout.write('Nothing was changed.\n');
      return 1;
    }
    writeFileSync(join(folder, file), addLines(bot, addition));
    addDependency(join(folder, 'package.json'));
    stdout.write(`${file} and package.json are changed. Next:\n  npm install\n  ${tryIt}\n`);
    return 0;
  },
});

/** Adds this package to the dependencies, if it is not among them. */
function addDependency(path: string): void {
  const text = withoutMark(readFileSync(path, 'utf8'));
  const manifest = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  const dependencies = z.record(z.string(), z.string()).parse(manifest.dependencies ?? {});
  if (dependencies['genesys-card-bot'] !== undefined) return;
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
  const changed = {
    ...manifest,
    dependencies: { ...dependencies, 'genesys-card-bot': `^${readOwnVersion()}` },
  };
  writeFileSync(path, `${JSON.stringify(changed, undefined, indent)}\n`);
}
