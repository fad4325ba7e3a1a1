import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type RunningDoors, startDoors } from './doors.ts';
import { missing, run } from './programs.ts';

const withoutCurl = await missing('curl', '--version');

let doors: RunningDoors;
before(async () => {
  doors = await startDoors();
});
after(() => doors.close());

test('GET, HEAD and POST are answered to curl --http2 by the bot and by the sandbox', {
  skip: withoutCurl,
}, async () => {
  const requests = doors.cases.flatMap(({ method, url, body }, i) => [
    ...(i === 0 ? [] : ['--next']),
    ...[
      '-s',
      '--http2',
      '--max-time',
      '60',
      '-w',
      '\\n%{http_code}\\n',
      '-H',
      'Content-Type: application/json',
    ],
    ...(method === 'HEAD' ? ['--head'] : []),
    ...(body === '' ? [] : ['-d', body]),
    url,
  ]);
  const { stdout } = await run('curl', requests);
  const statuses = [...stdout.matchAll(/^(\d{3})$/gm)].map(([status]) => Number(status));
  assert.deepEqual(
    statuses,
    doors.cases.map(({ status }) => status),
  );
});

test('a HEAD has no body, and the length of what a GET gives', async () => {
  for (const url of [`${doors.bot}/healthz`, `${doors.sandbox}/`]) {
    const [head, get] = [await fetch(url, { method: 'HEAD' }), await fetch(url)];
    assert.deepEqual([head.status, await head.text()], [200, '']);
    assert.equal(head.headers.get('content-length'), String((await get.bytes()).length));
  }
});

test('a WebSocket that is offered where the sandbox has none is answered as if it were not', async () => {
  const headers = { upgrade: 'websocket', connection: 'upgrade', 'sec-websocket-version': '13' };
  const { status } = await new Promise<{ status: number | undefined }>((resolve, reject) => {
    request(`${doors.sandbox}/sandbox/stats`, { headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode });
    })
      .once('error', reject)
      .end();
  });
  assert.equal(status, 200);
});

interface Written {
  target?: (path: string) => string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  method?: string;
  /** Default 200. */
  status?: number;
}
const json = '{"text":"hello"}';
/** A request as a gateway may write it; a body for the bot, and `{}` for the sandbox, unless it names one. */
const written: readonly [what: string, Written][] = [
  ['a scheme and a host before the path', { target: (path) => `http://bot.example.com${path}` }],
  ['two slashes', { target: (path) => `/${path}` }],
  ['two slashes within', { target: (path) => path.replace(/\/(?=[^/]*$)/, '//') }],
  ['a slash at the end', { target: (path) => `${path}/` }],
  ['a query', { target: (path) => `${path}?x=1` }],
  ['Expect: 100-continue', { headers: { expect: '100-continue' } }],
  ['names of headers in capitals', { headers: { 'CONTENT-TYPE': 'APPLICATION/JSON' } }],
  ['a body in chunks', { headers: { 'transfer-encoding': 'chunked' } }],
  ['a body that is not encoded, and says so', { headers: { 'content-encoding': 'identity' } }],
  ['a body in gzip', { headers: { 'content-encoding': 'gzip' }, body: gzipSync('{}'), status: 415 }],
  ['a byte order mark', { body: '\u{FEFF}{}' }],
  ['another method', { method: 'DELETE', status: 405 }],
  ['a Host of IPv6', { headers: { host: '[::1]:3978' } }],
];
for (const [
  what,
  { target = (path: string) => path, headers, body, method = 'POST', status = 200 },
] of written) {
  test(`a request with ${what} is answered with ${status} by the bot and by the sandbox`, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const [base, path, own] of [
      [doors.bot, '/api/messages', json],
      [doors.sandbox, '/sandbox/conversations', '{}'],
    ] as const) {
      const all = { 'content-type': 'application/json', ...headers };
      // Twice on one connection, as a gateway keeps it.
      for (const _ of [1, 2]) {
        const sent = request(base, { method, path: target(path), headers: all, agent });
        sent.end(method === 'DELETE' ? undefined : (body ?? own));
        const [response] = await once(sent, 'response');
        response.resume();
        await once(response, 'end');
        assert.equal(response.statusCode, status, base);
      }
    }
    agent.destroy();
  });
}
