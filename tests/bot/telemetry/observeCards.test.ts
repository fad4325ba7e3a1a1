import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  connectorTelemetry,
  observeOutbox,
  outboxTelemetry,
  trackReplaced,
} from '../../../bot/telemetry/observeCards.ts';
import { noTelemetry } from '../../../bot/telemetry/telemetry.ts';
import type { Delivery, Outbox } from '../../../cards/delivery/outbox.ts';
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

const outcomes: [delivery: Partial<Delivery> & Pick<Delivery, 'outcome'>, name: string, more: object][] = [
  [
    { outcome: 'accepted', status: 200, correlationId: 'c' },
    'card.accepted',
    { status: '200', correlationId: 'c' },
  ],
  [
    { outcome: 'rejected', status: 400, code: 'genesys.rejected' },
    'card.rejected',
    { status: '400', code: 'genesys.rejected' },
  ],
  [
    { outcome: 'unknown', code: 'genesys.unknownOutcome' },
    'card.unknown',
    { code: 'genesys.unknownOutcome' },
  ],
  [{ outcome: 'failed', code: 'genesys.unavailable' }, 'card.failed', { code: 'genesys.unavailable' }],
];
for (const [delivery, name, more] of outcomes) {
  test(`a card that is ${delivery.outcome} is told as ${name}`, async () => {
    const { telemetry, events } = await recordedTelemetry();
    const whole = { messageId: 'm-1', attempts: 2, durationMs: 70, ...delivery };
    outboxTelemetry(telemetry).onSettled(card, whole);
    assert.deepEqual(events, [
      {
        name,
        operationId: 'op-1',
        properties: { ...ids, ...more },
        measurements: { attempts: 2, durationMs: 70 },
      },
    ]);
  });
}

test('an attempt that is not the last is told, the last one by its outcome', async () => {
  const { telemetry, events } = await recordedTelemetry();
  const { onAttempt } = outboxTelemetry(telemetry);
  onAttempt(card, { result: 'retry', code: 'genesys.unavailable', status: 503 }, 1, 12);
  onAttempt(card, { result: 'unknown', code: 'genesys.unknownOutcome' }, 2, 13);
  onAttempt(card, { result: 'accepted', status: 200 }, 3, 14);
  onAttempt(card, { result: 'rejected', status: 400 }, 3, 14);
  assert.deepEqual(
    events.map(({ name, properties: { code, status }, measurements }) => ({
      name,
      code,
      status,
      measurements,
    })),
    [
      {
        name: 'card.attempted',
        code: 'genesys.unavailable',
        status: '503',
        measurements: { attempts: 1, durationMs: 12 },
      },
      {
        name: 'card.attempted',
        code: 'genesys.unknownOutcome',
        status: undefined,
        measurements: { attempts: 2, durationMs: 13 },
      },
    ],
  );
});

test('each 429 counts as a pause', async () => {
  const { telemetry, metrics } = await recordedTelemetry();
  const { onAttempt } = outboxTelemetry(telemetry);
  onAttempt(card, { result: 'retry', code: 'genesys.rateLimited', status: 429, pauseAll: true }, 1, 1);
  onAttempt(card, { result: 'retry', code: 'genesys.unavailable', status: 503 }, 2, 1);
  assert.deepEqual(metrics, [['rateLimited.pauses', 1]]);
});

test('a card whose life began anew was replayed: told once, with its first attempt', async () => {
  const { telemetry, events } = await recordedTelemetry();
  const { onAttempt } = outboxTelemetry(telemetry);
  const replayed = Object.assign(outgoingCard({ reference }), { storedAt: 1, startedAt: 2 });
  onAttempt(replayed, { result: 'retry', code: 'genesys.unavailable' }, 1, 1);
  onAttempt(replayed, { result: 'accepted' }, 2, 1);
  onAttempt(Object.assign(outgoingCard(), { storedAt: 1, startedAt: 1 }), { result: 'accepted' }, 1, 1);
  assert.deepEqual(
    events.map(({ name }) => name),
    ['card.replayed', 'card.attempted'],
  );
  assert.deepEqual(events[0]?.properties, ids);
});

const emptyOutbox: Outbox = {
  start: async () => {},
  submit: async () => {},
  outcomeOf: async (messageId) => ({ messageId, outcome: 'pending', attempts: 0 }),
  find: async () => undefined,
  isReady: async () => true,
  stop: async () => {},
};

test('a card is told as stored when the outbox has it, and not when it is full', async () => {
  const { telemetry, events } = await recordedTelemetry();
  await observeOutbox(emptyOutbox, telemetry).submit(outgoingCard({ body: '{"ä":1}' }));
  const full = observeOutbox({ ...emptyOutbox, submit: () => Promise.reject(new Error('full')) }, telemetry);
  await assert.rejects(full.submit(outgoingCard()), /full/);
  assert.deepEqual(
    events.map(({ name, measurements }) => [name, measurements]),
    [['card.stored', { bytes: 8 }]],
  );
});

test('the rest of the outbox is as it was', async () => {
  const { telemetry } = await recordedTelemetry();
  const outbox = observeOutbox(emptyOutbox, telemetry);
  await outbox.start();
  assert.equal((await outbox.outcomeOf('m-1', 0)).outcome, 'pending');
  assert.equal(await outbox.isReady(), true);
  await outbox.stop();
  assert.equal(observeOutbox(emptyOutbox, noTelemetry), emptyOutbox);
});

test('a card without a reference has no channel', async () => {
  const { telemetry, events } = await recordedTelemetry();
  trackReplaced(telemetry, outgoingCard());
  const { channel: _, ...others } = ids;
  assert.deepEqual(events[0]?.properties, others);
  assert.equal(events[0]?.name, 'card.replaced');
});

test('what a connector shows with less is told once, with the first change and their number', async () => {
  const { telemetry, events } = await recordedTelemetry();
  const others: string[] = [];
  const { onDegraded } = connectorTelemetry(telemetry, {
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
    outboxTelemetry(telemetry).onFault(new TypeError('Jane Doe'), faulty);
    assert.deepEqual(events, [{ name: 'delivery.fault', operationId, properties, measurements: {} }]);
    assert.deepEqual(metrics, [['delivery.faults', 1]]);
  });
}
