import type { FoundBot } from './findBot.ts';

/** What is added to the bot's file. */
export interface Addition {
  /** Goes behind the last import. */
  imports: string;
  /** Goes to the end, or before the line after which a route is too late. */
  lines: string[];
}

/** The lines that add Genesys to a bot. */
export function linesFor({ sdk, modules, server, logic, storage, adapter }: FoundBot): Addition {
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

/** A member of an object, short where its value has its name. */
function member(name: string, value: string): string {
  return name === value ? name : `${name}: ${value}`;
}

function nameSdkPackage(sdk: FoundBot['sdk']): string {
  return sdk === 'agents' ? '@microsoft/agents-hosting' : 'botbuilder';
}

/** Adds the lines to the source of a bot. */
export function addLines({ source, server }: FoundBot, { imports, lines }: Addition): string {
  const end = source.includes('\r\n') ? '\r\n' : '\n';
  const all = source.split(/\r?\n/);
  const lastImport = all.findLastIndex((line) =>
    /^import\b.*['"];?$|^\} from ['"].*['"];?$|^(?:const|let|var) .*= require\(.*\)[;,]?$|^\} = require\(.*\);?$/.test(
      line,
    ),
  );
  all.splice(lastImport + 1, 0, ...imports.split('\n'));
  const trimmed = all.at(-1) === '' ? all.slice(0, -1) : all;
  // fastify takes no route once it listens, and a check of the Bot Framework's token would refuse Genesys.
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
