import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
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
