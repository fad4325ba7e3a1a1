import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { createHttpServer } from '../../../bot/http/httpServer.ts';
import { createLog } from '../../../bot/log/log.ts';

const server = createHttpServer(
  {
    messages: async (body, _, response) => void response.send(200, { body }),
    isReady: async () => true,
    more: (target) =>
      target.get(
        '/api/genesys/v2/bots',
        (_: unknown, response: { send: (s: number, b: object) => void }, next: () => void) => {
          response.send(200, { entities: [] });
          next();
        },
      ),
  },
  createLog('silent'),
);
let port = 0;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = server.address().port;
});
after(async () => {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.server.closeAllConnections();
  });
});

/** Writes raw lines, and gives everything that comes back until the server closes the connection. */
async function exchange(head: string[], body = ''): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  await once(socket, 'close');
  return text;
}

const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => Number(match[1]));

const activity = '{"text":"hello"}';
const post = (...more: string[]) => [
  'POST /api/messages HTTP/1.1',
  'Host: 127.0.0.1',
  'Content-Type: application/json',
  `Content-Length: ${activity.length}`,
  ...more,
];

const offers: [what: string, head: string[], body: string][] = [
  [
    'a WebSocket',
    [
      'GET /healthz HTTP/1.1',
      'Host: 127.0.0.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ],
    '',
  ],
  [
    'HTTP/2, as curl --http2 offers it',
    post('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'),
    activity,
  ],
  [
    "HTTP/2, as Java's HttpClient offers it",
    post(
      'Connection: Upgrade, HTTP2-Settings',
      'HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAABgAGAAA',
      'Upgrade: h2c',
      'User-Agent: Java-http-client/21',
    ),
    activity,
  ],
  ['nothing, as the usual nginx lines do', post('Connection: upgrade, close'), activity],
  ['an empty protocol', post('Connection: upgrade, close', 'Upgrade: '), activity],
  ['another protocol', post('Connection: upgrade', 'Upgrade: foo/2, TLS/1.0'), activity],
  ['a protocol without saying so in Connection', post('Upgrade: h2c', 'Connection: close'), activity],
];
for (const [what, head, body] of offers) {
  test(`a request that offers ${what} is answered as if it did not, and its connection is freed`, async () => {
    const answer = await exchange(head, body);
    assert.deepEqual(statuses(answer), [200]);
    if (body !== '') assert.match(answer, /\{"body":\{"text":"hello"\}\}/);
  });
}

test('an upgrade offered to a path that is not there is answered 404', async () => {
  const head = [
    'GET /socket HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: Upgrade, close',
    'Upgrade: websocket',
  ];
  assert.deepEqual(statuses(await exchange(head)), [404]);
});

test('a CONNECT is answered and its connection is freed, also while its client goes on sending', async () => {
  const answer = await exchange(
    ['CONNECT 169.254.169.254:80 HTTP/1.1', 'Host: 169.254.169.254:80'],
    'x'.repeat(1_000),
  );
  assert.deepEqual(statuses(answer), [405]);
  assert.match(answer, /^Allow: /m);
  const open = await new Promise((resolve) => server.server.getConnections((_, count) => resolve(count)));
  assert.equal(open, 0);
});

const url = (path: string) => `http://127.0.0.1:${port}${path}`;

const heads: [path: string, status: number][] = [
  ['/healthz', 200],
  ['/readyz', 200],
  ['/api/genesys/v2/bots', 200],
  ['/api/messages', 405],
  ['/nowhere', 404],
];
for (const [path, status] of heads) {
  test(`HEAD ${path} is answered ${status}, without a body`, async () => {
    const response = await fetch(url(path), { method: 'HEAD' });
    assert.deepEqual([response.status, await response.text()], [status, '']);
  });
}

test('a method that a path does not take is told those that it does', async () => {
  const [posted, got] = [await fetch(url('/healthz'), { method: 'POST' }), await fetch(url('/api/messages'))];
  assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD']);
  assert.deepEqual([got.status, got.headers.get('allow')], [405, 'POST']);
});

const slashes = ['//api/messages', '/api//messages', '/api/messages/', '/api///messages//'];
for (const path of slashes) {
  test(`the path ${path} is that of the route`, async () => {
    const response = await fetch(url(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: activity,
    });
    assert.equal(response.status, 200);
  });
}

const bodies: [what: string, body: string, headers: Record<string, string>, status: number][] = [
  ['a byte order mark before it', `\ufeff${activity}`, {}, 200],
  ['Content-Encoding: identity', activity, { 'content-encoding': 'identity' }, 200],
  ['Content-Encoding: Identity and a blank', activity, { 'content-encoding': ' Identity ' }, 200],
  ['two byte order marks', `\ufeff\ufeff${activity}`, {}, 400],
  ['9,999 values', `[${'0,'.repeat(9_997)}0]`, {}, 200],
  ['10,001 numbers', `[${'0,'.repeat(9_999)}0]`, {}, 400],
  ['80,000 empty objects', `[${'{},'.repeat(79_999)}{}]`, {}, 400],
  ['commas in a text', JSON.stringify(','.repeat(20_000)), {}, 200],
  ['Content-Encoding: gzip', activity, { 'content-encoding': 'gzip' }, 415],
  ['Content-Encoding: identity, gzip', activity, { 'content-encoding': 'identity, gzip' }, 415],
];
for (const [what, body, headers, status] of bodies) {
  test(`a body with ${what} is answered ${status}`, async () => {
    const response = await fetch(url('/api/messages'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    assert.equal(response.status, status);
  });
}

const inBytes = (text: string) => [...text].map((byte) => `1\r\n${byte}\r\n`).join('');
const chunked: [what: string, body: string, status: number][] = [
  ['in chunks of one byte', `${inBytes(activity)}0\r\n\r\n`, 200],
  ['with a chunk that is larger than any number', 'FFFFFFFFFFFFFFFFF\r\n', 400],
];
for (const [what, body, status] of chunked) {
  test(`a body ${what} is answered ${status}`, async () => {
    const head = ['POST /api/messages HTTP/1.1', 'Host: 127.0.0.1', 'Content-Type: application/json'];
    const answer = await exchange([...head, 'Transfer-Encoding: chunked', 'Connection: close'], body);
    assert.equal(statuses(answer)[0], status);
  });
}

test('a request that breaks off is no failure of the bot, and the next one is answered', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `${post('Content-Length: 1000')
      .filter((line) => !line.endsWith(`: ${activity.length}`))
      .join('\r\n')}\r\n\r\n{`,
  );
  await once(server, 'pre');
  socket.destroy();
  await once(server, 'after');
  assert.equal((await fetch(url('/healthz'))).status, 200);
});

test('no answer names its server, and each forbids that its type is guessed', async () => {
  const answers = [
    await fetch(url('/healthz')),
    await fetch(url('/nowhere')),
    await fetch(url('/api/messages')),
    await fetch(url('/api/messages'), { method: 'POST', body: 'x' }),
  ];
  for (const { headers } of answers) {
    assert.equal(headers.get('server'), null);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  }
  const refused = await exchange(['CONNECT a:1 HTTP/1.1', 'Host: a:1']);
  assert.match(refused, /^X-Content-Type-Options: nosniff\r$/m);
});

test('time limits of requests act soon after they are over, and connections are bounded', () => {
  const { requestTimeout, headersTimeout, maxConnections } = server.server;
  assert.deepEqual([requestTimeout, headersTimeout], [10_000, 10_000]);
  assert.ok(maxConnections > 0 && maxConnections <= 10_000);
  const interval: unknown = Reflect.get(server.server, 'connectionsCheckingInterval');
  assert.ok(typeof interval === 'number' && interval <= 1_000);
});
