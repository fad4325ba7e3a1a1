import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import type { Server } from 'node:http';
import { registerHooks } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..');
const secret = 'secret-of-the-examples';

const examples = globSync('examples/*/package.json', { cwd: root })
  .map((file) => dirname(file))
  .sort();

test('there is an example of each kind', () => {
  assert.deepEqual(
    examples.map((folder) => folder.replaceAll('\\', '/')),
    [
      'examples/agents-typescript',
      'examples/botbuilder-commonjs-express',
      'examples/botbuilder-typescript-restify',
    ],
  );
});

/** Starts an example on a free port; where it is installed, the package is a package. */
async function start(folder: string): Promise<Server> {
  const entries = new Map([
    ['genesys-card-bot', 'plugin.ts'],
    ['genesys-card-bot/agents', 'agents.ts'],
  ]);
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const entry = entries.get(specifier);
      if (entry === undefined) return next(specifier, context);
      const file = join(root, 'bot', entry);
      return next(context.conditions.includes('require') ? file : pathToFileURL(file).href, context);
    },
  });
  const before = { PORT: process.env.PORT, GENESYS_CONNECTOR_SECRET: process.env.GENESYS_CONNECTOR_SECRET };
  Object.assign(process.env, { PORT: '0', GENESYS_CONNECTOR_SECRET: secret });
  try {
    const file = ['index.ts', 'index.js']
      .map((name) => join(root, folder, name))
      .find((one) => existsSync(one));
    const { server }: { server: Server } = await import(pathToFileURL(file ?? '').href);
    if (!server.listening) await once(server, 'listening');
    return server;
  } finally {
    hooks.deregister();
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

for (const folder of examples) {
  test(`${folder} shows a card with a button and hands over to a person`, async (t) => {
    const server = await start(folder);
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    // Bound by `listen`, so the address is not that of a pipe.
    const { port } = server.address() as AddressInfo;
    let message = 0;
    const say = async (text: string, payload?: string) => {
      message += 1;
      const buttonResponse = { type: 'Button', text, payload };
      const response = await fetch(`http://127.0.0.1:${port}/api/genesys/v2/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          botSessionId: 'session',
          genesysConversationId: 'conversation',
          messageId: `message-${message}`,
          languageCode: 'en-us',
          inputMessage:
            payload === undefined
              ? { type: 'Text', text }
              : { type: 'Structured', text, content: [{ contentType: 'ButtonResponse', buttonResponse }] },
        }),
      });
      assert.equal(response.status, 200);
      return JSON.parse(await response.text());
    };
    const begun = await say('hello');
    const offers = JSON.stringify(begun.replyMessages);
    assert.match(offers, /How can I help/);
    assert.match(offers, /"QuickReply"/);
    const shown = await say('Where is my order?', 'Where is my order?');
    assert.match(JSON.stringify(shown.replyMessages), /Order 12345/);
    assert.match(JSON.stringify(shown.replyMessages), /Track parcel/);
    assert.deepEqual([begun.botState, shown.botState], ['MoreData', 'MoreData']);
    await say('hello');
    const { botState, parameters } = await say('A person, please', 'A person, please');
    assert.deepEqual([botState, parameters.reason], ['Complete', 'customerRequest']);
  });
}
