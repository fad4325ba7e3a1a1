// Run in a stranger's project: node oneServer.mjs KIND LIBRARY. Starts that server with the routes, sends it a sentence, and prints "works".
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { ActivityHandler, MemoryStorage } from 'botbuilder';
import { createBotConnector } from 'genesys-card-bot';

const require = createRequire(import.meta.url);
const [kind, library] = process.argv.slice(2);

const bot = new ActivityHandler();
bot.onMessage(async (context, next) => {
  await context.sendActivity(`You said: ${context.activity.text}`);
  await next();
});
const genesys = createBotConnector({
  secrets: ['secret'],
  bots: { id: 'echo', name: 'Echo' },
  logic: (context) => bot.run(context),
  storage: new MemoryStorage(),
});

const listen = async (server) => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
};

/** Starts a server of each kind; returns its port. */
const starts = {
  async restify() {
    const restify = require(library);
    const server = restify.createServer();
    server.use(restify.plugins.bodyParser());
    genesys.routes(server);
    return listen(server);
  },
  async express() {
    const express = require(library);
    const app = express();
    app.use(express.json());
    genesys.routes(app);
    return listen(createServer(app));
  },
  async fastify() {
    const app = require(library).fastify();
    genesys.routes(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server.address().port;
  },
  async hono() {
    const { Hono } = await import(library);
    const { serve } = await import('@hono/node-server');
    const app = new Hono();
    genesys.routes(app);
    return new Promise((resolve) => serve({ fetch: app.fetch, port: 0 }, ({ port }) => resolve(port)));
  },
  async fetch() {
    const { serve } = await import('@hono/node-server');
    const handle = async (request) => (await genesys.fetch(request)) ?? new Response(null, { status: 404 });
    return new Promise((resolve) => serve({ fetch: handle, port: 0 }, ({ port }) => resolve(port)));
  },
};

const base = `http://127.0.0.1:${await starts[kind]()}/api/genesys/v2`;
const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
const list = await (await fetch(`${base}/bots`, { headers })).json();
const { id, versions } = list.entities[0];
const body = JSON.stringify({
  botId: id,
  botVersion: versions[0].version,
  botSessionId: '0f9f7b5c-7b1e-4f8e-9d49-0d7e0a7c9c11',
  messageId: 'm-1',
  inputMessage: { type: 'Text', text: 'hi' },
  genesysConversationId: '8d8e0a4e-1111-4f8e-9d49-0d7e0a7c9c22',
  languageCode: 'en-us',
});
const response = await fetch(`${base}/messages`, { method: 'POST', headers, body });
const answer = await response.text();
process.stdout.write(`${answer.includes('You said: hi') ? 'works' : `${response.status} ${answer}`}\n`, () =>
  process.exit(),
);
