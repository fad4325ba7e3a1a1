import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { GenesysApi } from '../../cards/delivery/genesysApi.ts';
import { GuestRoute } from '../../cards/delivery/guestRoute.ts';
import { createHttpClient } from '../../cards/delivery/http.ts';
import { TokenProvider } from '../../cards/delivery/token.ts';
import { type FakeServer, json, listen } from '../fakes/listen.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import { openOutbox } from './openOutbox.ts';
import type { VirtualClock } from './virtualClock.ts';

const client = createHttpClient();
after(() => client.close());

/** What a Genesys did: how often it was asked for a token, and how many such requests it had at once. */
interface Login {
  asked: number;
  most: number;
  posts: number;
}

/** A Genesys whose login host is healthy when `isHealthy` says so, and which takes a card when `takes` does. */
async function genesys(
  isHealthy: () => boolean,
  takes: (token: string) => boolean,
): Promise<{ server: FakeServer; login: Login }> {
  const login: Login = { asked: 0, most: 0, posts: 0 };
  let underWay = 0;
  const server = await listen((request, response) => {
    if (request.path !== '/oauth/token') {
      login.posts += 1;
      json(response, takes(request.headers.authorization ?? '') ? 200 : 401, {});
      return;
    }
    login.asked += 1;
    underWay += 1;
    login.most = Math.max(login.most, underWay);
    setImmediate(() => {
      underWay -= 1;
      if (isHealthy()) json(response, 200, { access_token: `t${login.asked}`, expires_in: 3600 });
      else json(response, 500, {});
    });
  });
  return { server, login };
}

function guestRoute(server: FakeServer, clock: Pick<VirtualClock, 'now'>): GuestRoute {
  const http = client.request;
  const { url } = server;
  const token = new TokenProvider({
    loginUrl: url,
    clientId: 'c',
    clientSecret: 's',
    http,
    now: clock.now,
    random: () => 0.5,
  });
  return new GuestRoute(new GenesysApi({ apiUrl: url, token, http }), true);
}

for (const [name, life] of [
  ['is to be renewed', 3_540_000],
  ['ends', 3_600_000],
] as const) {
  test(`fifty cards at the moment at which the token ${name} cause one request for a new one`, async (t) => {
    const { server, login } = await genesys(
      () => true,
      () => true,
    );
    t.after(server.close);
    let time = 0;
    const route = guestRoute(server, { now: () => time });
    await route.send(outgoingCard());
    time = life;
    const cards = Array.from({ length: 50 }, (_, i) => outgoingCard({ messageId: `m-${i}` }));
    const attempts = await Promise.all(cards.map((card) => route.send(card)));
    assert.ok(attempts.every(({ result }) => result === 'accepted'));
    assert.deepEqual([login.asked, login.most], [2, 1]);
  });
}

test('a login host that fails for 5 seconds is asked three times, and no card is lost', async (t) => {
  let clock: VirtualClock | undefined;
  const { server, login } = await genesys(
    () => (clock?.now() ?? 0) >= 5_000,
    () => true,
  );
  t.after(server.close);
  const opened = await openOutbox(t, (made) => {
    clock = made;
    return guestRoute(server, made);
  });
  // More than are sent at once.
  const cards = 80;
  for (let i = 0; i < cards; i += 1) {
    await opened.outbox.submit(outgoingCard({ messageId: `m-${i}`, conversationId: `c-${i}` }));
  }
  await opened.clock.runUntil(() => opened.settled.size === cards);
  assert.ok([...opened.settled.values()].every(({ outcome }) => outcome === 'accepted'));
  assert.ok(login.asked <= 3, `${login.asked} token requests`);
  assert.equal(login.most, 1);
  assert.equal(login.posts, cards);
});

test('a client without the right is told so after two attempts: each refusal of a token is followed by one renewal', async (t) => {
  const { server, login } = await genesys(
    () => true,
    () => false,
  );
  t.after(server.close);
  const { outbox, clock, settled } = await openOutbox(t, (made) => guestRoute(server, made));
  await outbox.submit(outgoingCard());
  await clock.runUntil(() => settled.size === 1);
  const { outcome, code, status, attempts } = settled.get('m-1') ?? {};
  assert.deepEqual([outcome, code, status, attempts], ['failed', 'genesys.unauthorized', 401, 2]);
  assert.deepEqual([login.posts, login.asked], [4, 3]);
});

test('a card that two tokens in a row were refused for is delivered when the next one is taken', async (t) => {
  const { server } = await genesys(
    () => true,
    (token) => token === 'Bearer t3',
  );
  t.after(server.close);
  const { outbox, clock, settled } = await openOutbox(t, (made) => guestRoute(server, made));
  await outbox.submit(outgoingCard());
  await clock.runUntil(() => settled.size === 1);
  assert.equal(settled.get('m-1')?.outcome, 'accepted');
});
