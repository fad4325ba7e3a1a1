import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { card, startTestSandbox, type TestSandbox } from './client.ts';
import { type Answer, type FakeBot, type Received, startFakeBot } from './fakeBot.ts';
import { type GuestSocket, openGuest } from './guestSocket.ts';

describe('the Web Messaging guest protocol', () => {
  let clock = 1_800_000_000_000;
  let sandbox: TestSandbox;
  let bot: FakeBot;
  let turn: (request: Received) => Promise<Answer | undefined>;
  const guests: GuestSocket[] = [];
  before(async () => {
    bot = await startFakeBot((request) => turn(request));
    sandbox = await startTestSandbox({ botUrl: bot.url, now: () => clock });
  });
  after(async () => {
    await sandbox.close();
    await bot.close();
  });
  beforeEach(() => {
    bot.received.length = 0;
    turn = async () => ({});
  });
  afterEach(async () => {
    for (const guest of guests.splice(0)) await guest.close();
  });
  const open = async (options?: Parameters<typeof openGuest>[1]) => {
    const query = `&typing=true&sandbox=true${options?.query ?? ''}`;
    const guest = await openGuest(sandbox.url, { ...options, query });
    guests.push(guest);
    return guest;
  };

  it('leaves the offer of another protocol alone, as of HTTP/2, and answers the request', async () => {
    const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABk' };
    const asked = request(`${sandbox.url}/sandbox/stats`, { headers: offer }).end();
    const [response] = await once(asked, 'response');
    response.resume();
    assert.equal(response.statusCode, 200);
  });

  it('opens a session', async () => {
    const guest = await open({ configure: false });
    guest.send('configureSession', { deploymentId: 'd1', tracingId: 't1' });
    const frame = await guest.nextOf('SessionResponse');
    assert.deepEqual([frame.type, frame.code, frame.tracingId], ['response', 200, 't1']);
    const { connected, newSession, readOnly, maxCustomDataBytes } = frame.body;
    assert.deepEqual([connected, newSession, readOnly, maxCustomDataBytes], [true, true, false, 2048]);
  });

  it('echoes what the customer says, shows that the bot types, and brings its answer', async () => {
    turn = async ({ body }) => {
      await sandbox.call('POST', `/v3/conversations/${body.conversation.id}/activities`, {
        type: 'message',
        text: 'Hello',
      });
      return {};
    };
    const guest = await open();
    guest.send('onMessage', { tracingId: 'mine', message: { type: 'Text', text: 'hi' } });
    const echo = await guest.nextMessage('Inbound');
    assert.deepEqual([echo.class, echo.tracingId, echo.body.text], ['StructuredMessage', 'mine', 'hi']);
    const answer = await guest.nextMessage('Outbound');
    assert.equal(answer.tracingId, undefined);
    assert.deepEqual(
      [answer.body.type, answer.body.text, answer.body.originatingEntity],
      ['Text', 'Hello', 'Bot'],
    );
    const typing = async () =>
      (await guest.next(({ body }) => body.type === 'Event')).body.events[0].typing.type;
    assert.deepEqual([await typing(), await typing()], ['On', 'Off']);
  });

  it('carries a guest card with its plain text', async () => {
    const token = await sandbox.token();
    const sent = card();
    turn = async ({ body }) => {
      await sandbox.postCard(body.conversation.id, sent, token);
      return {};
    };
    const guest = await open();
    guest.say('order');
    const { body } = await guest.nextMessage('Outbound');
    assert.deepEqual([body.type, body.text], ['Structured', 'Order Confirmation']);
    assert.deepEqual(body.guestCard, sent);
  });

  const buttonResponse = { type: 'Button', text: 'Track', payload: 'track:1', originatingMessageId: 'm1' };
  const click = { content: [{ contentType: 'ButtonResponse', buttonResponse }] };
  for (const message of [
    { type: 'Structured', text: 'Track', ...click },
    { type: 'Text', text: '', ...click },
  ]) {
    it(`takes a click in a ${message.type} message`, async () => {
      const guest = await open();
      guest.send('onMessage', { message });
      const echo = await guest.nextMessage('Inbound');
      assert.equal(echo.body.type, 'Structured');
      assert.equal(echo.body.content[0].buttonResponse.payload, 'track:1');
      await guest.next(({ body }) => body.events?.[0].typing?.type === 'Off');
      assert.equal(bot.received[0]?.body.text, 'track:1');
    });
  }

  it('answers a health check', async () => {
    const guest = await open();
    guest.send('echo', { tracingId: 'ping-1', message: { type: 'Text', text: 'ping' } });
    const { tracingId, body } = await guest.next(({ body }) => body.text === 'ping');
    assert.equal(tracingId, 'ping-1');
    assert.equal(bot.received.length, 0);
    assert.equal(body.type, 'Text');
  });

  it('gives a token for the history, newest first and in pages', async () => {
    const guest = await open();
    for (const text of ['one', 'two']) {
      guest.say(text);
      await guest.next(({ body }) => body.events?.[0].typing?.type === 'Off');
    }
    guest.send('getJwt');
    const { jwt, exp } = (await guest.nextOf('JwtResponse')).body;
    assert.equal(exp, clock / 1000 + 3600);
    const read = (query: string, bearer = jwt) =>
      sandbox.call('GET', `/api/v2/webmessaging/messages${query}`, undefined, {
        authorization: `Bearer ${bearer}`,
      });
    const all = (await read('')).body;
    assert.deepEqual(
      all.entities.map(({ text }: { text: string }) => text),
      ['two', 'one'],
    );
    const second = (await read('?pageSize=1&pageNumber=2')).body;
    assert.deepEqual([second.entities[0].text, second.total, second.pageCount], ['one', 2, 2]);
    const [head, , signature] = jwt.split('.');
    const forged = Buffer.from(JSON.stringify({ conversationId: 'x', exp: exp + 1 })).toString('base64url');
    for (const bad of ['', 'a.b.c', `${head}.${forged}.${signature}`])
      assert.equal((await read('', bad)).status, 401);
    clock += 3_600_000;
    assert.equal((await read('')).status, 401);
  });

  it('finds the conversation again, and starts another when asked', async () => {
    const token = randomUUID();
    const first = await open({ token });
    first.say('hello');
    await first.nextMessage('Inbound');
    await first.close();
    const again = await open({ token, configure: false });
    again.send('configureSession', { deploymentId: 'd1' });
    assert.equal((await again.nextOf('SessionResponse')).body.newSession, false);
    again.send('configureSession', { deploymentId: 'd1', startNew: true });
    assert.equal((await again.nextOf('SessionResponse')).body.newSession, true);
  });

  it('ends the conversation when the customer leaves it', async () => {
    const guest = await open();
    guest.send('onMessage', {
      message: { type: 'Event', events: [{ eventType: 'Presence', presence: { type: 'Clear' } }] },
    });
    await guest.nextOf('SessionClearedEvent');
    await guest.nextOf('ConnectionClosedEvent');
    const again = await open({ token: guest.token, configure: false });
    again.send('configureSession', { deploymentId: 'd1' });
    assert.equal((await again.nextOf('SessionResponse')).body.newSession, true);
  });

  it('is read only after the customer has left without clearing', async () => {
    const guest = await open();
    const presence = { eventType: 'Presence', presence: { type: 'Disconnect' } };
    guest.send('onMessage', { message: { type: 'Event', events: [presence] } });
    guest.say('still there?');
    assert.equal((await guest.next(({ code }) => code === 4006)).class, 'string');
    guest.send('configureSession', { deploymentId: 'd1' });
    assert.equal((await guest.nextOf('SessionResponse')).body.readOnly, true);
  });

  it('joins and types without the bot noticing', async () => {
    const guest = await open();
    for (const event of [
      { eventType: 'Presence', presence: { type: 'Join' } },
      { eventType: 'Typing', typing: { type: 'On' } },
    ]) {
      guest.send('onMessage', { message: { type: 'Event', events: [event] } });
    }
    guest.send('echo', { message: { text: 'done' } });
    await guest.next(({ body }) => body.text === 'done');
    assert.equal(bot.received.length, 0);
  });

  it('keeps three connections of a session and closes the oldest', async () => {
    const token = randomUUID();
    const oldest = await open({ token });
    for (let at = 0; at < 3; at += 1) await open({ token });
    await oldest.nextOf('ConnectionClosedEvent');
  });

  it('closes when the client says so', async () => {
    const guest = await open();
    const closed = once(guest.socket, 'close');
    guest.send('closeSession');
    await guest.nextOf('ConnectionClosedEvent');
    await closed;
  });

  const broken: [string, (guest: GuestSocket) => void, number][] = [
    ['a frame that is not JSON', (guest) => guest.socket.send('{'), 400],
    ['an unknown action', (guest) => guest.send('dance'), 4020],
    [
      'a session token that is no UUID',
      (guest) => guest.send('configureSession', { deploymentId: 'd1', token: 'x' }),
      4020,
    ],
    ['a message without text', (guest) => guest.say('  '), 4020],
    [
      'a Structured message without content',
      (guest) => guest.send('onMessage', { message: { type: 'Structured', text: 'x' } }),
      4020,
    ],
    ['a message over 4096 bytes', (guest) => guest.say('ä'.repeat(2049)), 4011],
    ['a session that nobody configured', (guest) => guest.send('getJwt', { token: randomUUID() }), 4007],
  ];
  for (const [what, send, code] of broken) {
    it(`answers ${what} with ${code}`, async () => {
      const guest = await open();
      send(guest);
      const frame = await guest.next((one) => one.type === 'response');
      assert.deepEqual([frame.class, frame.code], ['string', code]);
      assert.equal(bot.received.length, 0);
    });
  }

  it("does not take another connection's session", async () => {
    const token = randomUUID();
    await open({ token });
    const stranger = await open();
    stranger.send('onMessage', { token, message: { type: 'Text', text: 'hi' } });
    assert.equal((await stranger.next((frame) => frame.type === 'response')).code, 4007);
  });

  it('takes five messages a second', async () => {
    const guest = await open();
    for (let at = 0; at < 6; at += 1) guest.say(`message ${at}`);
    const { code, body } = await guest.nextOf('TooManyRequestsErrorMessage');
    assert.deepEqual([code, body.errorCode, body.retryAfter], [429, 4029, 1]);
    clock += 1_000;
    guest.say('later');
    await guest.next(({ body }) => body.text === 'later');
  });

  it('chooses the route by the address or by an attribute of the first message', async () => {
    const byAddress = await open({ query: '&route=v2', configure: false });
    byAddress.send('configureSession', { deploymentId: 'd1' });
    assert.equal((await byAddress.nextOf('SessionResponse')).body.route, 'v2');
    const byAttribute = await open();
    const channel = { metadata: { customAttributes: { route: 'v1' } } };
    byAttribute.send('onMessage', { message: { type: 'Text', text: 'hi', channel } });
    await byAttribute.next(({ body }) => body.events?.[0].typing?.type === 'Off');
    assert.ok(bot.received.some(({ path }) => path === '/api/genesys/v1/messages'));
  });

  it('tells the client when the sandbox refused a card', async () => {
    const token = await sandbox.token();
    turn = async ({ body }) => {
      await sandbox.postCard(body.conversation.id, card({ components: [] }), token);
      return {};
    };
    const guest = await open();
    guest.say('bad');
    const { body } = await guest.nextOf('SandboxComplaint');
    assert.deepEqual([body.where, body.path], ['guest card', 'message.card.components']);
  });

  const refusedUpgrades: [string, string, Record<string, string>, number][] = [
    ['another path', '/v2?deploymentId=d1', {}, 404],
    ['no deployment', '/v1', {}, 400],
    ['a page of another origin', '/v1?deploymentId=d1', { origin: 'https://evil.example' }, 403],
    ['a page whose name was made to lead here', '/v1?deploymentId=d1', { host: 'evil.example:3979' }, 403],
  ];
  for (const [what, path, headers, status] of refusedUpgrades) {
    it(`refuses ${what}`, async () => {
      const socket = new WebSocket(sandbox.url.replace('http', 'ws') + path, { headers });
      const [, response] = await once(socket, 'unexpected-response');
      assert.equal(response.statusCode, status);
    });
  }

  it('cuts off a frame over 64 KiB', async () => {
    const guest = await open();
    const closed = once(guest.socket, 'close');
    guest.say('x'.repeat(70_000));
    const [code] = await closed;
    assert.equal(code, 1009);
  });
});
