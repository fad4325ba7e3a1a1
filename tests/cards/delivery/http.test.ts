import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { Agent, createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAgents, createHttpClient, type HttpResult } from '../../../cards/delivery/http.ts';
import { certificates, certificateKey as key } from '../../fakes/certificates.ts';
import { type PeerKind, portOf, startPeer } from '../../fakes/peer.ts';

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
  return portOf(server);
}

type Options = NonNullable<Parameters<typeof createAgents>[0]>;

/** The limits of a client, which end only when a test says so; `onStart` is told of each one that begins. */
function manualLimits(onStart: (ms: number) => void = () => {}) {
  const limits = new Map<number, () => void>();
  const after = (ms: number, callback: () => void) => {
    limits.set(ms, callback);
    onStart(ms);
    return { cancel: () => void limits.delete(ms) };
  };
  return { after, end: (ms: number) => limits.get(ms)?.() };
}

const connectMs = 3_000;
const totalMs = 10_000;

/** Which limit has to end a request that nothing else ends: that of the connection, or the total one once the server has acted. */
type EndedBy = 'nothing' | 'connection' | 'total';

/** A server that misbehaves; it calls `hasActed` when it does nothing more. */
type MakeServer = (hasActed: () => void) => Server;

async function post(
  t: TestContext,
  url: string,
  options: Options = {},
  endedBy: EndedBy = 'nothing',
  hasActed: Promise<void> = Promise.resolve(),
): Promise<HttpResult> {
  const limits = manualLimits((ms) => {
    if (endedBy === 'connection' && ms === connectMs) setImmediate(() => limits.end(connectMs));
    if (endedBy === 'total' && ms === totalMs) void hasActed.then(() => limits.end(totalMs));
  });
  const client = createHttpClient({ agents: createAgents(options), connectMs, after: limits.after });
  t.after(() => client.close());
  return client.request({ method: 'POST', url, headers: {}, body: '{}', timeoutMs: totalMs });
}

const silent: MakeServer = (hasActed) => createServer((socket) => socket.once('data', hasActed));
const resetting: MakeServer = () => createServer((socket) => socket.resetAndDestroy());
const ending: MakeServer = () => createServer((socket) => socket.end());
const afterRequest =
  (act: (socket: Socket) => void): MakeServer =>
  () =>
    createServer((socket) => socket.once('data', () => act(socket)));
/** Answers so much, and then nothing more. */
const stuckAfter =
  (start: string): MakeServer =>
  (hasActed) =>
    createServer((socket) => socket.once('data', () => socket.write(start, hasActed)));
const secure =
  (
    cert: string,
    act: (socket: Socket, hasActed: () => void) => void = (socket) => socket.end(accepted),
  ): MakeServer =>
  (hasActed) =>
    createTlsServer({ cert, key }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => act(socket, hasActed));
    }).on('tlsClientError', () => {});
const accepted = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

const { valid, expired, notYetValid } = certificates;
const trusted: Options = { ca: [valid, expired, notYetValid] };
const trustedName: Options = { ...trusted, checkServerIdentity: () => undefined };

const failing =
  (code: string): Options['lookup'] =>
  (_host, _options, callback) =>
    callback(Object.assign(new Error('lookup'), { code }), '', 4);
const toAnotherHost: Options = { ...trusted, servername: 'other.example' };

const phases: [
  what: string,
  scheme: string,
  make: MakeServer,
  options: Options,
  kind: HttpResult['kind'],
  endedBy?: EndedBy,
][] = [
  ['a name that is never found', 'http', silent, { lookup: () => {} }, 'notSent', 'connection'],
  ['a name that is not there', 'http', silent, { lookup: failing('ENOTFOUND') }, 'notSent'],
  ['a name server that fails', 'http', silent, { lookup: failing('EAI_AGAIN') }, 'notSent'],
  ['a lookup without descriptors', 'http', silent, { lookup: failing('EMFILE') }, 'notSent'],
  ['a TLS handshake that hangs', 'https', silent, {}, 'notSent', 'connection'],
  ['a TLS handshake that stops half way', 'https', stuckAfter('\x16\x03\x03'), {}, 'notSent', 'connection'],
  ['a reset before the TLS handshake', 'https', resetting, {}, 'notSent'],
  [
    'a reset in the TLS handshake',
    'https',
    afterRequest((socket) => socket.resetAndDestroy()),
    {},
    'notSent',
  ],
  ['an end before the TLS handshake', 'https', ending, {}, 'notSent'],
  ['an end in the TLS handshake', 'https', afterRequest((socket) => socket.end()), {}, 'notSent'],
  [
    'plain HTTP where TLS is expected',
    'https',
    afterRequest((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    {},
    'notSent',
  ],
  ['a certificate that nobody trusts', 'https', secure(valid), {}, 'notSent'],
  ['a certificate that has expired', 'https', secure(expired), trusted, 'notSent'],
  ['a certificate that is not yet valid', 'https', secure(notYetValid), trusted, 'notSent'],
  ['a certificate of another host', 'https', secure(valid), toAnotherHost, 'notSent'],
  ['a good certificate', 'https', secure(valid), trustedName, 'answer'],
  [
    'no answer over TLS',
    'https',
    secure(valid, (_socket, hasActed) => hasActed()),
    trusted,
    'noAnswer',
    'total',
  ],
  [
    'a reset after the request over TLS',
    'https',
    secure(valid, (socket) => socket.destroy()),
    trusted,
    'noAnswer',
  ],
  ['no answer', 'http', silent, {}, 'noAnswer', 'total'],
  ['a reset after the request', 'http', afterRequest((socket) => socket.resetAndDestroy()), {}, 'noAnswer'],
  ['an end after the request', 'http', afterRequest((socket) => socket.end()), {}, 'noAnswer'],
  ['half a status line', 'http', afterRequest((socket) => socket.end('HTTP/1.1 20')), {}, 'noAnswer'],
  ['half a status line and no end', 'http', stuckAfter('HTTP/1.1 20'), {}, 'noAnswer', 'total'],
  ['half of the headers', 'http', stuckAfter('HTTP/1.1 200 OK\r\ncontent-'), {}, 'noAnswer', 'total'],
  ['only "continue"', 'http', stuckAfter('HTTP/1.1 100 Continue\r\n\r\n'), {}, 'noAnswer', 'total'],
  ['no HTTP', 'http', afterRequest((socket) => socket.end('hello')), {}, 'noAnswer'],
  [
    'half a body',
    'http',
    afterRequest((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf')),
    {},
    'answer',
  ],
  [
    'a body that never ends',
    'http',
    stuckAfter('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'),
    {},
    'answer',
    'total',
  ],
];
for (const [what, scheme, make, options, kind, endedBy] of phases) {
  test(`${what} is ${kind}`, async (t) => {
    const acted = Promise.withResolvers<void>();
    const port = await listen(t, make(acted.resolve));
    const host = options.lookup === undefined ? '127.0.0.1' : 'genesys.example';
    const result = await post(t, `${scheme}://${host}:${port}/`, options, endedBy, acted.promise);
    assert.equal(result.kind, kind);
  });
}

async function peer(t: TestContext, kind: PeerKind) {
  const started = await startPeer(kind);
  t.after(() => started.close());
  return { ...started, url: `http://127.0.0.1:${started.port}/` };
}

test('a connection that the host never accepts is notSent', async (t) => {
  const { url } = await peer(t, 'acceptsNobody');
  assert.equal((await post(t, url, {}, 'connection')).kind, 'notSent');
});

test('a connection that is reset before the request is written is notSent', async (t) => {
  const { url, pauseUntilActed } = await peer(t, 'resetsWhenToldTo');
  class PausingAgent extends Agent {
    override createConnection(...to: Parameters<Agent['createConnection']>) {
      const made = super.createConnection(...to);
      made?.prependListener('connect', pauseUntilActed);
      return made;
    }
  }
  const agent = new PausingAgent({ keepAlive: true });
  const client = createHttpClient({ agents: { of: () => agent, close: () => agent.destroy() } });
  t.after(() => client.close());
  const result = await client.request({ method: 'POST', url, headers: {}, body: '{}', timeoutMs: totalMs });
  assert.equal(result.kind, 'notSent');
});

test('after a pause of the process an answer that lies in the socket wins over the limit that is due', async (t) => {
  const { url, isReached, pauseUntilActed } = await peer(t, 'answersWhenToldTo');
  const limits = manualLimits();
  const client = createHttpClient({ after: limits.after });
  t.after(() => client.close());
  const sent = client.request({ method: 'POST', url, headers: {}, body: '{}', timeoutMs: totalMs });
  await isReached;
  pauseUntilActed();
  limits.end(totalMs);
  const result = await sent;
  assert.deepEqual([result.kind, result.kind === 'answer' && result.body], ['answer', '{}']);
});

test('after a pause of the process a kept connection that its server has closed gets no request', async (t) => {
  const { url, isReached, pauseUntilActed } = await peer(t, 'closesWhenToldTo');
  const client = createHttpClient();
  t.after(() => client.close());
  const ask = () => client.request({ method: 'POST', url, headers: {}, body: '{}', timeoutMs: totalMs });
  assert.equal((await ask()).kind, 'answer');
  await isReached;
  pauseUntilActed();
  assert.equal((await ask()).kind, 'answer');
});

test('a process without a free descriptor has sent nothing', {
  skip: process.platform === 'win32',
}, async (t) => {
  const port = await listen(
    t,
    createHttpServer((_request, response) => response.end('{}')),
  );
  const script = fileURLToPath(new URL('./postWithoutDescriptors.ts', import.meta.url));
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    'ulimit -n 200 && exec "$0" "$@"',
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    script,
    `http://127.0.0.1:${port}/`,
  ]);
  assert.deepEqual(JSON.parse(stdout), ['notSent', 'answer']);
});

const idle: [what: string, header: string, options: Options][] = [
  ['its own limit', '', { timeout: 20 }],
  ['the hint of the server', 'keep-alive: timeout=1\r\n', { timeout: 86_400_000 }],
  ['the hint of the server when nothing is configured', 'keep-alive: timeout=1\r\n', {}],
];
for (const [what, header, options] of idle) {
  test(`a kept connection that is not used is closed after ${what}`, async (t) => {
    const closed = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket.on('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nconnection: keep-alive\r\n${header}content-length: 2\r\n\r\n{}`);
      });
      socket.on('close', () => closed.resolve());
    });
    const port = await listen(t, server);
    assert.equal((await post(t, `http://127.0.0.1:${port}/`, options)).kind, 'answer');
    await closed.promise;
  });
}

test('a host that refuses the connection is notSent', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const port = portOf(server);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  assert.equal((await post(t, `http://127.0.0.1:${port}/`)).kind, 'notSent');
});

test('a request that waits for a free connection until its time is over is notSent', async (t) => {
  const acted = Promise.withResolvers<void>();
  const port = await listen(t, silent(acted.resolve));
  const limits = manualLimits();
  const client = createHttpClient({ maxSockets: 1, after: limits.after });
  t.after(() => client.close());
  const ask = (timeoutMs: number) =>
    client.request({ method: 'POST', url: `http://127.0.0.1:${port}/`, headers: {}, timeoutMs });
  const both = Promise.all([ask(10_000), ask(9_000)]);
  await acted.promise;
  limits.end(9_000);
  limits.end(10_000);
  const [first, second] = await both;
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
    client.request({ method: 'POST', url: `http://127.0.0.1:${port}/`, headers: {}, timeoutMs: totalMs });
  assert.equal((await ask()).kind, 'answer');
  const again = await ask();
  assert.equal(again.kind === 'noAnswer' && again.isReused, true);
});
