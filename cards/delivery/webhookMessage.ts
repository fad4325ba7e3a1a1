import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { AnalyticsEvent } from './analytics.ts';
import { traceparentOf } from './traceparent.ts';

/** The `source` of every event, which with its `id` identifies it. */
const source = 'urn:genesys-card-bot';

const entrySchema = z.object({
  at: z.string(),
  event: z.string(),
  messageId: z.string(),
  operationId: z.string(),
});

/** Writes an audit entry as an event of CloudEvents 1.0; `audithash` ties it to the chain of the audit log. */
function writeCloudEvent({ seq, entry, hash }: AnalyticsEvent): string {
  const { at, event, messageId, operationId } = entrySchema.parse(JSON.parse(entry));
  const spanId = hash.slice(-16);
  const envelope = JSON.stringify({
    specversion: '1.0',
    id: `${seq}-${spanId}`,
    source,
    type: `genesys-card-bot.card.${event}`,
    subject: messageId,
    time: at,
    datacontenttype: 'application/json',
    sequence: String(seq),
    sequencetype: 'Integer',
    audithash: hash,
    traceparent: traceparentOf(operationId, spanId),
  });
  // The entry is JSON already.
  return `${envelope.slice(0, -1)},"data":${entry}}`;
}

/** The key of a secret: base64 after `whsec_`, as Standard Webhooks requires, else its characters. */
function keyOf(secret: string): Buffer {
  const [, encoded] = /^whsec_(.+)$/.exec(secret) ?? [];
  return encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
}

/** A request to a webhook. */
interface WebhookMessage {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * Creates the request that sends events to a webhook: a batch of CloudEvents 1.0, signed by Standard Webhooks 1.0 with each of
 * the secrets. A retry of the same events has the same id.
 *
 * `x-card-signature` is the signature of former versions, by the first secret; the next version leaves it out.
 *
 * @param events at least one
 * @param unixSeconds the time of the signature
 */
export function createWebhookMessage(
  events: readonly AnalyticsEvent[],
  secrets: readonly string[],
  unixSeconds: number,
): WebhookMessage {
  const body = `[${events.map(writeCloudEvent).join(',')}]`;
  const [first, last] = [events.at(0), events.at(-1)];
  const id = `msg_${first?.seq}_${last?.seq}_${last?.hash.slice(-16)}`;
  const sign = (secret: string) =>
    createHmac('sha256', keyOf(secret)).update(`${id}.${unixSeconds}.${body}`).digest('base64');
  const [newest = ''] = secrets;
  const former = createHmac('sha256', newest).update(`${unixSeconds}.${body}`).digest('hex');
  return {
    headers: {
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
      'webhook-id': id,
      'webhook-timestamp': String(unixSeconds),
      'webhook-signature': secrets.map((secret) => `v1,${sign(secret)}`).join(' '),
      'x-card-signature': `t=${unixSeconds},v1=${former}`,
    },
    body,
  };
}
