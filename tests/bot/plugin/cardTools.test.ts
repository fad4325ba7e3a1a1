import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type TurnContext as AgentContext,
  ActivityHandler as AgentHandler,
  MemoryStorage as AgentStorage,
} from '@microsoft/agents-hosting';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { ActivityHandler } from 'botbuilder';
import * as agents from '../../../bot/agents.ts';
import type { SendingContext } from '../../../bot/plugin/cards.ts';
import { type CardCall, type CardCallResult, cardTools } from '../../../bot/plugin/cardTools.ts';
import { CardMiddleware, createBotConnector, createCardRegistry, sendCard } from '../../../bot/plugin.ts';
import { measure } from '../../../cards/checks/checkedCard.ts';
import type { SchemaNode } from '../../../cards/json.ts';

const registry = createCardRegistry();
const tools = cardTools(registry);

/** A random number from 0 to 1, the same ones for a seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const nodesOf = (node: unknown): SchemaNode[] => {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(nodesOf);
  const own = Object.entries(node);
  return [Object.fromEntries(own), ...own.flatMap(([, child]) => nodesOf(child))];
};

test('each template is one tool, of its newest version', () => {
  assert.deepEqual(
    tools.functions.map(({ name }) => name),
    [
      'show_contact_support',
      'show_help',
      'show_order_confirmation',
      'show_order_status',
      'show_product_offers',
    ],
  );
  assert.equal(tools.requestOf(sampleCall('show_order_status')).templateId, 'order-status-v2');
  assert.deepEqual(
    tools.mcp.map(({ name, inputSchema }) => [name, inputSchema]),
    tools.functions.map(({ name, parameters }) => [name, parameters]),
  );
});

for (const { name, parameters } of tools.functions) {
  test(`${name} is strict: closed objects, every property required, no keyword that strict mode refuses`, () => {
    const known =
      /^(?:type|enum|pattern|format|multipleOf|(?:exclusive)?m(?:in|ax)imum|exclusiveM(?:in|ax)imum|m(?:in|ax)Items|description|items|properties|required|additionalProperties)$/;
    const walk = (node: SchemaNode): void => {
      for (const key of Object.keys(node)) assert.match(key, known);
      assert.ok(node.type !== undefined, JSON.stringify(node));
      const properties = Object.entries(node.properties ?? {});
      if (node.properties !== undefined) {
        assert.equal(node.additionalProperties, false);
        assert.deepEqual(node.required, Object.keys(node.properties ?? {}));
      }
      for (const [, child] of properties) walk(nodesOf(child)[0] ?? {});
      if (node.items !== undefined) walk(nodesOf(node.items)[0] ?? {});
    };
    walk(parameters);
  });

  test(`every sample of ${name}, with null for what is left out, fits the schema and is composed`, () => {
    const ajv = new Ajv({ strict: true, allowUnionTypes: true });
    addFormats.default(ajv);
    const fits = ajv.compile(parameters);
    for (const call of samplesOf(name)) {
      const filled = fill(call.arguments, parameters);
      assert.ok(fits(filled), JSON.stringify(fits.errors));
      tools.requestOf({ name, arguments: JSON.stringify(filled) });
    }
  });
}

/** Fills what is left out with null, as strict mode makes a model do. */
function fill(value: unknown, node: SchemaNode): unknown {
  if (Array.isArray(value)) return value.map((one) => fill(one, nodesOf(node.items)[0] ?? {}));
  if (typeof value !== 'object' || value === null) return value;
  const given = new Map<string, unknown>(Object.entries(value));
  return Object.fromEntries(
    Object.entries(node.properties ?? {}).map(([name, child]) => [
      name,
      fill(given.get(name) ?? null, nodesOf(child)[0] ?? {}),
    ]),
  );
}

function samplesOf(name: string): CardCall[] {
  const address = registry.addresses.findLast(
    (one) => `show_${one.replace(/-v\d+$/, '').replaceAll('-', '_')}` === name,
  );
  return Object.values(registry.get(address ?? '').file.samples).map((sample) => ({
    name,
    arguments: sample,
  }));
}

function sampleCall(name: string): CardCall {
  const [call] = samplesOf(name);
  assert.ok(call !== undefined);
  return call;
}

const order = sampleCall('show_order_status').arguments;
const wrong: [what: string, call: CardCall, code: string, path: string | undefined, words: RegExp][] = [
  [
    'an unknown tool',
    { name: 'show_order_statsu', arguments: '{}' },
    'template.unknown',
    'request:$.name',
    /show_order_status/,
  ],
  [
    'text that is not JSON',
    { name: 'show_help', arguments: '{"a":' },
    'template.invalidField',
    '$',
    /not JSON/,
  ],
  ['a list', { name: 'show_help', arguments: '[]' }, 'template.invalidField', 'fields:$', /not an object/],
  ['nothing', { name: 'show_help', arguments: undefined }, 'template.invalidField', 'fields:$', /undefined/],
  [
    'a missing field',
    { name: 'show_order_status', arguments: {} },
    'template.missingField',
    'fields:$.orderId',
    /missing/,
  ],
  [
    'null for a field that is needed',
    call({ orderId: null }),
    'template.invalidField',
    'fields:$.orderId',
    /string/,
  ],
  [
    'a value that is not one of the allowed',
    call({ status: 'lost' }),
    'template.invalidField',
    'fields:$.status',
    /one of processing/,
  ],
  ['an unknown field', call({ color: 'red' }), 'template.unknownField', 'fields:$.color', /declare/],
  [
    'a text that is too long',
    call({ orderId: 'x'.repeat(41) }),
    'template.invalidField',
    'fields:$.orderId',
    /40 characters/,
  ],
  [
    'a script as a link',
    call({ status: 'shipped', trackingUrl: 'javascript:alert(1)' }),
    'card.unsafeUrl',
    undefined,
    /address|url|link/i,
  ],
  [
    'a key of the prototype',
    { name: 'show_help', arguments: '{"__proto__":{}}' },
    'template.invalidField',
    'fields:$.__proto__',
    /key/,
  ],
];
function call(changed: object): CardCall {
  return { name: 'show_order_status', arguments: { ...Object(order), ...changed } };
}
for (const [what, given, code, path, words] of wrong) {
  test(`${what} comes back as an error that a model can correct, and nothing is sent`, async () => {
    const sent: unknown[] = [];
    const sendActivities = async (activities: unknown[]) => sent.push(...activities);
    const result = await tools.showCard({ activity: {}, sendActivities }, given);
    assert.ok(!result.ok);
    assert.equal(result.error.code, code);
    if (path !== undefined) assert.equal(result.error.path, path);
    assert.match(`${result.error.message} ${result.error.hint}`, words);
    assert.deepEqual(sent, []);
  });
}

/** A bot of either SDK that shows the card a model asked for, behind the routes. */
const bots: [sdk: string, make: (onResult: (result: CardCallResult) => void, asked: CardCall) => Asked][] = [
  [
    'botbuilder',
    (onResult, asked) => {
      const bot = new ActivityHandler();
      bot.onMessage(async (context) => onResult(await tools.showCard(context, asked)));
      const client = { secrets: ['s'], bots: { id: 'b', name: 'B' }, welcome: false, events: {} };
      const genesys = createBotConnector({
        ...client,
        storage: memory(),
        logic: (context) => bot.run(context),
      });
      genesys.adapter.use(new CardMiddleware({ registry }));
      return genesys;
    },
  ],
  [
    'the Agents SDK',
    (onResult, asked) => {
      const agent = new AgentHandler();
      agent.onMessage(async (context: AgentContext) => onResult(await tools.showCard(context, asked)));
      const client = { secrets: ['s'], bots: { id: 'b', name: 'B' }, welcome: false, events: {} };
      const genesys = agents.createAgentConnector({ ...client, storage: new AgentStorage(), agent });
      genesys.adapter.use(new CardMiddleware({ registry }));
      return genesys;
    },
  ],
];
type Asked = { fetch(request: Request): Promise<Response | undefined> };
function memory() {
  return new AgentStorage();
}
for (const [sdk, make] of bots) {
  test(`a bot on ${sdk} shows the card that a model asked for, in the customer's language`, async () => {
    const results: CardCallResult[] = [];
    const genesys = make((result) => results.push(result), sampleCall('show_order_status'));
    const response = await genesys.fetch(
      new Request('http://localhost/api/genesys/v2/messages', {
        method: 'POST',
        headers: { authorization: 's', 'content-type': 'application/json' },
        body: JSON.stringify({
          botSessionId: 's',
          genesysConversationId: 'c',
          messageId: 'm',
          languageCode: 'de-de',
          inputMessage: { type: 'Text', text: 'hi' },
        }),
      }),
    );
    const { replyMessages } = JSON.parse((await response?.text()) ?? '');
    assert.match(replyMessages[0].content[0].card.title, /Bestellung/);
    assert.deepEqual(
      results.map(({ ok }) => ok),
      [true],
    );
  });
}

test('2,000 mutated and hostile calls make no unsafe card, none over a limit, and no other errors than coded ones', async () => {
  const random = seeded(20_261_129);
  const pick = <T>(from: readonly T[]): T => {
    const one = from[Math.floor(random() * from.length)];
    assert.ok(one !== undefined);
    return one;
  };
  const hostile: unknown[] = [
    ...['<script>alert(1)</script>', '[x](javascript:alert(1))', 'javascript:alert(1)', 'data:text/html,<b>'],
    ...[
      'https://user:pw@evil.example',
      'http://127.0.0.1/',
      '\u202eabc',
      '\0',
      'x'.repeat(100_000),
      '${orderId}',
    ],
    ...[
      '',
      ' ',
      '\ud800',
      'NaN',
      '2026-02-30',
      'click:AAAAAAAAAAAA',
      '"}],"actions":[{',
      '<img src=x onerror=1>',
    ],
    ...[
      null,
      true,
      -1,
      Number.POSITIVE_INFINITY,
      0.1 + 0.2,
      2 ** 60,
      [],
      {},
      [[[[[[[]]]]]]],
      { __proto__: { a: 1 } },
    ],
    ...[Array.from({ length: 1_000 }, () => 'x'), { constructor: 1 }, { toString: 'x' }, { $ref: '#' }],
  ];
  const hostileTexts = hostile.filter((one) => typeof one === 'string');
  const keys = [
    '__proto__',
    'constructor',
    'length',
    'orderId',
    'items',
    'x'.repeat(5_000),
    '',
    'a.b',
    '$when',
  ];
  const mutate = (value: unknown, depth = 0): unknown => {
    const turn = random();
    if (turn < 0.25 || depth > 6) return pick(hostile);
    if (Array.isArray(value)) {
      const list = value.map((one) => (random() < 0.4 ? mutate(one, depth + 1) : one));
      return random() < 0.3 ? [...list, ...list, ...list, pick(hostile)] : list;
    }
    if (typeof value === 'object' && value !== null) {
      const changed = Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
        if (random() < 0.1) return [];
        return [[random() < 0.05 ? pick(keys) : key, random() < 0.35 ? mutate(one, depth + 1) : one]];
      });
      return Object.fromEntries(random() < 0.2 ? [...changed, [pick(keys), pick(hostile)]] : changed);
    }
    return typeof value === 'string' && random() < 0.5 ? `${value}${pick(hostileTexts)}` : pick(hostile);
  };
  const codes = new Map<string, number>();
  let shown = 0;
  for (let i = 0; i < 2_000; i += 1) {
    const { name } = pick(tools.functions);
    const mutated = mutate(pick(samplesOf(name)).arguments);
    const text = JSON.stringify(mutated) ?? '';
    const asked = pick<CardCall>([
      { name, arguments: mutated },
      { name, arguments: text },
      { name, arguments: text.slice(0, Math.floor(random() * text.length * 3)) },
    ]);
    const result = await tools.showCard(
      {
        activity: { locale: pick(['en', 'de', 'xx-_', '']) },
        sendActivities: async ([activity]) => {
          for (const card of registry.compose(activity?.attachments?.[0]?.content)) {
            shown += 1;
            requireSafe(card.json);
          }
        },
      },
      asked,
    );
    if (!result.ok) codes.set(result.error.code, (codes.get(result.error.code) ?? 0) + 1);
  }
  assert.ok(shown > 50, `${shown} cards were shown`);
  for (const code of codes.keys()) assert.match(code, /^(?:template|card)\./);
});

test('a message whose locale is empty or none costs no card: it is in the first locale', async () => {
  for (const locale of ['', 'x', 'en_US.UTF-8']) {
    const shown: string[] = [];
    const context: SendingContext = {
      activity: { locale },
      sendActivities: async ([activity]) => {
        for (const card of registry.compose(activity?.attachments?.[0]?.content)) shown.push(card.locale);
      },
    };
    assert.equal((await tools.showCard(context, sampleCall('show_help'))).ok, true);
    await sendCard(context, 'help-v1', {});
    assert.deepEqual(shown, ['en', 'en']);
  }
});

/** Reads the card as its receiver does: no HTML in Markdown, only links to https and telephones, within the limits. */
function requireSafe(json: string): void {
  const card = JSON.parse(json);
  measure(card.components);
  for (const node of nodesOf(card.components)) {
    if (node.action === 'openUrl') assert.match(String(node.payload), /^(?:https:\/\/|tel:\+\d)/);
    if (node.type === 'image') assert.match(String(node.url), /^https:\/\//);
  }
  for (const node of nodesOf(card.components)) {
    if (node.markdown === true) assert.doesNotMatch(String(node.text), /(?<!\\)<\w|\]\((?!https:)/);
    for (const text of Object.values(node))
      if (typeof text === 'string') assert.ok(!/[\p{Cc}\p{Cs}\u202e]/u.test(text.replaceAll('\n', '')), text);
  }
}
