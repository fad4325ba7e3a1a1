import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TestAdapter } from 'botbuilder';
import { z } from 'zod';
import { observeConnector, trackCards } from '../../bot/telemetry/observeCards.ts';
import { observeTurns } from '../../bot/telemetry/observeTurns.ts';
import type { FinalState } from '../../cards/delivery/outbox.ts';
import type { ErrorCode } from '../../cards/errors.ts';
import { cardEvent } from '../fakes/cardEvent.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';
import { type RecordedTelemetry, recordedTelemetry } from '../fakes/recordedTelemetry.ts';
import { templateFile } from './arm/template.ts';
import { evaluateQuery, type TelemetryRow } from './evaluateQuery.ts';
import { deploy } from './givenValues.ts';

const criterion = z.looseObject({
  query: z.string(),
  metricMeasureColumn: z.string(),
  operator: z.enum(['GreaterThan', 'LessThan']),
  threshold: z.coerce.number(),
});
const alertSchema = z.looseObject({ criteria: z.looseObject({ allOf: z.tuple([criterion]) }) });

const alerts = deploy(templateFile('BotApp', 'resourceGroup'), 'everything')
  .resources.filter(({ type }) => type === 'Microsoft.Insights/scheduledQueryRules')
  .map(({ id, body }) => ({
    name: String(id.split('/').at(-1)).replace('alert-CardBot-', ''),
    ...alertSchema.parse(body.properties).criteria.allOf[0],
  }));

/** The alerts that a quarter of an hour of this telemetry gives. */
function alertsOf({ events, metrics }: RecordedTelemetry): string[] {
  const rows: TelemetryRow[] = [
    ...events.map(({ name, properties }): TelemetryRow => {
      return { table: 'customEvents', name, customDimensions: properties };
    }),
    ...metrics.map(([name, value]): TelemetryRow => {
      return { table: 'customMetrics', name, valueSum: value, valueMax: value };
    }),
  ];
  return alerts
    .filter(({ query, metricMeasureColumn, operator, threshold }) => {
      const value = evaluateQuery(query, rows)?.[metricMeasureColumn];
      if (value === undefined) return false;
      return operator === 'GreaterThan' ? value > threshold : value < threshold;
    })
    .map(({ name }) => name);
}

/** Runs turns of which the first so many fail. */
async function runTurns({ telemetry }: RecordedTelemetry, count: number, failing: number): Promise<void> {
  let left = failing;
  const logic = observeTurns(async () => {
    left -= 1;
    if (left >= 0) throw new Error('A bug.');
  }, telemetry);
  const adapter = new TestAdapter(async (context) => logic(context).catch(() => {}));
  for (let i = 0; i < count; i += 1) await adapter.receiveActivity(`text ${i}`);
}

function settleCards(
  { telemetry }: RecordedTelemetry,
  outcome: FinalState,
  count: number,
  code?: ErrorCode,
): void {
  const tell = trackCards(telemetry);
  for (let i = 0; i < count; i += 1) {
    const messageId = `${outcome}-${i}`;
    const entry = { attempts: 1, ms: 5, ...(code === undefined ? {} : { code }) };
    tell(cardEvent(outcome, entry, { card: outgoingCard({ messageId }) }));
  }
}

function refuse({ telemetry }: RecordedTelemetry, status: number, count: number): void {
  const { onRefused } = observeConnector(telemetry);
  for (let i = 0; i < count; i += 1) onRefused?.({ status, code: `request.${status}` });
}

const quarters: [
  what: string,
  happen: (recorded: RecordedTelemetry) => Promise<void> | void,
  alerts: string[],
][] = [
  ['nothing at all', () => {}, []],
  [
    'a good quarter',
    async (recorded) => {
      await runTurns(recorded, 50, 0);
      settleCards(recorded, 'accepted', 50);
    },
    [],
  ],
  ['every turn fails', (recorded) => runTurns(recorded, 10, 10), ['failed-turns']],
  ['one turn of ten fails often enough', (recorded) => runTurns(recorded, 30, 3), ['failed-turns']],
  ['two turns fail', (recorded) => runTurns(recorded, 2, 2), []],
  ['three turns of a hundred fail', (recorded) => runTurns(recorded, 100, 3), []],
  ['callers come with a wrong secret', (recorded) => refuse(recorded, 401, 11), ['refused-callers']],
  [
    'callers come where no secret is configured',
    (recorded) => refuse(recorded, 403, 11),
    ['refused-callers'],
  ],
  ['a scanner knocks a few times', (recorded) => refuse(recorded, 401, 5), []],
  ['requests are malformed', (recorded) => refuse(recorded, 400, 50), []],
  ['there are dead letters of last week', ({ telemetry }) => telemetry.metric('deadLetters', 7), []],
  ['a card is rejected', (recorded) => settleCards(recorded, 'rejected', 1), ['dead-letters']],
  [
    'half of the customers have left before their card came',
    (recorded) => {
      settleCards(recorded, 'accepted', 20);
      settleCards(recorded, 'rejected', 20, 'genesys.conversationEnded');
    },
    [],
  ],
  ['a card may have arrived', (recorded) => settleCards(recorded, 'unknown', 1), ['dead-letters']],
  [
    'half of the cards fail',
    (recorded) => {
      settleCards(recorded, 'accepted', 20);
      settleCards(recorded, 'failed', 20);
    },
    ['dead-letters', 'success-rate'],
  ],
  [
    'a card waits for an hour',
    ({ telemetry }) => telemetry.metric('queue.oldestSeconds', 3_600),
    ['queue-age'],
  ],
];
describe('alerts over recorded telemetry', () => {
  for (const [what, happen, expected] of quarters) {
    test(`${what}: ${expected.length === 0 ? 'no alert' : expected.join(', ')}`, async () => {
      const recorded = await recordedTelemetry();
      await happen(recorded);
      assert.deepEqual(alertsOf(recorded), expected);
    });
  }
});
