import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MemoryStorage, TurnContext } from 'botbuilder';
import { GenesysAdapter, type TurnLogic } from '../../../../bot/channels/botConnector/botbuilder.ts';
import { type ConnectorOptions, createConnector } from '../../../../bot/channels/botConnector/connector.ts';
import { readBots } from '../../../../bot/channels/botConnector/wire/botList.ts';
import { readUtterance } from '../../../../bot/channels/botConnector/wire/utterance.ts';
import { Gate } from './gate.ts';
import { ManualClock } from './manualClock.ts';
import { call, requestBody, startConnector } from './startConnector.ts';
import { startGenesys } from './startGenesys.ts';

const showAnswer = 'genesys-card-bot:show-answer';
const echo: TurnLogic = async (context) => {
  await context.sendActivity(`You said ${context.activity.text}.`);
};
const texts = (messages: { text: string }[]) => messages.map((message) => message.text);

/** A connector whose bot waits at a gate, on a clock that the test moves. */
async function slowBot(t: TestContext, logic: TurnLogic = echo, options = {}) {
  const clock = new ManualClock();
  const gate = new Gate();
  const bot = await startConnector(t, { logic: gate.before(logic), clock, ...options });
  return { bot, clock, gate };
}

/** A connector without HTTP, and its adapter. */
function connectorOf(options: Omit<ConnectorOptions, 'storage'>, logic: TurnLogic) {
  const connector = createConnector({ storage: new MemoryStorage(), ...options }, (turn) =>
    adapter.run(turn, logic),
  );
  const adapter = new GenesysAdapter({ begin: connector.begin });
  return { connector, adapter };
}

for (const route of ['v1', 'v2'] as const) {
  test(`${route}: a turn that takes 6.9 s is answered in full`, async (t) => {
    const { bot, clock, gate } = await slowBot(t);
    const answering = call(bot.url, route, { text: 'one' });
    await gate.entered(0);
    clock.advance(6_900);
    gate.open();
    const { body } = await answering;
    assert.deepEqual(texts(body.replyMessages), ['You said one.']);
    assert.deepEqual([bot.answered[0]?.how, bot.answered[0]?.durationMs], ['answered', 6_900]);
  });

  test(`${route}: after 7 s a sentence with a button goes out, and the button brings the answer`, async (t) => {
    const { bot, clock, gate } = await slowBot(t);
    const answering = call(bot.url, route, { text: 'one' });
    await gate.entered(0);
    clock.advance(7_000);
    const held = await answering;
    assert.equal(held.status, 200);
    assert.equal(held.body.botState, 'MoreData');
    assert.match(held.body.replyMessages[0].text, /takes a little longer/);
    const { quickReply } = held.body.replyMessages[0].content[0];
    assert.equal(quickReply.payload, showAnswer);

    gate.open();
    await bot.connector.idle();
    const asked = await call(bot.url, route, { text: quickReply.text, payload: quickReply.payload });
    assert.deepEqual(texts(asked.body.replyMessages), ['You said one.']);
    assert.notEqual(asked.body.intent, held.body.intent);
  });
}

test('what the turn has said by then goes out with the sentence, the rest with the next answer', async (t) => {
  const { bot, clock, gate } = await slowBot(t);
  const more = Promise.withResolvers<void>();
  const saidFirst = Promise.withResolvers<void>();
  const twice = await startConnector(t, {
    clock,
    logic: async (context) => {
      if (context.activity.text !== 'order') return echo(context);
      await context.sendActivity('I am looking.');
      saidFirst.resolve();
      await more.promise;
      await context.sendActivity('Found it.');
    },
  });
  const answering = call(twice.url, 'v1', { text: 'order' });
  await saidFirst.promise;
  clock.advance(7_000);
  const held = await answering;
  more.resolve();
  await twice.connector.idle();
  const next = await call(twice.url, 'v1', { text: 'and now?' });
  assert.equal(held.body.replymessages[0].text, 'I am looking.');
  assert.match(held.body.replymessages[1].text, /takes a little longer/);
  assert.deepEqual(texts(next.body.replymessages), ['Found it.', 'You said and now?.']);
  gate.open();
  assert.deepEqual(bot.failures, []);
});

for (const route of ['v1', 'v2'] as const) {
  test(`${route}: an answer that is ready goes out with the sentence of a further turn that is slow`, async (t) => {
    const { bot, clock, gate } = await slowBot(t);
    const heldTurn = async (turn: number, text: string) => {
      const answering = call(bot.url, route, { text });
      await gate.entered(turn);
      clock.advance(7_000);
      const { body } = await answering;
      gate.open();
      await bot.connector.idle();
      return body.replyMessages;
    };
    const one = await heldTurn(0, 'one');
    const two = await heldTurn(1, 'two');
    const three = await heldTurn(2, 'three');
    const asked = await call(bot.url, route, { text: 'Show the answer', payload: showAnswer });
    assert.deepEqual(
      [...one, ...two, ...three, ...asked.body.replyMessages].map(({ text }) =>
        text.replace(/^This takes a little longer.*/, '…'),
      ),
      ['…', 'You said one.', '…', 'You said two.', '…', 'You said three.'],
    );
    assert.equal(two[1].content[0].quickReply.payload, showAnswer);
  });
}

test('what was ready stands before what the slow turn has said by then', async (t) => {
  const clock = new ManualClock();
  const gate = new Gate();
  const found = gate.before(echo);
  const bot = await startConnector(t, {
    clock,
    logic: async (context) => {
      await context.sendActivity(`Looking for ${context.activity.text}.`);
      await found(context);
    },
  });
  const said: string[] = [];
  for (const [turn, text] of ['one', 'two'].entries()) {
    const answering = call(bot.url, 'v1', { text });
    await gate.entered(turn);
    clock.advance(7_000);
    said.push(...texts((await answering).body.replymessages));
    gate.open();
    await bot.connector.idle();
  }
  assert.deepEqual(
    said.filter((text) => !text.startsWith('This takes')),
    ['Looking for one.', 'You said one.', 'Looking for two.'],
  );
});

test('what is ready and ends the session does not go out with a sentence after which it goes on', async () => {
  const clock = new ManualClock();
  const gate = new Gate();
  const bots = readBots();
  const handsOver = gate.before(async (context) => {
    await context.sendActivity({ type: 'event', name: 'handoff.initiate', value: { reason: 'refund' } });
  });
  const logic: TurnLogic = (context) =>
    context.activity.text === 'I want my money back' ? handsOver(context) : echo(context);
  const { connector, adapter } = connectorOf({ bots, clock, welcome: false }, logic);
  const say = async (text: string) =>
    connector.answer(readUtterance('v1', requestBody('v1', { text }), bots), clock.now());
  const first = say('I want my money back');
  const reference = TurnContext.getConversationReference((await gate.entered(0)).activity);
  clock.advance(7_000);
  await first;
  gate.open();
  await connector.idle();

  // The bot begins a turn of its own, behind which the customer's next words wait.
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const own = adapter.continueConversation(reference, async () => {
    begun.resolve();
    await end.promise;
  });
  await begun.promise;
  const second = say('hello?');
  clock.advance(7_000);
  end.resolve();
  await own;
  await connector.idle();
  const answers = [await second, await say('anybody?')];
  assert.deepEqual(
    answers.map((answer) => (answer === 'acknowledged' ? answer : answer.state)),
    ['MoreData', 'Complete'],
  );
});

test('the sentence is in the language of the customer', async (t) => {
  const { bot, clock, gate } = await slowBot(t);
  const answering = call(bot.url, 'v1', { text: 'eins', more: { languageCode: 'de-de' } });
  await gate.entered(0);
  clock.advance(7_000);
  assert.match((await answering).body.replymessages[0].text, /^Das dauert/);
  gate.open();
});

test('a late turn that ended the session ends it with the next answer, without a turn of its own', async (t) => {
  const { bot, clock, gate } = await slowBot(t, async (context) => {
    await context.sendActivity({ type: 'event', name: 'handoff.initiate', value: { reason: 'refund' } });
  });
  const answering = call(bot.url, 'v1', { text: 'I want my money back' });
  await gate.entered(0);
  clock.advance(7_000);
  await answering;
  gate.open();
  await bot.connector.idle();
  const { body } = await call(bot.url, 'v1', { text: 'hello?' });
  assert.deepEqual([body.botState, body.intent, body.parameters.reason], ['Complete', 'handoff', 'refund']);
});

test('the button without anything late says so', async (t) => {
  const bot = await startConnector(t);
  const { body } = await call(bot.url, 'v1', { text: 'Show the answer', payload: showAnswer });
  assert.match(body.replymessages[0].text, /nothing new/);
});

test('utterances of one session run one after the other, however they arrive', async (t) => {
  let running = 0;
  let most = 0;
  const bot = await startConnector(t, {
    logic: async (context) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      await echo(context);
      running -= 1;
    },
  });
  const wanted = ['one', 'two', 'three', 'four', 'five'];
  const answers = await Promise.all(wanted.map((text) => call(bot.url, 'v1', { text })));
  assert.equal(most, 1);
  assert.deepEqual(
    answers.map(({ body }) => body.replymessages[0].text),
    wanted.map((text) => `You said ${text}.`),
  );
});

test('however often a session is held, no intent is told twice in a row', async (t) => {
  const { bot, clock, gate } = await slowBot(t);
  const intents: string[] = [];
  for (let turn = 0; turn < 8; turn += 1) {
    const answering = call(bot.url, 'v1', { text: `text ${turn}` });
    await gate.entered(turn);
    clock.advance(7_000);
    intents.push((await answering).body.intent);
    gate.open();
    await bot.connector.idle();
  }
  assert.equal(intents.join(' '), Array(4).fill('turn-odd turn-even').join(' '));
});

test('a turn that hangs for a minute is given up, and a person takes over', async (t) => {
  const { bot, clock, gate } = await slowBot(t);
  const answering = call(bot.url, 'v1', { text: 'one' });
  await gate.entered(0);
  clock.advance(7_000);
  await answering;
  clock.advance(53_000);
  await bot.connector.idle();
  const { body } = await call(bot.url, 'v1', { text: 'hello?' });
  assert.deepEqual([body.botState, body.intent, body.parameters.reason], ['Complete', 'handoff', 'error']);
  assert.match(body.replymessages[0].text, /went wrong/);
  assert.equal(bot.failures.length, 1);
});

test('what a turn says after it was given up is refused, and not said', async (t) => {
  const refused = Promise.withResolvers<unknown>();
  const { bot, clock, gate } = await slowBot(t, async (context) => {
    await context.sendActivity('Too late.').catch(refused.resolve);
  });
  const answering = call(bot.url, 'v1', { text: 'one' });
  await gate.entered(0);
  clock.advance(60_000);
  await answering;
  await bot.connector.idle();
  gate.open();
  assert.match(String(await refused.promise), /already been answered/);
  const { body } = await call(bot.url, 'v1', { text: 'hello?' });
  assert.doesNotMatch(JSON.stringify(body), /Too late/);
});

test('beyond five waiting utterances of one session the next is told to wait, at once', async (t) => {
  const { bot, gate } = await slowBot(t);
  const waiting = [call(bot.url, 'v1', { text: 'text 0' })];
  await gate.entered(0);
  for (let i = 1; i <= 6; i += 1) waiting.push(call(bot.url, 'v1', { text: `text ${i}` }));
  const busy = await Promise.race(waiting);
  assert.deepEqual([busy.status, busy.body.botState], [200, 'MoreData']);
  assert.match(busy.body.replymessages[0].text, /still busy/);
  for (let i = 0; i < 6; i += 1) {
    await gate.entered(i);
    gate.open();
  }
  assert.equal((await Promise.all(waiting)).length, 7);
  assert.deepEqual(bot.answered.map((event) => event.how).sort(), [
    'answered',
    'answered',
    'answered',
    'answered',
    'answered',
    'answered',
    'busy',
  ]);
});

test('other sessions do not wait', async (t) => {
  const { bot, gate } = await slowBot(t);
  const first = call(bot.url, 'v1', { text: 'one', sessionId: 'a' });
  await gate.entered(0);
  const second = call(bot.url, 'v1', { text: 'two', sessionId: 'b' });
  await gate.entered(1);
  gate.open();
  gate.open();
  assert.deepEqual(texts((await first).body.replymessages), ['You said one.']);
  assert.deepEqual(texts((await second).body.replymessages), ['You said two.']);
});

test('v2: what was said by then is sent ahead, the rest follows, in order', async (t) => {
  const genesys = await startGenesys(t);
  const clock = new ManualClock();
  const said = Promise.withResolvers<void>();
  const more = Promise.withResolvers<void>();
  const bot = await startConnector(t, {
    clock,
    outbox: genesys.outbox,
    logic: async (context) => {
      await context.sendActivity('I am looking.');
      said.resolve();
      await more.promise;
      await context.sendActivities([{ text: 'Found it.' }, { text: 'It is here.' }]);
    },
  });
  const answering = call(bot.url, 'v2', { text: 'order' });
  await said.promise;
  clock.advance(7_000);
  const { status, body } = await answering;
  assert.deepEqual([status, body], [202, undefined]);
  const ahead = await genesys.next();
  more.resolve();
  const rest = await genesys.next();
  assert.deepEqual(texts(ahead.replyMessages), ['I am looking.']);
  assert.deepEqual(texts(rest.replyMessages), ['Found it.', 'It is here.']);
  assert.notEqual(ahead.intent, rest.intent);
});

test('v2: when all was sent ahead, no empty call follows', async (t) => {
  const submitted: string[] = [];
  const clock = new ManualClock();
  const said = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const bot = await startConnector(t, {
    clock,
    outbox: { submit: async ({ text }) => void submitted.push(text) },
    logic: async (context) => {
      await context.sendActivity('That is all.');
      said.resolve();
      await end.promise;
    },
  });
  const answering = call(bot.url, 'v2', { text: 'order' });
  await said.promise;
  clock.advance(7_000);
  await answering;
  end.resolve();
  await bot.connector.idle();
  assert.deepEqual(submitted, ['That is all.']);
});

test('v2: a repeat of a message that was acknowledged is acknowledged, and runs no second turn', async (t) => {
  const genesys = await startGenesys(t);
  const { bot, clock, gate } = await slowBot(t, echo, { outbox: genesys.outbox });
  const first = call(bot.url, 'v2', { text: 'one', messageId: 'm-1' });
  await gate.entered(0);
  clock.advance(7_000);
  await first;
  gate.open();
  await genesys.next();
  await bot.connector.idle();
  const { status, body } = await call(bot.url, 'v2', { text: 'one', messageId: 'm-1' });
  assert.deepEqual([status, body], [202, undefined]);
  assert.equal(bot.answered[1]?.how, 'repeated');
});

test('the budget counts from the arrival of the request, not from the end of its body', async () => {
  const clock = new ManualClock();
  const gate = new Gate();
  const bots = readBots();
  const { connector } = connectorOf({ bots, clock, welcome: false }, gate.before(echo));
  const utterance = readUtterance('v1', requestBody('v1', { text: 'one' }), bots);
  const answering = connector.answer(utterance, clock.now() - 6_999);
  await gate.entered(0);
  clock.advance(1);
  const answer = await answering;
  assert.ok(answer !== 'acknowledged');
  assert.match(answer.messages[0]?.text ?? '', /takes a little longer/);
  gate.open();
  await connector.idle();
});

test('v2: a turn that says nothing is still answered by a call, for the flow waits for one', async (t) => {
  const genesys = await startGenesys(t);
  const { bot, clock, gate } = await slowBot(t, async () => {}, { outbox: genesys.outbox });
  const answering = call(bot.url, 'v2', { text: 'one' });
  await gate.entered(0);
  clock.advance(7_000);
  await answering;
  gate.open();
  const { replyMessages, botState } = await genesys.next();
  assert.deepEqual([replyMessages, botState], [[], 'MoreData']);
});

test('v2: when the outbox takes nothing, the answer comes with the next turn', async (t) => {
  const full = { submit: () => Promise.reject(new Error('full')) };
  const { bot, clock, gate } = await slowBot(t, echo, { outbox: full });
  const answering = call(bot.url, 'v2', { text: 'one' });
  await gate.entered(0);
  clock.advance(7_000);
  assert.equal((await answering).status, 202);
  gate.open();
  await bot.connector.idle();
  const next = call(bot.url, 'v2', { text: 'two' });
  await gate.entered(1);
  gate.open();
  assert.deepEqual(texts((await next).body.replyMessages), ['You said one.', 'You said two.']);
  assert.equal(bot.failures.length, 1);
});

test('the status of the acknowledgement can be chosen', async (t) => {
  const genesys = await startGenesys(t);
  const { bot, clock, gate } = await slowBot(t, echo, { outbox: genesys.outbox, acknowledgeStatus: 200 });
  const answering = call(bot.url, 'v2', { text: 'one' });
  await gate.entered(0);
  clock.advance(7_000);
  const { status, body } = await answering;
  assert.deepEqual([status, body], [200, undefined]);
  gate.open();
  await genesys.next();
});

test('a fault in what goes out when the time is up is answered, and a person takes over', async (t) => {
  const fault = new Error('no sentences');
  const { bot, clock, gate } = await slowBot(t, echo, {
    sentences: () => {
      throw fault;
    },
  });
  const answering = call(bot.url, 'v1', { text: 'one' });
  await gate.entered(0);
  clock.advance(7_000);
  const { status, body } = await answering;
  assert.deepEqual([status, body.botState, body.intent], [200, 'Complete', 'handoff']);
  gate.open();
});

test('a request that cannot even be begun leaves no timer behind', async () => {
  const clock = new ManualClock();
  let timers = 0;
  const after = clock.after.bind(clock);
  clock.after = (ms, callback) => {
    timers += 1;
    const timer = after(ms, callback);
    return {
      cancel: () => {
        timers -= 1;
        timer.cancel();
      },
    };
  };
  const bots = readBots();
  const { connector } = connectorOf({ bots, clock }, echo);
  const utterance = readUtterance('v1', requestBody('v1', { text: 'one' }), bots);
  await assert.rejects(connector.answer({ ...utterance, sessionId: '\ud800' }, clock.now()), URIError);
  assert.equal(timers, 0);
});

test('a store that hangs does not hold up the answer', async (t) => {
  const clock = new ManualClock();
  const asked = Promise.withResolvers<void>();
  const storage = new MemoryStorage();
  storage.read = () => {
    asked.resolve();
    return new Promise(() => {});
  };
  const bot = await startConnector(t, { clock, storage, logic: echo });
  const answering = call(bot.url, 'v1', { text: 'one' });
  await asked.promise;
  clock.advance(7_000);
  const { status, body } = await answering;
  assert.deepEqual([status, body.botState], [200, 'MoreData']);
});
