import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../../cards/errors.ts';
import { withoutMark } from '../../cards/json.ts';

/** A bot in a folder, as far as the lines to add depend on it. */
export interface FoundBot {
  /** The file that starts the bot, relative to the folder. */
  file: string;
  /** The text of the file, in which a server that `startServer` returns has a name. */
  source: string;
  /** The line that gives the server a name, when the file had none. */
  namedServer: string | undefined;
  sdk: 'botbuilder' | 'agents';
  modules: 'ESM' | 'CommonJS';
  /** Name and kind of the server, at the top level of the file. */
  server: { name: string; kind: ServerKind };
  /** The expression that runs a turn (botbuilder), or the agent. */
  logic: string;
  /** Name of the bot's storage, when the file has one at its top level. */
  storage: string | undefined;
  /** Name of the bot's adapter for other channels, when the file has one at its top level. */
  adapter: string | undefined;
  /** How the bot is started, such as `node index.js`. */
  command: string;
}

type ServerKind = 'restify' | 'express' | 'fastify' | 'Hono';

const manifestSchema = z.looseObject({
  type: z.string().optional(),
  main: z.string().optional(),
  scripts: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
});

/** Usual entry files, when package.json names none. */
const usualFiles = ['src/index.ts', 'index.ts', 'src/app.ts', 'app.ts', 'index.js', 'src/index.js', 'app.js'];

const servers: [kind: ServerKind, made: RegExp][] = [
  ['restify', /^(?:export )?(?:const|let|var) (\w{1,100})[^=\n]{0,200}= {0,9}restify\.createServer\(/m],
  ['fastify', /^(?:export )?(?:const|let|var) (\w{1,100})[^=\n]{0,200}= {0,9}(?:await )?[Ff]astify\(/m],
  ['Hono', /^(?:export )?(?:const|let|var) (\w{1,100})[^=\n]{0,200}= {0,9}new Hono\b/m],
  ['express', /^(?:export )?(?:const|let|var) (\w{1,100})[^=\n]{0,200}= {0,9}(?:express\(|startServer\()/m],
];

/**
 * Finds the SDK, server, logic, storage and adapter of the bot in a folder.
 *
 * @throws CodedError `config.invalid` that names the missing part and where `init` searched for it
 */
export function findBot(folder: string): FoundBot {
  const manifest = readManifest(folder);
  const { dependencies } = manifest;
  const sdk =
    dependencies['@microsoft/agents-hosting'] === undefined
      ? dependencies.botbuilder === undefined
        ? undefined
        : 'botbuilder'
      : 'agents';
  if (sdk === undefined)
    throw createNotFoundError(
      'package.json has neither `botbuilder` nor `@microsoft/agents-hosting` as a dependency',
    );
  const file = entryOf(folder, manifest);
  const { source, namedServer } = nameServer(readFileSync(join(folder, file), 'utf8'));
  const server = servers.flatMap(([kind, made]) => {
    const name = made.exec(source)?.[1];
    return name === undefined ? [] : [{ kind, name }];
  })[0];
  if (server === undefined) {
    throw createNotFoundError(
      `${file} makes no server of restify, express, fastify or Hono at its top level, such as \`const server = express()\``,
    );
  }
  const logic = sdk === 'agents' ? agentIn(source) : botIn(source);
  if (logic === undefined) {
    throw createNotFoundError(
      sdk === 'agents'
        ? `${file} has no agent at its top level, such as \`const agent = new AgentApplication(…)\``
        : `${file} has no bot at its top level that it runs, such as \`bot.run(context)\``,
    );
  }
  const isEsm = file.endsWith('.mts') || file.endsWith('.mjs') || /^import .*['"]/m.test(source);
  const modules = isEsm && !/^(?:const|var) .*= require\(/m.test(source) ? 'ESM' : 'CommonJS';
  const storage = madeIn(source, /\w{0,60}Storage/);
  const adapter = madeIn(source, /CloudAdapter/);
  const command = commandOf(manifest, file);
  return { file, source, namedServer, sdk, modules, server, logic, storage, adapter, command };
}

/** Names the server of a line such as `startServer(agent)`, so that another line can use it. */
function nameServer(source: string): Pick<FoundBot, 'source' | 'namedServer'> {
  const named = source.replace(/^startServer\(/m, 'const agentServer = startServer(');
  const line = /^const agentServer = startServer\(.*/m.exec(named)?.[0];
  return { source: named, namedServer: named === source ? undefined : line };
}

/** Name of the first object of a class that a file makes at its top level. */
function madeIn(source: string, className: RegExp): string | undefined {
  const made = new RegExp(
    `^(?:const|let|var) (\\w{1,100})[^=\n]{0,200}= {0,9}new ${className.source}\\(`,
    'm',
  );
  return made.exec(source)?.[1];
}

type Manifest = z.infer<typeof manifestSchema>;

function readManifest(folder: string): Manifest {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) throw createNotFoundError('there is no package.json in this folder');
  try {
    return manifestSchema.parse(JSON.parse(withoutMark(readFileSync(path, 'utf8'))));
  } catch {
    throw createNotFoundError('package.json cannot be read');
  }
}

/** The entry file of the bot: TypeScript, even if package.json names the built JavaScript. */
function entryOf(folder: string, { main, scripts }: Manifest): string {
  const started = Object.values(scripts).flatMap((script) =>
    [...script.matchAll(/[\w./-]{1,300}\.[cm]?[jt]s\b/g)].map(([name]) => name),
  );
  const named = [main, ...started].flatMap((name) => (name === undefined ? [] : [name.replace(/^\.\//, '')]));
  const sources = named.flatMap((name) => {
    const typed = name.replace(/\.([cm]?)js$/, '.$1ts');
    return [
      typed,
      typed.replace(/^(?:dist|lib|build|out)\//, 'src/'),
      typed.replace(/^(?:dist|lib|build|out)\//, ''),
      name,
    ];
  });
  const isBuilt = (name: string) => /^(?:dist|lib|build|out)\//.test(name) && name.endsWith('js');
  const found = [...sources, ...usualFiles].find((name) => !isBuilt(name) && existsSync(join(folder, name)));
  if (found === undefined)
    throw createNotFoundError(`no file was found that starts the bot: ${usualFiles.join(', ')}`);
  return found;
}

/** The expression that runs a turn, found by the bot's own call of it. */
function botIn(source: string): string | undefined {
  const name = /\b(\w+)\.run\((?:context|turnContext|ctx)\b/.exec(source)?.[1];
  return name !== undefined && isTopLevel(source, name) ? `(context) => ${name}.run(context)` : undefined;
}

function agentIn(source: string): string | undefined {
  const started =
    /\bstartServer\(\s*(\w+)/.exec(source)?.[1] ??
    /\b(\w+)\.run\((?:context|turnContext|ctx)\b/.exec(source)?.[1];
  const made =
    /^(?:export )?(?:const|let|var) (\w{1,100})[^=\n]{0,200}= {0,9}new (?:AgentApplication|\w{0,60}(?:Agent|Bot))\b/m.exec(
      source,
    )?.[1];
  return [started, made].find((name) => name !== undefined && isTopLevel(source, name));
}

/** Says whether a name is declared at the top level, where a line at the end of the file can use it. */
function isTopLevel(source: string, name: string): boolean {
  return new RegExp(
    `^(?:export )?(?:const|let|var) ${name}\\b|^import .*\\b${name}\\b|^(?:const|let|var) \\{.*\\b${name}\\b.*\\}`,
    'm',
  ).test(source);
}

/** The command that starts the bot. */
function commandOf({ scripts }: Manifest, file: string): string {
  if (scripts.start !== undefined) return 'npm start';
  return file.endsWith('ts') ? `npx tsx ${file}` : `node ${file}`;
}

function createNotFoundError(what: string): CodedError {
  return new CodedError('config.invalid', `init cannot find its way in this folder: ${what}.`, {
    hint: 'docs/plugin.md shows the lines to add by hand.',
  });
}
