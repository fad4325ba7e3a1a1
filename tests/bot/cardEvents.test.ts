import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { TestAdapter, TurnContext } from 'botbuilder';
import { cardEvents, logEnd } from '../../bot/cardEvents.ts';
import { createLog } from '../../bot/log.ts';
import type { AuditedCard } from '../../cards/delivery/audit.ts';
import { CodedError } from '../../cards/errors.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import { recordedTelemetry } from '../fakes/recordedTelemetry.ts';

const error = new CodedError('card.limit', 'Too long.', { path: '$.components[0].text' });
const context = new TurnContext(new TestAdapter(), {
  type: 'message',
  channelId: 'directline',
  text: 'Jane Doe',
});

/** The events with a store that notes as the test says, and the lines of their log. */
async function rig(note: () => Promise<void>) {
  const { telemetry } = await recordedTelemetry();
  const lines = new PassThrough();
  const noted: { event: string; card: AuditedCard }[] = [];
  const events = cardEvents({
    log: createLog('info', lines),
    store: {
      note: (event, card) => {
        noted.push({ event, card });
        return note();
      },
    },
    telemetry,
    hide: () => 'hidden',
  });
  return { events, noted, logged: () => String(lines.read() ?? '') };
}

const places: [route: string, conversationId: string][] = [
  ['guest', 'conversation-1'],
  ['other', 'hidden'],
];
for (const [route, conversationId] of places) {
  test(`a refused card is logged and audited without its text; on the route ${route} as ${conversationId}`, async () => {
    const { events, noted, logged } = await rig(() => Promise.resolve());
    const card = outgoingCard({ route, conversationId: 'conversation-1' });
    events.onRefused?.(context, { error, card });
    assert.deepEqual(
      noted.map((one) => [one.event, one.card.conversationId]),
      [['refused', conversationId]],
    );
    assert.match(logged(), /"event":"card.refused","code":"card.limit","path":"\$\.components\[0\]\.text"/);
  });
}

test('a refused card that cannot be audited is an error in the log, not the end of the bot', async () => {
  const { events, logged } = await rig(() => Promise.reject(new CodedError('store.unavailable', 'Away.')));
  events.onRefused?.(context, { error, card: outgoingCard() });
  await new Promise(setImmediate);
  assert.match(logged(), /"event":"audit.failed","messageId":"m-1","code":"card.limit"/);
});

test('a dead letter has a line with all that an operator looks for, and nothing that a customer reads', () => {
  const lines = new PassThrough();
  const delivery = {
    messageId: 'm-1',
    outcome: 'failed' as const,
    attempts: 8,
    code: 'genesys.unavailable' as const,
    status: 503,
    correlationId: 'c-1',
  };
  const card = outgoingCard({ body: '{"text":"Jane Doe"}', text: 'Jane Doe' });
  logEnd(createLog('info', lines), card, delivery, 1_500);
  const line = String(lines.read());
  assert.match(line, /"event":"card.dead","messageId":"m-1"/);
  assert.match(
    line,
    /"outcome":"failed","attempts":8,"code":"genesys.unavailable","status":503,"correlationId":"c-1"/,
  );
  assert.doesNotMatch(line, /Jane/);
});

const waits: [durationMs: number, line: RegExp][] = [
  [1_499, /^$/],
  [1_500, /"event":"card.accepted","messageId":"m-1".*"durationMs":1500/],
  [60_000, /"event":"card.accepted"/],
];
for (const [durationMs, line] of waits) {
  test(`a card accepted after ${durationMs} ms ${line.source === '^$' ? 'is told by its turn' : 'has a line of its own'}`, () => {
    const lines = new PassThrough();
    const delivery = { messageId: 'm-1', outcome: 'accepted' as const, attempts: 2, durationMs };
    logEnd(createLog('info', lines), outgoingCard(), delivery, 1_500);
    assert.match(String(lines.read() ?? ''), line);
  });
}
