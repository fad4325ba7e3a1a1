import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callName, observeCalls, observeRoute } from '../../../bot/telemetry/observeCards.ts';
import { runInOperation } from '../../../bot/telemetry/operation.ts';
import type { HttpResult } from '../../../cards/delivery/http.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { recordedTelemetry } from '../../fakes/recordedTelemetry.ts';

const paths: [path: string, name: string][] = [
  ['/oauth/token', '/oauth/token'],
  ['/api/v2/guest/conversations/webchat/messages', '/api/v2/guest/conversations/webchat/messages'],
  [
    '/api/v2/conversations/webchat/sessions/jane-doe-4929123456781236',
    '/api/v2/conversations/webchat/sessions/:sessionId',
  ],
  [
    '/api/v2/integrations/botconnectors/outgoing/messages',
    '/api/v2/integrations/botconnectors/outgoing/messages',
  ],
  ['/api/v2/conversations/webchat/sessions/a/b', 'other'],
  ['/api/v2/users/jane.doe', 'other'],
  ['/', 'other'],
];
for (const [path, name] of paths) {
  test(`${path} is called ${name}`, () => {
    assert.equal(callName(path), name);
  });
}

const headers = new Map([['inin-correlation-id', 'c-1']]);
const answer: HttpResult = {
  kind: 'answer',
  status: 429,
  headers: { get: (name) => headers.get(name) ?? null },
  body: '',
  broken: false,
};
const request = {
  method: 'GET',
  url: 'https://api.example:8443/api/v2/conversations/webchat/sessions/s-1?x=secret',
  headers: {},
  timeoutMs: 1,
} as const;

test('a call is told with its host, status and ids, without the ids and the query of its address', async () => {
  const { telemetry, calls } = await recordedTelemetry();
  const http = observeCalls(async () => answer, telemetry);
  const result = await runInOperation({ id: 'op-1', messageId: 'm-1' }, () => http(request));
  assert.equal(result, answer);
  const [{ durationMs, ...call } = { durationMs: -1 }] = calls;
  assert.ok(durationMs >= 0);
  assert.deepEqual(call, {
    method: 'GET',
    name: '/api/v2/conversations/webchat/sessions/:sessionId',
    origin: 'https://api.example:8443',
    status: 429,
    operationId: 'op-1',
    properties: { messageId: 'm-1', correlationId: 'c-1' },
  });
});

test('a call that nobody answers is told without a status', async () => {
  const { telemetry, calls } = await recordedTelemetry();
  await observeCalls(async () => ({ kind: 'noAnswer', cause: undefined }), telemetry)(request);
  assert.equal(calls[0]?.status, undefined);
  assert.match(calls[0]?.operationId ?? '', /^[0-9a-f]{32}$/);
});

test('what a route sends is part of the operation of its card, not of the turn that is under way', async () => {
  const { telemetry, calls } = await recordedTelemetry();
  const http = observeCalls(async () => answer, telemetry);
  const route = observeRoute(
    {
      name: 'guest',
      dropsRepeats: true,
      send: async () => {
        await http(request);
        return { result: 'accepted' };
      },
    },
    telemetry,
  );
  assert.equal(route.name, 'guest');
  assert.equal(route.dropsRepeats, true);
  await route.acquireSlot?.();
  const card = outgoingCard({ messageId: 'm-7', operationId: 'op-7' });
  assert.deepEqual(await runInOperation({ id: 'another' }, () => route.send(card)), { result: 'accepted' });
  assert.equal(calls[0]?.operationId, 'op-7');
  assert.equal(calls[0]?.properties.messageId, 'm-7');
});
