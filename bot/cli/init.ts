import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { withoutMark } from '../../cards/json.ts';
import { readOwnVersion } from '../process/ownVersion.ts';
import { askYes, defineCommand } from './command.ts';
import { type FoundBot, findBot } from './findBot.ts';

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
    if (bot.namedServer !== undefined) added.push(`  ~ ${bot.namedServer}`);
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

/** The text to add to the bot's file. */
interface Addition {
  /** Added after the last import. */
  imports: string;
  /** Added at the end, or before the line after which a route has no effect. */
  lines: string[];
}

/** Writes the lines that add Genesys to a bot. */
function linesFor({ sdk, modules, server, logic, storage, adapter }: FoundBot): Addition {
  const [make, entry, option] =
    sdk === 'agents'
      ? (['createAgentConnector', 'genesys-card-bot/agents', 'agent'] as const)
      : (['createBotConnector', 'genesys-card-bot', 'logic'] as const);
  const needed = storage === undefined ? nameSdkPackage(sdk) : undefined;
  const importOf = (names: string, from: string) =>
    modules === 'ESM' ? `import { ${names} } from '${from}';` : `const { ${names} } = require('${from}');`;
  const memory = needed === undefined ? [] : [importOf('MemoryStorage as GenesysMemory', needed)];
  const imports = [
    importOf(make, entry),
    ...(modules === 'ESM' ? memory : memory.map((line) => line.replace(' as ', ': '))),
  ].join('\n');
  return {
    imports,
    lines: [
      '',
      '// Genesys Cloud: cards, buttons and texts of this bot in Web Messaging.',
      `const genesys = ${make}({`,
      "  secrets: [process.env.GENESYS_CONNECTOR_SECRET ?? ''],",
      "  bots: { id: 'my-bot', name: 'My Bot' },",
      `  ${member(option, logic)},`,
      `  ${member('storage', storage ?? 'new GenesysMemory()')},`,
      ...(adapter === undefined ? [] : [`  ${member('adapter', adapter)},`]),
      '});',
      `genesys.routes(${server.name});`,
    ],
  };
}

/** Writes a member of an object, in short form if its value has its name. */
function member(name: string, value: string): string {
  return name === value ? name : `${name}: ${value}`;
}

function nameSdkPackage(sdk: FoundBot['sdk']): string {
  return sdk === 'agents' ? '@microsoft/agents-hosting' : 'botbuilder';
}

/** Adds the lines to the source of a bot. */
function addLines({ source, server }: FoundBot, { imports, lines }: Addition): string {
  const end = source.includes('\r\n') ? '\r\n' : '\n';
  const all = source.split(/\r?\n/);
  const lastImport = all.findLastIndex((line) =>
    /^import\b.*['"];?$|^\} from ['"].*['"];?$|^(?:const|let|var) .*= require\(.*\)[;,]?$|^\} = require\(.*\);?$/.test(
      line,
    ),
  );
  all.splice(lastImport + 1, 0, ...imports.split('\n'));
  const trimmed = all.at(-1) === '' ? all.slice(0, -1) : all;
  // fastify accepts no route once it listens, and a check of the Bot Framework's token would refuse Genesys.
  const tooLate = new RegExp(
    server.kind === 'fastify'
      ? `^(?:\\S.*\\b)?${server.name}\\.listen\\(`
      : `^${server.name}\\.use\\(.*\\bauthorizeJWT\\b`,
  );
  const at = all.findIndex((line) => tooLate.test(line));
  const names = new Set(lines.join(' ').match(/\w+/g));
  const needed = all.findLastIndex((line) =>
    names.has(/^(?:export )?(?:const|let|var) (\w+)/.exec(line)?.[1] ?? ''),
  );
  if (at === -1 || needed > at) return [...trimmed, ...lines, ''].join(end);
  return [...trimmed.slice(0, at), ...lines.slice(1), '', ...trimmed.slice(at), ''].join(end);
}
