import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { createHttpClient, directAgents, type HttpResult } from '../../../cards/delivery/http.ts';

/** A certificate that nobody trusts, for a host that no test asks. */
const cert = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUNq2ZQ8Ih5d/WGLscW4GheDB1jw0wCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNb3RoZXIuZXhhbXBsZTAgFw0yNjExMjkwNTI2MTJaGA8yMTI2
MTEwNTA1MjYxMlowGDEWMBQGA1UEAwwNb3RoZXIuZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABKe/0eQO5a9cZHE4+0tRTbG6+gOlnUiVgrAITzuC9ffU
/Bqsd7JCeN3V0JIx8DpvTS82cphzv8ZMXlPRbmag312jbTBrMB0GA1UdDgQWBBT8
lyzo5rfvE28z1CzlIhXqC//R0DAfBgNVHSMEGDAWgBT8lyzo5rfvE28z1CzlIhXq
C//R0DAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDW90aGVyLmV4YW1wbGUw
CgYIKoZIzj0EAwIDSAAwRQIhAMrHKzAeT5VuffEoGkajC+E8fWvfnGlck3m497gX
MymsAiBKuf/4aDVbrngsK/bFIyw11xaSPF4nNI5C5KhbahzolA==
-----END CERTIFICATE-----`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQga0q4975J839tdGGN
EidfEGPJgUe1Aa9dg3laFxi1Ij2hRANCAASnv9HkDuWvXGRxOPtLUU2xuvoDpZ1I
lYKwCE87gvX31PwarHeyQnjd1dCSMfA6b00vNnKYc7/GTF5T0W5moN9d
-----END PRIVATE KEY-----`;

async function listen(t: TestContext, server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has a port.');
  return address.port;
}

type Options = NonNullable<Parameters<typeof directAgents>[0]>;

function post(t: TestContext, url: string, options: Options = {}): Promise<HttpResult> {
  const client = createHttpClient({ agents: directAgents(options), connectMs: 100 });
  t.after(() => client.close());
  return client.request({ method: 'POST', url, headers: {}, body: '{}', timeoutMs: 400 });
}

const silent = () => createServer(() => {});
const resetting = () => createServer((socket) => socket.resetAndDestroy());
const afterRequest = (act: (socket: Socket) => void) => () =>
  createServer((socket) => socket.once('data', () => act(socket)));
const untrusted = () => createTlsServer({ cert, key }, () => {}).on('tlsClientError', () => {});

const failing =
  (code: string): Options['lookup'] =>
  (_host, _options, callback) =>
    callback(Object.assign(new Error('lookup'), { code }), '', 4);

const phases: [
  what: string,
  scheme: string,
  make: () => Server,
  options: Options,
  kind: HttpResult['kind'],
][] = [
  ['a name that is never found', 'http', silent, { lookup: () => {} }, 'notSent'],
  ['a name that is not there', 'http', silent, { lookup: failing('ENOTFOUND') }, 'notSent'],
  ['a lookup without descriptors', 'http', silent, { lookup: failing('EMFILE') }, 'notSent'],
  ['a TLS handshake that hangs', 'https', silent, {}, 'notSent'],
  ['a reset in the TLS handshake', 'https', resetting, {}, 'notSent'],
  ['an end in the TLS handshake', 'https', afterRequest((socket) => socket.end()), {}, 'notSent'],
  [
    'plain HTTP where TLS is expected',
    'https',
    afterRequest((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    {},
    'notSent',
  ],
  ['a certificate that nobody trusts', 'https', untrusted, {}, 'notSent'],
  ['a certificate of another host', 'https', untrusted, { ca: cert }, 'notSent'],
  ['no answer over TLS', 'https', untrusted, { ca: cert, checkServerIdentity: () => undefined }, 'noAnswer'],
  ['no answer', 'http', silent, {}, 'noAnswer'],
  ['a reset after the request', 'http', afterRequest((socket) => socket.resetAndDestroy()), {}, 'noAnswer'],
  ['an end after the request', 'http', afterRequest((socket) => socket.end()), {}, 'noAnswer'],
  ['half a status line', 'http', afterRequest((socket) => socket.end('HTTP/1.1 20')), {}, 'noAnswer'],
  ['no HTTP', 'http', afterRequest((socket) => socket.end('hello')), {}, 'noAnswer'],
  [
    'half a body',
    'http',
    afterRequest((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf')),
    {},
    'answer',
  ],
];
for (const [what, scheme, make, options, kind] of phases) {
  test(`${what} is ${kind}`, async (t) => {
    const port = await listen(t, make());
    const host = options.lookup === undefined ? '127.0.0.1' : 'genesys.example';
    assert.equal((await post(t, `${scheme}://${host}:${port}/`, options)).kind, kind);
  });
}

test('a host that refuses the connection is notSent', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('The server had a port.');
  assert.equal((await post(t, `http://127.0.0.1:${address.port}/`)).kind, 'notSent');
});

test('a request that waits for a free connection until its time is over is notSent', async (t) => {
  const port = await listen(t, silent());
  const client = createHttpClient({ maxSockets: 1 });
  t.after(() => client.close());
  const ask = (timeoutMs: number) =>
    client.request({ method: 'POST', url: `http://127.0.0.1:${port}/`, headers: {}, timeoutMs });
  const [first, second] = await Promise.all([ask(400), ask(100)]);
  assert.deepEqual([first.kind, second.kind], ['noAnswer', 'notSent']);
});

test('a kept connection that dies before an answer is told from a new one', async (t) => {
  let requests = 0;
  const server = createHttpServer((request, response) => {
    requests += 1;
    if (requests === 1) response.end('{}');
    else request.socket.resetAndDestroy();
  });
  const port = await listen(t, server);
  const client = createHttpClient();
  t.after(() => client.close());
  const ask = () =>
    client.request({ method: 'POST', url: `http://127.0.0.1:${port}/`, headers: {}, timeoutMs: 2_000 });
  assert.equal((await ask()).kind, 'answer');
  const again = await ask();
  assert.equal(again.kind === 'noAnswer' && again.isReused, true);
});
