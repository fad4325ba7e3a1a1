import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Activity, ActivityTypes, MessageFactory, TestAdapter, type TurnContext } from 'botbuilder';
import { createBotTelemetryClient, observeTurns } from '../../../bot/telemetry/observeTurns.ts';
import { readCurrentTurn, readOperationId, runInOperation } from '../../../bot/telemetry/operation.ts';
import { createTelemetry, type Telemetry } from '../../../bot/telemetry/telemetry.ts';
import { CodedError } from '../../../cards/errors.ts';
import { recordedTelemetry } from '../../fakes/recordedTelemetry.ts';

/** Runs one turn with this logic and gives what was told of it. */
async function turnWith(
  logic: (context: TurnContext, telemetry: Telemetry) => Promise<unknown>,
  activity: Partial<Activity> = { type: 'message', text: 'Jane Doe' },
) {
  const { telemetry, events } = await recordedTelemetry();
  const errors: unknown[] = [];
  const observed = observeTurns(async (context) => void (await logic(context, telemetry)), telemetry);
  const adapter = new TestAdapter((context) => observed(context).catch((error) => void errors.push(error)));
  await adapter.processActivity(activity);
  return { events, errors, names: events.map(({ name }) => name) };
}

test('messages are counted, a trace, typing and an event are not', async () => {
  const { events, names } = await turnWith(async (context) => {
    await context.sendActivity('hello');
    await context.sendTraceActivity('Jane Doe', { text: 'Jane Doe' });
    await context.sendActivities([{ type: ActivityTypes.Typing }, { type: 'event', name: 'other' }]);
    await context.sendActivities([MessageFactory.text('and'), MessageFactory.text('bye')]);
  });
  assert.deepEqual(names, ['turn.received']);
  assert.equal(events[0]?.measurements.messages, 3);
});

test('a message that is changed or taken back is told', async () => {
  const { names } = await turnWith(async (context) => {
    const sent = await context.sendActivity('hello');
    await context.updateActivity({ ...context.activity, id: sent?.id ?? '' });
    await context.deleteActivity(sent?.id ?? '');
  });
  assert.deepEqual(names, ['message.updated', 'message.deleted', 'turn.received']);
});

const handoffs: Partial<Activity>[] = [{ type: 'event', name: 'handoff.initiate' }, { type: 'handoff' }];
for (const activity of handoffs) {
  test(`${JSON.stringify(activity)} is a hand-off`, async () => {
    const { names } = await turnWith((context) => context.sendActivity(activity));
    assert.deepEqual(names, ['handoff.requested', 'turn.received']);
  });
}

const failures: [error: Error, code: string][] = [
  [new CodedError('store.full', 'full'), 'store.full'],
  [new Error('Jane Doe'), 'other'],
];
for (const [error, code] of failures) {
  test(`a turn that fails with ${error.name} has the code ${code}, and the error goes on`, async () => {
    const { events, errors } = await turnWith(() => Promise.reject(error));
    assert.deepEqual(errors, [error]);
    assert.equal(events.at(-1)?.name, 'turn.received');
    assert.equal(events.at(-1)?.properties.code, code);
  });
}

test('what the bot says in a turn that no customer began is told in one event', async () => {
  const welcome = async (context: TurnContext) =>
    context.sendActivities([{ type: 'message' }, { type: 'message' }]);
  const { events, names } = await turnWith(welcome, { type: 'event', name: 'webchat/join' });
  assert.deepEqual(names, ['message.sent']);
  assert.equal(events[0]?.measurements.messages, 2);
});

test("a turn without a message is none of the customer's, and its error goes on", async () => {
  const event = { type: 'event', name: 'webchat/join' };
  assert.deepEqual((await turnWith(async () => {}, event)).names, []);
  const { names, errors } = await turnWith(() => Promise.reject(new Error('no')), event);
  assert.deepEqual(names, []);
  assert.equal(errors.length, 1);
});

test('all that a turn does and starts is one operation, even what it does not wait for', async () => {
  const later = Promise.withResolvers<string>();
  const { events } = await turnWith(async () => {
    setImmediate(() => later.resolve(readOperationId()));
    await new Promise((resolve) => void setTimeout(resolve, 1));
    assert.equal(readOperationId(), readOperationId());
  });
  for (const event of events) assert.equal(event.operationId, await later.promise);
  assert.equal(readCurrentTurn(), undefined);
  assert.notEqual(readOperationId(), readOperationId());
});

test('a turn that runs as part of an operation belongs to it', async () => {
  const { events } = await runInOperation({ id: 'the-request' }, () => turnWith(async () => {}));
  assert.deepEqual([...new Set(events.map((event) => event.operationId))], ['the-request']);
});

test('without telemetry a turn is one operation all the same, so that its cards have it', async () => {
  const ids: string[] = [];
  const telemetry = createTelemetry({ connectionString: undefined, conversation: () => '' });
  const logic = observeTurns(async () => void ids.push(readOperationId(), readOperationId()), telemetry);
  const adapter = new TestAdapter(logic);
  await adapter.processActivity('hello');
  assert.equal(new Set(ids).size, 1);
});

test('what dialogs report is gathered in the turn, in the words of the registry', async () => {
  const { events } = await turnWith(async (_, telemetry) => {
    const client = createBotTelemetryClient(telemetry);
    const step = (name: string, DialogId: string, StepName?: string) =>
      client.trackEvent({
        name,
        properties: { DialogId, StepName, InstanceId: 'Jane Doe', text: 'Jane Doe' },
      });
    client.trackPageView({ name: 'main' });
    step('WaterfallStart', 'order');
    step('WaterfallStep', 'order', 'Step1of2');
    step('WaterfallCancel', 'order', 'Step1of2');
    step('WaterfallComplete', 'support');
    client.trackEvent({ name: 'IntentRecognized', properties: { intent: 'help' }, metrics: { score: 1 } });
    client.trackEvent({ name: 'LuisResult', properties: { question: 'Jane Doe' } });
    client.trackTrace({ message: 'Jane Doe' });
    client.trackException({ exception: new Error('Jane Doe') });
    client.trackDependency({
      dependencyTypeName: 'Jane Doe',
      target: 'Jane Doe',
      name: 'Jane Doe',
      data: 'Jane Doe',
      duration: 1,
      success: true,
      resultCode: 0,
    });
    client.flush();
  });
  assert.equal(events.at(-1)?.properties.dialogs, 'main>order.Step1of2>order.cancelled>support.completed');
  assert.deepEqual(
    events.map(({ name }) => name),
    ['intent.recognized', 'turn.received'],
  );
  assert.doesNotMatch(JSON.stringify(events), /Jane/);
});

test('a list of dialogs that is too long is cut', async () => {
  const { events } = await turnWith(async (_, telemetry) => {
    for (let i = 0; i < 200; i += 1) createBotTelemetryClient(telemetry).trackPageView({ name: 'dialog' });
  });
  assert.equal(events.at(-1)?.properties.dialogs?.length, 500);
});

test('outside a turn the client tells nothing', async () => {
  const { telemetry, events } = await recordedTelemetry();
  const client = createBotTelemetryClient(telemetry);
  client.trackEvent({ name: 'BotMessageReceived', properties: { type: 'message' } });
  client.trackPageView({ name: 'main' });
  assert.deepEqual(events, []);
});
