import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { ActivityHandler, MemoryStorage } from 'botbuilder';
import restify from 'restify';
import {
  type BotConnector,
  type BotConnectorOptions,
  createBotConnector,
} from '../../../../bot/channels/botConnector/botbuilder.ts';
import { checkOptions } from '../../../../bot/channels/botConnector/createEndpoints.ts';
import type { RouteTarget } from '../../../../bot/channels/botConnector/http/servers.ts';
import { codeOf } from '../../../../cards/errors.ts';
import { call, post, requestBody, secret } from './startConnector.ts';

const require = createRequire(import.meta.url);

class EchoBot extends ActivityHandler {
  constructor() {
    super();
    this.onMessage(async (context, next) => {
      await context.sendActivity(`You said: ${context.activity.text}`);
      await next();
    });
  }
}

function connectorOf(more: Partial<BotConnectorOptions> = {}): BotConnector {
  const bot = new EchoBot();
  return createBotConnector({
    secrets: [secret],
    bots: { id: 'echo', name: 'Echo' },
    logic: (context) => bot.run(context),
    storage: new MemoryStorage(),
    events: {},
    ...more,
  });
}

async function listen(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** An express application as the samples make one, with or without its parser of bodies. */
function startExpress(name: 'express' | 'express4', parses: boolean) {
  return async (t: TestContext, genesys: BotConnector): Promise<string> => {
    const express = require(name);
    const app: RequestListener & RouteTarget = express();
    if (parses) Reflect.apply(Reflect.get(app, 'use'), app, [express.json()]);
    genesys.routes(app);
    return listen(t, app);
  };
}

async function startFastify(t: TestContext, genesys: BotConnector): Promise<string> {
  const { fastify } = await import('fastify');
  const app = fastify();
  genesys.routes(app);
  t.after(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

async function startHono(t: TestContext, genesys: BotConnector): Promise<string> {
  const { Hono } = await import('hono');
  const app = new Hono();
  genesys.routes(app);
  return startFetch(t, async (request) => app.fetch(request));
}

async function startRestify(t: TestContext, genesys: BotConnector): Promise<string> {
  const server = restify.createServer();
  server.use(restify.plugins.bodyParser());
  genesys.routes(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** A server of the fetch kind on Node's own. */
function startFetch(
  t: TestContext,
  handle: (request: Request) => Promise<Response | undefined>,
): Promise<string> {
  return listen(t, async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const request = new Request(`http://localhost${incoming.url}`, {
      method: incoming.method ?? 'GET',
      headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    const response = (await handle(request)) ?? new Response('nothing here', { status: 404 });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(await response.text());
  });
}

const servers: [name: string, start: (t: TestContext, genesys: BotConnector) => Promise<string>][] = [
  ['restify', startRestify],
  ['express 5', startExpress('express', false)],
  ['express 5 with its parser', startExpress('express', true)],
  ['express 4', startExpress('express4', false)],
  ['express 4 with its parser', startExpress('express4', true)],
  ['fastify', startFastify],
  ['Hono', startHono],
  ['fetch', (t, genesys) => startFetch(t, (request) => genesys.fetch(request))],
];
for (const [name, start] of servers) {
  test(`the routes work on ${name}`, async (t) => {
    const url = await start(t, connectorOf());
    for (const route of ['v1', 'v2'] as const) {
      const { status, body, headers } = await call(url, route, { text: 'hi', correlationId: 'c-1' });
      assert.deepEqual([status, body.replyMessages[0].text], [200, 'You said: hi']);
      assert.equal(headers.get('ININ-Correlation-Id'), 'c-1');
    }
    const authorization = `Bearer ${secret}`;
    const list = await fetch(`${url}/api/genesys/v2/bots`, { headers: { authorization } });
    assert.equal(list.status, 200);
    const one = await fetch(`${url}/api/genesys/v2/bots/echo`, { headers: { authorization } });
    assert.deepEqual([one.status, JSON.parse(await one.text()).name], [200, 'Echo']);
    assert.equal(
      (await fetch(`${url}/api/genesys/v2/bots/other`, { headers: { authorization } })).status,
      404,
    );
    assert.equal((await fetch(`${url}/other`, { headers: { authorization } })).status, 404);
    const messages = `${url}/api/genesys/v2/messages`;
    const stranger = await post(messages, JSON.stringify(requestBody('v2', { text: 'hi' })), {});
    assert.equal(stranger.status, 401);
    const wrong = await post(messages, JSON.stringify({ inputMessage: 7 }), { authorization });
    assert.deepEqual([wrong.status, wrong.body.code], [400, 'activity.invalid']);
  });
}

const noServers: [what: string, server: unknown][] = [
  ['nothing', undefined],
  ["Node's own server", createServer()],
  ['an object with two routes', { get: () => {}, post: () => {} }],
  ['a koa application', { use: () => {}, callback: () => {} }],
  ['a text', 'server'],
];
for (const [what, server] of noServers) {
  test(`${what} is refused as a server, in words`, () => {
    const genesys = connectorOf();
    assert.throws(
      // As plain JavaScript gives it.
      () => Reflect.apply(genesys.routes, genesys, [server]),
      (error) => codeOf(error) === 'config.invalid' && /restify 8 to 12/.test(JSON.stringify(error)),
    );
  });
}

const wrongOptions: [what: string, options: Record<string, unknown>, says: RegExp][] = [
  ['no logic', { logic: undefined }, /`logic` is missing/],
  ['a bot in place of its handler', { logic: new EchoBot() }, /`logic` is missing/],
  ['no storage', { storage: undefined }, /`storage` is missing/],
  ['something else as storage', { storage: new Map() }, /`storage` is missing/],
  ['a secret that is no list', { secrets: 'secret' }, /`secrets` must be a list/],
  ['no secrets', { secrets: undefined }, /`secrets` must be a list/],
  ['a list with nothing in it', { secrets: [undefined] }, /`secrets` must be a list/],
  ['a bot without a name', { bots: { id: 'echo' } }, /name/],
  ['an empty list of bots', { bots: [] }, /bots/],
  [
    'two bots of one id',
    {
      bots: [
        { id: 'a', name: 'A' },
        { id: 'a', name: 'B' },
      ],
    },
    /same id twice/,
  ],
  ['a bot with an unknown key', { bots: { id: 'a', name: 'A', versoins: [] } }, /versoins/],
  ['a number as bots', { bots: [7] }, /bots/],
  [
    'an intent that is not in the list',
    {
      bots: {
        id: 'a',
        name: 'A',
        versions: [
          {
            version: '1',
            languages: ['en'],
            turnIntents: ['x', 'y'],
            endIntent: 'gone',
            handOff: { intent: 'x', alsoFor: [] },
            intents: [
              { name: 'x', entities: [] },
              { name: 'y', entities: [] },
            ],
          },
        ],
      },
    },
    /is not one of the intents/,
  ],
  ['a file that is not there', { bots: './no-such-bots.json' }, /no-such-bots/],
];
for (const [what, options, says] of wrongOptions) {
  test(`${what} is one clear error at the start`, () => {
    const given = { secrets: [secret], logic: async () => {}, storage: new MemoryStorage(), ...options };
    assert.throws(
      () => Reflect.apply(createBotConnector, undefined, [given]),
      (error) => {
        assert.equal(codeOf(error), 'config.invalid');
        assert.match(`${error} ${JSON.stringify(error)}`, says);
        return true;
      },
    );
  });
}

for (const [version, isTooOld] of [
  ['20.20.2', true],
  ['22.15.1', true],
  ['22.16.0', false],
  ['24.21.0', false],
  ['26.0.0', false],
] as const) {
  test(`Node ${version} is ${isTooOld ? 'refused in one clear sentence' : 'new enough'}`, () => {
    const check = () => checkOptions({ secrets: [secret], storage: new MemoryStorage() }, version);
    if (isTooOld) assert.throws(check, new RegExp(`needs Node 22.16 or newer. This is v${version}`));
    else check();
  });
}

test('of a bot, id and name are enough: it goes on, ends and hands over', async (t) => {
  const genesys = connectorOf({
    bots: [{ id: 'echo', name: 'Echo' }],
    logic: async (context) => {
      const { text } = context.activity;
      if (text === 'person') await context.sendActivity({ type: 'event', name: 'handoff.initiate' });
      else if (text === 'bye') await context.sendActivity({ type: 'endOfConversation' });
    },
  });
  const url = await startFetch(t, (request) => genesys.fetch(request));
  const told = [];
  for (const text of ['hi', 'person', 'bye']) {
    const { body } = await call(url, 'v2', { text, sessionId: text });
    told.push([body.botState, body.intent]);
  }
  assert.deepEqual(told, [
    ['MoreData', 'turn-odd'],
    ['Complete', 'handoff'],
    ['Complete', 'done'],
  ]);
});

test('without events, failures and refusals are told on the console, with the stack', async (t) => {
  const lines: unknown[][] = [];
  t.mock.method(console, 'error', (...line: unknown[]) => lines.push(line));
  t.mock.method(console, 'warn', (...line: unknown[]) => lines.push(line));
  const genesys = connectorOf({ events: undefined, logic: async () => Promise.reject(new Error('broken')) });
  const url = await startFetch(t, (request) => genesys.fetch(request));
  await call(url, 'v2', { text: 'hi' });
  await post(`${url}/api/genesys/v2/messages`, '{}', {});
  const [failed, refused] = lines;
  assert.match(String(failed?.[0]), /a turn by v2 failed/);
  assert.match(String(failed?.[1] instanceof Error && failed[1].stack), /broken[\s\S]*servers\.test/);
  assert.match(String(refused?.[0]), /refused: 401/);
});
