import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, test } from 'node:test';
import { GenesysApi } from '../../cards/delivery/genesysApi.ts';
import { GuestRoute } from '../../cards/delivery/guestRoute.ts';
import { createHttpClient } from '../../cards/delivery/http.ts';
import { TokenProvider } from '../../cards/delivery/token.ts';
import { json, listen, type SeenRequest } from '../fakes/listen.ts';
import { manualLimits } from '../fakes/manualLimits.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';

const limits = manualLimits();
const timeoutMs = 300;
const endTime = () => limits.end(timeoutMs);
const client = createHttpClient({ after: limits.after });
after(() => client.close());

/** A receiver that answers posts as `post` does, and a route to it. */
async function receiver(post: (response: ServerResponse, request: SeenRequest) => void) {
  const server = await listen((request, response) => {
    if (request.path === '/oauth/token')
      json(response, 200, { access_token: 'secret-token', expires_in: 3600 });
    else post(response, request);
  });
  const http = client.request;
  const token = new TokenProvider({ loginUrl: server.url, clientId: 'c', clientSecret: 's', http });
  const route = new GuestRoute(new GenesysApi({ apiUrl: server.url, token, http, timeoutMs }), true);
  return { server, route };
}

test('an answer that comes too late leaves the card in doubt', async (t) => {
  const { server, route } = await receiver(endTime);
  t.after(server.close);
  assert.deepEqual(await route.send(outgoingCard()), {
    result: 'unknown',
    code: 'genesys.unknownOutcome',
    errno: 'ETIMEDOUT',
  });
});

const bodies: [name: string, write: (response: ServerResponse) => void][] = [
  ['never ends', (response) => void response.write('{', endTime)],
  [
    'comes a byte at a time',
    (response) => {
      let bytes = 0;
      const writeNext = () => {
        if (response.destroyed) return;
        bytes += 1;
        if (bytes === 5) endTime();
        response.write(' ', () => setImmediate(writeNext));
      };
      writeNext();
    },
  ],
];
for (const [name, write] of bodies) {
  test(`a body that ${name} is cut at the time limit; the status counts, and the connection is not used again`, async (t) => {
    const closed = Promise.withResolvers<void>();
    const { server, route } = await receiver((response) => {
      response.once('close', closed.resolve);
      response.writeHead(200, { 'content-type': 'application/json' });
      write(response);
    });
    t.after(server.close);
    assert.deepEqual(await route.send(outgoingCard()), { result: 'accepted', status: 200 });
    await closed.promise;
  });
}

test('of a body of 100 MB next to nothing is read', async (t) => {
  const megabyte = Buffer.alloc(1024 * 1024, 'x');
  let written = 0;
  const closed = Promise.withResolvers<void>();
  const { server, route } = await receiver((response) => {
    response.once('close', closed.resolve);
    response.writeHead(200);
    const write = () => {
      while (written < 100 && !response.destroyed) {
        written += 1;
        if (!response.write(megabyte)) {
          response.once('drain', write);
          return;
        }
      }
      if (!response.destroyed) response.end();
    };
    write();
  });
  t.after(server.close);
  assert.deepEqual(await route.send(outgoingCard()), { result: 'accepted', status: 200 });
  await closed.promise;
  // What the two ends of a loopback connection buffer; the rest was never taken.
  assert.ok(written < 20, `${written} MB were written`);
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`a ${status} to another host is not followed, and no token goes there`, async (t) => {
    const other = await listen((_, response) => json(response, 200, {}));
    t.after(other.close);
    const { server, route } = await receiver((response) =>
      json(response, status, {}, { location: `${other.url}/taken` }),
    );
    t.after(server.close);
    assert.deepEqual(await route.send(outgoingCard()), {
      result: 'rejected',
      code: 'genesys.rejected',
      status,
    });
    assert.deepEqual(other.seen, []);
  });

  test(`a login host that answers ${status} does not send the client's secret to another host`, async (t) => {
    const other = await listen((_, response) => json(response, 200, { access_token: 't', expires_in: 60 }));
    t.after(other.close);
    const login = await listen((_, response) =>
      json(response, status, {}, { location: `${other.url}/oauth/token` }),
    );
    t.after(login.close);
    const token = new TokenProvider({
      loginUrl: login.url,
      clientId: 'c',
      clientSecret: 's',
      http: client.request,
    });
    await assert.rejects(token.get(), { code: 'genesys.unavailable' });
    assert.deepEqual(other.seen, []);
  });
}
