import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { GenesysApi } from '../../cards/delivery/genesysApi.ts';
import { GuestRoute } from '../../cards/delivery/guestRoute.ts';
import { createHttpClient } from '../../cards/delivery/http.ts';
import type { Attempt, CardRoute } from '../../cards/delivery/outbox.ts';
import { chooseBackoffMs, defaultRetryPolicy } from '../../cards/delivery/retryTiming.ts';
import { EmbeddedOutbox } from '../../cards/delivery/store/sqlite/embeddedOutbox.ts';
import { TokenProvider } from '../../cards/delivery/token.ts';
import { onEnd } from '../fakes/cardEvent.ts';
import { json, listen } from '../fakes/listen.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import { openOutbox } from './openOutbox.ts';
import { type VirtualClock, virtualClock } from './virtualClock.ts';

const client = createHttpClient();
after(() => client.close());

/** Where the virtual clock begins by the wall. */
const epoch = Date.parse('2026-11-23T10:00:00Z');
const ownBackoff = chooseBackoffMs(1, defaultRetryPolicy, () => 0.5);

const headers: [name: string, header: string | string[] | undefined, told: number][] = [
  ['3 seconds', '3', 3_000],
  ['a date 5 seconds ahead', 'Mon, 23 Nov 2026 10:00:05 GMT', 5_000],
  ['a date in the past', 'Mon, 23 Nov 2026 09:00:00 GMT', 0],
  ['0', '0', 0],
  ['-1', '-1', 0],
  ['abc', 'abc', 0],
  ['1e9', '1e9', 0],
  ['1000000000 seconds, capped at 5 minutes', '1000000000', 300_000],
  ['a date in a hundred years, capped at 5 minutes', 'Fri, 23 Nov 2126 10:00:00 GMT', 300_000],
  ['two headers', ['2', '7'], 7_000],
  ['no header', undefined, 0],
];
for (const status of [429, 503]) {
  for (const [name, header, told] of headers) {
    const expected = Math.max(told, ownBackoff);
    test(`after a ${status} with Retry-After ${name} the card is sent again in ${expected} ms`, async (t) => {
      const sentAt: number[] = [];
      const { outbox, clock, settled } = await openOutbox(t, async (clock) => {
        const server = await listen((request, response) => {
          if (request.path === '/oauth/token') {
            json(response, 200, { access_token: 't', expires_in: 3600 });
            return;
          }
          sentAt.push(clock.now());
          if (header !== undefined) response.setHeader('retry-after', header);
          json(response, sentAt.length === 1 ? status : 200, {});
        });
        t.after(server.close);
        const http = client.request;
        const token = new TokenProvider({ loginUrl: server.url, clientId: 'c', clientSecret: 's', http });
        const now = () => epoch + clock.now();
        return new GuestRoute(new GenesysApi({ apiUrl: server.url, token, http, now }), true);
      });
      await outbox.submit(outgoingCard());
      await clock.runUntil(() => settled.size === 1);
      assert.equal(sentAt.length, 2);
      const [first = 0, second = 0] = sentAt;
      assert.ok(second - first >= told, 'earlier than told');
      assert.ok(second - first >= expected * 0.9 && second - first <= expected * 1.1, `${second - first} ms`);
    });
  }
}

test('a 429 also holds back a card that was already waiting for its turn', async (t) => {
  const sentAt = new Map<string, number>();
  const turns: (() => void)[] = [];
  const { outbox, clock, settled } = await openOutbox(
    t,
    (clock): CardRoute => ({
      name: 'guest',
      dropsRepeats: true,
      acquireSlot: () => new Promise((resolve) => turns.push(resolve)),
      send: async ({ messageId }) => {
        const isFirst = sentAt.size === 0;
        sentAt.set(messageId, clock.now());
        return isFirst
          ? { result: 'retry', code: 'genesys.rateLimited', pauseAll: true, retryAfterMs: 60_000 }
          : { result: 'accepted' };
      },
    }),
  );
  await outbox.submit(outgoingCard({ messageId: 'a', conversationId: 'a' }));
  await outbox.submit(outgoingCard({ messageId: 'b', conversationId: 'b' }));
  turns[0]?.();
  while (sentAt.size === 0 || outbox.depth < 2) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  turns[1]?.();
  await clock.runUntil(() => {
    for (const acquireSlot of turns) acquireSlot();
    return settled.size === 2;
  });
  assert.ok((sentAt.get('b') ?? 0) >= 60_000, `b was sent after ${sentAt.get('b')} ms`);
});

const restarts: [what: string, asked: Partial<Attempt>, wallMs: number, sentAfterMs: number][] = [
  ['a Retry-After', { retryAfterMs: 60_000 }, 10_000, 50_000],
  ['a Retry-After for every card', { retryAfterMs: 60_000, pauseAll: true }, 10_000, 50_000],
  ['a Retry-After that is over', { retryAfterMs: 60_000 }, 70_000, 0],
  ['a back-off', {}, 100, 150],
  ['a wall clock set back an hour: five minutes at most', { retryAfterMs: 60_000 }, -3_600_000, 300_000],
];
for (const [what, asked, wallMs, sentAfterMs] of restarts) {
  test(`after a restart the rest of the wait is kept: ${what}`, async (t) => {
    let wall = epoch;
    t.mock.method(Date, 'now', () => wall);
    const attempt: Attempt = { result: 'retry', code: 'genesys.unavailable', ...asked };
    const sentAt: number[] = [];
    const route = (clock: VirtualClock, attempts: Attempt[]): CardRoute => ({
      name: 'guest',
      dropsRepeats: true,
      send: async () => {
        sentAt.push(clock.now());
        return attempts.shift() ?? { result: 'accepted' };
      },
    });
    const former = await openOutbox(t, (clock) => route(clock, [attempt]));
    await former.outbox.submit(outgoingCard());
    await former.clock.runUntil(() => former.audit().length === 2);
    await former.outbox.stop(0);
    wall += wallMs;
    sentAt.length = 0;

    const clock = virtualClock();
    const { now, after } = clock;
    const settled: string[] = [];
    const later = new EmbeddedOutbox({
      store: former.store,
      routes: [route(clock, [])],
      now,
      after,
      watchMs: 0,
      listeners: [onEnd(({ messageId }) => settled.push(messageId))],
    });
    t.after(() => later.stop(0));
    await later.start();
    await clock.runUntil(() => settled.length === 1);
    assert.deepEqual(sentAt, [sentAfterMs]);
  });
}
