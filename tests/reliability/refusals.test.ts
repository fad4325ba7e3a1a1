import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { GenesysApi } from '../../cards/delivery/genesysApi.ts';
import { GuestRoute } from '../../cards/delivery/guestRoute.ts';
import { createHttpClient } from '../../cards/delivery/http.ts';
import { SqliteOperatorStore } from '../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { TokenProvider } from '../../cards/delivery/token.ts';
import { json, listen } from '../fakes/listen.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import { openOutbox } from './openOutbox.ts';

const client = createHttpClient();
after(() => client.close());

const refusals: [name: string, status: number, sessionState: string, code: string][] = [
  ['a card that Genesys does not understand', 400, 'active', 'genesys.rejected'],
  ['a conversation that is gone', 404, 'active', 'genesys.rejected'],
  ['a conversation that is gone for good', 410, 'active', 'genesys.rejected'],
  ['a card that is too large', 413, 'active', 'genesys.rejected'],
  ['a client without the permission', 403, 'active', 'genesys.forbidden'],
  ['a conversation that has ended', 403, 'ended', 'genesys.conversationEnded'],
];
for (const [name, status, state, code] of refusals) {
  test(`${name} (${status}): sent once, kept with its reason, the others go on, and a replay delivers it once`, async (t) => {
    let isRepaired = false;
    const posts: string[] = [];
    const server = await listen((request, response) => {
      if (request.path === '/oauth/token') json(response, 200, { access_token: 't', expires_in: 3600 });
      else if (request.method === 'GET') json(response, 200, { state });
      else {
        const { messageId } = JSON.parse(request.body).message.card;
        posts.push(messageId);
        json(response, messageId === 'poison' && !isRepaired ? status : 200, {});
      }
    });
    t.after(server.close);
    const http = client.request;
    const token = new TokenProvider({ loginUrl: server.url, clientId: 'c', clientSecret: 's', http });
    const { outbox, clock, settled, dataDir, audit } = await openOutbox(
      t,
      () => new GuestRoute(new GenesysApi({ apiUrl: server.url, token, http }), true),
      { watchMs: 5 },
    );

    for (const messageId of ['before', 'poison', 'after']) await outbox.submit(outgoingCard({ messageId }));
    await outbox.submit(outgoingCard({ messageId: 'elsewhere', conversationId: 'c-2' }));
    await clock.runUntil(() => settled.size === 4);
    const poison = settled.get('poison');
    assert.deepEqual(
      [poison?.outcome, poison?.attempts, poison?.code, poison?.status],
      ['rejected', 1, code, status],
    );
    assert.deepEqual([...posts].sort(), ['after', 'before', 'elsewhere', 'poison']);
    assert.deepEqual(
      posts.filter((messageId) => messageId !== 'elsewhere'),
      ['before', 'poison', 'after'],
    );

    const operator = new SqliteOperatorStore(dataDir);
    const { cards } = await operator.deadLetters(10);
    assert.deepEqual(
      cards.map((card) => [card.messageId, card.code, card.status]),
      // A customer who has left leaves nothing to repair.
      code === 'genesys.conversationEnded' ? [] : [['poison', code, status]],
    );
    isRepaired = true;
    settled.clear();
    assert.deepEqual((await operator.replay(['poison'])).replayed, ['poison']);
    await operator.close();
    await clock.runUntil(() => settled.size === 1);
    assert.equal(settled.get('poison')?.outcome, 'accepted');
    assert.equal(posts.filter((messageId) => messageId === 'poison').length, 2);
    assert.deepEqual(
      audit()
        .filter((entry) => entry.messageId === 'poison')
        .map((entry) => entry.event),
      ['stored', 'rejected', 'replayed', 'accepted'],
    );
  });
}
