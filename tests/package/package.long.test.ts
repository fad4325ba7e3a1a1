import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { startFakeBot } from '../sandbox/fakeBot.ts';
import { createEmptyProject, type EmptyProject, packPlugin } from './emptyProject.ts';

const { execPath } = process;

/** Versions of TypeScript, each installed under a name of its own. */
const compilers = [
  ['ts50', '5.0.4'],
  ['ts54', '5.4.5'],
  ['ts59', '5.9.3'],
  ['ts7', '7.0.2'],
] as const;

/** How a project's modules are resolved, and the endings of files that then are ES modules or CommonJS. */
const resolutions = [
  { module: 'commonjs', resolution: 'node10', endings: ['ts'] },
  { module: 'node16', resolution: 'node16', endings: ['mts', 'cts'] },
  { module: 'nodenext', resolution: 'nodenext', endings: ['mts', 'cts'] },
  { module: 'esnext', resolution: 'bundler', endings: ['mts'] },
] as const;

/** Uses of the package. Each is assigned to `never`, which is an error unless its type is lost: an `any` fits. */
const uses = [
  ...['createBotConnector', 'cardAttachment', 'createCardRegistry', 'createTestClient', 'cardTools'],
  ...['convertActivity', 'new CardMiddleware({ registry: createCardRegistry() })', 'createAgentConnector'],
  ...['agentTools', 'order.conversationId', 'order.fields', 'request.templateId'],
];
const source = `
import { CardMiddleware, cardAttachment, cardTools, convertActivity, createBotConnector, createCardRegistry,
  createTestClient, type CardOrder, type CardRequest } from 'genesys-card-bot';
import { cardTools as agentTools, createAgentConnector } from 'genesys-card-bot/agents';
const request: CardRequest = { templateId: 't', fields: {} };
const order: CardOrder = { conversationId: 'c', templateId: 't', fields: {} };
${uses.map((use, i) => `const never${i}: never = ${use};`).join('\n')}
`;

/** The package as a stranger gets it: packed, and installed beside both SDKs in an empty project. */
describe('the packed package', () => {
  let project: EmptyProject;
  let packed = '';

  before(async () => {
    project = createEmptyProject('commonjs');
    packed = await packPlugin(project.folder);
    await project.install('botbuilder@4.23.3', '@microsoft/agents-hosting@1.8.1', packed);
    await project.install('publint@0.3.25', '@arethetypeswrong/cli@0.18.5');
    await project.install(...compilers.map(([name, version]) => `${name}@npm:typescript@${version}`));
    for (const ending of ['ts', 'mts', 'cts']) project.write(`uses.${ending}`, source);
  });
  after(() => project?.remove());

  it('is what publint and arethetypeswrong expect', async () => {
    await project.run('npx', 'publint', packed, '--strict');
    await project.run('npx', 'attw', packed, '--profile', 'node16');
  });

  it('is the same whether it is required or imported, and an import warns of nothing', async () => {
    project.write(
      'same.mjs',
      `import { createBotConnector } from 'genesys-card-bot';
      import { createAgentConnector } from 'genesys-card-bot/agents';
      import { createRequire } from 'node:module';
      process.on('warning', (warning) => { throw warning; });
      const require = createRequire(import.meta.url);
      const isSame = require('genesys-card-bot').createBotConnector === createBotConnector
        && require('genesys-card-bot/agents').createAgentConnector === createAgentConnector;
      process.exitCode = isSame ? 0 : 1;`,
    );
    await project.run(execPath, 'same.mjs');
  });

  it('verifies a bot in another language', async (t) => {
    const versions = [{ version: '1', supportedLanguages: ['en'], intents: [{ name: 'a' }] }];
    const entities = [{ id: 'b', name: 'B', provider: 'P', versions }];
    const bot = await startFakeBot(({ method }) => ({
      json: method === 'GET' ? { entities } : { botState: 'MoreData' },
    }));
    t.after(() => bot.close());
    const command = join('node_modules', 'genesys-card-bot', 'lib', 'bot', 'cli', 'main.js');
    const printed = await project.run(
      execPath,
      command,
      'verify',
      '--bot',
      bot.url,
      '--route',
      'v2',
      '--json',
    );
    assert.equal(z.object({ passed: z.boolean() }).parse(JSON.parse(printed)).passed, true);
  });

  it('names its commands as the project that installed it calls them', () => {
    const folder = join(project.folder, 'node_modules', 'genesys-card-bot', 'lib');
    const named = globSync('**/*.{js,cjs,html,d.ts,d.cts}', { cwd: folder }).filter((file) =>
      /npm run (?:cards|studio)/.test(readFileSync(join(folder, file), 'utf8')),
    );
    assert.deepEqual(named, []);
  });

  /** What each command says in a project that has none of the packages that some commands need. */
  const commands: [command: string, env: Record<string, string>, says: RegExp][] = [
    ['lint', {}, /ok {2}\d+ templates/],
    ['list', {}, /order-status-v2/],
    ['preview order-status-v2', {}, /"templateId": "order-status-v2"/],
    ['types -', {}, /interface GenesysCardTemplates/],
    ['init --yes', {}, /docs\/plugin\.md shows the lines/],
    ['picture order-status-v2', {}, /npm install --save-dev playwright-core/],
    ['dead-letters', {}, /Start the bot once/],
    ['dead-letters', { DATABASE_URL: 'postgres://127.0.0.1:1/none' }, /npm install pg pg-boss/],
    ['mcp', {}, /npm install --save-dev @modelcontextprotocol\/sdk/],
    ['studio', {}, /Name the folder of your templates/],
    ['nonsense', {}, /Unknown command/],
  ];
  for (const [command, env, says] of commands) {
    it(`answers ${Object.keys(env).join()} npx genesys-card-bot ${command}`, async () => {
      const line = ['npx', 'genesys-card-bot', ...command.split(' ')];
      // npx starts the Node that is first in PATH, which may be another one than that of the test.
      const script = `const { spawnSync } = require('node:child_process');
        const { delimiter, dirname } = require('node:path');
        const PATH = dirname(process.execPath) + delimiter + process.env.PATH;
        const [command, ...args] = ${JSON.stringify(line)};
        const env = { ...process.env, PATH, ...${JSON.stringify(env)} };
        const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env, shell: process.platform === 'win32' });
        process.stdout.write(stdout + stderr);`;
      assert.match(await project.run(execPath, '-e', script), says);
    });
  }

  const compile = async (name: string, ...flags: string[]) => {
    const compiler = join('node_modules', name, 'bin', 'tsc');
    const all = ['--noEmit', '--strict', '--target', 'es2022', ...flags];
    // The compiler ends with exit code 2, because each use is an error.
    return await project.run(execPath, compiler, ...all).catch((error) => String(error.stdout));
  };
  for (const [name, version] of compilers) {
    for (const { module, resolution, endings } of resolutions) {
      // TypeScript 7 has no such resolution.
      if (name === 'ts7' && resolution === 'node10') continue;
      it(`has types for TypeScript ${version}, module ${module}, resolution ${resolution}`, async () => {
        const how = ['--skipLibCheck', '--module', module, '--moduleResolution', resolution];
        const printed = await compile(name, ...how, ...endings.map((ending) => `uses.${ending}`));
        const errors = printed.match(/error TS\d+/g) ?? [];
        assert.deepEqual(errors, Array(uses.length * endings.length).fill('error TS2322'), printed);
      });
    }
  }

  it('has types without a fault of their own where a project checks those of its libraries', async () => {
    const printed = await compile('ts7', '--module', 'nodenext', 'uses.mts', 'uses.cts');
    const own = printed.split('\n').filter((line) => line.includes('node_modules/genesys-card-bot/'));
    assert.deepEqual(own, []);
    assert.match(printed, /TS2322/);
  });
});
