import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observeConnector, trackCards, trackFaults } from '../../../bot/telemetry/observeCards.ts';
import type { AuditEntry, AuditEvent } from '../../../cards/delivery/cardEvents.ts';
import type { Attempt } from '../../../cards/delivery/outbox.ts';
import { cardEvent } from '../../fakes/cardEvent.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { recordedTelemetry } from '../../fakes/recordedTelemetry.ts';

const reference = JSON.stringify({ channelId: 'directline', user: { id: 'u', name: 'Jane Doe' } });
const card = outgoingCard({ reference });
const ids = {
  conversationId: '0000000000000003',
  channel: 'directline',
  route: 'guest',
  templateId: 'order-status-v1',
  templateVersion: '1',
  messageId: 'm-1',
};

const answer = { status: 200, correlationId: 'c' };
const rejection = { status: 400, code: 'genesys.rejected' } as const;
const away = { status: 503, code: 'genesys.unavailable' } as const;
const lost = { code: 'genesys.unknownOutcome' } as const;
const tooFast = { status: 429, code: 'genesys.rateLimited' } as const;
const counts = { attempts: 2, ms: 70 };

/** What is told of an entry, and of the attempt that it is about. */
const rows: {
  what: string;
  event: AuditEvent;
  more?: Partial<AuditEntry>;
  attempt?: Attempt;
  told: [name: string, properties: object, measurements: object][];
}[] = [
  {
    what: 'a card that is stored, with its size',
    event: 'stored',
    more: { bytes: 8 },
    told: [['card.stored', {}, { bytes: 8 }]],
  },
  {
    what: 'a card that is accepted',
    event: 'accepted',
    more: { ...counts, ...answer },
    attempt: { result: 'accepted', durationMs: 12, ...answer },
    told: [['card.accepted', { status: '200', correlationId: 'c' }, { attempts: 2, durationMs: 70 }]],
  },
  {
    what: 'a card that is rejected',
    event: 'rejected',
    more: { ...counts, ...rejection },
    attempt: { result: 'rejected', durationMs: 12, ...rejection },
    told: [['card.rejected', { status: '400', code: 'genesys.rejected' }, { attempts: 2, durationMs: 70 }]],
  },
  {
    what: 'an attempt that is not the last',
    event: 'attempted',
    more: { ...counts, ...away },
    attempt: { result: 'retry', durationMs: 12, ...away },
    told: [
      ['card.attempted', { status: '503', code: 'genesys.unavailable' }, { attempts: 2, durationMs: 12 }],
    ],
  },
  {
    what: 'the last attempt of a card that failed, and its end',
    event: 'failed',
    more: { ...counts, ...away },
    attempt: { result: 'retry', durationMs: 12, ...away },
    told: [
      ['card.attempted', { status: '503', code: 'genesys.unavailable' }, { attempts: 2, durationMs: 12 }],
      ['card.failed', { status: '503', code: 'genesys.unavailable' }, { attempts: 2, durationMs: 70 }],
    ],
  },
  {
    what: 'a card of a former process that may have arrived: nothing was sent here',
    event: 'unknown',
    more: { ...counts, ...lost },
    told: [['card.unknown', { code: 'genesys.unknownOutcome' }, { attempts: 2, durationMs: 70 }]],
  },
  {
    what: 'an attempt that a fault ended before anything was sent: the fault is told',
    event: 'attempted',
    more: { ...counts, code: 'delivery.fault' },
    told: [],
  },
  { what: 'the text in place of a card', event: 'fallback', told: [['card.replaced', {}, {}]] },
  { what: 'a replay by the operator: the first attempt after it tells', event: 'replayed', told: [] },
  { what: 'a conversation that was forgotten', event: 'forgotten', told: [] },
];
for (const { what, event, more, attempt, told } of rows) {
  test(`telemetry of ${what}`, async () => {
    const { telemetry, events } = await recordedTelemetry();
    trackCards(telemetry)(cardEvent(event, more, { card, attempt }));
    const expected = told.map(([name, properties, measurements]) => ({
      name,
      operationId: 'op-1',
      properties: { ...ids, ...properties },
      measurements,
    }));
    assert.deepEqual(events, expected);
  });
}

test('each 429 counts as a pause', async () => {
  const { telemetry, metrics } = await recordedTelemetry();
  const tell = trackCards(telemetry);
  tell(cardEvent('attempted', tooFast, { attempt: { result: 'retry', durationMs: 1, ...tooFast } }));
  tell(cardEvent('attempted', away, { attempt: { result: 'retry', durationMs: 1, ...away } }));
  assert.deepEqual(metrics, [['rateLimited.pauses', 1]]);
});

test('a card whose life began anew was replayed: told once, with its first attempt', async () => {
  const { telemetry, events } = await recordedTelemetry();
  const tell = trackCards(telemetry);
  const replayed = Object.assign(outgoingCard({ reference }), { storedAt: 1, startedAt: 2 });
  const whole = Object.assign(outgoingCard({ reference }), { storedAt: 1, startedAt: 1 });
  const retry = { result: 'retry', durationMs: 1, ...away } as const;
  const accepted = { result: 'accepted', durationMs: 1 } as const;
  tell(cardEvent('attempted', { attempts: 1, ...away }, { card: replayed, attempt: retry }));
  tell(cardEvent('accepted', { attempts: 2 }, { card: replayed, attempt: accepted }));
  tell(cardEvent('accepted', { attempts: 1 }, { card: whole, attempt: accepted }));
  assert.deepEqual(
    events.map(({ name }) => name),
    ['card.replayed', 'card.attempted', 'card.accepted', 'card.accepted'],
  );
  assert.deepEqual(events[0]?.properties, ids);
});

test('a card without a reference has no channel', async () => {
  const { telemetry, events } = await recordedTelemetry();
  trackCards(telemetry)(cardEvent('fallback'));
  const { channel: _, ...others } = ids;
  assert.deepEqual(events[0]?.properties, others);
});

test('a refused card is told as requested and refused, without what the request called it', async () => {
  const { telemetry, events } = await recordedTelemetry();
  const named = outgoingCard({ templateId: 'jane-doe', route: 'other' });
  const entry = { code: 'template.unknown', path: '$.a', conversationId: 'hidden' } as const;
  trackCards(telemetry)(cardEvent('refused', entry, { card: named }));
  assert.deepEqual(
    events.map(({ name, properties: { templateId, code, path, conversationId } }) => [
      name,
      templateId,
      code,
      path,
      conversationId,
    ]),
    [
      ['card.requested', 'unknown', undefined, undefined, ids.conversationId],
      ['card.refused', 'unknown', 'template.unknown', '$.a', ids.conversationId],
    ],
  );
});

test('what a connector shows with less is told once, with the first change and their number', async () => {
  const { telemetry, events } = await recordedTelemetry();
  const others: string[] = [];
  const { onDegraded } = observeConnector(telemetry, {
    onDegraded: (_, [change]) => others.push(change?.path ?? ''),
  });
  const session = { route: 'v2', conversationId: 'conv', sessionId: 'session' } as const;
  onDegraded?.(session, [
    { path: '$.attachments[0].content.body[2]', what: 'left out' },
    { path: '$.speak', what: 'left out' },
  ]);
  onDegraded?.(session, []);
  assert.equal(events.length, 1);
  assert.deepEqual(others, ['$.attachments[0].content.body[2]', '']);
  assert.deepEqual(events[0]?.properties, {
    conversationId: '0000000000000004',
    route: 'v2',
    path: '$.attachments[0].content.body[2]',
  });
  assert.deepEqual(events[0]?.measurements, { changes: 2 });
});

for (const [what, faulty, operationId, properties] of [
  ['of a card has its properties', card, 'op-1', ids],
  ['of a listener has none', undefined, '', {}],
] as const) {
  test(`an error in this program is an event and a metric: one ${what}`, async () => {
    const { telemetry, events, metrics } = await recordedTelemetry();
    trackFaults(telemetry)(new TypeError('Jane Doe'), faulty);
    assert.deepEqual(events, [{ name: 'delivery.fault', operationId, properties, measurements: {} }]);
    assert.deepEqual(metrics, [['delivery.faults', 1]]);
  });
}
