import assert from 'node:assert/strict';
import { createServer as createTlsServer } from 'node:https';
import { type TestContext, test } from 'node:test';
import { readConfig } from '../../../bot/config/config.ts';
import { readProxy } from '../../../bot/config/environment.ts';
import { findProxyProblems } from '../../../bot/config/rules.ts';
import { createAgents, createHttpClient, type HttpResult } from '../../../cards/delivery/http.ts';
import { certificateKey, certificates } from '../../fakes/certificates.ts';
import { json, listen } from '../../fakes/listen.ts';
import { portOf } from '../../fakes/peer.ts';
import { startProxy, type TunnelAnswer } from '../../fakes/proxy.ts';
import { converse, startBot } from '../../fakes/startBot.ts';

async function untilTrue(isTrue: () => boolean): Promise<void> {
  while (!isTrue())
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
}

test('tokens, cards, the order system and the webhook go through the proxy', async (t) => {
  const proxy = await startProxy();
  const orders = await listen((_, response) => json(response, 404, {}));
  const webhook = await listen((_, response) => json(response, 200, {}));
  const bot = await startBot({
    HTTP_PROXY: proxy.url,
    ORDERS_API_URL: orders.url,
    ANALYTICS_WEBHOOK_URL: webhook.url,
    ANALYTICS_WEBHOOK_SECRET: 'webhook-secret-0123456789',
  });
  t.after(async () => {
    await bot.close();
    await Promise.all([proxy, orders, webhook].map((one) => one.close()));
  });
  const { say } = await converse(bot.sandboxUrl);
  await say('help');
  await say('where is my order 12345?');
  const expected = [
    `POST ${bot.sandboxUrl}/oauth/token`,
    `POST ${bot.sandboxUrl}/api/v2/guest/conversations/webchat/messages`,
    `GET ${orders.url}/orders/12345`,
    `POST ${webhook.url}/`,
  ];
  await untilTrue(() => expected.every((one) => proxy.seen.includes(one)));
});

/** A server of TLS that answers each request, or breaks its connection. */
async function startTls(t: TestContext, isBreaking: boolean): Promise<number> {
  const server = createTlsServer({ key: certificateKey, cert: certificates.valid }, (request, response) => {
    if (isBreaking) request.socket.destroy();
    else response.end('{}');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return portOf(server);
}

async function post(t: TestContext, url: string, proxyEnv: Record<string, string>): Promise<HttpResult> {
  const client = createHttpClient({ agents: createAgents({ proxyEnv, ca: certificates.valid }) });
  t.after(() => client.close());
  return client.request({ method: 'POST', url, headers: {}, body: '{}', timeoutMs: 60_000 });
}

const tunnels: [what: string, tunnel: TunnelAnswer, isBreaking: boolean, expected: HttpResult['kind']][] = [
  ['a tunnel that is built', 'build', false, 'answer'],
  ['a tunnel that is refused with 403', 403, false, 'notSent'],
  ['a tunnel for which the proxy wants a password (407)', 407, false, 'notSent'],
  ['a tunnel that the proxy cannot build (502)', 502, false, 'notSent'],
  ['a proxy that hangs up', 'hangUp', false, 'notSent'],
  ['a server that breaks the connection behind the tunnel', 'build', true, 'noAnswer'],
];
for (const [what, tunnel, isBreaking, expected] of tunnels) {
  test(`${what}: the request is ${expected}`, async (t) => {
    const proxy = await startProxy(tunnel);
    t.after(() => proxy.close());
    const port = await startTls(t, isBreaking);
    const result = await post(t, `https://genesys.example:${port}/`, { HTTPS_PROXY: proxy.url });
    assert.equal(result.kind, expected);
    assert.deepEqual(proxy.seen, [`CONNECT genesys.example:${port}`]);
  });
}

test('what is sent to a proxy where none is was not sent', async (t) => {
  const proxy = await startProxy();
  await proxy.close();
  const result = await post(t, 'https://genesys.example/', { HTTPS_PROXY: proxy.url });
  assert.equal(result.kind, 'notSent');
});

const direct: [noProxy: string, isDirect: boolean][] = [
  ['127.0.0.1', true],
  ['*', true],
  ['example.com, 127.0.0.1', true],
  ['127.0.0.0-127.0.0.255', true],
  ['example.com', false],
  ['127.0.0.1:1', false],
];
for (const [NO_PROXY, isDirect] of direct) {
  test(`with NO_PROXY=${NO_PROXY} a call of 127.0.0.1 goes ${isDirect ? 'directly' : 'through the proxy'}`, async (t) => {
    const proxy = await startProxy();
    const server = await listen((_, response) => json(response, 200, {}));
    t.after(() => Promise.all([proxy.close(), server.close()]));
    const result = await post(t, server.url, { HTTP_PROXY: proxy.url, NO_PROXY });
    assert.equal(result.kind, 'answer');
    assert.equal(proxy.seen.length, isDirect ? 0 : 1);
  });
}

test('small letters count more, blanks count as nothing, and an address may have no scheme', () => {
  const env = {
    HTTP_PROXY: 'http://a:1',
    http_proxy: ' b:2 ',
    HTTPS_PROXY: '',
    no_proxy: 'c',
    OTHER: 'd',
  };
  assert.deepEqual(readProxy(env), { HTTP_PROXY: 'http://b:2', NO_PROXY: 'c' });
});

test('a proxy that cannot be used ends the start in words, without its value', () => {
  assert.throws(
    () => readConfig({ HTTPS_PROXY: 'socks5://user:secret@host' }),
    (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /HTTPS_PROXY: must be an http or https address/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    },
  );
  assert.deepEqual(findProxyProblems({ HTTP_PROXY: 'http://a' }, 'v22.16.0'), [
    'HTTP_PROXY: needs Node 24.5 or newer, or 22.21; this is v22.16.0',
  ]);
  for (const version of ['v22.21.0', 'v24.5.0', 'v25.0.0', 'v26.1.0'])
    assert.deepEqual(findProxyProblems({ HTTP_PROXY: 'http://a' }, version), []);
});
