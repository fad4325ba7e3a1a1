import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  telemetryCalls,
  telemetryEvents,
  telemetryMetrics,
  telemetryProperties,
} from '../../../bot/telemetry/events.ts';

const page = readFileSync(new URL('../../../docs/telemetry.md', import.meta.url), 'utf8');

/** The cells of the rows of the table under a heading. */
function tableUnder(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const names = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');

test('the page lists every event with its properties and measurements, and no other', () => {
  const inPage = tableUnder('Events').map(([name, what, properties, measurements]) => [
    ...names(name),
    { what, properties: names(properties), measurements: names(measurements) },
  ]);
  assert.deepEqual(Object.fromEntries(inPage), telemetryEvents);
});

test('the page lists every property', () => {
  const inPage = Object.fromEntries(tableUnder('Properties').map(([name, what]) => [names(name)[0], what]));
  const inCode = Object.fromEntries(
    Object.entries(telemetryProperties).map(([name, { what }]) => [name, what]),
  );
  assert.deepEqual(inPage, inCode);
});

test('the page lists every metric with its unit', () => {
  const inPage = tableUnder('Metrics').map(([name, what, unit]) => [names(name)[0], { what, unit }]);
  assert.deepEqual(Object.fromEntries(inPage), telemetryMetrics);
});

test('the page lists every call', () => {
  const inPage = tableUnder('Calls to Genesys').map(([name]) => names(name)[0]);
  assert.deepEqual(inPage, [...telemetryCalls]);
});

test('every card event names the conversation, the channel, the route, the template, its version and the card', () => {
  const required = ['conversationId', 'channel', 'route', 'templateId', 'templateVersion', 'messageId'];
  for (const [name, event] of Object.entries(telemetryEvents)) {
    if (!name.startsWith('card.') || name === 'card.clicked') continue;
    const properties: readonly string[] = event.properties;
    assert.deepEqual(
      required.filter((property) => !properties.includes(property)),
      [],
      name,
    );
  }
});

const free = [
  'where is my order 12345?',
  'Jane Doe',
  'jane@example.com',
  '4111 1111 1111 1111',
  '+49 170 1234567',
  'Bearer eyJhbGciOi.J9',
  'line\nbreak',
  'https://shop.example/?token=abc',
  '\u202Egnp',
  'x'.repeat(10_000),
];
for (const [name, { allows }] of Object.entries(telemetryProperties)) {
  test(`the property ${name} takes no free text`, () => {
    for (const text of free) assert.equal(allows(text), false, text);
  });
}

const values: [property: keyof typeof telemetryProperties, value: string, isAllowed: boolean][] = [
  ['conversationId', '0123456789abcdef', true],
  ['conversationId', '7d2c1a50-71d5-4ab1-a8bb-7f1f0b3e8a51', false],
  ['channel', 'msteams', true],
  ['channel', 'genesys', true],
  ['channel', 'JaneDoe', false],
  ['route', 'guest', true],
  ['templateId', 'order-status-v1', true],
  ['templateVersion', '1', true],
  ['messageId', '7d2c1a50-71d5-4ab1-a8bb-7f1f0b3e8a51-2', true],
  ['code', 'card.limit', true],
  ['code', 'toString', false],
  ['path', '$.fields.products[3].name', true],
  ['path', 'card:$.components[?].buttons', true],
  ['path', 'fields:$.eta', true],
  ['path', 'other:$.eta', false],
  ['path', '$.fields.Jane Doe', false],
  ['status', '503', true],
  ['status', '4111', false],
  ['correlationId', '3f0c2f6e-9a0c-4b0d-8a52-2c8f3b9c1d11', true],
  ['intent', 'orderStatus', true],
  ['dialogs', 'main>orderStatus>findOrder.Step1of2', true],
];
for (const [property, value, isAllowed] of values) {
  test(`${property} ${isAllowed ? 'takes' : 'does not take'} ${value}`, () => {
    assert.equal(telemetryProperties[property].allows(value), isAllowed);
  });
}

for (const name of telemetryCalls) {
  test(`the call ${name} arrives under this name: nothing in it is encoded on the way`, () => {
    assert.equal(new URL(name, 'http://genesys.example').pathname, name);
  });
}
