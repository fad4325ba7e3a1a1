import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CardEvent } from '../../../cards/delivery/cardEvents.ts';
import type { Attempt, CardRoute } from '../../../cards/delivery/outbox.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { auditOf, type OutboxRig, scriptedRoute } from './outboxContract.ts';

const rejection: Attempt = { result: 'rejected', code: 'genesys.rejected', status: 400 };

const reference = (id: string) => JSON.stringify({ channelId: 'directline', conversation: { id } });

/** Fills a store with a conversation of three names and with others that only look like it. */
async function fill({ open, storage }: OutboxRig): Promise<void> {
  const outbox = await open([scriptedRoute({ 'm-2': [rejection] }).route]);
  const card = (messageId: string, conversationId: string, id: string) =>
    outbox.submit(outgoingCard({ messageId, conversationId, reference: reference(id) }));
  await card('m-1', 'genesys-canary', 'bot-canary');
  await card('m-2', 'genesys-canary', 'bot-canary');
  await card('m-3', 'bot-canary', 'bot-canary');
  await card('m-4', 'genesys', 'bot-canar');
  for (const messageId of ['m-2', 'm-3', 'm-4']) await outbox.outcomeOf(messageId, 60_000);
  await outbox.stop();
  const session = (sessionId: string, conversationId: string) => ({ address: { sessionId, conversationId } });
  await storage.write({
    'directline/conversations/bot-canary': { dialog: 1 },
    'directline/conversations/bot-canary/more': { dialog: 2 },
    'genesys/conversations/session%canary': { dialog: 3 },
    'genesys/bot/conversations/genesys-canary': { sessionId: 'session%canary' },
    'genesys/pictures/conversations/genesys-canary/a.png': { data: 'of the canary' },
    'genesys/bot/conversations/session%25canary': { sessionId: 'session%canary' },
    'genesys/bot/sessions/session%25canary': session('session%canary', 'genesys-canary'),
    'directline/conversations/bot': { dialog: 4 },
    'directline/conversations/bot-canar': { dialog: 5 },
    'genesys/bot/sessions/other': { ...session('other', 'another'), said: 'canar' },
  });
}

/** What is left of a conversation that an operator lets the store forget. */
export function forgetContract(name: string, createRig: (t: TestContext) => Promise<OutboxRig>): void {
  const it = (says: string, check: (rig: OutboxRig) => Promise<void>) =>
    test(`${name}: ${says}`, async (t) => check(await createRig(t)));

  for (const id of ['genesys-canary', 'session%canary', 'bot-canary']) {
    it(`a conversation that is forgotten by its id ${id} is nowhere in the store`, async (rig) => {
      const { operator, storage, dump } = rig;
      await fill(rig);
      assert.match(await dump(), /genesys-canary.*bot-canary|bot-canary.*genesys-canary/s);
      assert.deepEqual(await operator.forget(id), { cards: 3, states: 7, auditEntries: 6 });
      assert.doesNotMatch(await dump(), /canary/);
      const others = [
        'directline/conversations/bot',
        'directline/conversations/bot-canar',
        'genesys/bot/sessions/other',
      ];
      assert.deepEqual(Object.keys(await storage.read(others)).sort(), others.sort());
      assert.equal((await operator.show('m-4'))?.card.state, 'accepted');
      assert.equal((await operator.deadLetters(10)).cards.length, 0);
      assert.deepEqual(await operator.forget(id), { cards: 0, states: 0, auditEntries: 0 });
    });
  }

  it('the audit log of a forgotten conversation still verifies, keeps what happened, and tells of each card', async (rig) => {
    const { operator } = rig;
    await fill(rig);
    await operator.forget('genesys-canary');
    assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 11 });
    const entries = (await auditOf(operator)).filter(({ messageId }) => messageId !== 'm-4');
    const handles = new Set(entries.map(({ conversationId }) => conversationId));
    assert.equal(handles.size, 1);
    assert.match([...handles].join(), /^forgotten-[0-9a-f-]{36}$/);
    assert.deepEqual(
      entries.filter(({ messageId }) => messageId === 'm-2').map(({ event, status }) => [event, status]),
      [
        ['stored', undefined],
        ['rejected', 400],
        ['forgotten', undefined],
      ],
    );
  });

  it('a card that waits is not sent once its conversation is forgotten, and the next card does not wait for it', async ({
    open,
    operator,
    dump,
  }) => {
    const { route, sent } = scriptedRoute({
      'm-1': [{ result: 'retry', code: 'genesys.unavailable', status: 503, retryAfterMs: 90_000 }],
    });
    const outbox = await open([route]);
    for (const messageId of ['m-1', 'm-2'])
      await outbox.submit(outgoingCard({ messageId, conversationId: 'c-canary' }));
    while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await operator.forget('c-canary')).cards, 2);
    assert.equal((await outbox.outcomeOf('m-2', 60_000)).outcome, 'unknown');
    await outbox.submit(outgoingCard({ messageId: 'm-3', conversationId: 'c-canary' }));
    assert.equal((await outbox.outcomeOf('m-3', 60_000)).outcome, 'accepted');
    assert.deepEqual(sent, ['m-1', 'm-3']);
    await operator.forget('c-canary');
    assert.doesNotMatch(await dump(), /canary/);
  });

  it('a card that waits for its place in the rate limit is not sent once its conversation is forgotten', async (rig) => {
    const { route, sent } = scriptedRoute();
    const asked = Promise.withResolvers<void>();
    const slot = Promise.withResolvers<void>();
    const acquireSlot = () => {
      asked.resolve();
      return slot.promise;
    };
    const outbox = await rig.open([{ ...route, acquireSlot }]);
    await outbox.submit(outgoingCard({ messageId: 'm-1', conversationId: 'c-canary' }));
    await asked.promise;
    assert.equal((await rig.operator.forget('c-canary')).cards, 1);
    // A shorter wait is not one: such a card is as good as sent.
    await sleep(100);
    slot.resolve();
    await outbox.submit(outgoingCard({ messageId: 'm-2', conversationId: 'c-canary' }));
    assert.equal((await outbox.outcomeOf('m-2', 60_000)).outcome, 'accepted');
    assert.deepEqual(sent, ['m-2']);
  });

  for (const result of ['accepted', 'rejected', 'retry'] as const) {
    it(`an attempt that ends as ${result} after its conversation was forgotten leaves no trace, and is not reported`, async (rig) => {
      const begun = Promise.withResolvers<void>();
      const answer = Promise.withResolvers<Attempt>();
      const route: CardRoute = {
        name: 'guest',
        dropsRepeats: true,
        send: () => {
          begun.resolve();
          return answer.promise;
        },
      };
      const told: string[] = [];
      const listeners = [({ entry }: CardEvent) => void told.push(entry.event)];
      const outbox = await rig.open([route], { listeners });
      await outbox.submit(outgoingCard({ conversationId: 'c-canary', text: 'canary' }));
      await begun.promise;
      await rig.operator.forget('c-canary');
      answer.resolve({ result, status: 500 });
      await outbox.stop();
      assert.doesNotMatch(await rig.dump(), /canary/);
      assert.equal((await rig.operator.verifyAudit()).ok, true);
      assert.deepEqual(told, ['stored']);
    });
  }
}
