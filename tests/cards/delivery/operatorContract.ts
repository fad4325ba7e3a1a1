import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CardFilter } from '../../../cards/delivery/cardTable.ts';
import type { Attempt } from '../../../cards/delivery/outbox.ts';
import { finalEvents } from '../../fakes/finalEvents.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { auditOf, type OutboxRig, scriptedRoute, silentRoute } from './outboxContract.ts';

const rejection: Attempt = {
  result: 'rejected',
  code: 'genesys.rejected',
  status: 400,
  correlationId: 'corr-1',
};
const later = Date.now() + 3_600_000;

/** What an operator can see and do, whatever the store. */
export function operatorContract(name: string, createRig: (t: TestContext) => Promise<OutboxRig>): void {
  const it = (says: string, check: (rig: OutboxRig) => Promise<void>) =>
    test(`${name}: ${says}`, async (t) => check(await createRig(t)));

  it('an empty store has nothing to tell', async ({ operator }) => {
    const { lastHour, ...now } = await operator.status();
    assert.deepEqual(now, {
      pending: 0,
      sending: 0,
      deadLetters: { rejected: 0, unknown: 0, failed: 0 },
      oldestPendingMs: null,
    });
    assert.deepEqual([lastHour.successRate, lastHour.p50Ms, lastHour.refused], [null, null, 0]);
    assert.deepEqual(await operator.deadLetters(10), { cards: [], next: null });
    assert.equal(await operator.show('m-1'), undefined);
    assert.deepEqual(await operator.auditAfter(0, 10), []);
    assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 0 });
  });

  it('the status counts by state, with success rate and times of the last hour', async ({
    open,
    operator,
  }) => {
    const { route } = scriptedRoute({
      'm-2': [rejection],
      'm-3': [{ result: 'unknown', code: 'genesys.unknownOutcome' }],
    });
    const outbox = await open([
      { ...route, dropsRepeats: false },
      { ...silentRoute(false).route, name: 'silent' },
    ]);
    for (const messageId of ['m-1', 'm-2', 'm-3', 'm-4']) await outbox.submit(outgoingCard({ messageId }));
    await outbox.outcomeOf('m-4', 60_000);
    await outbox.submit(outgoingCard({ messageId: 'm-5', conversationId: 'c-2', route: 'silent' }));
    await outbox.submit(outgoingCard({ messageId: 'm-6', conversationId: 'c-2', route: 'silent' }));
    await until(async () => (await operator.status()).sending === 1);
    const { lastHour, ...now } = await operator.status();
    assert.deepEqual([now.pending, now.sending], [1, 1]);
    assert.deepEqual(now.deadLetters, { rejected: 1, unknown: 1, failed: 0 });
    assert.ok(now.oldestPendingMs !== null && now.oldestPendingMs >= 0);
    const { accepted, rejected, unknown, failed, successRate, p50Ms, p99Ms } = lastHour;
    assert.deepEqual([accepted, rejected, unknown, failed, successRate], [2, 1, 1, 0, 0.5]);
    assert.ok(p50Ms !== null && p99Ms !== null && p50Ms >= 0 && p99Ms >= p50Ms);
  });

  it('charts count what happened, also what a replay has since repaired, and keep the highest sample', async ({
    open,
    operator,
    noteSample,
  }) => {
    const again: Attempt = { result: 'retry', code: 'genesys.unavailable', status: 503, retryAfterMs: 1 };
    const left: Attempt = { result: 'rejected', code: 'genesys.conversationEnded', status: 403 };
    const { route } = scriptedRoute({ 'm-1': [again, rejection], 'm-2': [left] });
    const outbox = await open([route]);
    for (const messageId of ['m-1', 'm-2', 'm-3']) await outbox.submit(outgoingCard({ messageId }));
    await outbox.outcomeOf('m-3', 60_000);
    await operator.replay(['m-1']);
    await until(async () => (await operator.show('m-1'))?.card.state === 'accepted');
    for (const waiting of [3, 7, 5, 0]) await noteSample({ waiting });
    for (const span of ['hour', 'day', 'week'] as const) {
      const { series, p99Ms, from, stepMs } = await operator.chart(span);
      // On the border of a step the counts are in two of them.
      const sum = (name: string) => (series[name] ?? []).reduce((total, value) => total + value, 0);
      const names = ['accepted', 'rejected', 'left', 'requests', 'failed'];
      assert.deepEqual(names.map(sum), [2, 1, 1, 5, 0], span);
      assert.equal(Math.max(...(series.waiting ?? [])), 7);
      assert.ok(p99Ms.some((ms) => ms !== null));
      assert.ok(from + p99Ms.length * stepMs > Date.now());
    }
  });

  it('dead letters are listed a page at a time, oldest first, without what the customer reads', async ({
    open,
    operator,
  }) => {
    const ids = ['m-1', 'm-2', 'm-3'];
    const { route } = scriptedRoute(Object.fromEntries(ids.map((id) => [id, [rejection]])));
    const outbox = await open([route]);
    for (const messageId of [...ids, 'm-4']) await outbox.submit(outgoingCard({ messageId }));
    await outbox.outcomeOf('m-4', 60_000);
    const first = await operator.deadLetters(2);
    const second = await operator.deadLetters(2, first.next ?? undefined);
    assert.deepEqual(
      [...first.cards, ...second.cards].map((card) => [
        card.messageId,
        card.state,
        card.code,
        card.correlationId,
      ]),
      ids.map((id) => [id, 'rejected', 'genesys.rejected', 'corr-1']),
    );
    assert.equal(second.next, null);
    assert.doesNotMatch(JSON.stringify(first), /The text of the card/);
  });

  it('a card is shown with its history, and with what the customer reads only when asked', async ({
    open,
    operator,
  }) => {
    const outbox = await open([scriptedRoute({ 'm-1': [rejection] }).route]);
    await outbox.submit(outgoingCard());
    await outbox.outcomeOf('m-1', 60_000);
    const shown = await operator.show('m-1');
    assert.deepEqual(
      shown?.audit.map(({ entry }) => JSON.parse(entry).event),
      ['stored', 'rejected'],
    );
    assert.deepEqual([shown?.card.attempts, shown?.card.status, shown?.card.replays], [1, 400, 0]);
    assert.ok(
      shown !== undefined && shown.card.settledAt !== null && shown.card.settledAt >= shown.card.storedAt,
    );
    assert.doesNotMatch(JSON.stringify(shown), /The text of the card/);
    assert.equal((await operator.show('m-1', true))?.content?.text, 'The text of the card.');
  });

  it('a customer who had left is no dead letter, and lowers no success rate', async ({ open, operator }) => {
    const left: Attempt = { result: 'rejected', code: 'genesys.conversationEnded', status: 403 };
    const outbox = await open([scriptedRoute({ 'm-1': [left] }).route]);
    for (const messageId of ['m-1', 'm-2']) await outbox.submit(outgoingCard({ messageId }));
    await outbox.outcomeOf('m-2', 60_000);
    const { deadLetters, lastHour } = await operator.status();
    assert.deepEqual(deadLetters, { rejected: 0, unknown: 0, failed: 0 });
    const { accepted, rejected, left: gone, successRate } = lastHour;
    assert.deepEqual([accepted, rejected, gone, successRate], [1, 0, 1, 1]);
    assert.deepEqual((await operator.deadLetters(10)).cards, []);
    assert.deepEqual((await operator.replay('all')).replayed, []);
    assert.equal((await operator.show('m-1'))?.card.state, 'rejected');
  });

  it('dead letters are closed with a reason, and come back by a replay only', async ({ open, operator }) => {
    const { route } = scriptedRoute({ 'm-1': [rejection], 'm-2': [rejection] });
    const outbox = await open([route]);
    for (const messageId of ['m-1', 'm-2', 'm-3']) await outbox.submit(outgoingCard({ messageId }));
    await outbox.outcomeOf('m-3', 60_000);
    assert.deepEqual(await operator.resolve(['m-1', 'm-3', 'm-9', 'm-1'], 'seen'), {
      resolved: ['m-1'],
      notFound: ['m-9'],
      notDead: ['m-3'],
    });
    assert.deepEqual((await operator.resolve(['m-1'], 'again')).notDead, ['m-1']);
    assert.deepEqual(
      (await operator.deadLetters(10)).cards.map(({ messageId }) => messageId),
      ['m-2'],
    );
    assert.equal((await operator.status()).deadLetters.rejected, 1);
    assert.notEqual((await operator.show('m-1'))?.card.resolvedAt, null);
    const entry = (await auditOf(operator)).find(({ event }) => event === 'resolved');
    assert.deepEqual([entry?.messageId, entry?.reason], ['m-1', 'seen']);
    assert.deepEqual((await operator.replay('all')).replayed, ['m-2']);
    assert.deepEqual((await operator.replay(['m-1'])).replayed, ['m-1']);
    await until(async () => (await operator.show('m-1'))?.card.state === 'accepted');
    assert.equal((await operator.show('m-1'))?.card.resolvedAt, null);
    assert.equal((await operator.verifyAudit()).ok, true);
  });

  it('cards are chosen by code, template, conversation and time', async ({ open, operator }) => {
    const { route } = scriptedRoute({
      'm-1': [rejection],
      'm-2': [{ result: 'unknown', code: 'genesys.unknownOutcome' }],
    });
    const outbox = await open([{ ...route, dropsRepeats: false }]);
    await outbox.submit(outgoingCard({ messageId: 'm-1' }));
    await outbox.submit(outgoingCard({ messageId: 'm-2', conversationId: 'c-2', templateId: 'help-v2' }));
    await Promise.all(['m-1', 'm-2'].map((id) => outbox.outcomeOf(id, 60_000)));
    const rows: [filter: CardFilter, ids: string[]][] = [
      [{}, ['m-1', 'm-2']],
      [{ code: 'genesys.rejected' }, ['m-1']],
      [{ template: 'help' }, ['m-2']],
      [{ template: 'help-v1' }, []],
      [{ template: "x' OR 1=1 --" }, []],
      [{ conversation: 'c-2' }, ['m-2']],
      [{ since: later }, []],
      [{ since: 0, conversation: 'c-1', code: 'genesys.rejected' }, ['m-1']],
    ];
    for (const [filter, ids] of rows) {
      const { cards } = await operator.deadLetters(10, 0, filter);
      assert.deepEqual(
        cards.map(({ messageId }) => messageId),
        ids,
        JSON.stringify(filter),
      );
    }
    assert.deepEqual((await operator.waiting(10)).cards, []);
  });

  it('a replayed card keeps its messageId, is sent by the running bot, and is final once more', async ({
    open,
    operator,
  }) => {
    const { route, sent } = scriptedRoute({ 'm-1': [rejection] });
    const outbox = await open([route]);
    await outbox.submit(outgoingCard());
    await outbox.outcomeOf('m-1', 60_000);
    assert.deepEqual(await operator.replay(['m-1', 'm-1']), { replayed: ['m-1'], notFound: [], notDead: [] });
    await until(async () => (await operator.show('m-1'))?.card.state === 'accepted');
    assert.deepEqual(sent, ['m-1', 'm-1']);
    const { card } = (await operator.show('m-1')) ?? {};
    assert.deepEqual([card?.replays, card?.attempts, card?.code, card?.status], [1, 1, null, 200]);
    const events = (await auditOf(operator)).map((entry) => entry.event);
    assert.deepEqual(events, ['stored', 'rejected', 'replayed', 'accepted']);
    assert.equal((await operator.deadLetters(10)).cards.length, 0);
  });

  it('only dead letters are replayed, and the others are named', async ({ open, operator }) => {
    const outbox = await open([scriptedRoute().route]);
    await outbox.submit(outgoingCard());
    await outbox.outcomeOf('m-1', 60_000);
    const result = await operator.replay(['m-1', 'm-9']);
    assert.deepEqual(result, { replayed: [], notFound: ['m-9'], notDead: ['m-1'] });
  });

  it('all dead letters are replayed in the order in which they were stored', async ({ open, operator }) => {
    const ids = Array.from({ length: 12 }, (_, i) => `m-${i}`);
    const { route, sent } = scriptedRoute(Object.fromEntries(ids.map((id) => [id, [rejection]])));
    const outbox = await open([route]);
    for (const messageId of ids) await outbox.submit(outgoingCard({ messageId }));
    await outbox.outcomeOf('m-11', 60_000);
    sent.length = 0;
    assert.deepEqual((await operator.replay('all')).replayed, ids);
    await until(async () => (await operator.show('m-11'))?.card.state === 'accepted');
    assert.deepEqual(sent, ids);
    const finals = (await auditOf(operator)).filter((entry) => finalEvents.has(entry.event));
    assert.equal(finals.length, 2 * ids.length);
  });

  it('the audit log is read a page at a time and verifies', async ({ open, operator }) => {
    const outbox = await open([scriptedRoute().route]);
    for (const messageId of ['m-1', 'm-2']) await outbox.submit(outgoingCard({ messageId }));
    await outbox.outcomeOf('m-2', 60_000);
    const first = await operator.auditAfter(0, 3);
    const rest = await operator.auditAfter(first.at(-1)?.seq ?? 0, 3);
    assert.deepEqual(
      [...first, ...rest].map((row) => row.seq),
      [1, 2, 3, 4],
    );
    assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 4 });
  });

  it('what is old goes, what is under way stays, and the chain verifies from there on', async ({
    open,
    operator,
  }) => {
    const silent = silentRoute();
    const outbox = await open([
      scriptedRoute({ 'm-2': [rejection] }).route,
      { ...silent.route, name: 'silent' },
    ]);
    for (const messageId of ['m-1', 'm-2']) await outbox.submit(outgoingCard({ messageId }));
    await outbox.outcomeOf('m-2', 60_000);
    await outbox.submit(outgoingCard({ messageId: 'm-3', conversationId: 'c-3', route: 'silent' }));
    const none = { cardsBefore: 0, auditBefore: 0, hasAnalytics: false };
    assert.deepEqual(await operator.prune(none), { cards: 0, auditEntries: 0 });
    const all = { cardsBefore: later, auditBefore: later, hasAnalytics: false };
    assert.deepEqual(await operator.prune({ ...all, hasAnalytics: true }), { cards: 2, auditEntries: 0 });
    assert.deepEqual(await operator.prune(all), { cards: 0, auditEntries: 5 });
    assert.equal(await operator.show('m-1'), undefined);
    assert.equal((await operator.show('m-3'))?.card.state, 'pending');
    await outbox.submit(outgoingCard({ messageId: 'm-4', conversationId: 'c-4' }));
    await outbox.outcomeOf('m-4', 60_000);
    assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 2 });
    assert.equal((await operator.auditAfter(0, 1))[0]?.seq, 6);
  });
}

/** Waits for what another process of the store does. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
