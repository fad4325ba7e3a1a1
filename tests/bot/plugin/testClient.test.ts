import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgentApplication, MemoryStorage as AgentStorage, type TurnState } from '@microsoft/agents-hosting';
import {
  ActivityHandler,
  CardFactory,
  type ConversationReference,
  ConversationState,
  MemoryStorage,
  MessageFactory,
  TestAdapter,
  TurnContext,
} from 'botbuilder';
import {
  ChoicePrompt,
  ConfirmPrompt,
  DialogSet,
  DialogTurnStatus,
  NumberPrompt,
  TextPrompt,
  WaterfallDialog,
} from 'botbuilder-dialogs';
import * as agents from '../../../bot/agents.ts';
import {
  continueOnAnyChannel,
  convertActivity,
  createBotConnector,
  createTestClient,
} from '../../../bot/plugin.ts';

/** A bot in the shape of the multi-turn-prompt sample. */
class PromptBot extends ActivityHandler {
  constructor() {
    super();
    const state = new ConversationState(new MemoryStorage());
    const dialogs = new DialogSet(state.createProperty('dialogs'));
    dialogs.add(new ChoicePrompt('transport'));
    dialogs.add(new TextPrompt('name'));
    dialogs.add(new ConfirmPrompt('confirm'));
    dialogs.add(
      new NumberPrompt(
        'age',
        async ({ recognized }) => Number(recognized.value) > 0 && Number(recognized.value) < 150,
      ),
    );
    dialogs.add(
      new WaterfallDialog('profile', [
        async (step) =>
          step.prompt('transport', {
            prompt: 'How do you travel?',
            choices: ['Car', 'Bus', 'Bicycle'].map((value) => ({ value })),
          }),
        async (step) => {
          Object.assign(step.values, { transport: step.result.value });
          return step.prompt('name', 'What is your name?');
        },
        async (step) => {
          Object.assign(step.values, { name: step.result });
          await step.context.sendActivity(`Thanks ${step.result}.`);
          return step.prompt('confirm', 'Do you want to give your age?');
        },
        async (step) =>
          step.result === true
            ? step.prompt('age', {
                prompt: 'How old are you?',
                retryPrompt: 'More than 0 and less than 150, please.',
              })
            : step.next(-1),
        async (step) => {
          const { transport, name } = { transport: '', name: '', ...step.values };
          await step.context.sendActivity(`${name} travels by ${transport}, aged ${step.result}.`);
          return step.endDialog();
        },
      ]),
    );
    this.onMessage(async (context, next) => {
      const dc = await dialogs.createContext(context);
      const { status } = await dc.continueDialog();
      if (status === DialogTurnStatus.empty) await dc.beginDialog('profile');
      await state.saveChanges(context);
      await next();
    });
  }
}

test('a bot of prompts is talked to by its buttons and words, in a few lines', async () => {
  const client = createTestClient({ bot: new PromptBot() });
  await client.say('hello');
  assert.deepEqual(client.buttons, ['Car', 'Bus', 'Bicycle']);
  await client.click('Bus');
  assert.equal(client.text, 'What is your name?');
  await client.say('Ann');
  assert.deepEqual(client.buttons, ['Yes', 'No']);
  await client.click('Yes');
  await client.say('200');
  assert.match(client.text, /less than 150/);
  await client.say('42');
  assert.equal(client.text, 'Ann travels by Bus, aged 42.');
  assert.equal(client.outcome, undefined);
});

test('a bot of prompts says in Genesys what it says in Web Chat', async () => {
  const bot = new PromptBot();
  const said: string[] = [];
  const adapter = new TestAdapter(async (context) => bot.run(context), { channelId: 'webchat' });
  const words = ['hello', 'Bus', 'Ann', 'No'];
  for (const text of words) await adapter.receiveActivity(text);
  for (const { text } of adapter.activeQueue) said.push(text ?? '');
  const client = createTestClient({ bot: new PromptBot() });
  const shown: string[] = [];
  for (const text of words) {
    await client.say(text);
    shown.push(...client.messages.map((message) => message.text));
  }
  assert.deepEqual(shown, said);
});

test('cards, what is shown with less, the language and the outcome are told', async () => {
  const client = createTestClient({
    language: 'de-de',
    parameters: { tier: 'gold' },
    bot: async (context) => {
      if (context.activity.type !== 'message') return;
      if (context.activity.text === 'bye') {
        await context.sendActivity({ type: 'handoff', value: { reason: 'angry' } });
        return;
      }
      const buttons = [{ type: 'openUrl', title: 'Open', value: 'javascript:alert(1)' }, 'Buy'];
      await context.sendActivity(
        MessageFactory.attachment(CardFactory.heroCard(`Lampe ${context.activity.locale}`, [], buttons)),
      );
    },
  });
  await client.say('hello');
  assert.deepEqual([client.cards[0]?.title, client.buttons], ['Lampe de-DE', ['Buy']]);
  assert.match(JSON.stringify(client.changes), /not allowed|left out/);
  await client.say('bye');
  assert.deepEqual([client.outcome?.intent, client.outcome?.parameters.reason], ['handoff', 'angry']);
  await client.say('hello');
  assert.equal(client.outcome, undefined);
});

test('what the bot throws is thrown to its test, and a button that is not there is named', async () => {
  const client = createTestClient({
    bot: async (context) => {
      if (context.activity.text === 'fail') throw new Error('broken');
      if (context.activity.text === 'choose')
        await context.sendActivity(MessageFactory.suggestedActions(['A', 'B'], 'Which?'));
    },
  });
  await assert.rejects(client.say('fail'), /broken/);
  await client.say('choose');
  await assert.rejects(client.click('C'), /No button has the label "C"\. There are: "A", "B"\./);
});

test('an agent of the Agents SDK has the same client', async () => {
  const app = new AgentApplication<TurnState>({ storage: new AgentStorage() });
  app.onActivity('message', async (context) => {
    await context.sendActivity(`You said: ${context.activity.text}`);
  });
  const client = agents.createTestClient({ agent: app });
  await client.say('hi');
  assert.equal(client.text, 'You said: hi');
});

test('what a Genesys customer sees of an activity is known without a bot', () => {
  const { messages, text, changes } = convertActivity(
    MessageFactory.suggestedActions(['Yes', 'No'], 'Sure?'),
  );
  assert.deepEqual([messages.length, messages[0]?.type, changes], [1, 'Structured', []]);
  assert.match(text, /Sure\?/);
});

test('a loop over all references uses the adapter of each channel', async () => {
  const references: Partial<ConversationReference>[] = [];
  const logic = async (context: TurnContext) =>
    void references.push(TurnContext.getConversationReference(context.activity));
  const genesys = createBotConnector({
    secrets: ['s'],
    bots: { id: 'b', name: 'B' },
    storage: new MemoryStorage(),
    logic,
    welcome: false,
  });
  const said = new Request('http://localhost/api/genesys/v2/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 's' },
    body: JSON.stringify({
      botSessionId: 's-1',
      messageId: 'm-1',
      inputMessage: { type: 'Text', text: 'hi' },
    }),
  });
  assert.equal((await genesys.fetch(said))?.status, 200);
  await new TestAdapter(logic).receiveActivity('hi');
  const used: string[] = [];
  const others = {
    continueConversationAsync: async () => {
      used.push('others');
    },
  };
  for (const reference of references) {
    await continueOnAnyChannel({ genesys: genesys.adapter, others, appId: '' }, reference, async () => {
      used.push('genesys');
    });
  }
  assert.deepEqual(used, ['genesys', 'others']);
});
