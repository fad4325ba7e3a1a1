import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { telemetryEvents, telemetryMetrics } from '../../../bot/telemetry/events.ts';
import { type Ingestion, startIngestion } from '../../fakes/ingestion.ts';
import { converse, post, startBot } from '../../fakes/startBot.ts';

/** What a conversation told, by the real SDK, sent when the bot ended. */
async function transcript(
  talk: (bot: { url: string; sandboxUrl: string }) => Promise<unknown>,
): Promise<Ingestion> {
  const ingestion = await startIngestion();
  const bot = await startBot({ APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString });
  try {
    await talk(bot);
  } finally {
    await bot.close();
    await ingestion.close();
  }
  return ingestion;
}

const activity = (parts: Record<string, unknown>) => ({
  type: 'message',
  id: 'a-1',
  channelId: 'emulator',
  conversation: { id: 'c-1' },
  from: { id: 'user' },
  recipient: { id: 'bot' },
  deliveryMode: 'expectReplies',
  locale: 'en-US',
  ...parts,
});

let guest: Ingestion;
before(async () => {
  guest = await transcript(async ({ sandboxUrl }) => {
    const { say } = await converse(sandboxUrl);
    await say('where is my order 12345?');
  });
});

test('a turn with a card on the guest route makes exactly these events, in this order', () => {
  assert.deepEqual(
    guest.events().map(({ name }) => name),
    ['intent.recognized', 'card.requested', 'card.stored', 'card.accepted', 'turn.received'],
  );
});

test('all of them, and the calls to Genesys, are one operation in one conversation', () => {
  const [first] = guest.events();
  assert.match(first?.operationId ?? '', /^[0-9a-f]{32}$/);
  assert.match(first?.properties.conversationId ?? '', /^[0-9a-f]{16}$/);
  for (const { name, operationId, properties } of guest.events()) {
    assert.equal(operationId, first?.operationId, name);
    const { conversationId, channel, route } = properties;
    assert.deepEqual(
      { conversationId, channel, route },
      { conversationId: first?.properties.conversationId, channel: 'genesys', route: 'guest' },
    );
  }
  // The token was asked for at the start, before there was a turn.
  const [, ...calls] = guest.envelopes().filter(({ data }) => data.baseType === 'RemoteDependencyData');
  for (const { tags } of calls) assert.equal(tags['ai.operation.id'], first?.operationId);
});

test('the card has one id, template and version in all its events, and the call has the id, too', () => {
  const cards = guest.events().filter(({ name }) => name.startsWith('card.'));
  const ids = cards.map(({ properties: { messageId, templateId, templateVersion } }) => ({
    messageId,
    templateId,
    templateVersion,
  }));
  assert.match(ids[0]?.messageId ?? '', /^[0-9a-f-]{36}$/);
  assert.equal(ids[0]?.templateId, 'order-status-v2');
  assert.equal(ids[0]?.templateVersion, '2');
  for (const id of ids) assert.deepEqual(id, ids[0]);

  const [, call] = guest.envelopes().filter(({ data }) => data.baseType === 'RemoteDependencyData');
  assert.equal(call?.data.baseData.name, 'POST /api/v2/guest/conversations/webchat/messages');
  assert.equal(call?.data.baseData.properties.messageId, ids[0]?.messageId);
  const accepted = cards.find(({ name }) => name === 'card.accepted');
  assert.equal(call?.data.baseData.properties.correlationId, accepted?.properties.correlationId);
  assert.match(accepted?.properties.correlationId ?? '', /^[\w-]+$/);
  assert.equal(accepted?.properties.status, '200');
  assert.equal(accepted?.measurements.attempts, 1);
});

test('every event has the properties and measurements of the registry, and none besides', () => {
  const registry: Readonly<
    Record<string, { properties: readonly string[]; measurements: readonly string[] }>
  > = telemetryEvents;
  for (const { name, properties, measurements } of guest.events()) {
    const event = registry[name];
    assert.ok(event, name);
    const known = (given: object, names: readonly string[]) =>
      Object.keys(given).filter((key) => !names.includes(key));
    assert.deepEqual(known(properties, event.properties), [], name);
    assert.deepEqual(Object.keys(measurements).sort(), [...event.measurements].sort(), name);
    assert.doesNotMatch(JSON.stringify(properties), /"other"/, name);
  }
});

test('the metrics of the registry are there, and the role has a name', () => {
  const sent = guest
    .envelopes()
    .flatMap(({ data }) => Object(data.baseData).metrics ?? [])
    .map(({ name }: { name: string }) => name)
    .filter((name) => name !== '_OTELRESOURCE_');
  assert.deepEqual(sent, ['queue.depth', 'queue.oldestSeconds', 'deadLetters']);
  for (const name of sent) assert.ok(name in telemetryMetrics, name);
  for (const { tags } of guest.envelopes()) assert.equal(tags['ai.cloud.role'], 'genesys-card-bot');
});

const conversations: [name: string, talk: Parameters<typeof transcript>[0], expected: string[]][] = [
  [
    'in the Emulator the card is part of a message',
    ({ url }) => post(`${url}/api/messages`, activity({ text: 'where is my order 12345?' })),
    ['turn.received', 'intent.recognized', 'card.requested'],
  ],
  [
    'an activity that arrives twice is told once',
    async ({ url }) => {
      await post(`${url}/api/messages`, activity({ text: 'thanks' }));
      await post(`${url}/api/messages`, activity({ text: 'thanks' }));
    },
    ['turn.received', 'intent.recognized'],
  ],
  [
    'a click is told, and so is the hand-off that it asks for',
    ({ url }) => post(`${url}/api/messages`, activity({ value: { payload: 'handoff' } })),
    ['turn.received', 'card.clicked', 'intent.recognized', 'handoff.requested'],
  ],
  [
    'a greeting is no turn of the customer’s',
    ({ url }) =>
      post(`${url}/api/messages`, activity({ type: 'conversationUpdate', membersAdded: [{ id: 'user' }] })),
    ['card.requested', 'message.sent'],
  ],
];
for (const [name, talk, expected] of conversations) {
  test(name, async () => {
    const ingestion = await transcript(talk);
    assert.deepEqual(
      ingestion
        .events()
        .map((event) => event.name)
        .sort(),
      [...expected].sort(),
    );
    assert.equal(new Set(ingestion.events().map(({ operationId }) => operationId)).size, 1);
  });
}

test('two turns are two operations in one conversation', async () => {
  const ingestion = await transcript(async ({ sandboxUrl }) => {
    const { say } = await converse(sandboxUrl);
    await say('where is my order');
    await say('12345');
  });
  const turns = ingestion.events().filter(({ name }) => name === 'turn.received');
  assert.equal(new Set(turns.map(({ operationId }) => operationId)).size, 2);
  assert.equal(new Set(turns.map(({ properties }) => properties.conversationId)).size, 1);
  assert.deepEqual(
    turns.map(({ properties }) => properties.dialogs),
    ['main>orderStatus>findOrder>findOrder.Step1of3', 'findOrder.Step2of3>findOrder.completed'],
  );
});

for (const route of ['v1', 'v2']) {
  test(`turns through Architect (${route}) are one conversation, and each is one operation`, async () => {
    const ingestion = await transcript(async ({ sandboxUrl }) => {
      const { say } = await converse(sandboxUrl, route);
      await say('where is my order 12345?');
      await say('show me your offers');
    });
    const events = ingestion.events();
    assert.deepEqual(new Set(events.map(({ properties }) => properties.route)), new Set([route]));
    assert.deepEqual(new Set(events.map(({ properties }) => properties.channel)), new Set(['genesys']));
    assert.equal(new Set(events.map(({ properties }) => properties.conversationId)).size, 1);
    const received = events.filter(({ name }) => name === 'turn.received');
    const requested = events.filter(({ name }) => name === 'card.requested');
    assert.equal(received.length, 2);
    assert.deepEqual(
      requested.map(({ operationId }) => operationId),
      received.map(({ operationId }) => operationId),
    );
  });
}
