import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type RuleNumber, rules } from '../../sandbox/architect/rules.ts';
import { prepareVerification, type VerifyOptions } from '../../sandbox/verify/verifyBot.ts';
import { writeJunitReport, writeTextReport } from '../../sandbox/verify/writeReport.ts';
import { secret, startConnector } from '../bot/channels/botConnector/startConnector.ts';
import { startOutbox } from '../bot/channels/botConnector/startGenesys.ts';
import { type Answer, type Received, startFakeBot } from './fakeBot.ts';

async function prepare(t: TestContext, options: VerifyOptions) {
  const verification = await prepareVerification(options);
  t.after(() => verification.close());
  return verification;
}

test('our own bot keeps every rule', async (t) => {
  const verification = await prepare(t, { connectorSecret: secret });
  const bot = await startConnector(t, { outbox: await startOutbox(t, verification.url) });
  const report = await verification.run(bot.url);
  assert.equal(report.passed, true, writeTextReport(report));
  assert.deepEqual([report.rules, report.complaints, bot.failures], [[], [], []]);
  assert.ok(report.conversations.length >= 40);
  assert.match(writeTextReport(report), /^ok {2}the bot keeps every rule$/m);
});

const list = (more: object = {}) => ({
  json: {
    entities: [
      {
        id: 'card-bot',
        name: 'Card Bot',
        provider: 'Example',
        versions: [
          { version: '1.0', supportedLanguages: ['en-us'], intents: [{ name: 'a' }, { name: 'b' }] },
        ],
        ...more,
      },
    ],
  },
});
const wholeCard = { title: 'T', description: '', actions: [{ type: 'Postback', text: 'A', payload: 'a' }] };
const structured = (...content: object[]) => ({ type: 'Structured', text: 'x', content });
const card = (more: object) => structured({ contentType: 'Card', card: { ...wholeCard, ...more } });
const action = (more: object) => card({ actions: [{ ...wholeCard.actions[0], ...more }] });

interface Wrong {
  /** What is wrong in every answer; a function for one that needs the request. */
  answer?: Record<string, unknown> | ((request: Received, genesys: string) => Promise<Answer> | Answer);
  /** A message that is added to every answer. */
  message?: object;
  list?: Answer;
  route: 'v1' | 'v2';
  timeoutMs?: number;
}

const outgoing = async (genesys: string, body: object) => {
  const token = await fetch(`${genesys}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'sandbox',
      client_secret: 'sandbox-secret',
    }),
  });
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  await fetch(`${genesys}/api/v2/integrations/botconnectors/outgoing/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
};
const named = ({ body: { botId, botVersion, botSessionId, languageCode } }: Received) => ({
  botId,
  botVersion,
  botSessionId,
  languageCode,
});

/** A bot that is wrong in one way; the number is the one rule that it breaks. */
const wrong: [rule: RuleNumber, wrong: Wrong][] = [
  [1, { route: 'v1', answer: () => 'hang', timeoutMs: 30 }],
  [2, { route: 'v1', answer: () => ({ status: 500, json: {} }) }],
  [3, { route: 'v2', answer: () => ({ text: '<html>' }) }],
  [3, { route: 'v1', answer: () => ({ json: [] }) }],
  [4, { route: 'v1', answer: { padding: 'x'.repeat(512_001) } }],
  [6, { route: 'v2', list: list({ provider: undefined }) }],
  [6, { route: 'v2', list: { status: 404 } }],
  [10, { route: 'v1', answer: { botState: 'Done' } }],
  [11, { route: 'v2', answer: { intent: 'dance' } }],
  [12, { route: 'v2', answer: { botState: 'Complete', intent: undefined } }],
  [13, { route: 'v1', answer: { intent: undefined } }],
  [14, { route: 'v1', answer: { slotValues: {} } }],
  [15, { route: 'v1', answer: { replymessages: undefined, replyMessages: [] } }],
  [16, { route: 'v1', answer: { parameters: { a: { b: 'c' } } } }],
  [17, { route: 'v2', answer: { confidence: 2 } }],
  [18, { route: 'v1', answer: { slotValues: { a: { b: 1 } } } }],
  [19, { route: 'v2', answer: { entities: [{ name: 'a', type: 'Colour', value: 'x' }] } }],
  [20, { route: 'v2', answer: { entities: [{ name: 'a', type: 'Datetime', value: '26.11.2026' }] } }],
  [21, { route: 'v2', answer: { errorInfo: { reason: 'x' } } }],
  [22, { route: 'v1', answer: { speech: 'x' } }],
  [23, { route: 'v2', answer: { replyMessages: 'Hello' } }],
  [30, { route: 'v2', message: { type: 'Html', text: '<b>' } }],
  [31, { route: 'v1', message: { type: 'Text', text: ' ' } }],
  [31, { route: 'v1', message: { type: 'Text', text: 'x'.repeat(4_001) } }],
  [32, { route: 'v2', message: { type: 'Structured', text: 'x', content: [] } }],
  [33, { route: 'v1', message: structured({ contentType: 'GenericTemplate' }) }],
  [34, { route: 'v2', message: card({ title: '' }) }],
  [35, { route: 'v1', message: card({ description: undefined }) }],
  [35, { route: 'v2', message: card({ actions: undefined }) }],
  [36, { route: 'v1', message: action({ text: undefined }) }],
  [36, { route: 'v1', message: action({ type: 'Call' }) }],
  [37, { route: 'v2', message: action({ type: 'Link', payload: undefined, url: 'javascript:x' }) }],
  [38, { route: 'v2', message: card({ image: 'http://x.example/a.png' }) }],
  [39, { route: 'v1', message: structured({ contentType: 'Carousel', carousel: { cards: [] } }) }],
  [40, { route: 'v2', message: card({ actions: [wholeCard.actions[0], wholeCard.actions[0]] }) }],
  [41, { route: 'v2', message: structured({ contentType: 'QuickReply', quickReply: { text: 'A' } }) }],
  [
    42,
    {
      route: 'v2',
      message: structured({ contentType: 'Attachment', attachment: { url: 'https://x.example' } }),
    },
  ],
  [43, { route: 'v2', message: card({ html: '<b>' }) }],
  [44, { route: 'v2', message: structured({ contentType: 'DatePicker', datePicker: { title: 'When?' } }) }],
  [46, { route: 'v2', message: structured({ contentType: 'Form', form: { cannedResponseId: 'c' } }) }],
  [45, { route: 'v2', message: structured({ contentType: 'ListPicker', listPicker: { sections: [] } }) }],
  [
    50,
    {
      route: 'v2',
      answer: async (request, genesys) => {
        await outgoing(genesys, { ...named(request), languageCode: undefined, botState: 'MoreData' });
        await outgoing(genesys, { ...named(request), botState: 'MoreData' });
        return { status: 202 };
      },
    },
  ],
  [
    51,
    {
      route: 'v2',
      answer: async (request, genesys) => {
        await outgoing(genesys, { ...named(request), botSessionId: 'nobody', botState: 'MoreData' });
        return { json: { botState: 'MoreData', replyMessages: [] } };
      },
    },
  ],
  [52, { route: 'v2', answer: () => ({ status: 202 }), timeoutMs: 3_000 }],
];
for (const [rule, { route, answer = {}, message, list: given = list(), timeoutMs }] of wrong) {
  test(`a bot that is wrong on ${route} breaks rule ${rule} alone: ${rules[rule].says}`, async (t) => {
    const genesys = await prepare(t, {
      routes: [route],
      played: [
        { name: 'a greeting', steps: ['hi'] },
        ...(rule === 14 ? [{ name: 'the same again', steps: ['hi', 'hi', 'hi', 'hi'] }] : []),
      ],
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    let turn = 0;
    const bot = await startFakeBot((request): Answer | Promise<Answer> => {
      if (request.method === 'GET') return given;
      if (typeof answer === 'function') return answer(request, genesys.url);
      turn += 1;
      const messages = message === undefined ? [] : [message];
      const right =
        route === 'v1'
          ? { replymessages: messages, intent: 'a', slotValues: { turn } }
          : { replyMessages: messages };
      return { json: { botState: 'MoreData', ...right, ...answer } };
    });
    t.after(() => bot.close());
    const report = await genesys.run(bot.url);
    assert.deepEqual(
      report.rules.map((broken) => broken.rule),
      [rule],
      writeTextReport(report),
    );
    assert.equal(report.passed, false);
    assert.match(writeTextReport(report), new RegExp(`^rule ${rule} is broken`, 'm'));
  });
}

test('every rule has a bot that breaks it', () => {
  const tested = new Set([5, ...wrong.map(([rule]) => rule)]);
  assert.deepEqual(
    Object.keys(rules).filter((rule) => !tested.has(Number(rule))),
    [],
  );
});

test('a bot that never answers in time is asked no more, so that the report comes soon', async (t) => {
  const played = Array.from({ length: 20 }, (_, at) => ({ name: `greeting ${at}`, steps: ['hi', 'hi'] }));
  const genesys = await prepare(t, { routes: ['v1', 'v2'], played, timeoutMs: 50 });
  const bot = await startFakeBot(({ method }) => (method === 'GET' ? list() : 'hang'));
  t.after(() => bot.close());
  const report = await genesys.run(bot.url);
  assert.deepEqual(
    report.rules.map(({ rule }) => rule),
    [1],
  );
  assert.ok(report.conversations.length <= 8, 'four at once on each route');
  assert.equal(report.notPlayed, 40 - report.conversations.length);
  assert.match(writeTextReport(report), /conversations were not played/);
});

test('a bot that is not there breaks rule 5', async (t) => {
  const genesys = await prepare(t, { routes: ['v1'] });
  const report = await genesys.run('http://127.0.0.1:9/');
  assert.deepEqual(
    report.rules.map(({ rule }) => rule),
    [5],
  );
});

test('a bot has its own paths, header and secret', async (t) => {
  const genesys = await prepare(t, {
    paths: { v1: '/utterance', v2: '/digital' },
    connectorHeader: 'x-api-key',
    connectorSecret: 's3cret',
    played: [{ name: 'hi', steps: ['hi'] }],
  });
  const bot = await startFakeBot(({ path }) => {
    if (path === '/digital/bots') return list();
    return { json: { botState: 'MoreData', intent: 'a', replymessages: undefined } };
  });
  t.after(() => bot.close());
  assert.equal((await genesys.run(`${bot.url}/`)).passed, true);
  assert.deepEqual([...new Set(bot.received.map(({ path }) => path))].sort(), [
    '/digital/bots',
    '/digital/messages',
    '/utterance',
  ]);
  assert.ok(bot.received.every(({ headers }) => headers['x-api-key'] === 's3cret'));
});

test('the report is JUnit XML, too, with every text escaped', async (t) => {
  const genesys = await prepare(t, {
    routes: ['v2'],
    played: [{ name: 'a "greeting" & <more>', steps: ['hi'] }],
  });
  const bot = await startFakeBot(({ method }) =>
    method === 'GET' ? list() : { json: { botState: '<&"\u0001>' } },
  );
  t.after(() => bot.close());
  const xml = writeJunitReport(await genesys.run(bot.url));
  assert.match(
    xml,
    /<testsuite name="[^"]+" package="genesys" id="0" timestamp="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d" hostname="localhost" tests="2" failures="1" errors="0" time="[\d.]+">/,
  );
  assert.match(xml, /name="a &quot;greeting&quot; &amp; &lt;more&gt;" time="[\d.]+">/);
  assert.match(
    xml,
    /<failure type="rule 10" message="rule 10: v2 answer botState: [^<"]+">rule 10: [^<"]+<\/failure>/,
  );
  assert.equal(xml.match(/<failure/g)?.length, 1, 'the schema of Ant has one failure a test case');
});
