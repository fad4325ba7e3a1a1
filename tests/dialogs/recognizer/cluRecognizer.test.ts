import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { CluRecognizer } from '../../../dialogs/recognizer/cluRecognizer.ts';
import type { IntentRecognizer } from '../../../dialogs/recognizer/intentRecognizer.ts';
import { json, listen } from '../../fakes/listen.ts';

/** Says that it was asked. */
const fallback: IntentRecognizer = { recognize: () => ({ intent: 'help', score: 0.5, entities: {} }) };

/** An answer of the service, as its documentation shows it. */
const prediction = (topIntent: string, confidenceScore: number, entities: object[] = []) => ({
  kind: 'ConversationResult',
  result: {
    query: 'where is my order',
    prediction: {
      topIntent,
      projectKind: 'Conversation',
      intents: [
        { category: topIntent, confidenceScore },
        { category: 'None', confidenceScore: 0.01 },
      ],
      entities,
    },
  },
});
const orderEntity = (text: string) => ({
  category: 'orderId',
  text,
  offset: 6,
  length: 5,
  confidenceScore: 1,
});

async function start(
  t: { after(end: () => Promise<void>): void },
  answer: (response: ServerResponse) => void,
) {
  const service = await listen((_, response) => answer(response));
  t.after(() => service.close());
  const changes: string[] = [];
  const clock = { time: 0 };
  const project = { endpoint: `${service.url}/`, project: 'card-bot', deployment: 'production' };
  const recognizer = new CluRecognizer(project, {
    authorize: () => ({ 'ocp-apim-subscription-key': 'the-key' }),
    fallback,
    timeoutMs: 60_000,
    now: () => clock.time,
    onChange: (state, why) => changes.push(why === undefined ? state : `${state}: ${why}`),
  });
  return { service, project, recognizer, changes, clock };
}

test('a sentence goes to the project as the API asks for it', async (t) => {
  const { service, recognizer } = await start(t, (res) => json(res, 200, prediction('orderStatus', 0.9)));
  await recognizer.recognize(`Wo ist meine Bestellung? ${'x'.repeat(2_000)}`, 'en-US');
  const [{ method, path, headers, body } = {}] = service.seen;
  assert.equal(`${method} ${path}`, 'POST /language/:analyze-conversations?api-version=2023-04-01');
  assert.equal(headers?.['ocp-apim-subscription-key'], 'the-key');
  const { kind, analysisInput, parameters } = JSON.parse(body ?? '');
  assert.equal(kind, 'Conversation');
  assert.deepEqual(parameters, {
    projectName: 'card-bot',
    deploymentName: 'production',
    stringIndexType: 'Utf16CodeUnit',
  });
  const { text, ...item } = analysisInput.conversationItem;
  assert.deepEqual(item, { id: '1', participantId: 'customer', modality: 'text', language: 'de' });
  assert.equal(text.length, 500);
});

const understood: readonly {
  name: string;
  said: string;
  answer: object;
  read: [intent: string, orderId?: string];
}[] = [
  {
    name: 'an intent of ours',
    said: 'where did my stuff go',
    answer: prediction('orderStatus', 0.9),
    read: ['orderStatus'],
  },
  {
    name: 'an intent that is not sure enough',
    said: 'hm',
    answer: prediction('orderStatus', 0.59),
    read: ['none'],
  },
  { name: 'no intent', said: 'sing', answer: prediction('None', 0.9), read: ['none'] },
  {
    name: 'an intent that is not ours',
    said: 'book a flight',
    answer: prediction('bookFlight', 0.9),
    read: ['none'],
  },
  {
    name: 'an order number in the sentence',
    said: 'where is order 12 345',
    answer: prediction('orderStatus', 0.9, [orderEntity('12')]),
    read: ['orderStatus', '12345'],
  },
  {
    name: 'an order number that only the service finds',
    said: 'where is the one after 54321x',
    answer: prediction('orderStatus', 0.9, [orderEntity('54321')]),
    read: ['orderStatus', '54321'],
  },
  {
    name: 'an entity that is no order number',
    said: 'where is it',
    answer: prediction('orderStatus', 0.9, [orderEntity('my order')]),
    read: ['orderStatus'],
  },
];

for (const { name, said, answer, read } of understood) {
  test(`${name} is read as ${read.join(' ')}`, async (t) => {
    const { recognizer } = await start(t, (res) => json(res, 200, answer));
    const { intent, entities } = await recognizer.recognize(said, 'en');
    assert.deepEqual([intent, entities.orderId], [read[0], read[1]]);
  });
}

test('two orders of a sentence are both read', async (t) => {
  const { recognizer } = await start(t, (res) => json(res, 200, prediction('orderStatus', 0.9)));
  const { entities, further } = await recognizer.recognize('orders 12345 and 54321', 'en');
  assert.deepEqual(
    [entities, further?.map((one) => one.entities)],
    [{ orderId: '12345' }, [{ orderId: '54321' }]],
  );
});

for (const said of ['order.track:12345', '12345', '#12345', '', '   ']) {
  test(`"${said}" never leaves this machine`, async (t) => {
    const { service, recognizer } = await start(t, (res) => json(res, 200, prediction('orderStatus', 0.9)));
    await recognizer.recognize(said, 'en');
    assert.deepEqual(service.seen, []);
  });
}

const faults: readonly [name: string, answer: (response: ServerResponse) => void, told: string][] = [
  ['a wrong key', (res) => json(res, 401, { error: { code: '401' } }), 'away: HTTP 401'],
  ['too many calls', (res) => json(res, 429, {}), 'away: HTTP 429'],
  ['an error of the service', (res) => json(res, 503, {}), 'away: HTTP 503'],
  ['another answer', (res) => json(res, 200, { result: {} }), 'away: another answer than documented'],
  ['an answer that is no JSON', (res) => void res.end('<html>'), 'away: another answer than documented'],
  ['a closed connection', (res) => void res.destroy(), 'away: ECONNRESET'],
  [
    'a redirect',
    (res) => void res.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
    'away: HTTP 307',
  ],
  [
    'a huge answer',
    (res) => void res.end(`"${'x'.repeat(100_000)}"`),
    'away: another answer than documented',
  ],
];

for (const [name, answer, told] of faults) {
  test(`${name}: the fallback answers, and it is told once`, async (t) => {
    const { recognizer, changes } = await start(t, answer);
    for (const said of ['where is my order', 'my order please']) {
      assert.equal((await recognizer.recognize(said, 'en')).intent, 'help');
    }
    assert.deepEqual(changes, [told]);
  });
}

test('a service that never answers holds a customer up until the time limit only', async (t) => {
  const { project } = await start(t, () => {});
  const changes: (string | undefined)[] = [];
  const recognizer = new CluRecognizer(project, {
    authorize: () => ({}),
    fallback,
    timeoutMs: 5,
    onChange: (_, why) => changes.push(why),
  });
  assert.equal((await recognizer.recognize('where is my order', 'en')).intent, 'help');
  assert.deepEqual(changes, ['no answer in time']);
});

test('a token that comes too late holds a customer up until the time limit only, and sends nothing', async (t) => {
  const { project } = await start(t, () => {});
  const token = Promise.withResolvers<Record<string, string>>();
  let sent = 0;
  const recognizer = new CluRecognizer(project, {
    authorize: () => token.promise,
    http: () => {
      sent += 1;
      return Promise.reject(new Error('nothing is sent'));
    },
    fallback,
    timeoutMs: 5,
  });
  assert.equal((await recognizer.recognize('where is my order', 'en')).intent, 'help');
  token.resolve({});
  await setImmediate();
  assert.equal(sent, 0);
});

test('after a failure the service rests for thirty seconds, then it is asked again', async (t) => {
  let status = 503;
  const { service, recognizer, changes, clock } = await start(t, (res) =>
    json(res, status, prediction('orderStatus', 0.9)),
  );
  const ask = async () => (await recognizer.recognize('where is my order', 'en')).intent;
  assert.deepEqual([await ask(), await ask()], ['help', 'help']);
  assert.equal(service.seen.length, 1);
  status = 200;
  clock.time = 29_999;
  assert.equal(await ask(), 'help');
  clock.time = 30_000;
  assert.equal(await ask(), 'orderStatus');
  assert.deepEqual(changes, ['away: HTTP 503', 'back']);
});
