import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type RunningBot, startBot } from '../../fakes/startBot.ts';

const secret = 'cards-api-secret-0123456789';
const connector = { authorization: 'Bearer connector-secret-0123456789' };
const caller = { authorization: `Bearer ${secret}` };

let bot: RunningBot;
let document: ReturnType<typeof Object>;
const ajv = new Ajv2020({ strict: false, allErrors: true });
// The package is CommonJS, whose types name the module as its default.
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
before(async () => {
  bot = await startBot({ CARDS_API_SECRETS: secret });
  document = await (await fetch(`${bot.url}/openapi.json`)).json();
  ajv.addSchema(document, 'api');
});
after(() => bot.close());

/** The part of the linter that is used here: its own types alone are a sixth of the time of the type check. */
interface OpenApiLinter {
  createConfig(options: { extends: string[] }): Promise<object>;
  lintFromString(options: {
    source: string;
    config: object;
  }): Promise<{ ruleId: string; message: string; location: { pointer?: string }[] }[]>;
}

test('the linter has nothing to say', async () => {
  const linter: OpenApiLinter = createRequire(import.meta.url)('@redocly/openapi-core');
  const config = await linter.createConfig({ extends: ['recommended'] });
  const problems = await linter.lintFromString({ source: JSON.stringify(document), config });
  assert.deepEqual(
    problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`),
    [],
  );
});

/** Says what of a value does not fit a place of the document. */
function faultsOf(value: unknown, ...place: string[]): unknown {
  const pointer = place.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
  const check = ajv.getSchema(`api#/${pointer}`);
  assert.ok(check, `The document has no ${pointer}.`);
  check(value);
  return check.errors ?? [];
}

const utterance = { botSessionId: 's-1', inputMessage: { type: 'Text', text: 'help' } };
const order = { conversationId: 'c-1', templateId: 'help-v1', fields: {}, messageId: 'm-1' };
const calls: [
  method: 'get' | 'post',
  path: string,
  url: string,
  headers: object,
  body: unknown,
  status: number,
][] = [
  ['post', '/api/cards', '/api/cards', caller, order, 202],
  ['post', '/api/cards', '/api/cards?waitMs=20000', caller, order, 200],
  ['post', '/api/cards', '/api/cards', caller, { ...order, templateId: 'nothing-v1', messageId: 'm-2' }, 422],
  ['post', '/api/cards', '/api/cards', caller, { ...order, fields: { x: 1 } }, 422],
  ['post', '/api/cards', '/api/cards', {}, order, 401],
  ['get', '/api/cards/{messageId}', '/api/cards/m-1', caller, undefined, 200],
  ['get', '/api/cards/{messageId}', '/api/cards/nothing', caller, undefined, 404],
  ['post', '/api/genesys/v1/messages', '/api/genesys/v1/messages', connector, utterance, 200],
  ['post', '/api/genesys/v2/messages', '/api/genesys/v2/messages', connector, utterance, 200],
  ['post', '/api/genesys/v2/messages', '/api/genesys/v2/messages', {}, utterance, 401],
  ['get', '/api/genesys/v2/bots', '/api/genesys/v2/bots', connector, undefined, 200],
  ['get', '/api/genesys/v2/bots/{botId}', '/api/genesys/v2/bots/card-bot', connector, undefined, 200],
  ['get', '/api/genesys/v2/bots/{botId}', '/api/genesys/v2/bots/nothing', connector, undefined, 404],
  ['get', '/healthz', '/healthz', {}, undefined, 200],
  ['get', '/readyz', '/readyz', {}, undefined, 200],
];
for (const [method, path, url, headers, body, status] of calls) {
  test(`${method} ${url} is answered ${status} as the document says`, async () => {
    const answer = await fetch(bot.url + url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.equal(answer.status, status);
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    const place = ['paths', path, method];
    if (body !== undefined)
      assert.deepEqual(faultsOf(body, ...place, 'requestBody', 'content', 'application/json', 'schema'), []);
    const told = await answer.json();
    assert.deepEqual(faultsOf(told, ...place, 'responses', String(status), 'content', type, 'schema'), []);
  });
}

const wrongOrders: [name: string, order: object][] = [
  ['without a conversation', { templateId: 'help-v1', fields: {} }],
  ['with a conversation that is a path', { ...order, conversationId: '../x' }],
  ['with an unknown key', { ...order, route: 'guest' }],
  ['with a wrong id', { ...order, messageId: 'a b' }],
];
for (const [name, wrong] of wrongOrders) {
  test(`an order ${name} fits neither the document nor the bot`, async () => {
    assert.notDeepEqual(faultsOf(wrong, 'components', 'schemas', 'CardOrder'), []);
    const answer = await fetch(`${bot.url}/api/cards`, {
      method: 'POST',
      headers: { ...caller, 'content-type': 'application/json' },
      body: JSON.stringify(wrong),
    });
    assert.equal(answer.status, 400);
  });
}
