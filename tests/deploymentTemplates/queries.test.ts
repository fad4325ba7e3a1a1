import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { type EventShape, telemetryEvents, telemetryMetrics } from '../../bot/telemetry/events.ts';
import { errorCodes } from '../../cards/errors.ts';
import { templateFile } from './arm/template.ts';
import { deploy } from './givenValues.ts';

const workbookSchema = z.looseObject({
  items: z.array(
    z.looseObject({ name: z.string(), content: z.looseObject({ query: z.string().optional() }) }),
  ),
});

const alertSchema = z.looseObject({
  criteria: z.looseObject({
    allOf: z.array(z.looseObject({ query: z.string(), metricMeasureColumn: z.string() })).length(1),
  }),
});

const { resources } = deploy(templateFile('BotApp', 'resourceGroup'), 'everything');

const pictures = resources
  .filter(({ type }) => type === 'Microsoft.Insights/workbooks')
  .flatMap(({ body }) => workbookSchema.parse(JSON.parse(Object(body.properties).serializedData)).items)
  .flatMap(({ name, content: { query } }) => (query === undefined ? [] : [{ name, query }]));

const alerts = resources
  .filter(({ type }) => type === 'Microsoft.Insights/scheduledQueryRules')
  .flatMap(({ id, body }) =>
    alertSchema
      .parse(body.properties)
      .criteria.allOf.map((criterion) => ({ name: id.split('/').at(-1), ...criterion })),
  );

describe('queries of the workbook and the alerts', () => {
  test('there is a picture for everything that an operator asks for', () => {
    const text = pictures.map(({ query }) => query).join('\n');
    for (const asked of [
      'turn.received',
      'card.refused',
      'percentile',
      'rateLimited.pauses',
      'deadLetters',
    ]) {
      assert.ok(text.includes(asked), asked);
    }
  });

  test('there are alerts on dead letters, turns, callers, success rate and age of the queue', () => {
    const names = alerts.map(({ name }) => name);
    assert.deepEqual(names, [
      'alert-CardBot-dead-letters',
      'alert-CardBot-failed-turns',
      'alert-CardBot-refused-callers',
      'alert-CardBot-success-rate',
      'alert-CardBot-queue-age',
    ]);
  });

  for (const { name, query } of [...pictures, ...alerts]) {
    test(`${name}: names only events, metrics and properties of the registry`, () => {
      assert.deepEqual(unknownNames(query), []);
    });
  }

  for (const { name, query, metricMeasureColumn } of alerts) {
    test(`${name}: measures a column of its query`, () => {
      assert.match(query.split('\n').at(-1) ?? '', new RegExp(`\\b${metricMeasureColumn} = `));
    });
  }

  const mistakes: ReadonlyArray<[string, string]> = [
    ["customEvents | where name == 'card.acepted'", 'card.acepted'],
    ["customMetrics | where name in ('deadLetters', 'card.accepted')", 'card.accepted'],
    ["customEvents | where name == 'card.accepted' | project customDimensions.text", 'text'],
    ["customEvents | where name == 'card.accepted' | project customDimensions.path", 'path'],
    ["customEvents | where name == 'card.accepted' | project customMeasurements.code", 'code'],
    ["traces | where message == 'x'", 'traces'],
    ['customEvents | take 10', 'no name'],
  ];
  for (const [query, found] of mistakes) {
    test(`${query} is a mistake`, () => {
      assert.ok(unknownNames(query).includes(found));
    });
  }
});

const eventShapes: Readonly<Record<string, EventShape>> = telemetryEvents;

/** Names in a query that the registry does not have; a text with a space in it is a label for people. */
function unknownNames(whole: string): string[] {
  // An event without a code keeps none out.
  const query = whole.replace(/\n\| where tostring\(customDimensions\.code\) != '([^']+)'/g, (step, code) =>
    code in errorCodes ? '' : step,
  );
  const tables = query.match(/^(\w+)|(?<=\()\w+(?= \|)/gm) ?? [];
  const table = tables.find((one) => one === 'customEvents' || one === 'customMetrics');
  if (table === undefined) return tables;

  const names = [...query.matchAll(/'([^']*)'/g)]
    .map(([, name]) => name ?? '')
    .filter((name) => !name.includes(' '));
  if (names.length === 0) return ['no name'];
  if (table === 'customMetrics') return names.filter((name) => !(name in telemetryMetrics));

  const events = names.flatMap((name) => eventShapes[name] ?? []);
  const missing = (pattern: RegExp, kind: 'properties' | 'measurements') =>
    [...query.matchAll(pattern)]
      .map(([, field]) => field ?? '')
      .filter((field) => !events.every((event) => event[kind].some((one) => one === field)));
  return [
    ...names.filter((name) => eventShapes[name] === undefined),
    ...missing(/customDimensions\W+(\w+)/g, 'properties'),
    ...missing(/customMeasurements\W+(\w+)/g, 'measurements'),
  ];
}
