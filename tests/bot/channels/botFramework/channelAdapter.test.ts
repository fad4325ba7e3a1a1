import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { after, before, mock, test } from 'node:test';
import { ChannelAdapter } from '../../../../bot/channels/botFramework/channelAdapter.ts';
import { createMessagesRoute } from '../../../../bot/channels/botFramework/messagesRoute.ts';
import { createHttpServer } from '../../../../bot/http/httpServer.ts';
import { createLog } from '../../../../bot/log/log.ts';
import { authenticationWith, serviceUrl, startKeys, tenantId, token } from '../../../fakes/botFramework.ts';
import { post } from '../../../fakes/startBot.ts';

let turns = 0;
let verified = () => 0;
let keys: Awaited<ReturnType<typeof startKeys>>;
let server: ReturnType<typeof createHttpServer>;
let url: string;
const lines = new PassThrough();

before(async () => {
  keys = await startKeys();
  keys.status.keys = 500;
  const authentication = authenticationWith(keys.url);
  const verifying = mock.method(authentication, 'authenticateRequest');
  verified = () => verifying.mock.callCount();
  const log = createLog('info', lines);
  const adapter = new ChannelAdapter(authentication, log);
  const logic = async () => {
    turns += 1;
  };
  server = createHttpServer(
    { messages: createMessagesRoute(adapter, logic, false), isReady: async () => true },
    log,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}/api/messages`;
});
after(async () => {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.server.closeAllConnections();
  });
  await keys.close();
});

const activity = {
  type: 'message',
  id: 'a',
  channelId: 'directline',
  serviceUrl,
  conversation: { id: 'c' },
  from: { id: 'u' },
  recipient: { id: 'b' },
  text: 'What a customer says.',
  deliveryMode: 'expectReplies',
};
const send = (authorization?: string) =>
  post(url, activity, authorization === undefined ? {} : { authorization });
const logged = () => String(lines.read() ?? '');

test('while the keys of the Bot Framework cannot be had, the bot is not available to it', async () => {
  const { status, body } = await send(`Bearer ${token()}`);
  assert.equal(status, 503);
  assert.deepEqual(body, {
    code: 'request.503',
    message: 'The keys of the Bot Framework cannot be fetched.',
  });
  assert.match(logged(), /"event":"messages.refused","status":503/);
});

test('a channel that signed its activity has its turn, for which its token was verified once', async () => {
  // The list of keys is asked for once a day when it was got.
  keys.status.keys = 200;
  const before = verified();
  const { status, body } = await send(`Bearer ${token()}`);
  assert.equal(status, 200);
  assert.deepEqual(body, { activities: [] });
  assert.equal(turns, 1);
  assert.equal(logged(), '');
  assert.equal(verified(), before + 1);
});

const forged: [name: string, authorization: () => string | undefined][] = [
  ['no token', () => undefined],
  ['no Bearer token', () => 'Basic abc'],
  ['a token that is none', () => 'Bearer garbage'],
  [
    'a forged signature',
    () => `Bearer ${token().replace(/[^.]+$/, Buffer.alloc(256, 1).toString('base64url'))}`,
  ],
  ['a token that has run out', () => `Bearer ${token({ exp: 1 })}`],
  ['a token that is not valid yet', () => `Bearer ${token({ nbf: 3_900_000_000 })}`],
  ['a token for another bot', () => `Bearer ${token({ aud: tenantId })}`],
  ['a token of another issuer', () => `Bearer ${token({ iss: 'https://elsewhere.example' })}`],
  ['a token for another service', () => `Bearer ${token({ serviceurl: 'https://elsewhere.example' })}`],
];
for (const [name, authorization] of forged) {
  test(`an activity with ${name} is answered 401 in our own words, logged once, and has no turn`, async () => {
    const before = turns;
    const { status, body } = await send(authorization());
    assert.equal(status, 401);
    assert.deepEqual(body, { code: 'request.401', message: 'The caller is not the Bot Framework.' });
    const log = logged().trim().split('\n');
    assert.equal(log.length, 1);
    assert.match(log[0] ?? '', /"level":40,.*"event":"messages.refused","status":401/);
    assert.doesNotMatch(log[0] ?? '', /garbage|ey[A-Z]|customer|example/);
    assert.equal(turns, before);
  });

  test(`an activity with ${name} prints nothing on stderr`, async (t) => {
    const printed = t.mock.method(process.stderr, 'write', () => true);
    await send(authorization());
    logged();
    assert.deepEqual(
      printed.mock.calls.map(({ arguments: [text] }) => String(text)),
      [],
    );
  });
}

for (const [name, authorization] of [
  ['no credential', []],
  ['an empty credential', ['Authorization: ']],
  ['a token that is none', ['Authorization: Bearer garbage']],
  ['another scheme', ['Authorization: Basic YTpi']],
] as const) {
  test(`a caller with ${name} is answered 401 before a byte of the body is there`, async () => {
    const socket = connect(server.address().port, '127.0.0.1');
    const head = ['POST /api/messages HTTP/1.1', 'Host: bot', 'Content-Type: application/json'];
    socket.write(`${[...head, 'Content-Length: 200000', ...authorization].join('\r\n')}\r\n\r\n`);
    const [chunk] = await once(socket, 'data');
    await once(socket, 'close');
    assert.match(String(chunk), /^HTTP\/1\.1 401 /);
    assert.match(logged(), /"event":"messages.refused","status":401/);
  });
}
