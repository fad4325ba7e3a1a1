import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { runCli } from '../../../bot/cli/runCli.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** A bot in the shape of a public sample: its package.json, its files, and what `init` must find. */
interface Shape {
  manifest: object;
  files: Record<string, string>;
  finds: RegExp;
  tries: string;
}

const echo = `class EchoBot extends ActivityHandler {
    constructor() {
        super();
        this.onMessage(async (context, next) => {
            await context.sendActivity('Echo: ' + context.activity.text);
            await next();
        });
    }
}`;
const adapter = 'const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));';

const shapes: Record<string, Shape> = {
  'botbuilder, CommonJS, restify: the echo bot': {
    manifest: {
      main: './index.js',
      scripts: { start: 'node ./index.js' },
      dependencies: { botbuilder: '~4.23.3', restify: '~12.0.0' },
    },
    files: {
      'index.js': `const path = require('path');
const restify = require('restify');
const { CloudAdapter, ConfigurationBotFrameworkAuthentication } = require('botbuilder');
const { EchoBot } = require('./bot');

const server = restify.createServer();
server.use(restify.plugins.bodyParser());
server.listen(0, '127.0.0.1');
${adapter}
const myBot = new EchoBot();
server.post('/api/messages', async (req, res) => {
    await adapter.process(req, res, (context) => myBot.run(context));
});
`,
      'bot.js': `const { ActivityHandler } = require('botbuilder');\n${echo}\nmodule.exports.EchoBot = EchoBot;\n`,
    },
    finds: /index\.js: botbuilder, JavaScript \(CommonJS\), restify as `server`/,
    tries: 'npm start',
  },
  'botbuilder, TypeScript, restify, built into lib': {
    manifest: {
      main: './lib/index.js',
      type: 'module',
      scripts: { build: 'tsc', start: 'tsc && node ./lib/index.js' },
      dependencies: { botbuilder: '4', restify: '12' },
    },
    files: {
      'src/index.ts': `import restify from 'restify';
import {
  ActivityHandler,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
} from 'botbuilder';
${echo.replace('class', '\n// Echoes.\nclass')}
const server: restify.Server = restify.createServer();
server.listen(0, '127.0.0.1', () => {});
${adapter}
const bot: EchoBot = new EchoBot();
server.post('/api/messages', async (req, res) => {
  await adapter.process(req, res, (context) => bot.run(context));
});
`,
    },
    finds: /src\/index\.ts: botbuilder, TypeScript \(ESM\), restify as `server`/,
    tries: 'npm start',
  },
  'botbuilder, CommonJS, express, no scripts': {
    manifest: { dependencies: { botbuilder: '4', express: '5' } },
    files: {
      'app.js': `'use strict';
const express = require('express');
const {
    ActivityHandler,
    CloudAdapter,
    ConfigurationBotFrameworkAuthentication
} = require('botbuilder');
${echo}
const app = express();
app.use(express.json());
${adapter}
const bot = new EchoBot();
app.post('/api/messages', (req, res) => adapter.process(req, res, (turnContext) => bot.run(turnContext)));
`,
    },
    finds: /app\.js: botbuilder, JavaScript \(CommonJS\), express as `app`/,
    tries: 'node app.js',
  },
  'botbuilder, core-bot with a storage, Windows line ends, four spaces': {
    manifest: {
      main: 'index.js',
      scripts: { start: 'node index.js' },
      dependencies: { botbuilder: '4', restify: '12' },
    },
    files: {
      'index.js': `const restify = require('restify');
const { ActivityHandler, CloudAdapter, ConfigurationBotFrameworkAuthentication, MemoryStorage, ConversationState } = require('botbuilder');
${echo}
${adapter}
const memoryStorage = new MemoryStorage();
const conversationState = new ConversationState(memoryStorage);
const bot = new EchoBot(conversationState);
const server = restify.createServer();
server.listen(0, '127.0.0.1', function() {
});
server.post('/api/messages', async (req, res) => {
    await adapter.process(req, res, (context) => bot.run(context));
});`.replaceAll('\n', '\r\n'),
    },
    finds: /index\.js: botbuilder, JavaScript \(CommonJS\), restify as `server`/,
    tries: 'npm start',
  },
  'botbuilder, ESM, fastify that listens at once': {
    manifest: {
      type: 'module',
      main: 'src/index.js',
      scripts: { start: 'node src/index.js' },
      dependencies: { botbuilder: '4', fastify: '5' },
    },
    files: {
      'src/index.js': `import Fastify from 'fastify';
import { ActivityHandler } from 'botbuilder';
${echo}
const bot = new EchoBot();
const fastify = Fastify({ logger: false });
fastify.post('/api/messages', async () => bot.run(context));
await fastify.listen({ port: 0, host: '127.0.0.1' });
`,
    },
    finds: /src\/index\.js: botbuilder, JavaScript \(ESM\), fastify as `fastify`/,
    tries: 'npm start',
  },
  'botbuilder, ESM, Hono': {
    manifest: {
      type: 'module',
      scripts: { dev: 'node --watch src/app.ts' },
      dependencies: { botbuilder: '4', hono: '4' },
    },
    files: {
      'src/app.ts': `import { Hono } from 'hono';
import { ActivityHandler } from 'botbuilder';
${echo}
export const bot = new EchoBot();
export const app = new Hono();
app.post('/api/messages', async (ctx) => ctx.json(await bot.run(ctx as never)));
`,
    },
    finds: /src\/app\.ts: botbuilder, TypeScript \(ESM\), Hono as `app`/,
    tries: 'npx tsx src/app.ts',
  },
  'the Agents SDK, TypeScript, startServer': {
    manifest: {
      type: 'module',
      main: 'dist/index.js',
      scripts: { start: 'node dist/index.js' },
      dependencies: { '@microsoft/agents-hosting': '1', '@microsoft/agents-hosting-express': '1' },
    },
    files: {
      'src/index.ts': `import { startServer } from '@microsoft/agents-hosting-express'
import { AgentApplication, MemoryStorage, type TurnState } from '@microsoft/agents-hosting'

const storage = new MemoryStorage()
const agentApp = new AgentApplication<TurnState>({ storage })
agentApp.onActivity('message', async (context) => {
  await context.sendActivity('Echo: ' + context.activity.text)
})
const agentServer = startServer(agentApp)
`,
    },
    // It names its server itself: no line of it is changed.
    finds:
      /src\/index\.ts: the Microsoft 365 Agents SDK, TypeScript \(ESM\), express as `agentServer`(?![\s\S]*~ )/,
    tries: 'npm start',
  },
  'the Agents SDK, startServer without a name': {
    manifest: {
      type: 'module',
      scripts: { start: 'node index.js' },
      dependencies: { '@microsoft/agents-hosting': '1', '@microsoft/agents-hosting-express': '1' },
    },
    files: {
      'index.js': `import { startServer } from '@microsoft/agents-hosting-express';
import { ActivityHandler } from '@microsoft/agents-hosting';
${echo}
const agent = new EchoBot();
startServer(
  agent, { port: 0 });
`,
    },
    finds: /index\.js: .*, express as `agentServer`[\s\S]*~ const agentServer = startServer\(/,
    tries: 'npm start',
  },
  'the Agents SDK, CommonJS, express': {
    manifest: {
      main: 'index.js',
      scripts: { start: 'node index.js' },
      dependencies: { '@microsoft/agents-hosting': '1', express: '5' },
    },
    files: {
      'index.js': `const express = require('express');
const { ActivityHandler, authorizeJWT, CloudAdapter, MemoryStorage } = require('@microsoft/agents-hosting');
${echo}
const agent = new EchoBot();
const app = express();
app.use(express.json());
app.use(authorizeJWT({ clientId: 'the-app' }));
app.post('/api/messages', (req, res) => new CloudAdapter({}).process(req, res, (context) => agent.run(context)));
`,
    },
    finds: /index\.js: the Microsoft 365 Agents SDK, JavaScript \(CommonJS\), express as `app`/,
    tries: 'npm start',
  },
};

/** Writes a bot into a folder of its own, in which the packages of this project are installed. */
function writeBot(t: TestContext, { manifest, files }: Pick<Shape, 'manifest' | 'files'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'init-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  write('package.json', JSON.stringify(manifest, undefined, 4));
  for (const [name, content] of Object.entries(files)) write(name, content);
  mkdirSync(join(folder, 'node_modules/@microsoft'), { recursive: true });
  for (const name of ['botbuilder', 'restify', 'express', 'fastify', 'hono', '@microsoft/agents-hosting'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  const entries = { '.': './plugin.js', './agents': './agents.js' };
  write('node_modules/genesys-card-bot/package.json', JSON.stringify({ type: 'module', exports: entries }));
  for (const entry of ['plugin', 'agents']) {
    const file = pathToFileURL(join(root, 'bot', `${entry}.ts`)).href;
    write(`node_modules/genesys-card-bot/${entry}.js`, `export * from '${file}';`);
  }
  const express = 'node_modules/@microsoft/agents-hosting-express';
  write(`${express}/package.json`, '{"main":"index.js"}');
  write(`${express}/index.js`, "exports.startServer = () => require('express')();");
  return folder;
}

async function init(args: string[], input = '') {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([text(stdout), text(stderr)]);
  // Settings of somebody else's bot are none of ours.
  const env = { PORT: 'a pipe', MicrosoftAppType: 'Wrong', npm_command: 'exec' };
  const code = await runCli(['init', ...args], {
    env,
    stdin: Readable.from([Buffer.from(input)]),
    stdout,
    stderr,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, out, err };
}

interface Endpoints {
  fetch(request: Request): Promise<Response | undefined>;
}
declare global {
  /** The bot of the test gives what `init` has added, and its server. */
  var addedByInit: ((genesys: Endpoints, server: { close?(): unknown }) => void) | undefined;
}

for (const [name, shape] of Object.entries(shapes)) {
  test(`${name}: init finds it, and the changed bot answers Genesys`, async (t) => {
    const folder = writeBot(t, shape);
    const { code, out } = await init(['--yes', '--folder', folder]);
    assert.equal(code, 0);
    assert.match(out, shape.finds);
    assert.ok(out.endsWith(`\n  npm install\n  npx genesys-card-bot try -- ${shape.tries}\n`), out);
    const manifest = readFileSync(join(folder, 'package.json'), 'utf8');
    assert.match(manifest, /\n {8}"genesys-card-bot": "\^\d/);
    assert.deepEqual(Object.keys(JSON.parse(manifest)), Object.keys(shape.manifest));

    const file = /Found in (\S+):/.exec(out)?.[1] ?? '';
    const changed = readFileSync(join(folder, file), 'utf8');
    assert.doesNotMatch(changed, /authorizeJWT\([\s\S]*genesys\.routes/);
    const server = /genesys\.routes\((\w+)\)/.exec(changed)?.[1];
    writeFileSync(join(folder, file), `${changed}\nglobalThis.addedByInit?.(genesys, ${server});\n`);
    const before = process.env.GENESYS_CONNECTOR_SECRET;
    process.env.GENESYS_CONNECTOR_SECRET = 'secret-of-the-test';
    const added = Promise.withResolvers<Endpoints>();
    globalThis.addedByInit = (genesys, server) => {
      t.after(() => void server.close?.());
      added.resolve(genesys);
    };
    t.after(() => {
      globalThis.addedByInit = undefined;
      if (before === undefined) delete process.env.GENESYS_CONNECTOR_SECRET;
      else process.env.GENESYS_CONNECTOR_SECRET = before;
    });
    await import(pathToFileURL(join(folder, file)).href);
    const genesys = await added.promise;
    const response = await genesys.fetch(
      new Request('http://localhost/api/genesys/v2/messages', {
        method: 'POST',
        headers: { authorization: 'secret-of-the-test', 'content-type': 'application/json' },
        body: JSON.stringify({
          botSessionId: 's',
          messageId: 'm',
          inputMessage: { type: 'Text', text: 'hi' },
        }),
      }),
    );
    const { replyMessages } = z
      .object({ replyMessages: z.array(z.object({ text: z.string() })) })
      .parse(await response?.json());
    assert.deepEqual(
      replyMessages.map((message) => message.text),
      ['Echo: hi'],
    );

    const again = await init(['--yes', '--folder', folder]);
    assert.match(again.out, /already added/);
    assert.equal(again.code, 0);
  });
}

test('without a yes nothing is changed, and the lines are shown', async (t) => {
  const shape = shapes['botbuilder, CommonJS, express, no scripts'];
  assert.ok(shape !== undefined);
  const folder = writeBot(t, shape);
  const { code, out } = await init(['--folder', folder], 'n\n');
  assert.equal(code, 1);
  assert.match(out, /\+ const \{ createBotConnector \} = require\('genesys-card-bot'\);/);
  assert.match(out, /\+ {3}adapter,\n/);
  assert.match(out, /\+ genesys\.routes\(app\);[\s\S]*Add this\? \[y\/N\] Nothing was changed/);
  assert.equal(readFileSync(join(folder, 'app.js'), 'utf8'), shape.files['app.js']);
});

const unknown: [what: string, bot: Pick<Shape, 'manifest' | 'files'>, says: RegExp][] = [
  [
    'another library',
    { manifest: { dependencies: { express: '5' } }, files: { 'index.js': '' } },
    /neither `botbuilder` nor/,
  ],
  ['no file', { manifest: { dependencies: { botbuilder: '4' } }, files: {} }, /no file was found/],
  [
    'no server',
    { manifest: { dependencies: { botbuilder: '4' } }, files: { 'index.js': 'bot.run(context)' } },
    /no server of restify/,
  ],
  [
    'a server inside a function',
    {
      manifest: { dependencies: { botbuilder: '4' } },
      files: { 'index.js': 'function main() {\n  const app = express();\n}' },
    },
    /at its top level/,
  ],
  [
    'no bot',
    { manifest: { dependencies: { botbuilder: '4' } }, files: { 'index.js': 'const app = express();\n' } },
    /has no bot at its top level/,
  ],
];
for (const [what, bot, says] of unknown) {
  test(`init says what it does not find: ${what}`, async (t) => {
    const folder = writeBot(t, bot);
    const { code, err } = await init(['--yes', '--folder', folder]);
    assert.equal(code, 1);
    assert.match(err, says);
    assert.match(err, /docs\/plugin\.md shows the lines/);
  });
}

test('try starts the stand-in for Genesys and the bot with a secret at its PORT, and ends with the bot', async () => {
  const stdout = new PassThrough();
  const said = text(stdout);
  // The options of the bot's own command are its own: 48 characters, and 4 arguments.
  const script = 'process.exit(process.env.GENESYS_CONNECTOR_SECRET.length + process.argv.length - 1)';
  const ownOptions = ['--', '--org', 'acme', '--help', '-h'];
  const io = {
    env: { ...process.env, GENESYS_CONNECTOR_SECRET: undefined, PORT: '3111' },
    stdin: Readable.from([]),
    stdout,
    stderr: stdout,
  };
  const code = await runCli(['try', '--port', '0', '--', process.execPath, '-e', script, ...ownOptions], io);
  stdout.end();
  assert.match(
    await said,
    /^Open http:\/\/127\.0\.0\.1:\d+\/\?route=v2 and write to your bot at http:\/\/127\.0\.0\.1:3111\.\n$/,
  );
  assert.equal(code, 52);
});
