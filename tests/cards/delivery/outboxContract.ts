import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Storage } from 'botbuilder';
import type { AuditRow } from '../../../cards/delivery/audit.ts';
import type { AuditEntry, CardEvent, Listeners } from '../../../cards/delivery/cardEvents.ts';
import type { OperatorStore } from '../../../cards/delivery/operatorStore.ts';
import type { Attempt, CardRoute, Outbox } from '../../../cards/delivery/outbox.ts';
import { defaultRetryPolicy, type RetryPolicy } from '../../../cards/delivery/retryTiming.ts';
import { onEnd } from '../../fakes/cardEvent.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

/** What both outboxes can be told. */
export interface OutboxSettings extends Listeners {
  retry?: RetryPolicy;
  maxWaiting?: number;
  onUnknown?: 'hold' | 'resend';
  random?: () => number;
  /** The operator's secrets. */
  secrets?: readonly string[];
}

/** A write of an outbox that a test lets fail. */
export type FaultyWrite = 'sending' | 'again' | 'settle';

/** A store of its own for one test. */
export interface OutboxRig {
  /** Starts an outbox on the store, without random waits; more than one after another are former and later processes. */
  open(routes: readonly CardRoute[], settings?: OutboxSettings): Promise<Outbox>;
  operator: OperatorStore;
  /** Opens what an operator sees, with these secrets; it closes with the test. */
  openOperator(secrets: readonly string[]): Promise<OperatorStore>;
  /** The secret that the store made for itself. */
  ownSecret(): Promise<string>;
  /** Writes rows over those of the audit log with the same numbers, and lets it end with the last of them, as somebody who can write the store may. */
  forge(rows: readonly AuditRow[]): Promise<void>;
  /** Notes figures of this moment for the charts. */
  noteSample(values: Readonly<Record<string, number>>): Promise<void>;
  /** Conversation and dialog state, in the same store. */
  storage: Storage;
  /** Everything that the store holds at rest, as one text. */
  dump(): Promise<string>;
  /** Lets the next write of this kind throw, or every one from now on. */
  breakWrite(outbox: Outbox, write: FaultyWrite, error: Error, isForever?: boolean): void;
}

/** A route that notes what it is given; what is not scripted is accepted. */
export function scriptedRoute(script: Record<string, Attempt[]> = {}, dropsRepeats = true) {
  const sent: string[] = [];
  const bodies: string[] = [];
  const route: CardRoute = {
    name: 'guest',
    dropsRepeats,
    send: async ({ messageId, body }) => {
      sent.push(messageId);
      bodies.push(body);
      return script[messageId]?.shift() ?? { result: 'accepted', status: 200 };
    },
  };
  return { route, sent, bodies };
}

/** A route whose attempts never end; `isSending` resolves when the first one begins. */
export function silentRoute(dropsRepeats = true) {
  const { promise: isSending, resolve } = Promise.withResolvers<void>();
  const route: CardRoute = {
    name: 'guest',
    dropsRepeats,
    send: () => {
      resolve();
      return new Promise(() => {});
    },
  };
  return { route, isSending };
}

/** The audit log from its start. */
export async function auditOf(operator: OperatorStore): Promise<AuditEntry[]> {
  const rows = await operator.auditAfter(0, 10_000);
  return rows.map(({ entry }) => JSON.parse(entry));
}

const failure: Attempt = { result: 'retry', code: 'genesys.unavailable', status: 503 };
const doubtful: Attempt = { result: 'unknown', code: 'genesys.unknownOutcome' };
const rejection: Attempt = { result: 'rejected', code: 'genesys.rejected', status: 400 };
const pause: Attempt = { result: 'retry', code: 'genesys.rateLimited', pauseAll: true, retryAfterMs: 1 };

/** What an outbox promises, whatever it keeps its cards in. */
export function outboxContract(name: string, createRig: (t: TestContext) => Promise<OutboxRig>): void {
  const it = (says: string, check: (rig: OutboxRig, t: TestContext) => Promise<void>) =>
    test(`${name}: ${says}`, async (t) => check(await createRig(t), t));

  it('a card is stored, sent, and its outcome told and audited, without its text', async ({
    open,
    operator,
  }) => {
    const { route, sent, bodies } = scriptedRoute();
    const outbox = await open([route]);
    const body = '{"messageId":"m-1","secret":"customer text"}';
    await outbox.submit(outgoingCard({ body }));
    const delivery = await outbox.outcomeOf('m-1', 60_000);
    assert.deepEqual([delivery.outcome, delivery.attempts, delivery.status], ['accepted', 1, 200]);
    assert.deepEqual([sent, bodies], [['m-1'], [body]]);
    const audit = await auditOf(operator);
    assert.deepEqual(
      audit.map((entry) => entry.event),
      ['stored', 'accepted'],
    );
    assert.ok(audit.every(({ bytes }) => bytes === Buffer.byteLength(body)));
    assert.doesNotMatch(JSON.stringify(audit), /customer text|The text of the card/);
    assert.deepEqual((await operator.show('m-1', true))?.content, { body: null, text: null });
  });

  it('an accepted card leaves no text anywhere in the store', async ({ open, dump }) => {
    const { route } = scriptedRoute({ 'm-1': [failure] });
    const outbox = await open([route]);
    const canary = 'Quimby-Ostrander';
    for (const messageId of ['m-1', 'm-2'])
      await outbox.submit(
        outgoingCard({
          messageId,
          body: JSON.stringify({ messageId, text: canary }),
          text: canary,
          reference: JSON.stringify({ conversation: { id: 'c-1', name: canary }, user: { name: canary } }),
        }),
      );
    for (const messageId of ['m-1', 'm-2'])
      assert.equal((await outbox.outcomeOf(messageId, 60_000)).outcome, 'accepted');
    assert.ok(!(await dump()).includes(canary));
  });

  it('a card is tried again until it is taken, and each attempt is audited', async ({ open, operator }) => {
    const { route, sent } = scriptedRoute({ 'm-1': [failure, doubtful] });
    const outbox = await open([route]);
    await outbox.submit(outgoingCard());
    assert.equal((await outbox.outcomeOf('m-1', 60_000)).attempts, 3);
    assert.deepEqual(sent, ['m-1', 'm-1', 'm-1']);
    assert.deepEqual(
      (await auditOf(operator)).map(({ event, code, attempts }) => [event, code, attempts]),
      [
        ['stored', undefined, undefined],
        ['attempted', 'genesys.unavailable', 1],
        ['attempted', 'genesys.unknownOutcome', 2],
        ['accepted', undefined, 3],
      ],
    );
  });

  it('a card that has to wait keeps those of its conversation waiting, and no others', async ({ open }) => {
    const sent: string[] = [];
    const route: CardRoute = {
      name: 'guest',
      dropsRepeats: true,
      send: async ({ messageId }) => {
        sent.push(messageId);
        const mustWait = messageId === 'm-1' && !sent.includes('m-3');
        return mustWait ? { ...failure, retryAfterMs: 20 } : { result: 'accepted', status: 200 };
      },
    };
    const outbox = await open([route], { retry: { ...defaultRetryPolicy, maxAttempts: 100_000 } });
    await outbox.submit(outgoingCard({ messageId: 'm-1' }));
    await outbox.submit(outgoingCard({ messageId: 'm-2' }));
    await outbox.submit(outgoingCard({ messageId: 'm-3', conversationId: 'c-2' }));
    assert.equal((await outbox.outcomeOf('m-3', 60_000)).outcome, 'accepted');
    assert.equal((await outbox.outcomeOf('m-2', 60_000)).outcome, 'accepted');
    const ofFirst = sent.filter((id) => id !== 'm-3');
    assert.deepEqual(new Set(ofFirst.slice(0, -1)), new Set(['m-1']));
    assert.equal(ofFirst.at(-1), 'm-2');
    assert.ok(sent.indexOf('m-3') < sent.indexOf('m-2'));
  });

  it('cards given at once leave in the order in which they were given', async ({ open }) => {
    const { route, sent } = scriptedRoute();
    const outbox = await open([route]);
    const ids = Array.from({ length: 50 }, (_, i) => `m-${i}`);
    await Promise.all(ids.map((messageId) => outbox.submit(outgoingCard({ messageId }))));
    assert.equal((await outbox.outcomeOf('m-49', 60_000)).outcome, 'accepted');
    assert.deepEqual(sent, ids);
  });

  it('a rejected card is final and does not hold up the next one', async ({ open }) => {
    const { route, sent } = scriptedRoute({ 'm-1': [rejection] });
    const outbox = await open([route]);
    await outbox.submit(outgoingCard({ messageId: 'm-1' }));
    await outbox.submit(outgoingCard({ messageId: 'm-2' }));
    assert.equal((await outbox.outcomeOf('m-1', 60_000)).outcome, 'rejected');
    assert.equal((await outbox.outcomeOf('m-2', 60_000)).outcome, 'accepted');
    assert.deepEqual(sent, ['m-1', 'm-2']);
  });

  it('a card whose attempts are used up is a dead letter that keeps its content', async ({
    open,
    operator,
  }) => {
    const { route, sent } = scriptedRoute({ 'm-1': Array<Attempt>(9).fill(failure) });
    const settled: string[] = [];
    const listeners = [onEnd(({ outcome }, { card }) => settled.push(`${card.text} ${outcome}`))];
    const outbox = await open([route], { listeners });
    await outbox.submit(outgoingCard());
    const delivery = await outbox.outcomeOf('m-1', 60_000);
    assert.deepEqual(
      [delivery.outcome, delivery.code, delivery.attempts],
      ['failed', 'genesys.unavailable', defaultRetryPolicy.maxAttempts],
    );
    assert.equal(sent.length, defaultRetryPolicy.maxAttempts);
    assert.deepEqual(settled, ['The text of the card. failed']);
    assert.deepEqual((await operator.show('m-1', true))?.content, {
      body: '{"messageId":"m-1"}',
      text: 'The text of the card.',
    });
  });

  it('listeners hear what the audit log has, in its order, with the attempt that was made', async ({
    open,
    operator,
  }) => {
    const { route } = scriptedRoute({ 'm-1': [failure] });
    const heard: CardEvent[] = [];
    const outbox = await open([route], { listeners: [(event) => heard.push(event)] });
    await outbox.submit(outgoingCard());
    await outbox.submit(outgoingCard());
    await outbox.outcomeOf('m-1', 60_000);
    await outbox.note('refused', outgoingCard({ messageId: 'm-2' }), { code: 'card.limit', path: '$.a' });
    assert.deepEqual(
      heard.map(({ entry }) => entry),
      await auditOf(operator),
    );
    assert.deepEqual(
      heard.map(({ entry, card, attempt }) => [entry.event, card.text, attempt?.result]),
      [
        ['stored', 'The text of the card.', undefined],
        ['attempted', 'The text of the card.', 'retry'],
        ['accepted', 'The text of the card.', 'accepted'],
        ['refused', 'The text of the card.', undefined],
      ],
    );
  });

  it('attempts that made every card wait do not use up a card', async ({ open }) => {
    const { route, sent } = scriptedRoute({ 'm-1': Array<Attempt>(12).fill(pause) });
    const outbox = await open([route]);
    await outbox.submit(outgoingCard());
    assert.equal((await outbox.outcomeOf('m-1', 60_000)).outcome, 'accepted');
    assert.equal(sent.length, 13);
  });

  it('a pause of one route lets the cards of another go', async ({ open, operator }) => {
    const asked: Attempt = { ...pause, retryAfterMs: 60_000 };
    const { route, sent } = scriptedRoute({ 'm-1': [asked] });
    const outbox = await open([route, { ...scriptedRoute().route, name: 'other' }]);
    await outbox.submit(outgoingCard());
    while ((await operator.show('m-1'))?.card.attempts !== 1) await nextTurn();
    await outbox.submit(outgoingCard({ messageId: 'm-2', conversationId: 'c-2' }));
    await outbox.submit(outgoingCard({ messageId: 'm-3', conversationId: 'c-3', route: 'other' }));
    assert.equal((await outbox.outcomeOf('m-3', 60_000)).outcome, 'accepted');
    assert.equal((await outbox.outcomeOf('m-2', 0)).outcome, 'pending');
    assert.deepEqual(sent, ['m-1']);
  });

  it('a card whose time is used up is a dead letter', async ({ open }) => {
    const { route } = scriptedRoute({ 'm-1': Array<Attempt>(1_000).fill(pause) });
    const outbox = await open([route], { retry: { ...defaultRetryPolicy, totalMs: 100 } });
    await outbox.submit(outgoingCard());
    assert.equal((await outbox.outcomeOf('m-1', 60_000)).outcome, 'failed');
  });

  it('where repeats are shown, a doubtful card is held for the operator', async ({ open }) => {
    const { route, sent } = scriptedRoute({ 'm-1': [doubtful] }, false);
    const outbox = await open([route]);
    await outbox.submit(outgoingCard());
    assert.equal((await outbox.outcomeOf('m-1', 60_000)).outcome, 'unknown');
    assert.deepEqual(sent, ['m-1']);
  });

  it('where repeats are shown, a doubtful card is sent again if so configured, and the doubt is audited', async ({
    open,
    operator,
  }) => {
    const { route, sent } = scriptedRoute({ 'm-1': [doubtful] }, false);
    const outbox = await open([route], { onUnknown: 'resend' });
    await outbox.submit(outgoingCard());
    assert.equal((await outbox.outcomeOf('m-1', 60_000)).outcome, 'accepted');
    assert.deepEqual(sent, ['m-1', 'm-1']);
    const doubts = (await auditOf(operator)).filter((entry) => entry.code === 'genesys.unknownOutcome');
    assert.equal(doubts.length, 1);
  });

  it('what a former process left is taken up in order', async ({ open }) => {
    const former = silentRoute();
    const first = await open([{ ...former.route, acquireSlot: () => new Promise(() => {}) }]);
    for (const messageId of ['m-1', 'm-2', 'm-3']) await first.submit(outgoingCard({ messageId }));
    await first.stop(1_000);

    const { route, sent } = scriptedRoute();
    const second = await open([route]);
    assert.equal((await second.outcomeOf('m-3', 60_000)).outcome, 'accepted');
    assert.deepEqual(sent, ['m-1', 'm-2', 'm-3']);
  });

  it('after a restart a card waits for the rest of its Retry-After, and others of its route do not', async ({
    open,
    operator,
  }) => {
    const asked: Attempt = { ...failure, retryAfterMs: 60_000 };
    const former = await open([scriptedRoute({ 'm-1': [asked] }).route]);
    await former.submit(outgoingCard());
    while ((await operator.show('m-1'))?.card.attempts !== 1) await nextTurn();
    await former.stop(1_000);

    const { route, sent } = scriptedRoute();
    const later = await open([route]);
    await later.submit(outgoingCard({ messageId: 'm-2', conversationId: 'c-2' }));
    assert.equal((await later.outcomeOf('m-2', 20_000)).outcome, 'accepted');
    assert.equal((await later.outcomeOf('m-1', 50)).outcome, 'pending');
    assert.deepEqual(sent, ['m-2']);
  });

  it('after a restart all cards wait for the rest of a pause that Genesys asked for', async ({
    open,
    operator,
  }) => {
    const asked: Attempt = { ...pause, retryAfterMs: 60_000 };
    // On a slow machine the former process makes more than one attempt before it stops.
    const former = await open([scriptedRoute({ 'm-1': Array<Attempt>(9).fill(asked) }).route]);
    await former.submit(outgoingCard());
    while (((await operator.show('m-1'))?.card.attempts ?? 0) < 1) await nextTurn();
    await former.stop(1_000);

    const { route, sent } = scriptedRoute();
    const later = await open([route]);
    await later.submit(outgoingCard({ messageId: 'm-2', conversationId: 'c-2' }));
    assert.equal((await later.outcomeOf('m-2', 50)).outcome, 'pending');
    assert.deepEqual(sent, []);
  });

  it('what the attempts of a card came to counts after a restart', async ({ open, operator }) => {
    const asked: Attempt = { ...doubtful, retryAfterMs: 200 };
    // On a slow machine the former process makes more than one attempt before it stops.
    const former = await open([scriptedRoute({ 'm-1': Array<Attempt>(9).fill(asked) }).route]);
    await former.submit(outgoingCard());
    while (((await operator.show('m-1'))?.card.attempts ?? 0) < 1) await nextTurn();
    await former.stop(1_000);

    const { route } = scriptedRoute({ 'm-1': Array<Attempt>(9).fill(failure) });
    const later = await open([route]);
    const { outcome, attempts } = await later.outcomeOf('m-1', 20_000);
    assert.deepEqual([outcome, attempts], ['unknown', defaultRetryPolicy.maxAttempts]);
  });

  it('a card submitted a hundred times at once is sent once, and all callers get its outcome', async ({
    open,
  }) => {
    const { route, sent } = scriptedRoute();
    const outbox = await open([route]);
    await Promise.all(Array.from({ length: 100 }, () => outbox.submit(outgoingCard())));
    const deliveries = await Promise.all(Array.from({ length: 100 }, () => outbox.outcomeOf('m-1', 60_000)));
    assert.deepEqual(new Set(deliveries.map((delivery) => delivery.outcome)), new Set(['accepted']));
    assert.deepEqual(sent, ['m-1']);
  });

  it('of several cards that are given together all are stored, or none', async ({ open, operator }) => {
    const silent = silentRoute();
    const outbox = await open([silent.route]);
    const rows: [before: string[], given: string[], code: string | undefined, stored: string[]][] = [
      [[], ['a', 'a-2', 'a-3'], undefined, ['a', 'a-2', 'a-3']],
      // As an order that is sent again, and one of which a former version stored the first card only.
      [[], ['a', 'a-2', 'a-3'], undefined, []],
      [['b'], ['b', 'b-2'], undefined, ['b', 'b-2']],
      [['other c-2'], ['c', 'c-2', 'c-3'], 'store.conflict', ['other c-2']],
      [['other d'], ['d', 'd-2'], 'store.conflict', ['other d']],
      [[], ['e', 'e-2', 'other e'], 'store.conflict', []],
      [[], ['f', 'f'], undefined, ['f']],
    ];
    const cardOf = (name: string) =>
      outgoingCard({ messageId: name.replace('other ', ''), body: JSON.stringify({ name }) });
    for (const [before, given, code, stored] of rows) {
      const known = (await auditOf(operator)).length;
      for (const name of before) await outbox.submit(cardOf(name));
      const submitted = outbox.submit(...given.map(cardOf));
      if (code === undefined) await submitted;
      else await assert.rejects(submitted, { code });
      const entries = (await auditOf(operator)).slice(known).filter(({ event }) => event === 'stored');
      assert.deepEqual(
        entries.map(({ messageId }) => messageId),
        stored.map((name) => name.replace('other ', '')),
      );
    }
    for (const id of ['c', 'e', 'e-2']) assert.equal(await outbox.find(id), undefined);
    assert.equal((await operator.verifyAudit()).ok, true);
  });

  it('another card under the same messageId is a conflict, also at the same moment', async ({ open }) => {
    const outbox = await open([scriptedRoute().route]);
    const [first, other] = await Promise.allSettled([
      outbox.submit(outgoingCard()),
      outbox.submit(outgoingCard({ body: '{"other":true}' })),
    ]);
    assert.equal(first.status, 'fulfilled');
    assert.equal(other.status === 'rejected' && other.reason.code, 'store.conflict');
    await assert.rejects(outbox.submit(outgoingCard({ conversationId: 'c-2' })), { code: 'store.conflict' });
  });

  it('beyond the bound no card is taken', async ({ open }) => {
    const outbox = await open([silentRoute().route], { maxWaiting: 2 });
    await outbox.submit(outgoingCard({ messageId: 'm-1' }));
    const both = ['m-2', 'm-3'].map((messageId) => outgoingCard({ messageId }));
    await assert.rejects(outbox.submit(...both), { code: 'store.full' });
    await outbox.submit(outgoingCard({ messageId: 'm-2' }));
    await assert.rejects(outbox.submit(outgoingCard({ messageId: 'm-3' })), { code: 'store.full' });
  });

  it('a turn that waits for a slow card hears that it goes on in the background', async ({ open }) => {
    const outbox = await open([silentRoute().route]);
    await outbox.submit(outgoingCard());
    assert.equal((await outbox.outcomeOf('m-1', 50)).outcome, 'pending');
    assert.equal((await outbox.outcomeOf('m-1', 0)).outcome, 'pending');
  });

  it('an outcome that is known is told at once, and that of a card that is not there is unknown', async ({
    open,
  }) => {
    const outbox = await open([scriptedRoute().route]);
    await outbox.submit(outgoingCard());
    await outbox.outcomeOf('m-1', 60_000);
    const again = await outbox.outcomeOf('m-1', 0);
    assert.deepEqual([again.outcome, again.attempts, again.status], ['accepted', 1, 200]);
    assert.equal((await outbox.outcomeOf('m-9', 60_000)).outcome, 'unknown');
  });

  type Made = Partial<CardRoute> & { settings?: OutboxSettings; write?: FaultyWrite; isForever?: true };
  const bug = () => {
    throw new TypeError('a bug');
  };
  const first = (then: () => void) => {
    let isFirst = true;
    return () => {
      if (isFirst) {
        isFirst = false;
        then();
      }
    };
  };
  const faults: [
    step: string,
    makeIt: () => Made,
    outcome: string,
    code: string | undefined,
    told: number,
  ][] = [
    ['acquireSlot', () => ({ acquireSlot: bug }), 'failed', 'delivery.fault', 3],
    ['acquireSlot later', () => ({ acquireSlot: async () => bug() }), 'failed', 'delivery.fault', 3],
    ['send', () => ({ send: bug }), 'unknown', 'delivery.fault', 3],
    ['send later', () => ({ send: async () => bug() }), 'unknown', 'delivery.fault', 3],
    [
      'send where repeats are shown',
      () => ({ dropsRepeats: false, send: bug }),
      'unknown',
      'delivery.fault',
      1,
    ],
    ['the mark before sending', () => ({ dropsRepeats: false, write: 'sending' }), 'accepted', undefined, 1],
    [
      'the decision',
      () => ({ send: async () => failure, settings: { random: bug } }),
      'failed',
      'delivery.fault',
      1,
    ],
    [
      'the note of an attempt',
      () => ({ send: async () => failure, write: 'again' }),
      'failed',
      'delivery.fault',
      1,
    ],
    ['the last write', () => ({ write: 'settle' }), 'accepted', undefined, 1],
    [
      'every last write',
      () => ({ write: 'settle', isForever: true, send: async () => rejection }),
      'rejected',
      'delivery.fault',
      2,
    ],
    [
      'every last write of an accepted card',
      () => ({ write: 'settle', isForever: true }),
      'accepted',
      'delivery.fault',
      2,
    ],
    [
      'a listener to what is stored',
      () => ({ settings: { listeners: [first(bug)] } }),
      'accepted',
      undefined,
      1,
    ],
    [
      'a listener to outcomes',
      () => ({ settings: { listeners: [onEnd(first(bug))] } }),
      'accepted',
      undefined,
      1,
    ],
  ];
  for (const [step, makeIt, outcome, code, told] of faults) {
    it(`a bug in ${step} is told, ends the card by its own code, and the lane is free again`, async ({
      open,
      breakWrite,
      dump,
    }) => {
      const { settings, write, isForever, ...faulty } = makeIt();
      const errors: unknown[] = [];
      const onFault = (error: unknown) => void errors.push(error);
      const healthy = { ...scriptedRoute().route, name: 'healthy' };
      const outbox = await open([{ ...scriptedRoute().route, ...faulty }, healthy], { ...settings, onFault });
      if (write !== undefined) breakWrite(outbox, write, new TypeError('a bug'), isForever);
      const reference = JSON.stringify({ user: { name: 'Jane Doe' }, conversation: { id: 'bf-1' } });
      await outbox.submit(outgoingCard({ reference }));
      await outbox.submit(outgoingCard({ messageId: 'm-2', route: 'healthy' }));
      const ended = await outbox.outcomeOf('m-1', 60_000);
      const stored = await dump();
      assert.equal(stored.includes('Jane Doe'), outcome !== 'accepted');
      assert.ok(stored.includes('bf-1'), 'a card is found when its conversation is to be forgotten');
      assert.deepEqual([ended.outcome, ended.code], [outcome, code]);
      if (isForever !== true) assert.equal((await outbox.outcomeOf('m-2', 60_000)).outcome, 'accepted');
      else await outbox.outcomeOf('m-2', 60_000);
      assert.equal(errors.length, told * (isForever === true ? 2 : 1));
      assert.ok(errors.every((error) => error instanceof TypeError));
    });
  }

  it('a stopped outbox takes no card', async ({ open }) => {
    const outbox = await open([scriptedRoute().route]);
    await outbox.stop();
    await assert.rejects(outbox.submit(outgoingCard()), { code: 'store.unavailable' });
  });
}
