import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Activity,
  ActivityHandler,
  AutoSaveStateMiddleware,
  CloudAdapter,
  CloudSkillHandler,
  ConfigurationBotFrameworkAuthentication,
  type ConversationReference,
  ConversationState,
  MemoryStorage,
  SkillConversationIdFactory,
  TurnContext,
} from 'botbuilder';
import { codeOf } from '../../../../cards/errors.ts';
import { json, listen } from '../../../fakes/listen.ts';
import { call, startConnector } from './startConnector.ts';

const texts = (body: { replyMessages: { text: string }[] }) => body.replyMessages.map(({ text }) => text);

test('a root bot forwards to a skill, whose messages and whose end reach the customer in the same turn', async (t) => {
  const storage = new MemoryStorage();
  const state = new ConversationState(storage);
  const active = state.createProperty<boolean>('activeSkill');
  const ids = new SkillConversationIdFactory(storage);
  const skillOptions = {
    fromBotOAuthScope: 'scope',
    fromBotId: 'root',
    botFrameworkSkill: { id: 'echo', appId: 'skill-app', skillEndpoint: 'http://127.0.0.1/' },
  };

  /** In the shape of the simple root bot of Microsoft's skills sample. */
  class RootBot extends ActivityHandler {
    constructor() {
      super();
      this.onMessage(async (context, next) => {
        if ((await active.get(context, false)) || context.activity.text === 'skill') {
          await active.set(context, true);
          await state.saveChanges(context, true);
          const id = await ids.createSkillConversationIdWithOptions({
            ...skillOptions,
            activity: context.activity,
          });
          const forwarded = { ...context.activity, conversation: { ...context.activity.conversation, id } };
          await fetch(skill.url, { method: 'POST', body: JSON.stringify(forwarded) });
        } else await context.sendActivity('Me no nothing. Say "skill".');
        await next();
      });
      this.onEndOfConversation(async (context, next) => {
        await active.delete(context);
        await context.sendActivity(`Back in the root bot (${context.activity.code}).`);
        await state.saveChanges(context, true);
        await next();
      });
    }
    override async run(context: TurnContext): Promise<void> {
      await super.run(context);
      await state.saveChanges(context, false);
    }
  }

  const root = new RootBot();
  const authentication = new ConfigurationBotFrameworkAuthentication({});
  // The adapter that the root bot has for all its channels.
  const adapter = new CloudAdapter(authentication);
  const bot = await startConnector(t, { logic: (context) => root.run(context), storage, adapter });
  const handler = new CloudSkillHandler(adapter, (context) => root.run(context), ids, authentication);
  // The skill answers by calls of its own to the skill host of the root bot.
  const skill = await listen(async ({ body }, response) => {
    const { text, id, conversation }: Activity = JSON.parse(body);
    const reply = async (activity: Partial<Activity>) => {
      // As it comes over the wire.
      const sent: Activity = JSON.parse(JSON.stringify(activity));
      await handler.handleReplyToActivity('', conversation.id, id ?? '', sent);
    };
    await reply({ type: 'message', text: `Echo: ${text}` });
    if (text === 'end') await reply({ type: 'endOfConversation', code: 'completedSuccessfully' });
    json(response, 200, {});
  });
  t.after(() => skill.close());

  const said = [];
  for (const text of ['hello', 'skill', 'more', 'end', 'hello'])
    said.push(texts((await call(bot.url, 'v2', { text })).body));
  assert.deepEqual(bot.failures, []);
  assert.deepEqual(said, [
    ['Me no nothing. Say "skill".'],
    ['Echo: skill'],
    ['Echo: more'],
    ['Echo: end', 'Back in the root bot (completedSuccessfully).'],
    ['Me no nothing. Say "skill".'],
  ]);
});

test("what the bot's own adapter continues is run by the adapter that the reference belongs to", async (t) => {
  const others: unknown[] = [];
  const note = async (...turn: unknown[]) => void others.push(turn);
  const adapter = { continueConversation: note, continueConversationAsync: note };
  const references: Partial<ConversationReference>[] = [];
  const bot = await startConnector(t, {
    adapter,
    logic: async (context) => {
      references.push(TurnContext.getConversationReference(context.activity));
      await context.sendActivity('noted');
    },
  });
  await call(bot.url, 'v2', { text: 'hi' });
  const says = (text: string) => async (context: TurnContext) => void (await context.sendActivity(text));
  const [reference = {}] = references;
  const elsewhere = { serviceUrl: 'https://webchat.botframework.com/' };
  for (const one of [reference, elsewhere]) {
    await Reflect.apply(adapter.continueConversationAsync, adapter, ['app', one, says('It has left.')]);
    await Reflect.apply(adapter.continueConversation, adapter, [one, says('It is near.')]);
  }
  assert.deepEqual(texts((await call(bot.url, 'v2', { text: 'ok' })).body), [
    'It has left.',
    'It is near.',
    'noted',
  ]);
  assert.equal(others.length, 2);
});

test("the middleware of the bot's own adapter runs in turns of Genesys, also what is added later", async (t) => {
  const storage = new MemoryStorage();
  const state = new ConversationState(storage);
  const count = state.createProperty<number>('count');
  const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
  const bot = await startConnector(t, {
    storage,
    adapter,
    logic: async (context) => {
      const now = (await count.get(context, 0)) + 1;
      await count.set(context, now);
      await context.sendActivity(`message ${now}`);
    },
  });
  adapter.use(new AutoSaveStateMiddleware(state));
  const says = async () => texts((await call(bot.url, 'v2', { text: 'hi' })).body);
  assert.deepEqual([await says(), await says()], [['message 1'], ['message 2']]);
  adapter.use(async (context, next) => {
    context.onSendActivities((_, activities, send) => {
      for (const activity of activities) activity.text = `Nachricht: ${activity.text}`;
      return send();
    });
    await next();
  });
  assert.deepEqual(await says(), ['Nachricht: message 3']);
});

for (const turnErrors of ['handOff', 'onTurnError'] as const) {
  test(`turnErrors ${turnErrors}: the handler of the bot's own adapter`, async (t) => {
    const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
    const logic = () => Promise.reject(new Error('broken'));
    const bot = await startConnector(t, { adapter, turnErrors, logic });
    const says = async () => (await call(bot.url, 'v2', { text: 'hi', sessionId: crypto.randomUUID() })).body;
    assert.equal((await says()).botState, 'Complete');
    adapter.onTurnError = async (context) => void (await context.sendActivity('Please try again.'));
    const body = await says();
    assert.equal(body.botState, turnErrors === 'handOff' ? 'Complete' : 'MoreData');
    assert.equal(texts(body)[0] === 'Please try again.', turnErrors === 'onTurnError');
  });
}

test('what is no adapter is one clear error at the start', async (t) => {
  const options = { logic: async () => {}, adapter: {} };
  await assert.rejects(
    Reflect.apply(startConnector, undefined, [t, options]),
    (error) => codeOf(error) === 'config.invalid' && /`adapter` is not an adapter/.test(String(error)),
  );
});
