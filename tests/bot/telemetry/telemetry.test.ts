import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTelemetry } from '../../../bot/telemetry/telemetry.ts';
import { recordedTelemetry } from '../../fakes/recordedTelemetry.ts';

const turn = { conversationId: '0123456789abcdef', channel: 'emulator', route: 'channel' };

test('an event goes out with its name, its operation, its properties and its measurements to three places', async () => {
  const { telemetry, events } = await recordedTelemetry();
  telemetry.track('intent.recognized', 'op', { ...turn, intent: 'help' }, { score: 0.12349 });
  assert.deepEqual(events, [
    {
      name: 'intent.recognized',
      operationId: 'op',
      properties: { ...turn, intent: 'help' },
      measurements: { score: 0.123 },
    },
  ]);
});

test('what the registry does not name stays here, whatever is given', async () => {
  const { telemetry, events } = await recordedTelemetry();
  const careless = { ...turn, text: 'Jane Doe', name: 'Jane', secret: 's3cret' };
  telemetry.track('card.clicked', 'op', careless, Object.assign({}, { age: 42 }));
  assert.deepEqual(events[0]?.properties, turn);
  assert.deepEqual(events[0]?.measurements, {});
});

test('a value that its rule does not know is called other, nothing is left out, a number must be finite', async () => {
  const { telemetry, events } = await recordedTelemetry();
  telemetry.track(
    'intent.recognized',
    'op',
    { conversationId: undefined, channel: 'Jane Doe', route: '', intent: 'jane@example.com' },
    { score: Number.NaN },
  );
  assert.deepEqual(events[0]?.properties, { channel: 'other', intent: 'other' });
  assert.deepEqual(events[0]?.measurements, {});
});

test('a call goes out with the ids of its card and its answer only', async () => {
  const { telemetry, calls } = await recordedTelemetry();
  const call = {
    method: 'POST',
    name: '/oauth/token',
    origin: 'https://login.example',
    durationMs: 3,
    status: 200,
  } as const;
  telemetry.call('op', { ...call, messageId: 'm-1', correlationId: 'Jane Doe <jane@example.com>' });
  assert.deepEqual(calls, [
    { ...call, operationId: 'op', properties: { messageId: 'm-1', correlationId: 'other' } },
  ]);
});

test('before the start, and when it cannot start, telemetry is lost and nothing else', async () => {
  const failures: unknown[] = [];
  const failure = new Error('no such module');
  const telemetry = createTelemetry({
    connectionString: 'none',
    openSink: () => Promise.reject(failure),
    conversation: () => '',
    onUnavailable: (error) => failures.push(error),
  });
  telemetry.track('card.clicked', 'op', turn, {});
  await telemetry.start();
  telemetry.track('card.clicked', 'op', turn, {});
  telemetry.metric('queue.depth', 1);
  await telemetry.close();
  assert.deepEqual(failures, [failure]);
});

test('without a connection string there is no telemetry, and nobody is asked for a sink', async () => {
  const openSink = () => assert.fail('a sink was opened');
  const telemetry = createTelemetry({ connectionString: undefined, conversation: () => '', openSink });
  await telemetry.start();
  telemetry.track('card.clicked', 'op', turn, {});
  await telemetry.close();
  assert.equal(telemetry.isOn, false);
});
