import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { startTestSandbox, type TestSandbox } from './client.ts';
import { type Answer, type FakeBot, type Received, startFakeBot } from './fakeBot.ts';

const intents = ['order_status', 'live_agent', 'turn-odd', 'turn-even'].map((name) => ({ name }));
const botList = {
  entities: [
    {
      id: 'card-bot',
      name: 'Card Bot',
      provider: 'Example',
      versions: [{ version: '1.0', supportedLanguages: ['en-us'], intents }],
    },
  ],
};
const outgoingPath = '/api/v2/integrations/botconnectors/outgoing/messages';
const text = (words: string) => ({ type: 'Text', text: words });
const cardMessage = (card: object) => ({
  type: 'Structured',
  text: 'A card',
  content: [{ contentType: 'Card', card }],
});
const postback = (words: string, payload: string) => ({ type: 'Postback', text: words, payload });
const goodCard = {
  title: 'Order 12345',
  description: '',
  actions: [
    postback('Cancel', 'cancel:1'),
    { type: 'Link', text: 'Track', url: 'https://shop.example.com/1' },
  ],
};

describe('the stand-in of Architect', () => {
  let sandbox: TestSandbox;
  let bot: FakeBot;
  let list: Answer;
  let turn: (request: Received) => Promise<Answer> | Answer;
  let calls: Received[];
  before(async () => {
    bot = await startFakeBot((request) => {
      if (request.path === '/api/genesys/v2/bots') return list;
      calls.push(request);
      return turn(request);
    });
    sandbox = await startTestSandbox({ botUrl: bot.url, connectorSecret: 'shared-secret' });
  });
  after(async () => {
    await sandbox.close();
    await bot.close();
  });
  beforeEach(async () => {
    calls = [];
    list = { json: botList };
    await sandbox.call('POST', '/sandbox/reset');
  });
  const v1 = (more: object = {}): Answer => ({
    json: {
      replymessages: [text('Hello')],
      botState: 'MoreData',
      intent: 'turn-odd',
      confidence: 1,
      ...more,
    },
  });
  const v2 = (more: object = {}): Answer => ({
    json: { botState: 'MoreData', replyMessages: [text('Hello')], ...more },
  });
  const say = async (conversation: string, words: string, payload?: string) =>
    (await sandbox.say(conversation, words, payload, '?waitMs=0')).body.messages;
  const texts = (messages: { text: string }[]) => messages.map((message) => message.text);
  const exits = async (conversation: string) =>
    (await sandbox.call('GET', `/sandbox/conversations/${conversation}`)).body.exits;

  it('calls a v1 bot as Call Bot Connector does', async () => {
    turn = () => v1();
    const conversation = await sandbox.converse('v1');
    assert.deepEqual(texts(await say(conversation, 'Where is my order?')), ['Hello']);
    await say(conversation, 'Cancel order', 'cancel:12345');

    const [first, second] = calls as [Received, Received];
    assert.deepEqual([first.method, first.path], ['POST', '/api/genesys/v1/messages']);
    assert.equal(first.headers.authorization, 'Bearer shared-secret');
    assert.match(String(first.headers['inin-correlation-id']), /^[0-9a-f-]{36}$/);
    const { botSessionId, ...body } = first.body;
    assert.deepEqual(body, {
      botId: 'Card Bot',
      botVersion: '1.0',
      inputMessage: { type: 'Text', text: 'Where is my order?' },
      languageCode: 'en-us',
      botSessionTimeout: 4320,
      chatBot: { id: 'card-bot', name: 'Card Bot' },
      genesysConversationId: conversation,
      parameters: { customerTier: 'gold' },
    });
    assert.equal(second.body.botSessionId, botSessionId);
    assert.equal('parameters' in second.body, false);
    assert.deepEqual(second.body.inputMessage, {
      type: 'Structured',
      text: 'Cancel order',
      content: [
        {
          contentType: 'ButtonResponse',
          buttonResponse: { type: 'Button', text: 'Cancel order', payload: 'cancel:12345' },
        },
      ],
    });
    assert.deepEqual((await sandbox.stats()).complaints, []);
  });

  it('calls a v2 bot as Call Digital Bot Connector does', async () => {
    turn = () => v2();
    const conversation = await sandbox.converse('v2');
    assert.deepEqual(texts(await say(conversation, 'hi')), ['Hello']);
    await say(conversation, 'hi again');

    const [first, second] = calls as [Received, Received];
    assert.equal(first.path, '/api/genesys/v2/messages');
    const { botSessionId, messageId, ...body } = first.body;
    assert.deepEqual(body, {
      botId: 'card-bot',
      botVersion: '1.0',
      inputMessage: { type: 'Text', text: 'hi' },
      languageCode: 'en-us',
      botSessionTimeout: 60,
      genesysConversationId: conversation,
      parameters: { customerTier: 'gold' },
    });
    assert.notEqual(second.body.messageId, messageId);
    assert.equal(second.body.botSessionId, botSessionId);
    assert.deepEqual((await sandbox.stats()).complaints, []);
  });

  it('sends a v2 message twice under one id, and turns the order of an answer, when asked for these faults', async () => {
    turn = () => v2({ replyMessages: [text('one'), text('two')] });
    await sandbox.call('PUT', '/sandbox/faults', { repeatMessages: true, reverseMessages: true });
    const conversation = await sandbox.converse('v2');
    assert.deepEqual(texts(await say(conversation, 'hi')), ['two', 'one']);
    const [first, second] = calls as [Received, Received];
    assert.equal(calls.length, 2);
    assert.deepEqual(second.body, first.body);
  });

  it('hands the parameters of the conversation to the bot, in the header that is configured', async () => {
    const other = await startTestSandbox({
      botUrl: bot.url,
      connectorHeader: 'x-api-key',
      connectorSecret: 'k',
    });
    turn = () => v1();
    const { body } = await other.call('POST', '/sandbox/conversations?route=v1', {
      parameters: { tier: 'silver' },
    });
    await other.say(body.conversationId, 'hi', undefined, '?waitMs=0');
    await other.close();
    assert.deepEqual(calls[0]?.body.parameters, { tier: 'silver' });
    assert.equal(calls[0]?.headers['x-api-key'], 'k');
  });

  for (const route of ['v1', 'v2'] as const) {
    const key = route === 'v1' ? 'replymessages' : 'replyMessages';
    const answer = route === 'v1' ? v1 : v2;

    it(`shows cards, carousels and quick replies of ${route}`, async () => {
      const quickReply = { text: 'Small', payload: 's', action: 'Message' };
      const carousel = { cards: [goodCard, { ...goodCard, actions: [postback('Cancel', 'cancel:2')] }] };
      turn = () =>
        answer({
          [key]: [
            cardMessage({
              ...goodCard,
              image: 'https://cdn.example.com/a.png',
              defaultAction: goodCard.actions[1],
            }),
            { type: 'Structured', text: 'Some', content: [{ contentType: 'Carousel', carousel }] },
            { type: 'Structured', text: 'Size?', content: [{ contentType: 'QuickReply', quickReply }] },
          ],
        });
      const messages = await say(await sandbox.converse(route), 'show me');
      assert.deepEqual(
        messages.map((message: { content: { contentType: string }[] }) => message.content[0]?.contentType),
        ['Card', 'Carousel', 'QuickReply'],
      );
      assert.deepEqual((await sandbox.stats()).complaints, []);
    });

    const dropped: [string, unknown, string][] = [
      [
        'a card without a description',
        cardMessage({ title: 'x', actions: [] }),
        'content[0].card.description',
      ],
      ['a card without actions', cardMessage({ title: 'x', description: '' }), 'content[0].card.actions'],
      [
        'an action without a text',
        cardMessage({ ...goodCard, actions: [{ type: 'Postback', payload: 'x' }] }),
        'content[0].card.actions[0].text',
      ],
      [
        'an unknown action',
        cardMessage({ ...goodCard, actions: [{ type: 'Call', text: 'x' }] }),
        'content[0].card.actions[0].type',
      ],
      [
        'a javascript: link',
        cardMessage({ ...goodCard, actions: [{ type: 'Link', text: 'x', url: 'javascript:x' }] }),
        'content[0].card.actions[0].url',
      ],
      [
        'a http: picture',
        cardMessage({ ...goodCard, image: 'http://x.example/a.png' }),
        'content[0].card.image',
      ],
      ['an unknown key', cardMessage({ ...goodCard, html: '<b>' }), 'content[0].card'],
      [
        'two equal postbacks',
        cardMessage({ ...goodCard, actions: [postback('A', 'a'), postback('A', 'a')] }),
        'content[0].card.actions[1]',
      ],
      [
        'equal postbacks in two cards of a carousel',
        {
          type: 'Structured',
          text: 'x',
          content: [{ contentType: 'Carousel', carousel: { cards: [goodCard, goodCard] } }],
        },
        'content[0].carousel.cards[1].actions[0]',
      ],
      [
        'eleven cards in a carousel',
        {
          type: 'Structured',
          text: 'x',
          content: [
            {
              contentType: 'Carousel',
              carousel: { cards: Array.from({ length: 11 }, () => ({ ...goodCard, actions: [] })) },
            },
          ],
        },
        'content[0].carousel.cards',
      ],
      [
        'a content type that strict clients skip',
        { type: 'Structured', text: 'x', content: [{ contentType: 'GenericTemplate' }] },
        'content[0].contentType',
      ],
      [
        'a Structured message without text',
        { type: 'Structured', content: [{ contentType: 'Card', card: goodCard }] },
        'text',
      ],
      [
        'a Text message with content',
        { ...text('x'), content: [{ contentType: 'Card', card: goodCard }] },
        'content[0]',
      ],
      ['an empty text', text(''), 'text'],
      ['a text over 4000 characters', text('x'.repeat(4001)), 'text'],
      ['a message of an unknown type', { type: 'Html', text: '<b>' }, 'type'],
    ];
    for (const [what, message, path] of dropped) {
      it(`drops ${what} of ${route}, complains, and shows the rest`, async () => {
        turn = () => answer({ [key]: [text('before'), message] });
        assert.deepEqual(texts(await say(await sandbox.converse(route), 'hi')), ['before']);
        const [complaint] = (await sandbox.stats()).complaints;
        assert.deepEqual([complaint.where, complaint.path], [`${route} answer`, `${key}[1].${path}`]);
      });
    }

    const failures: [string, Answer, string][] = [
      ['nested parameters', answer({ parameters: { a: { b: 'c' } } }), 'parameters.a'],
      ['a parameter that is a number', answer({ parameters: { a: 1 } }), 'parameters.a'],
      ['an intent that is not registered', answer({ intent: 'dance' }), 'intent'],
      ['no intent on Complete', answer({ botState: 'Complete', intent: undefined }), 'intent'],
      ['an unknown botState', answer({ botState: 'DONE' }), 'botState'],
      ['a confidence over 1', answer({ confidence: 2 }), 'confidence'],
      ['a body that is a list', { json: [] }, ''],
      ['a body that is not JSON', { text: '<html>' }, ''],
      ['an error status', { status: 500, json: {} }, ''],
      ['a redirect', { status: 307, location: '/elsewhere' }, ''],
      ['a body over 512,000 bytes', answer({ padding: 'x'.repeat(512_001) }), ''],
    ];
    for (const [what, bad, path] of failures) {
      it(`takes the failure branch for ${what} of ${route}`, async () => {
        turn = ({ path }) => (path === '/elsewhere' ? answer() : bad);
        const conversation = await sandbox.converse(route);
        const [message] = await say(conversation, 'hi');
        assert.deepEqual(
          [message.text, message.system],
          ['Flow took the failure branch: InternalServerError', true],
        );
        const [complaint] = (await sandbox.stats()).complaints;
        assert.deepEqual([complaint.where, complaint.path], [`${route} answer`, path]);
        assert.equal((await exits(conversation))[0].outcome, 'failure');
      });
    }

    it(`takes the failure branch when ${route} does not answer in time`, async () => {
      await sandbox.call('PUT', '/sandbox/faults', { architectTimeoutMs: 250 });
      turn = () => 'hang';
      const [message] = await say(await sandbox.converse(route), 'hi');
      assert.equal(message.text, 'Flow took the failure branch: InternalServerError');
      const { complaints, botFailures } = await sandbox.stats();
      assert.deepEqual([complaints[0].message, botFailures], ['timed out', 1]);
    });

    it(`lets the flow go on when ${route} completes, and begins another session after that`, async () => {
      turn = () => answer({ botState: 'Complete', intent: 'live_agent', parameters: { outcome: 'handoff' } });
      const conversation = await sandbox.converse(route);
      assert.deepEqual(texts(await say(conversation, 'a person')), [
        'Hello',
        'Flow continued: intent live_agent',
      ]);
      await say(conversation, 'hello again');
      const [first, second] = calls as [Received, Received];
      assert.notEqual(first.body.botSessionId, second.body.botSessionId);
      assert.deepEqual(second.body.parameters, { customerTier: 'gold' });
      const [exit] = await exits(conversation);
      assert.deepEqual(
        [exit.outcome, exit.name, exit.parameters],
        ['intent', 'live_agent', { outcome: 'handoff' }],
      );
    });

    it(`takes the failure branch that ${route} names, after showing what it said`, async () => {
      turn = () =>
        answer({ botState: 'Failed', intent: 'live_agent', errorInfo: { errorCode: 'backend.down' } });
      const messages = await say(await sandbox.converse(route), 'hi');
      assert.deepEqual(texts(messages), ['Hello', 'Flow took the failure branch: backend.down']);
    });

    it(`asks ${route} one utterance of a conversation after the other`, async () => {
      const running: string[] = [];
      turn = async ({ body }) => {
        running.push(`start ${body.inputMessage.text}`);
        await new Promise((resolve) => setImmediate(resolve));
        running.push(`end ${body.inputMessage.text}`);
        return answer();
      };
      const conversation = await sandbox.converse(route);
      await Promise.all(['one', 'two'].map((words) => say(conversation, words)));
      assert.deepEqual(
        running.map((step) => step.split(' ')[0]),
        ['start', 'end', 'start', 'end'],
      );
    });
  }

  it('ends a v1 session after more than three equal intents in a row', async () => {
    turn = () => v1();
    const conversation = await sandbox.converse('v1');
    for (const words of ['one', 'two', 'three'])
      assert.deepEqual(texts(await say(conversation, words)), ['Hello']);
    const messages = await say(conversation, 'four');
    assert.deepEqual(texts(messages), ['Hello', 'Flow took the failure branch: NoMatchError']);
  });

  it('lets a v1 session live on equal intents while slots change, or with two intents in turn', async () => {
    for (const change of [
      (n: number) => ({ slotValues: { turn: n } }),
      (n: number) => ({ intent: n % 2 ? 'turn-odd' : 'turn-even' }),
    ]) {
      let at = 0;
      turn = () => v1(change(at++));
      const conversation = await sandbox.converse('v1');
      for (let n = 0; n < 8; n += 1) assert.deepEqual(texts(await say(conversation, 'hi')), ['Hello']);
    }
  });

  it('reads only the small m in v1', async () => {
    turn = () => ({ json: { replyMessages: [text('Hello')], botState: 'MoreData', intent: 'turn-odd' } });
    assert.deepEqual(await say(await sandbox.converse('v1'), 'hi'), []);
    assert.equal((await sandbox.stats()).complaints[0].path, 'replyMessages');
  });

  it('complains about a v1 turn without an intent and about unknown fields', async () => {
    turn = () => v1({ intent: undefined, speech: 'x' });
    assert.deepEqual(texts(await say(await sandbox.converse('v1'), 'hi')), ['Hello']);
    const { complaints } = await sandbox.stats();
    assert.deepEqual(
      complaints.map(({ path }: { path: string }) => path),
      ['speech', 'intent'],
    );
  });

  it('complains about the bot list of a v2 bot', async () => {
    list = { json: { entities: [{ id: 'card-bot', name: ' padded ', versions: [] }] } };
    turn = () => v2({ botState: 'Complete', intent: 'anything' });
    assert.equal(
      (await say(await sandbox.converse('v2'), 'hi')).length,
      2,
      'no intent is checked without a list',
    );
    const { complaints } = await sandbox.stats();
    assert.deepEqual([complaints[0].where, complaints[0].path], ['v2 bot list', 'entities[0].name']);
  });

  it('takes typed entities of v2 and refuses wrong ones', async () => {
    turn = () =>
      v2({
        entities: [
          { name: 'a', type: 'String', value: 'x' },
          { name: 'b', type: 'IntegerCollection', values: ['1'] },
        ],
      });
    const conversation = await sandbox.converse('v2');
    assert.deepEqual(texts(await say(conversation, 'hi')), ['Hello']);
    for (const entity of [
      { name: 'a', type: 'Colour', value: 'x' },
      { name: 'a', type: 'StringCollection', value: 'x' },
      { name: 'a', type: 'Integer', value: 1 },
    ]) {
      turn = () => v2({ entities: [entity] });
      assert.match(texts(await say(conversation, 'hi'))[0] ?? '', /failure branch/);
    }
  });

  const wrongValues: [type: string, value: string | string[]][] = [
    ['Integer', '1.5'],
    ['integer', 'one'],
    ['Decimal', '0x10'],
    ['Decimal', ''],
    ['Boolean', 'yes'],
    ['Datetime', '26.11.2026'],
    ['Datetime', '2026-11-26'],
    ['Duration', '1 hour'],
    ['Currency', '17.00|USD'],
    ['Currency', '{"amount":"17","code":"USD"}'],
    ['IntegerCollection', ['1', 'x']],
    ['CurrencyCollection', ['17 USD']],
  ];
  for (const [type, value] of wrongValues) {
    it(`complains about ${JSON.stringify(value)} as ${type}, and shows the rest`, async () => {
      const entity = { name: 'a', type, ...(Array.isArray(value) ? { values: value } : { value }) };
      turn = () => v2({ entities: [entity] });
      assert.deepEqual(texts(await say(await sandbox.converse('v2'), 'hi')), ['Hello']);
      const { complaints } = await sandbox.stats();
      assert.deepEqual(
        complaints.map(({ rule }: { rule: number }) => rule),
        [20],
      );
    });
  }

  const rightValues: [type: string, value: string | string[]][] = [
    ['String', ''],
    ['Integer', '-42'],
    ['Decimal', '42.5'],
    ['Boolean', 'true'],
    ['Duration', 'PT1H30M'],
    ['Datetime', '2023-04-15T14:30:00Z'],
    ['Datetime', '2023-04-15T14:30:00+02:00'],
    ['Currency', '{"amount":10.50,"code":"USD"}'],
    ['datetimecollection', ['2023-04-15T14:30:00.000Z']],
    ['StringCollection', []],
  ];
  for (const [type, value] of rightValues) {
    it(`takes ${JSON.stringify(value)} as ${type}`, async () => {
      const entity = { name: 'a', type, ...(Array.isArray(value) ? { values: value } : { value }) };
      turn = () => v2({ entities: [entity] });
      assert.deepEqual(texts(await say(await sandbox.converse('v2'), 'hi')), ['Hello']);
      assert.deepEqual((await sandbox.stats()).complaints, []);
    });
  }

  const loose: [what: string, answer: object][] = [
    ['botState in capitals', { botState: 'MOREDATA' }],
    ['botState in small letters', { botState: 'moredata' }],
    ['a confidence as text', { confidence: '0.93' }],
    ['types in other letters', { replymessages: [{ type: 'TEXT', text: 'Hello' }] }],
    [
      'types of actions in other letters',
      {
        replymessages: [
          {
            type: 'structured',
            text: 'Hello',
            content: [
              {
                contentType: 'Card',
                card: { ...goodCard, actions: [{ ...postback('A', 'a'), type: 'postback' }] },
              },
            ],
          },
        ],
      },
    ],
  ];
  const structured = (...content: object[]) => ({
    replymessages: [{ type: 'Structured', text: 'Hello', content }],
  });
  loose.push(
    [
      'null for what is absent',
      {
        errorInfo: { errorCode: null, errorMessage: null },
        slotValues: null,
        ...structured({
          contentType: 'Card',
          card: {
            ...goodCard,
            image: null,
            defaultAction: null,
            actions: [{ ...postback('A', 'a'), url: null }],
          },
          carousel: null,
        }),
      },
    ],
    [
      'numbers as text',
      {
        slotValues: { total: { amount: '17.00', code: 'USD' } },
        ...structured({
          contentType: 'Attachment',
          attachment: { mediaType: 'File', url: 'https://x.example/a.pdf', contentSizeBytes: '1200' },
        }),
      },
    ],
    [
      'the short text of a quick reply',
      structured({
        contentType: 'QuickReply',
        quickReply: { text: 'Small', payload: 's', action: 'Message', summaryText: 'S' },
      }),
    ],
    [
      'every field of an action',
      structured({
        contentType: 'Card',
        card: { ...goodCard, actions: [{ ...postback('A', 'a'), url: 'https://x.example' }] },
      }),
    ],
  );
  for (const [what, more] of loose) {
    it(`reads ${what}, as the SDKs do`, async () => {
      turn = () => v1(more);
      const messages = await say(await sandbox.converse('v1'), 'hi');
      assert.deepEqual(texts(messages), ['Hello']);
      assert.equal(messages[0].content?.[0].card?.actions[0].type ?? 'Postback', 'Postback');
      assert.deepEqual((await sandbox.stats()).complaints, []);
    });
  }

  const slots = [{ dateTime: '2026-12-01T10:00:00Z', duration: 900 }];
  const pickers: [what: string, content: object, rule: number | undefined][] = [
    [
      'a date picker',
      { contentType: 'DatePicker', datePicker: { title: 'When?', availableTimes: slots } },
      undefined,
    ],
    [
      'a date picker with a first day',
      { contentType: 'DatePicker', datePicker: { title: 'When?', dateMinimum: '2026-12-01' } },
      undefined,
    ],
    ['a date picker without times', { contentType: 'DatePicker', datePicker: { title: 'When?' } }, 44],
    [
      'a date picker without a title',
      { contentType: 'DatePicker', datePicker: { availableTimes: slots } },
      44,
    ],
    [
      'a list picker',
      {
        contentType: 'ListPicker',
        listPicker: {
          sections: [{ title: 'Sizes', multipleSelection: true, items: [{ id: 's', title: 'Small' }] }],
          receivedMessage: { title: 'Choose' },
        },
      },
      undefined,
    ],
    [
      'a list picker without the title of its message',
      { contentType: 'ListPicker', listPicker: { sections: [{ items: [{ id: 's', title: 'Small' }] }] } },
      45,
    ],
  ];
  for (const [what, content, rule] of pickers) {
    it(`${rule === undefined ? 'shows' : 'drops'} ${what}`, async () => {
      turn = () => v2({ replyMessages: [{ type: 'Structured', text: 'Hello', content: [content] }] });
      assert.equal((await say(await sandbox.converse('v2'), 'hi')).length, rule === undefined ? 1 : 0);
      assert.equal((await sandbox.stats()).complaints[0]?.rule, rule);
    });
  }

  describe('and the later answers of v2', () => {
    let token: string;
    beforeEach(async () => {
      token = await sandbox.token('');
    });
    const outgoing = (to: Received, more: object = {}) => {
      const { botId, botVersion, botSessionId, languageCode } = to.body;
      return sandbox.call(
        'POST',
        outgoingPath,
        {
          botId,
          botVersion,
          botSessionId,
          languageCode,
          botState: 'MoreData',
          replyMessages: [text('Later')],
          ...more,
        },
        { authorization: `Bearer ${token}` },
      );
    };

    for (const [name, acknowledge] of [
      ['202', { status: 202 }],
      ['an empty 200', {}],
    ] as const) {
      it(`wait for them after ${name}`, async () => {
        turn = (request) => {
          setImmediate(() => void outgoing(request));
          return acknowledge;
        };
        assert.deepEqual(texts(await say(await sandbox.converse('v2'), 'hi')), ['Later']);
        assert.deepEqual((await sandbox.stats()).complaints, []);
      });
    }

    it('show them when they overtake the acknowledgement, and several in order', async () => {
      turn = async (request) => {
        const { status, body } = await outgoing(request, { replyMessages: [text('One'), text('Two')] });
        assert.deepEqual([status, typeof body.messageId], [200, 'string']);
        await outgoing(request, {
          replyMessages: [cardMessage(goodCard)],
          intent: 'order_status',
          confidence: 1,
        });
        return { status: 202 };
      };
      assert.deepEqual(texts(await say(await sandbox.converse('v2'), 'hi')), ['One', 'Two', 'A card']);
    });

    it('take the failure branch when none comes in time', async () => {
      await sandbox.call('PUT', '/sandbox/faults', { architectTimeoutMs: 250 });
      turn = () => ({ status: 202 });
      const messages = await say(await sandbox.converse('v2'), 'hi');
      assert.deepEqual(texts(messages), ['Flow took the failure branch: InternalServerError']);
      const late = await outgoing(calls[0] as Received);
      assert.deepEqual([late.status, late.body.code], [404, 'bot.session.not.found']);
    });

    const incoming = (message: object) =>
      sandbox.call(
        'POST',
        '/api/v2/integrations/botconnectors/incoming/messages',
        {
          botId: 'card-bot',
          botName: 'Card Bot',
          botVersion: '1.0',
          integrationId: 'integration-1',
          botSessionId: 'session-1',
          automateFlowExecId: 'flow-1',
          conversationId: 'outside-1',
          languageCode: 'en-us',
          inputMessage: { type: 'Text', text: 'hi' },
          messagingPlatformType: 'Open',
          channels: ['Messaging'],
          parameters: { tier: 'gold' },
          ...message,
        },
        { authorization: `Bearer ${token}` },
      );

    it('follow a message that is handed in from outside, and others of its conversation', async () => {
      turn = () => v2();
      const first = await incoming({});
      assert.equal(first.status, 200);
      const wait = `/sandbox/conversations/outside-1/messages?after=${first.body.messageId}&waitMs=20000`;
      const [answer] = (await sandbox.call('GET', wait)).body.messages;
      assert.deepEqual([answer.direction, answer.text], ['Outbound', 'Hello']);
      assert.deepEqual(calls[0]?.body, {
        botId: 'card-bot',
        botVersion: '1.0',
        botSessionId: 'session-1',
        messageId: first.body.messageId,
        inputMessage: { type: 'Text', text: 'hi' },
        languageCode: 'en-us',
        botSessionTimeout: 60,
        genesysConversationId: 'outside-1',
        parameters: { tier: 'gold' },
      });
      assert.equal((await outgoing(calls[0] as Received)).status, 200);
      await say('outside-1', 'and I');
      assert.equal(calls[1]?.body.botSessionId, 'session-1');
    });

    for (const [field, more] of [
      ['botName', { botName: undefined }],
      ['automateFlowExecId', { automateFlowExecId: undefined }],
      ['messagingPlatformType', { messagingPlatformType: 'Pigeon' }],
      ['channels[0]', { channels: ['Letter'] }],
      ['parameters.tier', { parameters: { tier: 1 } }],
    ] as const) {
      it(`are not asked for by a message from outside that is wrong in ${field}`, async () => {
        const { status, body } = await incoming(more);
        assert.deepEqual([status, body.details[0].fieldName, calls.length], [400, field, 0]);
      });
    }

    it('end the session when they complete it', async () => {
      turn = async (request) => {
        await outgoing(request, { botState: 'Complete', intent: 'live_agent' });
        return { status: 202 };
      };
      assert.deepEqual(texts(await say(await sandbox.converse('v2'), 'hi')), [
        'Later',
        'Flow continued: intent live_agent',
      ]);
    });

    const refused: [string, object, number, string][] = [
      ['without a botState', { botState: undefined }, 400, 'botState'],
      ['without a language', { languageCode: undefined }, 400, 'languageCode'],
      ['with an unknown field', { text: 'x' }, 400, ''],
      ['with nested parameters', { parameters: { a: {} } }, 400, 'parameters.a'],
      ['with an intent that is not registered', { intent: 'dance' }, 400, 'intent'],
      ['completing without an intent', { botState: 'Complete' }, 400, 'intent'],
      ['of another bot', { botId: 'other' }, 400, ''],
      ['of an unknown session', { botSessionId: 'nobody' }, 404, ''],
    ];
    for (const [what, more, status, path] of refused) {
      it(`are refused ${what}`, async () => {
        turn = () => v2();
        await say(await sandbox.converse('v2'), 'hi');
        const answer = await outgoing(calls[0] as Received, more);
        assert.equal(answer.status, status);
        const [complaint] = (await sandbox.stats()).complaints;
        assert.deepEqual([complaint.where, complaint.path], ['v2 outgoing message', path]);
      });
    }

    it('need a token and obey the rate limit', async () => {
      turn = () => v2();
      await say(await sandbox.converse('v2'), 'hi');
      const request = calls[0] as Received;
      await sandbox.call('PUT', '/sandbox/faults', { requestsPerMinute: 1 });
      assert.equal((await outgoing(request)).status, 200);
      assert.equal((await outgoing(request)).status, 429);
      token = 'nonsense';
      assert.equal((await outgoing(request)).status, 401);
    });
  });
});

describe('the bot list of v1', () => {
  let sandbox: TestSandbox;
  let authorization: string;
  before(async () => {
    sandbox = await startTestSandbox();
    authorization = `Bearer ${await sandbox.token('')}`;
  });
  after(() => sandbox.close());
  const path = '/api/v2/integrations/botconnector/integration-1/bots';
  const version = { version: '1.0', supportedLanguages: ['en-us', 'de'], intents: [{ name: 'done' }] };
  const bot = { id: 'card-bot', name: 'Card Bot', versions: [version] };
  const put = (list: unknown) => sandbox.call('PUT', path, list, { authorization });

  it('is kept and read back', async () => {
    const slots = { orderId: { name: 'orderId', type: 'String' } };
    const own = { botCompositeTag: 'tag', selfUri: '/api/v2/x' };
    const list = {
      chatBots: [{ ...bot, ...own, versions: [{ ...version, intents: [{ name: 'order_status', slots }] }] }],
    };
    assert.equal((await put(list)).status, 204);
    assert.deepEqual((await sandbox.call('GET', path, undefined, { authorization })).body, list);
    const other = path.replace('integration-1', 'integration-2');
    assert.deepEqual((await sandbox.call('GET', other, undefined, { authorization })).body, { chatBots: [] });
    assert.equal((await sandbox.call('GET', path)).status, 401);
    assert.equal((await sandbox.call('PUT', path, list)).status, 401);
  });

  it('is read by bot, by version and in short, as the official SDK reads it', async () => {
    const two = { ...bot, id: 'other', description: 'Another one' };
    await put({ chatBots: [bot, two] });
    const read = async (more: string) =>
      (await sandbox.call('GET', `${path}${more}`, undefined, { authorization })).body;
    assert.deepEqual(await read('/other'), two);
    const { entities } = await read('/other/versions');
    assert.deepEqual(entities, [
      { id: 'other', name: 'Card Bot', description: 'Another one', version: version.version },
    ]);
    assert.deepEqual(await read(`/other?version=${version.version}`), two);
    assert.equal((await read('/other?version=9.9')).code, 'not.found');
    assert.deepEqual((await read('/summaries')).entities, [
      { id: 'card-bot', name: 'Card Bot' },
      { id: 'other', name: 'Card Bot', description: 'Another one' },
    ]);
    assert.equal((await read('/nobody')).code, 'not.found');
    assert.equal((await sandbox.call('GET', `${path}/other`)).status, 401);
  });

  it('is that of the bot itself under the plural path of v2, as the official SDK reads it', async () => {
    const versions = ['1.0', '1.1'].map((one) => ({
      version: one,
      supportedLanguages: ['en-us'],
      intents: [],
    }));
    const entities = ['first', 'second'].map((id) => ({ id, name: id, provider: 'Example', versions }));
    const fake = await startFakeBot(() => ({ json: { entities } }));
    sandbox.setBotUrl(fake.url);
    const read = (more: string, headers = { authorization }) =>
      sandbox.call('GET', `${path.replace('connector', 'connectors')}${more}`, undefined, headers);
    const page = { pageSize: 1, pageNumber: 2, total: 2, pageCount: 2 };
    assert.deepEqual((await read('?pageSize=1&pageNumber=2')).body, { entities: [entities[1]], ...page });
    assert.deepEqual((await read('/summaries')).body.entities, [
      { id: 'first', name: 'first', versions: [{ version: '1.0' }, { version: '1.1' }] },
      { id: 'second', name: 'second', versions: [{ version: '1.0' }, { version: '1.1' }] },
    ]);
    assert.deepEqual((await read('/second?version=1.1')).body, { ...entities[1], versions: [versions[1]] });
    assert.equal((await read('/second?version=2.0')).status, 404);
    assert.equal((await read('', { authorization: '' })).status, 401);
    await fake.close();
    assert.equal((await read('')).status, 502);
  });

  it('comes from a client that reads its token, the addresses to allow, and one message', async () => {
    const read = (to: string) => sandbox.call('GET', to, undefined, { authorization });
    assert.equal((await read('/api/v2/tokens/me')).body.OAuthClient.id, 'test-client');
    const { entities } = (await read('/api/v2/ipranges')).body;
    assert.deepEqual(Object.keys(entities[0]), ['cidr', 'service', 'region']);
    const conversation = await sandbox.converse('v1');
    await sandbox.say(conversation, 'hi', undefined, '?waitMs=0');
    const { messages } = (await sandbox.call('GET', `/sandbox/conversations/${conversation}/messages`)).body;
    const { body } = await read(`/api/v2/conversations/messages/${messages[0].id}/details`);
    assert.deepEqual(
      [body.conversationId, body.direction, body.normalizedMessage.text],
      [conversation, 'inbound', 'hi'],
    );
    const bulk = (of: string) =>
      sandbox.call('POST', `/api/v2/conversations/messages/${of}/messages/bulk`, [messages[0].id, 'nobody'], {
        authorization,
      });
    assert.deepEqual((await bulk(conversation)).body.entities, [body]);
    assert.deepEqual((await bulk(await sandbox.converse('v1'))).body.entities, []);
    assert.equal((await read('/api/v2/conversations/messages/nobody/details')).status, 404);
    for (const to of ['/api/v2/tokens/me', '/api/v2/ipranges'])
      assert.equal((await sandbox.call('GET', to)).status, 401);
  });

  it('says what a v1 bot may answer, and how it is called', async () => {
    const fake = await startFakeBot(() => ({
      json: { replymessages: [], botState: 'Complete', intent: 'done' },
    }));
    sandbox.setBotUrl(fake.url);
    await put({ chatBots: [{ ...bot, id: 'pushed', name: 'Pushed Bot' }] });
    const conversation = await sandbox.converse('v1');
    const { body } = await sandbox.say(conversation, 'hi', undefined, '?waitMs=0');
    await fake.close();
    assert.deepEqual(
      fake.received.map((request) => request.path),
      ['/api/genesys/v1/messages'],
    );
    assert.deepEqual(fake.received[0]?.body.chatBot, { id: 'pushed', name: 'Pushed Bot' });
    assert.equal(body.messages[0].text, 'Flow continued: intent done');
  });

  const many = (count: number, one: (at: number) => object) =>
    Array.from({ length: count }, (_, at) => one(at));
  const refused: [string, unknown, string][] = [
    ['no list', {}, 'chatBots'],
    ['51 bots', { chatBots: many(51, () => bot) }, 'chatBots'],
    ['51 versions', { chatBots: [{ ...bot, versions: many(51, () => version) }] }, 'chatBots[0].versions'],
    [
      '51 intents',
      { chatBots: [{ ...bot, versions: [{ ...version, intents: many(51, (at) => ({ name: `i${at}` })) }] }] },
      'chatBots[0].versions[0].intents',
    ],
    [
      'no languages',
      { chatBots: [{ ...bot, versions: [{ ...version, supportedLanguages: [] }] }] },
      'chatBots[0].versions[0].supportedLanguages',
    ],
    ['a name of 101 characters', { chatBots: [{ ...bot, name: 'x'.repeat(101) }] }, 'chatBots[0].name'],
    ['a name with a blank at its end', { chatBots: [{ ...bot, name: 'x ' }] }, 'chatBots[0].name'],
    [
      'an unknown slot type',
      {
        chatBots: [
          {
            ...bot,
            versions: [{ ...version, intents: [{ name: 'a', slots: { s: { name: 's', type: 'Colour' } } }] }],
          },
        ],
      },
      'chatBots[0].versions[0].intents[0].slots.s.type',
    ],
    ['an unknown field', { chatBots: [{ ...bot, provider: 'x' }] }, 'chatBots[0]'],
  ];
  for (const [what, list, field] of refused) {
    it(`refuses ${what}`, async () => {
      const answer = await put(list);
      assert.deepEqual([answer.status, answer.body.details[0].fieldName], [400, field]);
    });
  }
});
