import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Activity, type ConversationReference } from '@microsoft/agents-activity';
import {
  ActivityHandler,
  AdaptiveCardActionExecuteResponseType,
  AgentApplication,
  AgentClient,
  CardFactory,
  CloudAdapter,
  ConversationState,
  configureResponseController,
  MemoryStorage,
  MessageFactory,
  type TurnContext,
  type TurnState,
} from '@microsoft/agents-hosting';
import {
  type Agent,
  type AgentConnectorOptions,
  CardMiddleware,
  cardAttachment,
  codeOf,
  continueOnAnyChannel,
  createAgentConnector,
  createCardRegistry,
  createTestClient,
  sessionOf,
} from '../../../../bot/agents.ts';
import { deliveredOrder } from '../../../fakes/card.ts';
import { json, listen } from '../../../fakes/listen.ts';
import { requestBody, type Saying, secret } from './startConnector.ts';
import { startGenesys } from './startGenesys.ts';

type ExpressApp = RequestListener &
  Parameters<typeof configureResponseController>[0] & { use(handler: unknown): unknown };
const express: { (): ExpressApp; json(): unknown } = createRequire(import.meta.url)('express');

/** An agent behind the routes, and what it told. */
function startAgent(agent: Agent, more: Partial<AgentConnectorOptions> = {}) {
  const failures: unknown[] = [];
  const genesys = createAgentConnector({
    secrets: [secret],
    bots: { id: 'agent', name: 'Agent' },
    storage: new MemoryStorage(),
    events: { onFailed: (_, error) => failures.push(error) },
    agent,
    ...more,
  });
  const say = async (saying: Saying, route: 'v1' | 'v2' = 'v2') => {
    const response = await genesys.fetch(
      new Request(`http://localhost/api/genesys/${route}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
        body: JSON.stringify(requestBody(route, saying)),
      }),
    );
    assert.equal(response?.status, 200);
    const body = JSON.parse((await response?.text()) ?? '');
    return { ...body, texts: body.replyMessages.map(({ text }: { text: string }) => text) };
  };
  return { genesys, say, failures };
}

/** An agent that answers messages by a function. */
function answering(onMessage: (context: TurnContext) => Promise<unknown>): Agent {
  const agent = new ActivityHandler();
  agent.onMessage(async (context, next) => {
    await onMessage(context);
    await next();
  });
  return agent;
}

for (const route of ['v1', 'v2'] as const) {
  test(`an unchanged AgentApplication greets and answers by ${route}`, async () => {
    const app = new AgentApplication<TurnState>({ storage: new MemoryStorage() });
    app.onConversationUpdate('membersAdded', async (context) => {
      await context.sendActivity('Welcome!');
    });
    app.onActivity('message', async (context) => {
      await context.sendActivity(`You said: ${context.activity.text}`);
    });
    const { say, failures } = startAgent(app);
    assert.deepEqual((await say({ text: 'hi' }, route)).texts, ['Welcome!', 'You said: hi']);
    assert.deepEqual((await say({ text: 'again' }, route)).texts, ['You said: again']);
    assert.deepEqual(failures, []);
  });
}

test('the cards of an agent are shown, and their clicks arrive as in Web Chat', async () => {
  const seen: { text: string | undefined; value: unknown }[] = [];
  const { say } = startAgent(
    answering(async (context) => {
      seen.push({ text: context.activity.text, value: context.activity.value });
      if (context.activity.text !== 'cards') return;
      const card = {
        type: 'AdaptiveCard',
        version: '1.5',
        body: [{ type: 'TextBlock', text: 'Your order' }],
        actions: [{ type: 'Action.Submit', title: 'Track', data: { verb: 'track', id: 7 } }],
      };
      await context.sendActivity(MessageFactory.attachment(CardFactory.adaptiveCard(card)));
      await context.sendActivity(MessageFactory.suggestedActions(['Yes', 'No'], 'Sure?'));
    }),
    { welcome: false },
  );
  const { replyMessages } = await say({ text: 'cards' });
  const [{ payload }] = replyMessages[0].content[0].card.actions;
  assert.equal(replyMessages[0].content[0].card.title, 'Your order');
  assert.equal(replyMessages[1].content[0].quickReply.text, 'Yes');
  await say({ text: 'Track', payload });
  await say({ text: 'Yes', payload: 'Yes' });
  assert.deepEqual(seen.slice(1), [
    { text: undefined, value: { verb: 'track', id: 7 } },
    { text: 'Yes', value: undefined },
  ]);
});

test('actionSubmit and actionExecute of an AgentApplication get their data', async () => {
  const app = new AgentApplication<TurnState>({ storage: new MemoryStorage() });
  const got: unknown[] = [];
  app.adaptiveCards.actionSubmit('track', async (context, _, action) => {
    got.push(action);
    await context.sendActivity('tracked');
  });
  app.adaptiveCards.actionExecute('approve', async (_context, _state, data) => {
    got.push(data);
    return 'approved';
  });
  app.onActivity('message', async (context) => {
    const actions = [
      { type: 'Action.Submit', title: 'Track', data: { verb: 'track', order: 7 } },
      { type: 'Action.Execute', title: 'Approve', verb: 'approve', data: { id: 8 } },
    ];
    const body = [{ type: 'TextBlock', text: 'Your order' }];
    const card = CardFactory.adaptiveCard({ type: 'AdaptiveCard', version: '1.5', body, actions });
    await context.sendActivity(MessageFactory.attachment(card));
  });
  const { say, failures } = startAgent(app, { welcome: false });
  const { replyMessages } = await say({ text: 'cards' });
  const [track, approve] = replyMessages[0].content[0].card.actions;
  assert.deepEqual((await say(track)).texts, ['tracked']);
  assert.deepEqual((await say(approve)).texts, ['approved']);
  assert.equal(got.length, 2);
  assert.match(JSON.stringify(got[1]), /"id":8/);
  assert.deepEqual(failures, []);
});

test('a card template of an agent is composed by CardMiddleware', async () => {
  const { genesys, say } = startAgent(
    answering(async (context) => {
      const attachment = cardAttachment('order-status-v1', deliveredOrder);
      await context.sendActivity(Activity.fromObject({ type: 'message', attachments: [attachment] }));
    }),
  );
  genesys.adapter.use(new CardMiddleware({ registry: createCardRegistry() }));
  const { replyMessages } = await say({ text: 'hi' });
  assert.match(replyMessages[0].content[0].card.title, /12345/);
});

test('an error of an agent hands over to a person, and no word of a developer reaches the customer', async () => {
  const { say, failures } = startAgent(answering(() => Promise.reject(new Error('broken'))));
  const { botState, parameters, texts } = await say({ text: 'hi' });
  assert.deepEqual(
    [botState, parameters.reason, failures.map(String)],
    ['Complete', 'error', ['Error: broken']],
  );
  assert.doesNotMatch(texts.join(' '), /agent|fix|source code|broken/i);
});

test("an agent's own onTurnError may go on", async () => {
  const { genesys, say, failures } = startAgent(
    answering(() => Promise.reject(new Error('broken'))),
    { turnErrors: 'onTurnError' },
  );
  genesys.adapter.onTurnError = async (context) => void (await context.sendActivity('Please try again.'));
  const { botState, texts } = await say({ text: 'hi' });
  assert.deepEqual(
    [botState, texts, failures.map(String)],
    ['MoreData', ['Please try again.'], ['Error: broken']],
  );
});

test('an AgentApplication keeps its own handler of errors and its middleware; the default of the SDK is for developers', async () => {
  const seen: unknown[] = [];
  const agent = new AgentApplication<TurnState>({ storage: new MemoryStorage() });
  agent.adapter?.use(async ({ activity }, next) => {
    seen.push(activity.text);
    await next();
  });
  agent.onActivity('message', () => Promise.reject(new Error('broken')));
  const { say } = startAgent(agent, { turnErrors: 'onTurnError' });
  const { botState, texts } = await say({ text: 'hi' });
  assert.equal(botState, 'Complete');
  assert.doesNotMatch(texts.join(' '), /source code/);
  agent.onError(async (context) => void (await context.sendActivity('Please try again.')));
  const again = await say({ text: 'ho', sessionId: 'another session' });
  assert.deepEqual([again.botState, again.texts], ['MoreData', ['Please try again.']]);
  assert.deepEqual(seen, [undefined, 'hi', 'ho']);
});

const { REPLACE_FOR_INTERACTOR, REPLACE_FOR_ALL, NEW_MESSAGE_FOR_ALL } =
  AdaptiveCardActionExecuteResponseType;
for (const actionExecuteResponseType of [REPLACE_FOR_INTERACTOR, REPLACE_FOR_ALL, NEW_MESSAGE_FOR_ALL]) {
  test(`a card that answers a click is shown once, by the response type ${actionExecuteResponseType}`, async () => {
    const app = new AgentApplication<TurnState>({
      storage: new MemoryStorage(),
      adaptiveCardsOptions: { actionExecuteResponseType },
    });
    const card = (text: string) => ({
      type: 'AdaptiveCard' as const,
      version: '1.5',
      body: [{ type: 'TextBlock' as const, text }],
      actions: [{ type: 'Action.Execute' as const, title: 'More', verb: 'more' }],
    });
    app.onActivity('message', async (context) => {
      await context.sendActivity(MessageFactory.attachment(CardFactory.adaptiveCard(card('first'))));
    });
    app.adaptiveCards.actionExecute('more', async () => card('second'));
    const client = createTestClient({ agent: app });
    await client.say('hi');
    await client.click('More');
    assert.equal(client.text.match(/second/g)?.length, 1);
  });
}

test('a stream becomes one message', async () => {
  const { say, failures } = startAgent(
    answering(async (context) => {
      const { streamingResponse } = context;
      streamingResponse.queueInformativeUpdate('Thinking …');
      for (const word of ['Your ', 'order ', 'has ', 'left.']) streamingResponse.queueTextChunk(word);
      await streamingResponse.endStream();
    }),
    { welcome: false },
  );
  assert.deepEqual((await say({ text: 'hi' })).texts, ['Your order has left.']);
  assert.deepEqual(failures, []);
});

test('the state of an agent is kept over its turns', async () => {
  const state = new ConversationState(new MemoryStorage());
  const count = state.createProperty<number>('count');
  const { say } = startAgent(
    answering(async (context) => {
      const next = (await count.get(context, 0)) + 1;
      await count.set(context, next);
      await context.sendActivity(`Turn ${next}`);
      await state.saveChanges(context);
    }),
  );
  await say({ text: 'one' });
  assert.deepEqual((await say({ text: 'two' })).texts, ['Turn 2']);
});

test('the state of an AgentApplication is kept when it has an afterTurn handler', async () => {
  const app = new AgentApplication<TurnState>({ storage: new MemoryStorage() });
  app.onTurn('afterTurn', async () => true);
  app.onActivity('message', async (context, state) => {
    const next = (state.getValue<number>('conversation.count') ?? 0) + 1;
    state.setValue('conversation.count', next);
    await context.sendActivity(`Turn ${next}`);
  });
  const { say } = startAgent(app);
  await say({ text: 'one' });
  assert.deepEqual((await say({ text: 'two' })).texts, ['Turn 2']);
});

test('files, sentences and the flow reach an agent, and it ends, hands over and tells', async () => {
  const seen: (string | undefined)[] = [];
  const { say } = startAgent(
    answering(async (context) => {
      seen.push(
        context.activity.text,
        context.activity.attachments?.[0]?.contentType,
        context.activity.channelId,
      );
      const session = sessionOf(context);
      if (context.activity.text === 'person')
        session?.handOff('angry', { topic: session.parameters.customerTier });
      else await context.sendActivity(Activity.fromObject({ type: 'endOfConversation' }));
    }),
  );
  const attachment = { url: 'https://files.example.com/bill.pdf', mediaType: 'File' };
  const inputMessage = { type: 'Structured', content: [{ contentType: 'Attachment', attachment }] };
  const ended = await say({ sessionId: 's-1', more: { inputMessage } });
  const person = await say({ sessionId: 's-2', text: 'person' });
  assert.deepEqual([ended.botState, ended.intent], ['Complete', 'done']);
  assert.deepEqual(
    [person.intent, person.parameters.reason, person.parameters.topic],
    ['handoff', 'angry', 'gold'],
  );
  assert.deepEqual(seen.slice(1, 3), ['application/pdf', 'webchat']);
});

test('what was not yet said can be changed and taken back', async () => {
  const { say } = startAgent(
    answering(async (context) => {
      const first = await context.sendActivity('Draft');
      const second = await context.sendActivity('Mistake');
      await context.updateActivity(Activity.fromObject({ type: 'message', id: first?.id, text: 'Final' }));
      await context.deleteActivity(second?.id ?? '');
    }),
    { welcome: false },
  );
  assert.deepEqual((await say({ text: 'hi' })).texts, ['Final']);
});

test("a message that the agent begins by app.proactive goes out by the outbox, under the agent's own reference", async (t) => {
  const outside = await startGenesys(t);
  const storage = new MemoryStorage();
  const app = new AgentApplication<TurnState>({ storage, proactive: { storage } });
  let conversation: Awaited<ReturnType<typeof app.proactive.getConversation>>;
  app.onActivity('message', async (context) => {
    const id = await app.proactive.storeConversation(context);
    conversation = await app.proactive.getConversation(id);
    await context.sendActivity('noted');
  });
  const { genesys, say } = startAgent(app, { outbox: outside.outbox, welcome: false });
  await say({ text: 'hi', sessionId: 's-1' });
  assert.ok(conversation);
  await app.proactive.sendActivity(genesys.adapter, conversation, {
    type: 'message',
    text: 'Your order has left.',
  });
  const { botSessionId, replyMessages } = await outside.next();
  assert.deepEqual([botSessionId, replyMessages[0].text], ['s-1', 'Your order has left.']);
});

test('what a turn waits for over HTTP says its messages in that turn', async (t) => {
  const { genesys, say } = startAgent(
    answering(async (context) => {
      const reference = context.activity.getConversationReference();
      await fetch(skill.url, { method: 'POST', body: JSON.stringify(reference) });
      await context.sendActivity('after');
    }),
    { welcome: false },
  );
  const skill = await listen(async ({ body }, response) => {
    await genesys.adapter.continueConversation('app', JSON.parse(body), async (context) => {
      await context.sendActivity('skill');
    });
    json(response, 200, {});
  });
  t.after(() => skill.close());
  assert.deepEqual((await say({ text: 'hi' })).texts, ['skill', 'after']);
});

/** An agent whose `/me` needs a sign-in. */
function signedInAgent(): Agent {
  const graph = { azureBotOAuthConnectionName: 'graph', title: 'Sign in', text: 'Please sign in' };
  const app = new AgentApplication<TurnState>({ storage: new MemoryStorage(), authorization: { graph } });
  app.onMessage(
    '/me',
    async (context) => {
      const { token } = await app.authorization.getToken(context, 'graph');
      await context.sendActivity(`Token: ${token}`);
    },
    ['graph'],
  );
  app.onMessage('/out', async (context, state) => {
    await app.authorization.signOut(context, state, 'graph');
    await context.sendActivity('Signed out');
  });
  app.onMessage('/card', async (context) => {
    const content = { connectionName: 'graph', text: 'Please sign in', buttons: [] };
    const contentType = 'application/vnd.microsoft.card.oauth';
    await context.sendActivity(
      Activity.fromObject({ type: 'message', attachments: [{ contentType, content }] }),
    );
  });
  return app;
}

test('an agent signs a customer in by its own token service: a link, the magic code, and out again', async (t) => {
  const asked: string[] = [];
  let isSignedIn = false;
  const signInResource = { signInLink: 'https://token.example.com/login' };
  const service = await listen(({ path, headers }, response) => {
    const { pathname, searchParams } = new URL(path, 'http://localhost');
    const code = searchParams.get('code');
    asked.push(`${pathname} ${searchParams.get('channelId')} ${headers.authorization}`);
    if (pathname === '/api/usertoken/SignOut') isSignedIn = false;
    if (code === '123456') isSignedIn = true;
    if (pathname === '/api/botsignin/GetSignInResource') return json(response, 200, signInResource);
    json(response, 200, isSignedIn ? { tokenResponse: { token: 'secret-token' } } : { signInResource });
  });
  t.after(() => service.close());
  const refuse = () => Promise.reject(new Error('not used'));
  const provider = {
    connectionSettings: { clientId: 'the-app' },
    getAccessToken: async () => 'of-the-agent',
    getAgenticApplicationToken: refuse,
    getAgenticInstanceToken: refuse,
    getAgenticUserToken: refuse,
    acquireTokenOnBehalfOf: refuse,
  };
  const connections = {
    getConnection: () => provider,
    getDefaultConnection: () => provider,
    getTokenProvider: () => provider,
    getTokenProviderFromActivity: () => provider,
    getDefaultConnectionConfiguration: () => ({ clientId: 'the-app' }),
  };
  const adapter = Object.assign(new CloudAdapter(), { connectionManager: connections });
  const { say, failures } = startAgent(signedInAgent(), {
    ...{ adapter, tokenServiceUrl: service.url },
    welcome: false,
  });
  const { replyMessages } = await say({ text: '/me' });
  const link = [{ type: 'Link', text: 'Sign in', url: signInResource.signInLink }];
  assert.deepEqual(replyMessages[0].content[0].card.actions, link);
  assert.match((await say({ text: 'what?' })).texts[0], /6-digit/);
  assert.deepEqual((await say({ text: '123456' })).texts, ['Token: secret-token']);
  assert.deepEqual((await say({ text: '/me' })).texts, ['Token: secret-token']);
  assert.deepEqual((await say({ text: '/out' })).texts, ['Signed out']);
  assert.deepEqual((await say({ text: '/me' })).replyMessages[0].content[0].card.actions, link);
  const { replyMessages: own } = await say({ text: '/card', sessionId: 'another' });
  assert.equal(own[0].content[0].card.actions[0].url, signInResource.signInLink);
  assert.ok(asked.every((one) => one.endsWith('Bearer of-the-agent')));
  assert.deepEqual(failures, []);
});

test('a sign-in without a connection to the token service is one error that says what is missing', async () => {
  const { say, failures } = startAgent(signedInAgent(), { welcome: false });
  assert.equal((await say({ text: '/me' })).parameters.reason, 'error');
  assert.equal(failures.length, 1);
  assert.match(inspect(failures[0]), /A sign-in needs a connection of the agent to the token service/);
});

test('an agent that answers long after its turn says it in the turn', async () => {
  const app = new AgentApplication<TurnState>({ storage: new MemoryStorage(), longRunningMessages: true });
  app.onActivity('message', async (context) => {
    await new Promise((resolve) => setImmediate(resolve));
    await context.sendActivity(`You said: ${context.activity.text}`);
  });
  const { say, failures } = startAgent(app, { welcome: false });
  assert.deepEqual((await say({ text: 'hi' })).texts, ['You said: hi']);
  assert.deepEqual(failures, []);
});

for (const [whose, isGiven] of [
  ['an AgentApplication', false],
  ['an ActivityHandler, given as an option', true],
] as const) {
  test(`turns that the own adapter of ${whose} continues reach Genesys, and other channels as before`, async () => {
    const adapter = new CloudAdapter();
    const others: (string | undefined)[] = [];
    adapter.continueConversation = async (_, { serviceUrl }) => void others.push(serviceUrl);
    const references: ConversationReference[] = [];
    const note = async (context: TurnContext) => {
      references.push(context.activity.getConversationReference());
      await context.sendActivity('noted');
    };
    const app = new AgentApplication<TurnState>({ adapter, storage: new MemoryStorage() });
    app.onActivity('message', note);
    const { genesys, say } = startAgent(isGiven ? answering(note) : app, {
      welcome: false,
      ...(isGiven ? { adapter } : {}),
    });
    await say({ text: 'hi' });
    const [reference] = references;
    assert.ok(reference);
    const elsewhere = { ...reference, serviceUrl: 'https://webchat.botframework.com/' };
    for (const one of [reference, elsewhere]) {
      await app.sendProactiveActivity('app', one, 'Your order has left.');
      const adapters = { genesys: genesys.adapter, others: adapter, appId: 'app' };
      await continueOnAnyChannel(adapters, one, async (context) => {
        await context.sendActivity('It is near.');
      });
    }
    assert.deepEqual((await say({ text: 'ok' })).texts, ['Your order has left.', 'It is near.', 'noted']);
    assert.deepEqual(others, [elsewhere.serviceUrl, elsewhere.serviceUrl]);
  });
}

test('no agent is one clear error at the start', () => {
  for (const agent of [undefined, {}, () => {}]) {
    const given = { secrets: [secret], storage: new MemoryStorage(), agent };
    assert.throws(
      () => Reflect.apply(createAgentConnector, undefined, [given]),
      (error) => codeOf(error) === 'config.invalid' && /`agent` is missing/.test(String(error)),
    );
  }
});

test('an agent delegates to another agent, whose messages and whose end reach the customer in the same turn', async (t) => {
  t.mock.method(console, 'warn', () => {});
  const state = new ConversationState(new MemoryStorage());
  const adapter = new CloudAdapter({});
  const agent = new ActivityHandler();
  agent.onMessage(async (context, next) => {
    await context.sendActivity('Connecting you.');
    await new AgentClient('echo').postActivity(context.activity, {}, state, context);
    await next();
  });
  agent.onEndOfConversation(async (context, next) => {
    await context.sendActivity(`Back (${context.activity.code}).`);
    await next();
  });
  const root = express();
  root.use(express.json());
  configureResponseController(root, adapter, agent, state);
  const callback = createServer(root).listen(0, '127.0.0.1');
  await once(callback, 'listening');
  t.after(() => callback.close());

  const echo = await listen(async ({ body }, response) => {
    const { text, id, serviceUrl, conversation }: Activity = JSON.parse(body);
    const reply = async (activity: object) => {
      const path = `/api/agentresponse/v3/conversations/${conversation?.id}/activities/${id}`;
      const answer = await fetch(`${serviceUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...activity, channelId: 'webchat', conversation, replyToId: id }),
      });
      assert.equal(answer.status, 200, await answer.text());
    };
    await reply({ type: 'message', text: `Echo: ${text}` });
    if (text === 'end') await reply({ type: 'endOfConversation', code: 'completedSuccessfully' });
    json(response, 200, {});
  });
  t.after(() => echo.close());
  const address = callback.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const settings = {
    echo_endpoint: echo.url,
    echo_clientId: 'echo-app',
    echo_serviceUrl: `http://127.0.0.1:${port}`,
  };
  Object.assign(process.env, settings);
  t.after(() => {
    for (const name of Object.keys(settings)) delete process.env[name];
  });

  const { say, failures } = startAgent(agent, { adapter });
  assert.deepEqual((await say({ text: 'hello' })).texts, ['Connecting you.', 'Echo: hello']);
  const ended = ['Connecting you.', 'Echo: end', 'Back (completedSuccessfully).'];
  assert.deepEqual((await say({ text: 'end' })).texts, ended);
  assert.deepEqual(failures, []);
});
