import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AutoSaveStateMiddleware,
  type BotTelemetryClient,
  ConversationState,
  MemoryStorage,
  NullTelemetryClient,
  TestAdapter,
  type TurnContext,
} from 'botbuilder';
import { CodedError } from '../../cards/errors.ts';
import type { DialogOutcome } from '../../dialogs/contract.ts';
import { createMainDialog } from '../../dialogs/createDialogs.ts';
import { runDialogs } from '../../dialogs/main/dialog.ts';
import type { IntentRecognizer, Recognized } from '../../dialogs/recognizer/intentRecognizer.ts';
import { noon } from './conversation.ts';

function adapter(run: (context: TurnContext) => Promise<void>, state: ConversationState): TestAdapter {
  return new TestAdapter(run).use(new AutoSaveStateMiddleware(state));
}

test('each turn answers its outcome, and undefined while the dialog waits', async () => {
  const state = new ConversationState(new MemoryStorage());
  const accessor = state.createProperty('dialogs');
  const main = createMainDialog({ now: noon });
  const outcomes: (DialogOutcome | undefined)[] = [];
  const bot = adapter(async (context) => {
    outcomes.push(await runDialogs(main, context, accessor));
  }, state);

  await bot
    .send('where is my order')
    .assertReply('What is your order number? For example: 12345')
    .startTest();
  await bot.send('12345').startTest();
  await bot.send('thanks').startTest();

  assert.deepEqual(outcomes, [
    undefined,
    {
      intent: 'orderStatus',
      entities: { orderId: '12345' },
      parameters: { result: 'shown', status: 'shipped' },
    },
    { intent: 'thanks', entities: {}, parameters: { result: 'said' } },
  ]);
});

test('no trace and nothing else is sent beside the answers', async () => {
  const state = new ConversationState(new MemoryStorage());
  const accessor = state.createProperty('dialogs');
  const main = createMainDialog({ now: noon });
  const bot = adapter(async (context) => void (await runDialogs(main, context, accessor)), state);
  bot.enableTrace = true;
  await bot.send('thanks').startTest();
  assert.deepEqual(
    bot.activeQueue.map((activity) => activity.type),
    ['message'],
  );
});

test('each decision is one telemetry event with intent and score, without any text', async () => {
  const events: unknown[] = [];
  class Telemetry extends NullTelemetryClient {
    override trackEvent(event: Parameters<BotTelemetryClient['trackEvent']>[0]): void {
      if (event.name === 'IntentRecognized') events.push(event);
    }
  }
  const state = new ConversationState(new MemoryStorage());
  const accessor = state.createProperty('dialogs');
  const main = createMainDialog({ now: noon });
  main.telemetryClient = new Telemetry();
  const bot = adapter(async (context) => {
    await runDialogs(main, context, accessor);
  }, state);
  await bot.send('track:12345').startTest();
  assert.deepEqual(events, [
    { name: 'IntentRecognized', properties: { intent: 'orderStatus' }, metrics: { score: 1 } },
  ]);
});

test('another recognizer can take the place of the embedded one; clicks never reach it', async () => {
  const asked: [string, string][] = [];
  const recognizer: IntentRecognizer = {
    async recognize(utterance, locale): Promise<Recognized> {
      asked.push([utterance, locale]);
      return { intent: 'orderStatus', score: 0.7, entities: { orderId: '777' } };
    },
  };
  const state = new ConversationState(new MemoryStorage());
  const accessor = state.createProperty('dialogs');
  const main = createMainDialog({ recognizer, now: noon });
  const outcomes: (DialogOutcome | undefined)[] = [];
  const bot = adapter(async (context) => {
    outcomes.push(await runDialogs(main, context, accessor));
  }, state);
  await bot.send('anything').startTest();
  await bot.send('track:12345').startTest();
  assert.deepEqual(asked, [['anything', 'en']]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome?.entities.orderId),
    ['777', '12345'],
  );
});

for (const fault of [
  new CodedError('store.unavailable', 'The store is away.'),
  new TypeError('a fault of ours'),
]) {
  test(`an error of a dialog comes out as it is: ${fault.name}`, async () => {
    const state = new ConversationState(new MemoryStorage());
    const accessor = state.createProperty('dialogs');
    const recognizer = { recognize: () => Promise.reject(fault) };
    const main = createMainDialog({ recognizer, now: noon });
    const bot = adapter(async (context) => void (await runDialogs(main, context, accessor)), state);
    await assert.rejects(bot.send('anything').startTest(), (error) => error === fault);
  });
}
