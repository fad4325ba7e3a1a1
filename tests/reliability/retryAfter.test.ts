import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { GuestRoute } from '../../cards/delivery/guestRoute.ts';
import { createHttpClient } from '../../cards/delivery/http.ts';
import type { CardRoute } from '../../cards/delivery/outbox.ts';
import { backoffMs, defaultRetryPolicy } from '../../cards/delivery/retryTiming.ts';
import { TokenProvider } from '../../cards/delivery/token.ts';
import { json, listen } from '../fakes/listen.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import { openOutbox } from './openOutbox.ts';

const client = createHttpClient();
after(() => client.close());

/** Where the virtual clock begins by the wall. */
const epoch = Date.parse('2026-11-23T10:00:00Z');
const ownBackoff = backoffMs(1, defaultRetryPolicy, () => 0.5);

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
        return new GuestRoute({ apiUrl: server.url, token, http, dropsRepeats: true, now });
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
