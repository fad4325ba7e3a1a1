import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { CloudEvent, HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import type { AnalyticsEvent } from '../../../cards/delivery/analytics.ts';
import { createAuditEntry } from '../../../cards/delivery/cardEvents.ts';
import { createWebhookMessage } from '../../../cards/delivery/webhookMessage.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

const operationId = '0af7651916cd43dd8448eb211c80319c';
const at = Date.parse('2026-11-29T12:00:00.000Z');
const event = (seq: number, parts: Partial<Parameters<typeof createAuditEntry>[1]> = {}): AnalyticsEvent => ({
  seq,
  entry: JSON.stringify(
    createAuditEntry('stored', outgoingCard({ messageId: `m-${seq}`, operationId, ...parts }), at),
  ),
  hash: `store-12345678.${String(seq).padStart(64, 'a')}`,
});
const now = () => Math.floor(Date.now() / 1_000);

const keys: [name: string, secret: string, receiver: (secret: string) => Webhook][] = [
  [
    'a secret behind whsec_',
    `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    (secret) => new Webhook(secret),
  ],
  [
    'a secret of any characters',
    'webhook-secret-0123456789',
    (secret) => new Webhook(secret, { format: 'raw' }),
  ],
];
for (const [name, secret, receiver] of keys) {
  test(`a receiver with the library of Standard Webhooks verifies ${name}`, () => {
    const { headers, body } = createWebhookMessage([event(1), event(2)], [secret], now());
    assert.deepEqual(receiver(secret).verify(body, headers), JSON.parse(body));
    assert.throws(() => receiver(secret).verify(body.replace('m-1', 'm-3'), headers));
    assert.throws(() => receiver(secret).verify(body, { ...headers, 'webhook-id': 'msg_other' }));
    const old = createWebhookMessage([event(1)], [secret], now() - 3_600);
    assert.throws(() => receiver(secret).verify(old.body, old.headers));
  });
}

test('while a secret is being changed, receivers with the old one and with the new one verify', () => {
  const [older, newer] = ['old-secret-0123456789', 'new-secret-0123456789'];
  const { headers, body } = createWebhookMessage([event(1)], [newer, older], now());
  for (const secret of [older, newer])
    assert.ok(new Webhook(secret, { format: 'raw' }).verify(body, headers));
  assert.throws(() => new Webhook('other', { format: 'raw' }).verify(body, headers));
});

test('a receiver with the library of CloudEvents reads every event', () => {
  const { headers, body } = createWebhookMessage([event(1), event(2)], ['s'], now());
  const read = HTTP.toEvent({ headers, body });
  assert.ok(Array.isArray(read));
  for (const [i, one] of read.entries()) {
    assert.ok(new CloudEvent(one).validate());
    assert.deepEqual(
      [one.specversion, one.type, one.subject, one.source, one.sequence],
      ['1.0', 'genesys-card-bot.card.stored', `m-${i + 1}`, 'urn:genesys-card-bot', String(i + 1)],
    );
    assert.equal(one.time, '2026-11-29T12:00:00.000Z');
    assert.equal(Object(one.data).messageId, `m-${i + 1}`);
  }
  assert.equal(new Set(read.map(({ id }) => id)).size, 2);
});

test('an event names the trace of its card, where there is one', () => {
  const { body } = createWebhookMessage([event(1), event(2, { operationId: 'op-1' })], ['s'], now());
  const [traced, other] = JSON.parse(body);
  assert.match(traced.traceparent, /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  assert.equal(other.traceparent, undefined);
});

test('the same events sent again have the same id, and others another', () => {
  const idOf = (...events: AnalyticsEvent[]) =>
    createWebhookMessage(events, ['s'], now()).headers['webhook-id'];
  assert.equal(idOf(event(1), event(2)), idOf(event(1), event(2)));
  assert.notEqual(idOf(event(1), event(2)), idOf(event(1), event(2), event(3)));
});

test('the header of former versions still verifies, by the first secret', () => {
  const { headers, body } = createWebhookMessage([event(1)], ['first', 'second'], 1_700_000_000);
  const hash = createHmac('sha256', 'first').update(`1700000000.${body}`).digest('hex');
  assert.equal(headers['x-card-signature'], `t=1700000000,v1=${hash}`);
});
