import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Bot, readBots } from '../../../../bot/channels/botConnector/wire/botList.ts';
import { call, post, requestBody, secret, startConnector } from './startConnector.ts';

const second = 'the-next-secret-0123456';
const bearer = { authorization: `Bearer ${secret}` };
const good = JSON.stringify(requestBody('v1', { text: 'help' }));

const credentials: [what: string, headers: Record<string, string>, status: number][] = [
  ['the secret', bearer, 200],
  ['the secret without Bearer', { authorization: secret }, 200],
  ['the secret behind a small bearer', { authorization: `bearer   ${secret}` }, 200],
  ['the second of two secrets, while one is being changed', { authorization: second }, 200],
  ['no credential', {}, 401],
  ['an empty credential', { authorization: '' }, 401],
  ['Bearer alone', { authorization: 'Bearer ' }, 401],
  ['a wrong secret', { authorization: 'Bearer wrong-secret-0123456' }, 401],
  ['the beginning of the secret', { authorization: secret.slice(0, -1) }, 401],
  ['the secret and more', { authorization: `${secret}0` }, 401],
  ['the secret in capitals', { authorization: secret.toUpperCase() }, 401],
  ['both secrets at once', { authorization: `${secret},${second}` }, 401],
  ['the secret in another header', { 'x-api-key': secret }, 401],
];
for (const [what, headers, status] of credentials) {
  test(`${what} as the credential is answered with ${status}`, async (t) => {
    const bot = await startConnector(t, { secrets: [secret, second] });
    const posted = await post(`${bot.url}/api/genesys/v1/messages?authorization=${secret}`, good, headers);
    const listed = await fetch(`${bot.url}/api/genesys/v2/bots`, { headers });
    assert.deepEqual([posted.status, listed.status], [status, status]);
    assert.equal(bot.answered.length, status === 200 ? 1 : 0);
  });
}

test('a header of any name can carry the credential', async (t) => {
  const bot = await startConnector(t, { header: 'X-Api-Key' });
  const right = await post(`${bot.url}/api/genesys/v1/messages`, good, { 'x-api-key': secret });
  const wrong = await post(`${bot.url}/api/genesys/v1/messages`, good, bearer);
  assert.deepEqual([right.status, wrong.status], [200, 401]);
});

for (const secrets of [[], [''], ['   ']]) {
  test(`with ${JSON.stringify(secrets)} as secrets nobody may call`, async (t) => {
    const bot = await startConnector(t, { secrets });
    for (const headers of [{}, bearer, { authorization: '' }]) {
      const { status, body } = await post(`${bot.url}/api/genesys/v2/messages`, good, headers);
      assert.deepEqual([status, body.code], [403, 'request.403']);
    }
    assert.equal(bot.answered.length, 0);
  });
}

test('a caller without a credential is answered before a byte of the body is there', async (t) => {
  const bot = await startConnector(t);
  const { port } = new URL(bot.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    'POST /api/genesys/v1/messages HTTP/1.1\r\nhost: bot\r\ncontent-type: application/json\r\ncontent-length: 200000\r\n\r\n',
  );
  const [chunk] = await once(socket, 'data');
  await once(socket, 'close');
  assert.match(String(chunk), /^HTTP\/1\.1 401 /);
  assert.match(String(chunk), /connection: close/i);
});

const json = (more: Record<string, unknown>) => JSON.stringify(requestBody('v1', { text: 'help', more }));
const nested = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
const bodies: [what: string, body: string, status: number, path: string | undefined][] = [
  ['nothing', '', 400, '$'],
  ['no JSON', 'where is my order?', 400, '$'],
  ['JSON that is cut off', good.slice(0, -5), 400, '$'],
  ['null', 'null', 400, '$'],
  ['a list', `[${good}]`, 400, '$'],
  ['a number', '12345', 400, '$'],
  ['10,000 nested lists', nested, 400, '$'],
  [
    'neither session nor conversation',
    json({ botSessionId: undefined, genesysConversationId: undefined }),
    400,
    '$.botSessionId',
  ],
  ['a session that is a number', json({ botSessionId: 7 }), 400, '$.botSessionId'],
  ['a session of control characters', json({ botSessionId: 'a\r\nb' }), 400, '$.botSessionId'],
  ['a session of half a character', json({ botSessionId: '\ud800' }), 400, '$.botSessionId'],
  [
    'a conversation of half a character',
    json({ genesysConversationId: 'c\udc00' }),
    400,
    '$.genesysConversationId',
  ],
  ['a message of half a character', json({ messageId: '\ud83d m' }), 400, '$.messageId'],
  ['a bot of half a character', json({ botId: '\ud800' }), 400, '$.botId'],
  ['a version of half a character', json({ botVersion: '\ud800' }), 400, '$.botVersion'],
  ['a session of 10,000 characters', json({ botSessionId: 'x'.repeat(10_000) }), 400, '$.botSessionId'],
  ['no message', json({ inputMessage: undefined }), 400, '$.inputMessage'],
  ['a message that is a text', json({ inputMessage: 'help' }), 400, '$.inputMessage'],
  ['a text that is a number', json({ inputMessage: { text: 1 } }), 400, '$.inputMessage.text'],
  [
    'a text of 10,001 characters',
    json({ inputMessage: { text: 'x'.repeat(10_001) } }),
    400,
    '$.inputMessage.text',
  ],
  ['a content that is no list', json({ inputMessage: { content: {} } }), 400, '$.inputMessage.content'],
  [
    '51 contents',
    json({ inputMessage: { content: Array.from({ length: 51 }, () => ({ contentType: 'Text' })) } }),
    400,
    '$.inputMessage.content',
  ],
  [
    'a payload that is an object',
    json({ inputMessage: { content: [{ buttonResponse: { payload: {} } }] } }),
    400,
    '$.inputMessage.content[0].buttonResponse.payload',
  ],
  ['parameters that are a list', json({ parameters: ['gold'] }), 400, '$.parameters'],
  ['more than 256 KiB', json({ filler: 'x'.repeat(300_000) }), 413, undefined],
];
for (const route of ['v1', 'v2']) {
  for (const [what, body, status, path] of bodies) {
    test(`${route}: a body of ${what} is answered with ${status}`, async (t) => {
      const bot = await startConnector(t);
      const answer = await post(`${bot.url}/api/genesys/${route}/messages`, body, bearer);
      const next = await post(`${bot.url}/api/genesys/${route}/messages`, good, bearer);
      assert.deepEqual([answer.status, answer.body.path], [status, path]);
      assert.equal(next.status, 200);
      assert.deepEqual(
        bot.refused.map((one) => one.status),
        [status],
      );
      assert.deepEqual(bot.failures, []);
    });
  }
}

for (const botSessionId of [undefined, null]) {
  test(`a body whose session is ${botSessionId} is answered: the conversation stands in`, async (t) => {
    const bot = await startConnector(t);
    const body = json({ botSessionId, inputMessage: { type: 'Text', text: 'where is my order?' } });
    const asked = await post(`${bot.url}/api/genesys/v2/messages`, body, bearer);
    const answer = json({ botSessionId, inputMessage: { type: 'Text', text: '12345' } });
    const answered = await post(`${bot.url}/api/genesys/v2/messages`, answer, bearer);
    assert.deepEqual([asked.status, asked.body.botState], [200, 'MoreData']);
    assert.deepEqual([answered.status, answered.body.botState], [200, 'Complete']);
  });
}

test('an id may hold any whole character', async (t) => {
  const bot = await startConnector(t);
  const { status, body } = await call(bot.url, 'v1', { text: 'thanks', sessionId: 'Sitzung 💬 שלום' });
  assert.deepEqual([status, body.botState], [200, 'Complete']);
  assert.deepEqual(bot.failures, []);
});

const types: [what: string, body: string | Buffer, headers: Record<string, string>, status: number][] = [
  ['a form', 'botSessionId=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ['plain text', good, { 'content-type': 'text/plain' }, 415],
  ['gzip', gzipSync(good), { 'content-type': 'application/json', 'content-encoding': 'gzip' }, 415],
  ['JSON with a charset', good, { 'content-type': 'application/json; charset=utf-8' }, 200],
];
for (const [what, body, headers, status] of types) {
  test(`${what} is answered with ${status}`, async (t) => {
    const bot = await startConnector(t);
    const response = await fetch(`${bot.url}/api/genesys/v1/messages`, {
      method: 'POST',
      headers: { ...bearer, ...headers },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    assert.equal(response.status, status);
  });
}

test('a body without a length is cut off at 256 KiB', async (t) => {
  const bot = await startConnector(t);
  const { port } = new URL(bot.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    `POST /api/genesys/v1/messages HTTP/1.1\r\nhost: bot\r\nauthorization: ${secret}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  for (let i = 0; i < 6; i += 1) socket.write(chunk);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  assert.match(String(answer), /^HTTP\/1\.1 413 /);
});

test('a caller who breaks off in the middle of the body disturbs nobody', async (t) => {
  const bot = await startConnector(t);
  const { port } = new URL(bot.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    `POST /api/genesys/v1/messages HTTP/1.1\r\nhost: bot\r\nauthorization: ${secret}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"botSession`,
  );
  socket.resume();
  socket.end();
  await once(socket, 'close');
  const { status } = await post(`${bot.url}/api/genesys/v1/messages`, good, bearer);
  assert.equal(status, 200);
  assert.deepEqual(bot.failures, []);
});

const [own] = readBots();
const two = (): Bot[] => (own === undefined ? [] : [own, { ...own, id: 'other-bot', name: 'Other Bot' }]);

test('a list of several bots refuses a bot that it does not know, and takes those by id or name', async (t) => {
  const bot = await startConnector(t, { bots: two() });
  const wanted: [more: Record<string, unknown>, status: number][] = [
    [{ botId: 'nobody', chatBot: undefined }, 400],
    [{ botId: 'other-bot', chatBot: undefined }, 200],
    [{ botId: 'Other Bot', chatBot: undefined }, 200],
    [{ botId: 'nobody', chatBot: { id: 'other-bot' } }, 200],
  ];
  for (const [more, status] of wanted) {
    const answer = await call(bot.url, 'v1', { text: 'help', more });
    assert.equal(answer.status, status, JSON.stringify(more));
  }
});

test('a list of one bot is that bot, whatever it is called in Genesys', async (t) => {
  const bot = await startConnector(t);
  const { status } = await call(bot.url, 'v1', { text: 'help', more: { botId: 'Renamed', chatBot: null } });
  assert.equal(status, 200);
});

test('the correlation id is echoed when it is one, also with a refusal', async (t) => {
  const bot = await startConnector(t);
  const id = 'f3ac4404-283d-4d98-8b70-b75c4891d2ef';
  const taken = await call(bot.url, 'v1', { text: 'help', correlationId: id });
  const refused = await post(`${bot.url}/api/genesys/v1/messages`, good, { 'inin-correlation-id': id });
  const strange = await call(bot.url, 'v1', { text: 'hi', correlationId: '<script>alert(1)</script>' });
  const echoed = [taken, refused, strange].map(({ headers }) => headers.get('inin-correlation-id'));
  assert.deepEqual(echoed, [id, id, null]);
  assert.deepEqual(
    bot.answered.map((event) => event.correlationId),
    [id, undefined],
  );
});

test('the bots are listed as v2 reads them', async (t) => {
  const bot = await startConnector(t);
  const get = async (path: string) => {
    const response = await fetch(`${bot.url}/api/genesys/v2/bots${path}`, { headers: bearer });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text) };
  };
  const list = await get('');
  const one = await get('/card-bot');
  const unknown = await get('/nobody');
  const broken = await get('/%E0%A4%A');
  assert.deepEqual([list.status, one.status, unknown.status], [200, 200, 404]);
  assert.ok(broken.status === 404 || broken.status === 400);
  assert.deepEqual(list.body.entities, [one.body]);
  assert.equal(one.body.id, 'card-bot');
  assert.deepEqual(one.body.versions[0].intents[2], {
    name: 'orderStatus',
    entities: [{ name: 'orderId', type: 'String' }],
  });
});
