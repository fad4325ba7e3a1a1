import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { type FakeServer, json, listen } from '../fakes/listen.ts';
import { post, type RunningBot, startBot } from '../fakes/startBot.ts';

let bot: RunningBot;
let connector: FakeServer;
before(async () => {
  bot = await startBot();
  connector = await listen((_, response) => json(response, 200, { id: 'reply' }));
});
after(async () => {
  await bot.close();
  await connector.close();
});

let count = 0;
function activity(parts: Record<string, unknown> = {}): Record<string, unknown> {
  count += 1;
  return {
    type: 'message',
    id: `a-${count}`,
    channelId: 'emulator',
    serviceUrl: connector.url,
    conversation: { id: `conv-${count}` },
    from: { id: 'user', name: 'User' },
    recipient: { id: 'bot', name: 'Bot' },
    text: 'where is my order 12345?',
    locale: 'en-US',
    ...parts,
  };
}

const messages = () => `${bot.url}/api/messages`;

async function repliesTo(parts: Record<string, unknown>) {
  const { status, body } = await post(messages(), activity({ deliveryMode: 'expectReplies', ...parts }));
  assert.equal(status, 200);
  return body.activities.filter((a: { type: string }) => a.type === 'message');
}

test('in the Emulator the order card is an Adaptive Card with a text fallback', async () => {
  const [reply] = await repliesTo({});
  const [attachment] = reply.attachments;
  assert.equal(attachment.contentType, 'application/vnd.microsoft.card.adaptive');
  const card = attachment.content;
  assert.equal(card.version, '1.5');
  assert.match(card.fallbackText, /^Order 12345: shipped/);
  assert.ok(card.body.some((element: { text?: string }) => element.text === 'Order 12345'));
  assert.ok(card.body.some((element: { type: string }) => element.type === 'FactSet'));
  const [actions] = card.body.filter((element: { type: string }) => element.type === 'ActionSet');
  assert.deepEqual(
    actions.actions.map((a: { type: string; title: string }) => [a.type, a.title]),
    [
      ['Action.OpenUrl', 'Track parcel'],
      ['Action.Submit', 'Talk to somebody'],
    ],
  );
});

test('a click on a button of the Adaptive Card goes on with the dialog', async () => {
  const conversation = { id: 'clicking' };
  const [reply] = await repliesTo({ conversation });
  const [submit] = reply.attachments[0].content.body
    .flatMap((element: { actions?: { type: string; data?: unknown }[] }) => element.actions ?? [])
    .filter((action: { type: string }) => action.type === 'Action.Submit');
  const [answer] = await repliesTo({ conversation, text: undefined, value: submit.data });
  assert.match(answer.attachments[0].content.fallbackText, /talk to somebody/);
});

test('the same through a connector: the reply is posted to the conversation before the turn is answered', async () => {
  const before = connector.seen.length;
  const { status } = await post(messages(), activity({ conversation: { id: 'by connector' } }));
  assert.equal(status, 200);
  const replies = connector.seen.slice(before);
  assert.equal(replies.length, 1);
  assert.match(replies[0]?.path ?? '', /^\/v3\/conversations\/by%20connector\/activities\//);
  assert.equal(
    JSON.parse(replies[0]?.body ?? '').attachments[0].contentType,
    'application/vnd.microsoft.card.adaptive',
  );
});

test('a channel that does not draw Adaptive Cards gets the text', async () => {
  const [reply] = await repliesTo({ channelId: 'sms' });
  assert.match(reply.text, /^Order 12345: shipped/);
  assert.equal(reply.textFormat, 'plain');
  assert.deepEqual(reply.attachments, []);
});

test('a customer who joins is greeted once', async () => {
  const replies = await repliesTo({
    type: 'conversationUpdate',
    text: undefined,
    membersAdded: [{ id: 'bot' }, { id: 'user' }],
  });
  assert.equal(replies.length, 2);
});

test('an activity that arrives twice makes one turn', async () => {
  const twice = activity({ conversation: { id: 'twice' } });
  const before = connector.seen.length;
  await post(messages(), twice);
  await post(messages(), twice);
  assert.equal(connector.seen.length, before + 1);
});

test('a channel that is away does not hold up the turn or break the bot', async (t) => {
  const gone = await listen((_, response) => json(response, 200, {}));
  await gone.close();
  const { status } = await post(messages(), activity({ serviceUrl: gone.url }));
  assert.equal(status, 200);
  t.diagnostic('answered without waiting for retries');
  assert.equal((await repliesTo({})).length, 1);
});

for (const recipient of [undefined, null, {}, { id: '' }, { id: null, name: 'x' }]) {
  test(`an activity whose recipient is ${JSON.stringify(recipient)} is answered, as by the SDK's own adapter`, async () => {
    const [reply] = await repliesTo({ recipient });
    assert.equal(reply?.from?.id, 'bot');
  });
}

const bad: [name: string, parts: Record<string, unknown>, path: string][] = [
  ['no type', { type: undefined }, '$.type'],
  ['a type that is a number', { type: 7 }, '$.type'],
  ['no conversation', { conversation: undefined }, '$.conversation'],
  ['a conversation that is null', { conversation: null }, '$.conversation'],
  ['a conversation without an id', { conversation: {} }, '$.conversation.id'],
  ['no sender', { from: undefined }, '$.from'],
  ['a sender without an id', { from: { name: 'x' } }, '$.from.id'],
  ['a recipient whose id is a number', { recipient: { id: 7 } }, '$.recipient.id'],
  ['a text that is a number', { text: 5 }, '$.text'],
  ['a text that is too long', { text: 'x'.repeat(100_001) }, '$.text'],
  ['no channel', { channelId: undefined }, '$.channelId'],
  ['attachments that are an object', { attachments: {} }, '$.attachments'],
  ['an attachment without a content type', { attachments: [{}] }, '$.attachments[0].contentType'],
  ['members that are a text', { membersAdded: 'me' }, '$.membersAdded'],
  ['no service address', { serviceUrl: undefined }, '$.serviceUrl'],
  ['a service address on another machine', { serviceUrl: 'http://169.254.169.254/' }, '$.serviceUrl'],
  ['a service address that hides its host', { serviceUrl: 'http://127.0.0.1@evil.example/' }, '$.serviceUrl'],
  ['a service address of another scheme', { serviceUrl: 'file:///etc/passwd' }, '$.serviceUrl'],
  ['a service address that is no address', { serviceUrl: 'nowhere' }, '$.serviceUrl'],
];
for (const [name, parts, path] of bad) {
  test(`an activity with ${name} is refused with its path, and nothing is sent`, async () => {
    const before = connector.seen.length;
    const { status, body } = await post(messages(), activity(parts));
    assert.equal(status, 400);
    assert.equal(body.code, 'activity.invalid');
    assert.equal(body.path, path);
    assert.equal(connector.seen.length, before);
  });
}

const bodies: [name: string, body: string, headers: Record<string, string>, status: number][] = [
  ['a list', '[]', {}, 400],
  ['null', 'null', {}, 400],
  ['broken JSON', '{"type":', {}, 400],
  ['nothing', '', {}, 400],
  ['a form', 'type=message', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ['an upload', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
  ['packed JSON', '{}', { 'content-encoding': 'gzip' }, 415],
  ['a hundred thousand levels', '['.repeat(100_000), {}, 400],
  ['more than 256 KiB', JSON.stringify({ type: 'x'.repeat(300_000) }), {}, 413],
];
for (const [name, body, headers, status] of bodies) {
  test(`a body of ${name} is answered with ${status}, and the text of no library`, async () => {
    const answer = await post(messages(), body, headers);
    assert.equal(answer.status, status);
    assert.doesNotMatch(answer.text, /Unexpected|SyntaxError|node_modules| at /);
    assert.deepEqual(
      Object.keys(answer.body).filter((key) => !['code', 'message', 'path', 'hint'].includes(key)),
      [],
    );
  });
}

test('a body that says it is small and is not is cut off at the limit', async () => {
  const status = await new Promise((resolve, reject) => {
    const req = request(
      messages(),
      { method: 'POST', headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } },
      (res) => {
        resolve(res.statusCode);
        res.resume();
      },
    );
    req.on('error', reject);
    for (let i = 0; i < 30; i += 1) req.write('x'.repeat(16_384));
    req.end();
  });
  assert.equal(status, 413);
});

test('unknown paths and methods are answered in our own words', async () => {
  assert.equal((await post(`${bot.url}/nowhere`, {})).body.code, 'request.404');
  const response = await fetch(messages());
  assert.equal(response.status, 405);
  assert.deepEqual(await response.json(), {
    code: 'request.405',
    message: 'The path does not support this method.',
  });
});

test('health and readiness say no more than they must', async () => {
  assert.deepEqual(await (await fetch(`${bot.url}/healthz`)).json(), { status: 'alive' });
  assert.deepEqual(await (await fetch(`${bot.url}/readyz`)).json(), { status: 'ready' });
});
