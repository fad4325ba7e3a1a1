import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { card, startTestSandbox, type TestSandbox } from './client.ts';
import { type Answer, type FakeBot, type Received, startFakeBot } from './fakeBot.ts';
import { type Frame, type GuestSocket, openGuest } from './guestSocket.ts';

/**
 * What the models of Genesys' mobile clients and of the published test tool need of a frame: a field that is missing, or
 * a value they do not know, makes them drop the frame or crash.
 */
const action = z.object({
  type: z.string(),
  text: z.string(),
  url: z.string().optional(),
  payload: z.string().optional(),
});
const nativeCard = z.object({
  title: z.string(),
  description: z.string(),
  image: z.string().optional(),
  actions: z.array(action),
});
const content = z.discriminatedUnion('contentType', [
  z.object({ contentType: z.literal('Card'), card: nativeCard }),
  z.object({ contentType: z.literal('Carousel'), carousel: z.object({ cards: z.array(nativeCard).min(1) }) }),
  z.object({
    contentType: z.literal('QuickReply'),
    quickReply: z.object({ text: z.string(), payload: z.string() }),
  }),
  z.object({
    contentType: z.literal('ButtonResponse'),
    buttonResponse: z.object({ text: z.string(), payload: z.string(), type: z.string() }),
  }),
  // The mobile clients skip it.
  z.object({ contentType: z.literal('Form') }),
  z.object({
    contentType: z.literal('Attachment'),
    attachment: z.object({
      id: z.string(),
      url: z.string(),
      filename: z.string(),
      mediaType: z.string(),
      mime: z.string(),
    }),
  }),
]);
const structured = z.strictObject({
  id: z.string().min(1),
  type: z.enum(['Text', 'Event', 'Structured']),
  text: z.string().optional(),
  direction: z.enum(['Inbound', 'Outbound']),
  originatingEntity: z.literal('Bot').optional(),
  channel: z.strictObject({ time: z.iso.datetime(), messageId: z.string(), type: z.string() }),
  content: z.array(content).optional(),
  metadata: z.record(z.string(), z.string()),
  events: z
    .array(
      z.union([
        z.strictObject({
          eventType: z.literal('Typing'),
          typing: z.strictObject({ type: z.enum(['On', 'Off']), duration: z.int().optional() }),
        }),
        z.strictObject({
          eventType: z.literal('Presence'),
          presence: z.strictObject({ type: z.enum(['Disconnect', 'Join', 'Clear', 'SignIn']) }),
        }),
      ]),
    )
    .optional(),
});
const media = z.strictObject({
  inbound: z.strictObject({
    fileTypes: z.array(z.strictObject({ type: z.string() })).min(1),
    maxFileSizeKB: z.int().min(1),
  }),
});
const bodies: Record<string, z.ZodType> = {
  string: z.string(),
  StructuredMessage: structured,
  SessionResponse: z.strictObject({
    connected: z.boolean(),
    newSession: z.boolean(),
    readOnly: z.boolean(),
    maxCustomDataBytes: z.int(),
    allowedMedia: media,
    blockedExtensions: z.array(z.string()),
    clearedExistingSession: z.boolean(),
    durationSeconds: z.int(),
    expirationDate: z.int(),
  }),
  JwtResponse: z.strictObject({ jwt: z.string().min(1), exp: z.int() }),
  PresignedUrlResponse: z.strictObject({
    attachmentId: z.string(),
    headers: z.record(z.string(), z.string()),
    url: z.url(),
    fileName: z.string().optional(),
    fileSize: z.int().optional(),
    fileType: z.string().optional(),
  }),
  UploadSuccessEvent: z.strictObject({
    attachmentId: z.string(),
    downloadUrl: z.url(),
    timestamp: z.iso.datetime(),
  }),
  UploadFailureEvent: z.strictObject({
    attachmentId: z.string(),
    errorCode: z.int(),
    errorMessage: z.string(),
    timestamp: z.iso.datetime(),
  }),
  GenerateUrlError: z.strictObject({
    name: z.string(),
    message: z.string(),
    attachmentId: z.string(),
    errorCode: z.int(),
    errorMessage: z.string(),
  }),
  AttachmentDeletedResponse: z.strictObject({ attachmentId: z.string() }),
  GetConfigurationResponse: z.strictObject({
    allowedMedia: media,
    blockedExtensions: z.array(z.string()),
    maxCustomDataBytes: z.int(),
    messageRoutingEnabled: z.boolean(),
    sessionDurationSeconds: z.int(),
  }),
  TooManyRequestsErrorMessage: z.strictObject({
    name: z.string(),
    message: z.string(),
    retryAfter: z.int(),
    errorCode: z.int(),
    errorMessage: z.string(),
  }),
  SessionExpiredEvent: z.strictObject({}),
  SessionClearedEvent: z.strictObject({}),
  ConnectionClosedEvent: z.strictObject({ reason: z.string().optional() }),
  LogoutEvent: z.strictObject({}),
};

function decode(frame: Frame): void {
  const model = bodies[frame.class];
  assert.ok(model, `no client knows the class ${frame.class}`);
  assert.ok(['message', 'response'].includes(frame.type));
  assert.ok(Number.isInteger(frame.code));
  model.parse(frame.body);
}

describe('clients that nobody here wrote', () => {
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
  beforeEach(async () => {
    bot.received.length = 0;
    turn = async () => ({});
    await sandbox.call('PUT', '/sandbox/faults', {});
  });
  afterEach(async () => {
    for (const guest of guests.splice(0)) {
      for (const frame of guest.seen) decode(frame);
      await guest.close();
    }
  });
  const open = async (options?: Parameters<typeof openGuest>[1]) => {
    const guest = await openGuest(sandbox.url, options);
    guests.push(guest);
    return guest;
  };
  /** Everything that came before the answer to a health check. */
  const settle = async (guest: GuestSocket) => {
    const tracingId = randomUUID();
    guest.send('echo', { tracingId, message: { type: 'Text', text: 'ping' } });
    await guest.next((frame) => frame.tracingId === tracingId);
  };
  const turnEnds = (guest: GuestSocket) => guest.next(({ body }) => body.events?.[0].typing?.type === 'Off');
  const presence = (type: string) => ({
    message: { type: 'Event', events: [{ eventType: 'Presence', presence: { type } }] },
  });
  const say = (activity: object) => async (request: Received) => {
    await sandbox.call('POST', `/v3/conversations/${request.body.conversation.id}/activities`, activity);
    return {};
  };

  it('are told of typing only when they ask', async () => {
    turn = say({ type: 'message', text: 'Hello' });
    const plain = await open();
    plain.say('hi');
    await plain.nextMessage('Outbound');
    await settle(plain);
    assert.deepEqual(
      plain.seen.filter(({ body }) => body.type === 'Event'),
      [],
    );
    const asking = await open({ query: '&typing=true' });
    asking.send('onMessage', { tracingId: 't1', message: { type: 'Text', text: 'hi' } });
    const { tracingId, body } = await asking.next(({ body }) => body.type === 'Event');
    assert.deepEqual([tracingId, body.events[0].typing.type], [undefined, 'On']);
  });

  it('get neither notes nor complaints nor fields of the sandbox', async () => {
    const token = await sandbox.token();
    turn = async ({ body }) => {
      await sandbox.postCard(body.conversation.id, card({ components: [] }), token);
      return { status: 500 };
    };
    const guest = await open({ query: '&typing=true' });
    guest.say('bad');
    await turnEnds(guest);
    turn = say({ type: 'message', text: 'Good' });
    guest.say('good');
    await guest.next(({ body }) => body.text === 'Good');
    assert.deepEqual(
      guest.seen.map(({ body }) => body.text).filter((text) => text !== undefined),
      ['bad', 'good', 'Good'],
    );
    guest.send('getJwt');
    const { jwt } = (await guest.nextOf('JwtResponse')).body;
    const history = await sandbox.call('GET', '/api/v2/webmessaging/messages', undefined, {
      authorization: `Bearer ${jwt}`,
      origin: 'mypurecloud.com',
    });
    z.array(structured).length(3).parse(history.body.entities);
  });

  const buttons = (...buttons: object[]) => ({ type: 'buttonGroup', buttons });
  const track = { label: 'Track', action: 'postback', payload: 'track:1' };
  const header = { type: 'header', text: 'Order 1' };
  const body = { type: 'body', text: 'It is **here**.', markdown: true };
  const image = { type: 'image', url: 'https://shop.example.com/1.png', altText: 'A parcel' };
  const replies = { type: 'quickReplies', replies: [{ label: 'Yes', payload: 'y' }] };
  const translations: [name: string, components: object[], type: string, content: object | undefined][] = [
    ['words alone', [header, body], 'Text', undefined],
    [
      'a header, words and a button',
      [header, body, buttons(track)],
      'Structured',
      [
        {
          contentType: 'Card',
          card: {
            title: 'Order 1',
            description: 'It is here.',
            actions: [{ type: 'Postback', text: 'Track', payload: 'track:1' }],
          },
        },
      ],
    ],
    [
      'words without a header, a picture and links',
      [
        image,
        body,
        buttons(
          { label: 'Map', action: 'openUrl', payload: 'https://shop.example.com/map' },
          { label: 'Call', action: 'openUrl', payload: 'tel:+49301' },
        ),
      ],
      'Structured',
      [
        {
          contentType: 'Card',
          card: {
            title: 'It is here.',
            description: 'Call: tel:+49301',
            image: 'https://shop.example.com/1.png',
            actions: [{ type: 'Link', text: 'Map', url: 'https://shop.example.com/map' }],
          },
        },
      ],
    ],
    [
      'buttons alone',
      [buttons(track)],
      'Structured',
      [
        {
          contentType: 'Card',
          card: {
            title: 'Track',
            description: '',
            actions: [{ type: 'Postback', text: 'Track', payload: 'track:1' }],
          },
        },
      ],
    ],
    [
      'a question with quick replies',
      [body, replies],
      'Structured',
      [{ contentType: 'QuickReply', quickReply: { text: 'Yes', payload: 'y', action: 'Message' } }],
    ],
    [
      'a card with quick replies',
      [header, { type: 'section', components: [body, buttons(track)] }, replies],
      'Structured',
      [
        {
          contentType: 'Card',
          card: {
            title: 'Order 1',
            description: 'It is here.',
            actions: [
              { type: 'Postback', text: 'Track', payload: 'track:1' },
              { type: 'Postback', text: 'Yes', payload: 'y' },
            ],
          },
        },
      ],
    ],
    [
      'a carousel',
      [
        header,
        { type: 'carousel', cards: [{ components: [header, buttons(track)] }, { components: [body] }] },
      ],
      'Structured',
      [
        {
          contentType: 'Carousel',
          carousel: {
            cards: [
              {
                title: 'Order 1',
                description: '',
                actions: [{ type: 'Postback', text: 'Track', payload: 'track:1' }],
              },
              { title: 'It is here.', description: '', actions: [] },
            ],
          },
        },
      ],
    ],
  ];
  for (const [name, components, type, expected] of translations) {
    it(`read a guest card as normalized content: ${name}`, async () => {
      const token = await sandbox.token();
      turn = async (request) => {
        await sandbox.postCard(request.body.conversation.id, card({ components }), token);
        return {};
      };
      const guest = await open();
      guest.say('order');
      const shown = (await guest.nextMessage('Outbound')).body;
      assert.equal(shown.type, type);
      assert.deepEqual(shown.content, expected);
      assert.notEqual(shown.text, '');
    });
  }

  it('order messages by their times, which are all different', async () => {
    turn = async (request) => {
      for (const text of ['one', 'two', 'three']) await say({ type: 'message', text })(request);
      return {};
    };
    const guest = await open();
    guest.say('go');
    await guest.next(({ body }) => body.text === 'three');
    const messages = guest.seen.filter(({ body }) => body.channel !== undefined);
    const times = messages.map(({ body }) => body.channel.time);
    assert.deepEqual(times, [...new Set(times)].sort());
  });

  it('hear their own Join, and the end of a conversation that they clear on all their connections', async () => {
    const guest = await open();
    const second = await open({ token: guest.token });
    guest.send('onMessage', { tracingId: 'j', ...presence('Join') });
    const joined = await guest.next(({ body }) => body.type === 'Event');
    assert.deepEqual(
      [joined.tracingId, joined.body.direction, joined.body.events[0].presence.type],
      ['j', 'Inbound', 'Join'],
    );
    const closed = [once(guest.socket, 'close'), once(second.socket, 'close')];
    guest.send('onMessage', presence('Clear'));
    for (const one of [guest, second]) {
      await one.nextOf('SessionClearedEvent');
      await one.nextOf('ConnectionClosedEvent');
    }
    await Promise.all(closed);
    assert.equal(bot.received.length, 0);
  });

  it('check their health: the answer is a response, their own words, with the life of the session', async () => {
    const guest = await open();
    guest.send('echo', {
      tracingId: 'SGVhbHRoQ2hlY2tNZXNzYWdlSWQ=',
      message: { type: 'Text', text: 'ping' },
    });
    const { type, tracingId, body } = await guest.nextOf('StructuredMessage');
    assert.deepEqual(
      [type, tracingId, body.direction, body.text],
      ['response', 'SGVhbHRoQ2hlY2tNZXNzYWdlSWQ=', 'Inbound', 'ping'],
    );
    assert.equal(body.metadata.durationSeconds, '259200');
    assert.equal(body.metadata.expirationDate, String(clock / 1000 + 259_200));
  });

  it('lose a session that expires, and begin a new one with the same token', async () => {
    await sandbox.call('PUT', '/sandbox/faults', { sessionSeconds: 60 });
    const guest = await open();
    clock += 59_000;
    guest.say('still here');
    await guest.nextMessage('Inbound');
    clock += 59_000;
    guest.say('and again');
    await guest.nextMessage('Inbound');
    clock += 60_000;
    guest.say('too late');
    assert.equal((await guest.next(({ type }) => type === 'response')).code, 4006);
    guest.send('echo', { message: { text: 'ping' } });
    await guest.nextOf('SessionExpiredEvent');
    guest.send('configureSession', { deploymentId: 'd1' });
    assert.equal((await guest.nextOf('SessionResponse')).body.newSession, true);
  });

  const attributes = (bytes: number) => {
    const length = bytes - JSON.stringify({ a: '' }).length;
    return { channel: { metadata: { customAttributes: { a: 'x'.repeat(length) } } } };
  };
  for (const [bytes, code] of [
    [2_048, 200],
    [2_049, 4013],
  ] as const) {
    it(`send custom attributes of ${bytes} bytes: ${code}`, async () => {
      for (const inside of [true, false]) {
        const guest = await open();
        const message = { type: 'Text', text: 'hi' };
        const more = attributes(bytes);
        guest.send('onMessage', inside ? { message: { ...message, ...more } } : { message, ...more });
        assert.equal((await guest.next(({ body }) => body !== undefined)).code, code);
      }
    });
  }

  it('give custom attributes that the flow hands to the bot', async () => {
    turn = async () => ({ json: { botState: 'MoreData', intent: 'a', replymessages: [] } });
    const guest = await open({ query: '&route=v1&typing=true' });
    const channel = { metadata: { customAttributes: { tier: 'silver', authenticated: 'true' } } };
    guest.send('onMessage', { message: { type: 'Text', text: 'hi' }, channel });
    await turnEnds(guest);
    const { parameters } = bot.received.find(({ path }) => path.endsWith('/v1/messages'))?.body ?? {};
    assert.deepEqual([parameters.tier, parameters.authenticated], ['silver', undefined]);
  });

  for (const [what, sent] of [
    ['an unknown action', { action: 'dance', tracingId: 'e1' }],
    ['a missing field', { action: 'onMessage', tracingId: 'e1' }],
  ] as const) {
    it(`find their own request again when it is refused: ${what}`, async () => {
      const guest = await open();
      guest.socket.send(JSON.stringify(sent));
      const { tracingId, class: name } = await guest.next(({ code }) => code !== 200);
      assert.deepEqual([name, tracingId], ['string', 'e1']);
    });
  }

  for (const origin of ['localhost', 'mypurecloud.com', '127.0.0.1:3979']) {
    it(`connect with the bare Origin ${origin}`, async () => {
      const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/v1?deploymentId=d1&application=a`, {
        headers: { origin },
      });
      await once(socket, 'open');
      socket.terminate();
    });
  }
  for (const origin of ['https://evil.example', 'http://localhost:1', 'null', 'file://']) {
    it(`a page of ${origin} does not connect`, async () => {
      const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/v1?deploymentId=d1`, {
        headers: { origin },
      });
      const [, answer] = await once(socket, 'unexpected-response');
      assert.equal(answer.statusCode, 403);
    });
  }

  it('read the configuration of a deployment', async () => {
    const { status, body } = await sandbox.call('GET', '/webdeployments/v1/deployments/d1/config.json');
    assert.equal(status, 200);
    z.object({
      id: z.literal('d1'),
      version: z.string(),
      languages: z.array(z.string()).min(1),
      defaultLanguage: z.string(),
      apiEndpoint: z.literal(sandbox.url),
      messenger: z.object({
        enabled: z.boolean(),
        apps: z.object({ conversations: z.object({ messagingEndpoint: z.string() }) }),
        styles: z.object({ primaryColor: z.string() }),
        launcherButton: z.object({ visibility: z.string() }),
        fileUpload: z.object({ modes: z.array(z.object({ maxFileSizeKB: z.int() })) }),
      }),
      journeyEvents: z.object({ enabled: z.boolean() }),
      status: z.enum(['Active', 'Inactive']),
      auth: z.object({ enabled: z.boolean() }),
    }).parse(body);
  });

  it('sign in: the flow learns who the customer is, and nobody else becomes him', async () => {
    turn = async () => ({ json: { botState: 'MoreData', intent: 'a', replymessages: [] } });
    const { code } = (await sandbox.call('POST', '/sandbox/sign-in', { customerId: 'c-1' })).body;
    const exchange = () =>
      sandbox.call('POST', '/api/v2/webdeployments/token/oauthcodegrantjwtexchange', {
        deploymentId: 'd1',
        oauth: { code, redirectUri: 'app://back' },
      });
    const { jwt, refreshToken } = (await exchange()).body;
    assert.equal((await exchange()).status, 401, 'a code counts once');
    const renewed = await sandbox.call('POST', '/api/v2/webdeployments/token/refresh', { refreshToken });
    assert.equal(renewed.status, 200);
    const guest = await open({ query: '&route=v1&typing=true', configure: false });
    const configure = (as: string) =>
      guest.send('configureAuthenticatedSession', {
        deploymentId: 'd1',
        startNew: false,
        data: { code: as },
      });
    configure('wrong');
    assert.equal((await guest.nextOf('string')).code, 401);
    configure(jwt);
    await guest.nextOf('SessionResponse');
    guest.send('configureSession', { deploymentId: 'd1' });
    assert.equal((await guest.nextOf('string')).code, 4017);
    guest.say('hi');
    await turnEnds(guest);
    const { parameters } = bot.received.find(({ path }) => path.endsWith('/v1/messages'))?.body ?? {};
    assert.deepEqual([parameters.authenticated, parameters.customerId], ['true', 'c-1']);
    const authorization = `bearer ${renewed.body.jwt}`;
    const signOut = () =>
      sandbox.call('DELETE', '/api/v2/webdeployments/token/revoke', undefined, { authorization });
    assert.equal((await signOut()).status, 204);
    await guest.nextOf('LogoutEvent');
    assert.equal((await signOut()).status, 401);
    configure(jwt);
    assert.equal((await guest.nextOf('string')).code, 401, 'the older token of the customer has ended, too');
  });

  it('sign in within a session of a guest, and lose the session on another device', async () => {
    const signIn = async (guest: GuestSocket) => {
      const { code } = (await sandbox.call('POST', '/sandbox/sign-in', { customerId: 'c-3' })).body;
      const path = '/api/v2/webdeployments/token/oauthcodegrantjwtexchange';
      const { jwt } = (await sandbox.call('POST', path, { deploymentId: 'd1', oauth: { code } })).body;
      guest.send('configureAuthenticatedSession', { deploymentId: 'd1', data: { code: jwt } });
      return (await guest.nextOf('SessionResponse')).body;
    };
    const first = await open();
    const { newSession, clearedExistingSession } = await signIn(first);
    assert.deepEqual([newSession, clearedExistingSession], [false, false]);
    const signedIn = await first.nextOf('StructuredMessage');
    assert.deepEqual([signedIn.body.direction, signedIn.body.events[0].presence.type], ['Inbound', 'SignIn']);
    first.say('it is me');
    assert.equal((await first.nextMessage('Inbound')).body.metadata.authenticated, 'true');
    const closed = once(first.socket, 'close');
    const second = await open({ configure: false });
    assert.equal((await signIn(second)).clearedExistingSession, true);
    assert.equal((await first.nextOf('ConnectionClosedEvent')).body.reason, 'signedIn');
    await closed;
  });

  it('sign in by the token of an implicit authorization, too', async () => {
    const { code: idToken } = (await sandbox.call('POST', '/sandbox/sign-in', { customerId: 'c-2' })).body;
    const path = '/api/v2/webdeployments/token/oauthcodegrantjwtexchange';
    const { status } = await sandbox.call('POST', path, {
      deploymentId: 'd1',
      oauth: { idToken, nonce: 'n-1' },
    });
    assert.equal(status, 200);
  });

  it('ask what they may send, before there is a session', async () => {
    const guest = await open({ configure: false });
    guest.send('getConfiguration', { deploymentId: 'd1', tracingId: 'c1' });
    const { tracingId, type } = await guest.nextOf('GetConfigurationResponse');
    assert.deepEqual([tracingId, type], ['c1', 'response']);
  });

  it('close one connection of their session, or all of them', async () => {
    const first = await open();
    const second = await open({ token: first.token });
    const third = await open({ token: first.token });
    first.send('closeSession', { closeAllConnections: false });
    await once(first.socket, 'close');
    await settle(second);
    const closed = [once(second.socket, 'close'), once(third.socket, 'close')];
    second.send('closeSession', { closeAllConnections: true });
    await third.nextOf('ConnectionClosedEvent');
    await Promise.all(closed);
  });

  for (const message of [
    { type: 'Event', events: [{ eventType: 'Video' }] },
    { type: 'Event', events: [{ eventType: 'Presence', presence: { type: 'SignIn' } }] },
    { type: 'Receipt', status: 'Read', content: [] },
  ]) {
    it(`send what is no word of the customer: ${JSON.stringify(message)}`, async () => {
      const guest = await open();
      guest.send('onMessage', { message });
      await settle(guest);
      assert.deepEqual([bot.received.length, guest.seen.length], [0, 2]);
    });
  }

  it('fill in a form, whose fields reach the bot by their ids', async () => {
    const field = (id: string, text: string) => ({
      id,
      component: { contentType: 'ButtonResponse', buttonResponse: { type: 'Form', text, payload: text } },
    });
    const form = {
      cannedResponseId: 'c-1',
      originatingMessageId: 'm-1',
      response: [field('name', 'Ada'), field('with', 'gift wrap'), field('with', 'insurance')],
    };
    const content = [{ contentType: 'Form', form }];
    const answers = {
      guest: {},
      v1: { botState: 'MoreData', intent: 'a', replymessages: [] },
    };
    for (const [route, json] of Object.entries(answers)) {
      turn = async () => ({ json });
      const guest = await open({ query: `&route=${route}&typing=true` });
      guest.send('onMessage', { message: { type: 'Structured', content } });
      const { body } = await guest.nextMessage('Inbound');
      assert.deepEqual([body.text, body.content], ['Ada, gift wrap, insurance', content]);
      await turnEnds(guest);
      const heard = bot.received.at(-1)?.body;
      if (route === 'v1') assert.deepEqual(heard.inputMessage.content, content);
      else assert.deepEqual(heard.value, { name: 'Ada', with: 'gift wrap, insurance' });
    }
  });

  it('find in the echo of a click which message offered it', async () => {
    const guest = await open();
    const choice = { type: 'ListPicker', text: 'Bern', payload: 'bern', originatingMessageId: 'm-1' };
    const content = [choice, { ...choice, text: 'Ulm', payload: 'ulm' }].map((buttonResponse) => ({
      contentType: 'ButtonResponse',
      buttonResponse,
    }));
    guest.send('onMessage', { message: { type: 'Structured', text: 'Bern, Ulm', content } });
    assert.deepEqual((await guest.nextMessage('Inbound')).body.content, content);
  });

  describe('send files', () => {
    const announce = (guest: GuestSocket, more: object = {}) => {
      const attachmentId = randomUUID();
      guest.send('onAttachment', {
        attachmentId,
        fileName: 'receipt.png',
        fileType: 'image/png',
        fileSize: 3,
        errorsAsJson: true,
        ...more,
      });
      return attachmentId;
    };
    const upload = (url: string, headers: Record<string, string>, body = 'abc') =>
      fetch(url, { method: 'PUT', headers: { ...headers, 'content-type': 'image/png' }, body });

    it('under an id of the platform when they name none', async () => {
      const guest = await open();
      announce(guest, { attachmentId: undefined });
      const { attachmentId, url, headers } = (await guest.nextOf('PresignedUrlResponse')).body;
      assert.deepEqual(await (await upload(url, headers)).json(), {});
      assert.equal((await guest.nextOf('UploadSuccessEvent')).body.attachmentId, attachmentId);
    });

    it('that are uploaded, sent, read by the bot and read again', async () => {
      turn = async () => ({ json: { botState: 'MoreData', replyMessages: [] } });
      const guest = await open({ query: '&route=v2&typing=true' });
      const attachmentId = announce(guest);
      const { url, headers, fileSize } = (await guest.nextOf('PresignedUrlResponse')).body;
      assert.equal(fileSize, undefined);
      assert.notDeepEqual(headers, {});
      assert.equal((await upload(url, headers)).status, 200);
      const { downloadUrl } = (await guest.nextOf('UploadSuccessEvent')).body;
      guest.send('onMessage', {
        message: {
          type: 'Text',
          text: '',
          content: [{ contentType: 'Attachment', attachment: { id: attachmentId } }],
        },
      });
      const echo = await guest.nextMessage('Inbound');
      const shown = echo.body.content[0].attachment;
      assert.deepEqual(
        [shown.filename, shown.fileSize, shown.contentSizeBytes],
        ['receipt.png', 3, undefined],
      );
      await turnEnds(guest);
      const heard = bot.received.find(({ path }) => path.endsWith('/v2/messages'))?.body.inputMessage;
      const { mediaType, contentSizeBytes: size } = heard.content[0].attachment;
      assert.deepEqual([mediaType, size], ['Image', 3]);
      const read = await fetch(heard.content[0].attachment.url);
      assert.deepEqual([await read.text(), downloadUrl], ['abc', heard.content[0].attachment.url]);
      assert.match(read.headers.get('content-disposition') ?? '', /^attachment/);
      guest.send('getAttachment', { attachmentId });
      const refreshed = (await guest.nextOf('PresignedUrlResponse')).body;
      assert.deepEqual([refreshed.headers, refreshed.fileSize], [{}, 3]);
      guest.send('deleteAttachment', { attachmentId });
      await guest.nextOf('AttachmentDeletedResponse');
      assert.equal((await fetch(url)).status, 404);
    });

    it('and get those of the bot with an id, a name and a type, by which they are read again', async () => {
      const attachment = { mediaType: 'File', url: 'https://files.example.com/a/invoice%201.pdf?x=1' };
      const content = [{ contentType: 'Attachment', attachment }];
      const replyMessages = [{ type: 'Structured', text: 'Your invoice', content }];
      turn = async () => ({ json: { botState: 'MoreData', replyMessages } });
      const guest = await open({ query: '&route=v2' });
      guest.say('my invoice');
      const { body } = await guest.nextMessage('Outbound');
      const { id, ...shown } = body.content[0].attachment;
      assert.deepEqual(shown, { ...attachment, filename: 'invoice 1.pdf', mime: 'application/pdf' });
      guest.send('getAttachment', { attachmentId: id });
      const again = (await guest.nextOf('PresignedUrlResponse')).body;
      assert.deepEqual(
        [again.attachmentId, again.url, again.fileName],
        [id, attachment.url, 'invoice 1.pdf'],
      );
    });

    for (const [what, more, code] of [
      ['a blocked type', { fileName: 'virus.EXE' }, 4001],
      ['too many bytes', { fileSize: 10_240 * 1024 + 1 }, 4002],
      ['no bytes', { fileSize: 0 }, 4002],
      ['a path as its name', { fileName: '../x.png' }, 4004],
      ['no name', { fileName: ' ' }, 4004],
      ['a name that is too long', { fileName: `${'x'.repeat(252)}.png` }, 4005],
    ] as const) {
      it(`but not one with ${what}: ${code}`, async () => {
        const guest = await open();
        announce(guest, more);
        const refused = await guest.nextOf('GenerateUrlError');
        assert.deepEqual([refused.type, refused.code, refused.body.errorCode], ['response', 400, code]);
        announce(guest, { ...more, errorsAsJson: undefined });
        await guest.nextOf('GenerateUrlError');
        announce(guest, { ...more, errorsAsJson: false });
        assert.equal((await guest.nextOf('string')).code, code);
      });
    }

    it('but not one that was never announced or uploaded', async () => {
      const guest = await open();
      const send = (id: string) =>
        guest.send('onMessage', {
          message: { type: 'Text', text: '', content: [{ contentType: 'Attachment', attachment: { id } }] },
        });
      send(randomUUID());
      assert.equal((await guest.nextOf('string')).code, 4009);
      const attachmentId = announce(guest);
      const { url } = (await guest.nextOf('PresignedUrlResponse')).body;
      assert.equal((await upload(url, {})).status, 403);
      send(attachmentId);
      assert.equal((await guest.nextOf('string')).code, 4010);
    });

    it('but none over 10 MiB', async () => {
      const guest = await open();
      announce(guest, { fileSize: undefined });
      const { url, headers } = (await guest.nextOf('PresignedUrlResponse')).body;
      assert.equal((await upload(url, headers, 'x'.repeat(10_240 * 1024 + 1))).status, 413);
      const failed = await guest.nextOf('UploadFailureEvent');
      assert.deepEqual([failed.code, failed.body.errorCode], [400, 4002]);
    });
  });
});
