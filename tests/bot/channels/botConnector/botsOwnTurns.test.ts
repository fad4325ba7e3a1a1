import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Activity,
  ActivityHandler,
  type ConversationReference,
  ConversationState,
  MemoryStorage,
  TurnContext,
} from 'botbuilder';
import { DialogSet, DialogTurnStatus, OAuthPrompt } from 'botbuilder-dialogs';
import type { UserTokenClient } from 'botframework-connector';
import type { GenesysAdapter, TurnLogic } from '../../../../bot/channels/botConnector/botbuilder.ts';
import { codeOf } from '../../../../cards/errors.ts';
import { json, listen } from '../../../fakes/listen.ts';
import { call, startConnector } from './startConnector.ts';
import { startGenesys } from './startGenesys.ts';

const texts = (body: { replyMessages: { text: string }[] }) => body.replyMessages.map(({ text }) => text);

class Greeter extends ActivityHandler {
  constructor() {
    super();
    this.onMembersAdded(async (context, next) => {
      for (const member of context.activity.membersAdded ?? []) {
        if (member.id !== context.activity.recipient.id) await context.sendActivity('Welcome!');
      }
      await next();
    });
    this.onMessage(async (context, next) => {
      await context.sendActivity(`You said: ${context.activity.text}`);
      await next();
    });
  }
}

for (const route of ['v1', 'v2'] as const) {
  test(`by ${route} a bot greets before the first message of a conversation, and never again in it`, async (t) => {
    const greeter = new Greeter();
    const bot = await startConnector(t, { logic: (context) => greeter.run(context), welcome: true });
    const said = [];
    for (const [text, sessionId, conversation] of [
      ['hi', 's-1', 'c-1'],
      ['again', 's-1', 'c-1'],
      ['later', 's-2', 'c-1'],
      ['other', 's-3', 'c-2'],
    ]) {
      const more = { genesysConversationId: conversation };
      const { body } = await call(bot.url, route, { text: text ?? '', sessionId: sessionId ?? '', more });
      said.push(texts(body));
    }
    assert.deepEqual(said, [
      ['Welcome!', 'You said: hi'],
      ['You said: again'],
      ['You said: later'],
      ['Welcome!', 'You said: other'],
    ]);
  });
}

test('a conversation that begins without words is greeted once', async (t) => {
  const greeter = new Greeter();
  const bot = await startConnector(t, { logic: (context) => greeter.run(context), welcome: true });
  const first = await call(bot.url, 'v2', { text: '' });
  const second = await call(bot.url, 'v2', { text: 'hi' });
  assert.deepEqual([texts(first.body), texts(second.body)], [['Welcome!'], ['You said: hi']]);
});

test('a bot that is not to greet gets no other turn than the message', async (t) => {
  const greeter = new Greeter();
  const bot = await startConnector(t, { logic: (context) => greeter.run(context), welcome: false });
  const { body } = await call(bot.url, 'v1', { text: 'hi' });
  assert.deepEqual(texts(body), ['You said: hi']);
});

const fails: TurnLogic = async (context) => {
  if (context.activity.text === 'fail') throw new Error('broken');
  await context.sendActivity(`You said: ${context.activity.text}`);
};
const apologize = (adapter: GenesysAdapter) => {
  adapter.onTurnError = async (context) => void (await context.sendActivity('Something went wrong here.'));
};

test("an error hands over to a person by default, with the words of the bot's own handler", async (t) => {
  const bot = await startConnector(t, { logic: fails });
  apologize(bot.connector.adapter);
  const { body } = await call(bot.url, 'v2', { text: 'fail' });
  assert.deepEqual(texts(body), ['Something went wrong here.']);
  assert.deepEqual([body.botState, body.intent, body.parameters.reason], ['Complete', 'handoff', 'error']);
  assert.deepEqual(bot.failures.map(String), ['Error: broken']);
});

test("the session goes on after an error when the bot's own handler is to decide, and the error is told", async (t) => {
  const bot = await startConnector(t, { logic: fails, turnErrors: 'onTurnError' });
  apologize(bot.connector.adapter);
  const { body } = await call(bot.url, 'v2', { text: 'fail' });
  assert.deepEqual([body.botState, texts(body)], ['MoreData', ['Something went wrong here.']]);
  const { body: next } = await call(bot.url, 'v2', { text: 'hello' });
  assert.deepEqual(texts(next), ['You said: hello']);
  assert.deepEqual(bot.failures.map(String), ['Error: broken']);
});

test('an error that no handler takes hands over to a person, whatever was chosen', async (t) => {
  const bot = await startConnector(t, { logic: fails, turnErrors: 'onTurnError' });
  const { body } = await call(bot.url, 'v1', { text: 'fail' });
  assert.deepEqual([body.botState, body.parameters.reason], ['Complete', 'error']);
  assert.deepEqual(bot.failures.map(String), ['Error: broken']);
});

/** A bot in the shape of the authentication sample. */
function signInBot(): TurnLogic {
  const state = new ConversationState(new MemoryStorage());
  const dialogs = new DialogSet(state.createProperty('dialogs'));
  dialogs.add(
    new OAuthPrompt('login', {
      connectionName: 'github',
      text: 'Please sign in',
      title: 'Sign in',
      timeout: 300_000,
    }),
  );
  return async (context) => {
    const dc = await dialogs.createContext(context);
    const { status, result } = await dc.continueDialog();
    if (status === DialogTurnStatus.empty) await dc.beginDialog('login');
    else if (status === DialogTurnStatus.complete) await context.sendActivity(`Token: ${result?.token}`);
    await state.saveChanges(context);
  };
}

/** A token service that knows one magic code. */
function tokenService(asked: unknown[][]): UserTokenClient {
  const unused = () => Promise.reject(new Error('not used'));
  return {
    getUserToken: async (...args) => {
      asked.push(args);
      const [, connectionName, channelId, code] = args;
      // The client of the SDK gives nothing when the service knows no token.
      return code === '123456'
        ? { connectionName, channelId, token: 'secret-token', expiration: '2027-01-01T00:00:00Z' }
        : JSON.parse('null');
    },
    getSignInResource: async (connectionName) =>
      JSON.parse(
        JSON.stringify({
          signInLink: `https://token.botframework.com/api/oauth/signin?name=${connectionName}`,
        }),
      ),
    signOutUser: unused,
    getTokenStatus: unused,
    getAadTokens: unused,
    exchangeToken: unused,
  };
}

test("OAuthPrompt works by the bot's own token service: a link to sign in, then the magic code", async (t) => {
  const asked: unknown[][] = [];
  const apps: (string | null)[] = [];
  const authentication = {
    createUserTokenClient: async (identity: { getClaimValue(type: string): string | null }) => {
      apps.push(identity.getClaimValue('aud'));
      return tokenService(asked);
    },
  };
  const bot = await startConnector(t, { logic: signInBot(), signIn: { authentication, appId: 'the-app' } });
  const { body } = await call(bot.url, 'v2', { text: 'hello' });
  const [{ text, content }] = body.replyMessages;
  assert.match(text, /Please sign in/);
  assert.deepEqual(content[0].card.actions, [
    { type: 'Link', text: 'Sign in', url: 'https://token.botframework.com/api/oauth/signin?name=github' },
  ]);
  const { body: done } = await call(bot.url, 'v2', { text: '123456' });
  assert.deepEqual(texts(done), ['Token: secret-token']);
  assert.deepEqual(asked.at(-1), ['8c562a4d-c68c-4a8f-8d4d-6bc3e3cf3f27', 'github', 'webchat', '123456']);
  assert.equal(apps[0], 'the-app');
  assert.deepEqual(bot.failures, []);
});

test('OAuthPrompt without a token service fails with one error that says what is missing', async (t) => {
  const bot = await startConnector(t, { logic: signInBot() });
  const { body } = await call(bot.url, 'v2', { text: 'hello' });
  assert.equal(body.parameters.reason, 'error');
  assert.equal(bot.failures.length, 1);
  assert.match(String(bot.failures[0]), /OAuthPrompt needs the token service/);
});

test('an upload to the channel is refused with one error that says what to do instead', async (t) => {
  const bot = await startConnector(t, {
    logic: async ({ adapter, turnState }) => {
      const key: unknown = Reflect.get(adapter, 'ConnectorFactoryKey');
      await turnState.get<{ create(): Promise<void> }>(key).create();
    },
  });
  await call(bot.url, 'v2', { text: 'hello' });
  assert.match(String(bot.failures[0]), /Genesys has no Bot Framework service: send the https address/);
});

for (const route of ['v1', 'v2'] as const) {
  test(`by ${route} what a turn waits for over HTTP says its messages in that turn`, async (t) => {
    let adapter: GenesysAdapter | undefined;
    // A skill: it answers by a call of its own, and the turn ends only after it.
    const skill = await listen(async ({ body }, response) => {
      const reference: ConversationReference = JSON.parse(body);
      await adapter?.continueConversationAsync('app', reference, 'audience', async (context) => {
        await context.sendActivity(`skill: ${context.activity.conversation.id}`);
      });
      json(response, 200, {});
    });
    t.after(() => skill.close());
    const bot = await startConnector(t, {
      logic: async (context) => {
        await context.sendActivity('before');
        const reference = TurnContext.getConversationReference(context.activity);
        await fetch(skill.url, { method: 'POST', body: JSON.stringify(reference) });
        await context.sendActivity('after');
      },
    });
    adapter = bot.connector.adapter;
    const { body } = await call(bot.url, route, { text: 'hello', sessionId: 's-1' });
    assert.deepEqual(texts(body), ['before', 'skill: s-1', 'after']);
    assert.deepEqual(bot.failures, []);
  });
}

test('a turn ends after the messages that joined it, and an error of theirs goes to who began them', async (t) => {
  const gate = Promise.withResolvers<void>();
  const errors: unknown[] = [];
  const bot = await startConnector(t, {
    logic: async (context) => {
      const reference = TurnContext.getConversationReference(context.activity);
      const { adapter } = bot.connector;
      void adapter.continueConversation(reference, async (later) => {
        await gate.promise;
        await later.sendActivity('joined');
      });
      await adapter
        .continueConversation(reference, () => Promise.reject(new Error('for the caller')))
        .catch((error) => errors.push(error));
      setImmediate(gate.resolve);
      await context.sendActivity('said');
    },
  });
  const { body } = await call(bot.url, 'v2', { text: 'hello' });
  assert.deepEqual([body.botState, texts(body)], ['MoreData', ['said', 'joined']]);
  assert.deepEqual(errors.map(String), ['Error: for the caller']);
  assert.deepEqual(bot.failures, []);
});

/** A bot that ends its session on `bye`, and the reference of each of its turns. */
function endingBot(): { references: Partial<ConversationReference>[]; logic: TurnLogic } {
  const references: Partial<ConversationReference>[] = [];
  return {
    references,
    logic: async (context) => {
      references.push(TurnContext.getConversationReference(context.activity));
      await context.sendActivity('ok');
      const end: Partial<Activity> = { type: 'endOfConversation' };
      if (context.activity.text === 'bye') await context.sendActivity(end);
    },
  };
}

test('a message to a session that is over goes to the newest session of the same conversation', async (t) => {
  const genesys = await startGenesys(t);
  const { references, logic } = endingBot();
  const bot = await startConnector(t, { logic, outbox: genesys.outbox });
  await call(bot.url, 'v2', { text: 'bye', sessionId: 's-1' });
  await call(bot.url, 'v2', { text: 'hello', sessionId: 's-2' });
  const [old] = references;
  assert.ok(old);
  const seen: string[] = [];
  await bot.connector.adapter.continueConversation(old, async (context) => {
    seen.push(context.activity.conversation.id);
    await context.sendActivity('Your order has left.');
  });
  const { botSessionId, replyMessages } = await genesys.next();
  assert.deepEqual([botSessionId, replyMessages[0].text, seen], ['s-2', 'Your order has left.', ['s-2']]);
});

test('a message to a session that is over is refused when no session of its conversation goes on', async (t) => {
  const genesys = await startGenesys(t);
  const { references, logic } = endingBot();
  const bot = await startConnector(t, { logic, outbox: genesys.outbox });
  await call(bot.url, 'v2', { text: 'bye', sessionId: 's-1' });
  await call(bot.url, 'v2', { text: 'bye', sessionId: 's-2' });
  let turns = 0;
  for (const reference of references) {
    await assert.rejects(
      bot.connector.adapter.continueConversation(reference, async () => {
        turns += 1;
      }),
      (error) => codeOf(error) === 'genesys.conversationEnded',
    );
  }
  assert.equal(turns, 0);
});

test('a session that Genesys calls again after its end goes on', async (t) => {
  const genesys = await startGenesys(t);
  const { references, logic } = endingBot();
  const bot = await startConnector(t, { logic, outbox: genesys.outbox });
  await call(bot.url, 'v2', { text: 'bye', sessionId: 's-1' });
  await call(bot.url, 'v2', { text: 'hello', sessionId: 's-1' });
  const [reference] = references;
  assert.ok(reference);
  await bot.connector.adapter.continueConversation(reference, async (context) => {
    await context.sendActivity('still here');
  });
  assert.equal((await genesys.next()).botSessionId, 's-1');
});
