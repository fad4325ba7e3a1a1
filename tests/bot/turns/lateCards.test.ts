import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ConversationState, MemoryStorage, TurnContext } from 'botbuilder';
import { createBotFrameworkAdapter } from '../../../bot/channels/botFramework/createBotFrameworkAdapter.ts';
import { createLog } from '../../../bot/log/log.ts';
import { LateCards } from '../../../bot/turns/laterTexts.ts';
import type { FinalState, Outcome } from '../../../cards/delivery/outbox.ts';
import { de } from '../../../dialogs/texts/de.ts';
import { en } from '../../../dialogs/texts/en.ts';
import { cardEvent } from '../../fakes/cardEvent.ts';
import { json, listen } from '../../fakes/listen.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

const openBot = { type: 'SingleTenant', id: undefined, password: undefined, tenantId: undefined } as const;

/** A channel, the news of late cards before it, and a clock that only goes when it is told to. */
async function rig(t: TestContext) {
  const heard: string[] = [];
  let onHeard = () => {};
  const channel = await listen(({ body }, response) => {
    heard.push(JSON.parse(body).text);
    json(response, 200, { id: '1' });
    onHeard();
  });
  t.after(() => channel.close());
  const log = createLog('silent');
  const adapter = createBotFrameworkAdapter(openBot, log, new ConversationState(new MemoryStorage()));
  const timers = new Map<() => void, number>();
  const late = new LateCards({
    adapter,
    appId: '',
    log,
    afterMs: 3_500,
    after: (ms, work) => {
      timers.set(work, ms);
      return { cancel: () => timers.delete(work) };
    },
  });
  const ring = () => {
    for (const work of timers.keys()) {
      timers.delete(work);
      work();
    }
  };
  const context = (locale: string) =>
    new TurnContext(adapter, {
      type: 'message',
      channelId: 'genesys',
      serviceUrl: channel.url,
      conversation: { id: 'c-1', isGroup: false, conversationType: 'personal', name: '' },
      from: { id: 'user', name: '' },
      recipient: { id: 'bot', name: '' },
      locale,
    });
  const delivered = (messageId: string, outcome: Outcome = 'pending', locale = 'en') =>
    late.onDelivery(context(locale), 'c-1', { messageId, outcome, attempts: 1 });
  const settled = (messageId: string, outcome: FinalState) =>
    late.onCardEvent(cardEvent(outcome, {}, { card: outgoingCard({ messageId, conversationId: 'c-1' }) }));
  /** Rings, and waits until the customer has read something more. */
  const ringUntilHeard = async () => {
    const next = new Promise<void>((resolve) => {
      onHeard = resolve;
    });
    ring();
    await next;
  };
  return { late, delivered, settled, ring, ringUntilHeard, timers, heard };
}

test('a customer who waits for a card is told once, however many cards are late', async (t) => {
  const { delivered, ring, ringUntilHeard, timers, heard } = await rig(t);
  delivered('m-1');
  assert.deepEqual([...timers.values()], [3_500]);
  delivered('m-2');
  await ringUntilHeard();
  delivered('m-3');
  ring();
  assert.equal(timers.size, 0);
  assert.deepEqual(heard, [en.cardLate]);
});

test('the sentence is in the language of the conversation', async (t) => {
  const { delivered, ringUntilHeard, heard } = await rig(t);
  delivered('m-1', 'pending', 'de-AT');
  await ringUntilHeard();
  assert.deepEqual(heard, [de.cardLate]);
});

test('after a card has come, the next outage is told anew', async (t) => {
  const { delivered, settled, ringUntilHeard, heard } = await rig(t);
  delivered('m-1');
  await ringUntilHeard();
  settled('m-1', 'accepted');
  delivered('m-2');
  await ringUntilHeard();
  assert.equal(heard.length, 2);
});

test('a card that could not be sent does not begin the telling anew', async (t) => {
  const { delivered, settled, ringUntilHeard, timers } = await rig(t);
  delivered('m-1');
  await ringUntilHeard();
  settled('m-1', 'failed');
  delivered('m-2');
  assert.equal(timers.size, 0);
});

for (const outcome of ['accepted', 'rejected', 'failed', 'unknown'] as const) {
  test(`a card that is ${outcome} in time is not late`, async (t) => {
    const { delivered, settled, timers } = await rig(t);
    delivered('m-1');
    settled('m-1', outcome);
    assert.equal(timers.size, 0);
  });

  test(`a turn whose card is ${outcome} waits for nothing`, async (t) => {
    const { delivered, timers } = await rig(t);
    delivered('m-1', outcome);
    assert.equal(timers.size, 0);
  });
}

test('a bot that stops tells nobody any more', async (t) => {
  const { late, delivered, timers } = await rig(t);
  delivered('m-1');
  late.close();
  assert.equal(timers.size, 0);
});
