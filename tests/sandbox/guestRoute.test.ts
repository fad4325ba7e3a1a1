import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { card, guestPath, startTestSandbox, type TestSandbox } from './client.ts';

const section = (components: object[]) => ({ type: 'section', components });
const body = { type: 'body', text: 'words' };
const button = (more: object = {}) => ({ label: 'Track', action: 'postback', payload: 'track', ...more });
const group = (...buttons: object[]) => ({ type: 'buttonGroup', buttons });
const nested = (levels: number): object => (levels === 1 ? body : section([nested(levels - 1)]));
const repeat = (count: number, component: object) => Array.from({ length: count }, () => component);
const linkTo = (payload: string) => [group(button({ action: 'openUrl', payload }))];
const markdown = (text: string) => [{ type: 'body', text, markdown: true }];
const picture = (url: string) => [{ type: 'image', url, altText: 'A shoe' }];

describe('the guest route', () => {
  let clock = 1_800_000_000_000;
  let sandbox: TestSandbox;
  let token: string;
  let conversation: string;
  before(async () => {
    sandbox = await startTestSandbox({ now: () => clock });
  });
  after(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.call('POST', '/sandbox/reset');
    token = await sandbox.token();
    conversation = await sandbox.converse();
  });

  it('takes a card and shows it in the conversation', async () => {
    const sent = card();
    const answer = await sandbox.postCard(conversation, sent, token);

    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body, { id: sent.messageId, conversationId: conversation, status: 'accepted' });
    assert.match(answer.headers.get('inin-correlation-id') ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(answer.headers.get('inin-ratelimit-count'), '1');
    const { body } = await sandbox.call('GET', `/sandbox/conversations/${conversation}/messages`);
    assert.equal(body.messages.length, 1);
    assert.equal(body.messages[0].id, sent.messageId);
    assert.equal(body.messages[0].text, 'Order Confirmation');
    assert.deepEqual(body.messages[0].card, sent);
  });

  it('gives a card without cards as plain text', async () => {
    const text = 'It is **on _its_ way** to [Ada](https://example.com/a), \\*not\\* a_b_c.';
    const components = [
      { type: 'header', text: 'Order **1**' },
      { type: 'body', text, markdown: true },
      { type: 'divider' },
      section([{ type: 'facts', items: [{ label: 'Status', value: 'Shipped' }] }]),
      { type: 'image', url: 'https://cdn.example.com/a.png', altText: 'A shoe' },
      group(button(), button({ label: 'Open', action: 'openUrl', payload: 'https://example.com/' })),
      { type: 'carousel', cards: [{ components: [body] }] },
      {
        type: 'quickReplies',
        replies: [
          { label: 'Yes', payload: 'y' },
          { label: 'No', payload: 'n' },
        ],
      },
    ];
    await sandbox.postCard(conversation, card({ components }), token);
    const { messages } = (await sandbox.call('GET', `/sandbox/conversations/${conversation}/messages`)).body;
    assert.deepEqual(messages[0].text.split('\n'), [
      'Order **1**',
      'It is on its way to Ada (https://example.com/a), *not* a_b_c.',
      'Status: Shipped',
      '[A shoe]',
      '[Track]',
      'Open: https://example.com/',
      'words',
      '[Yes] [No]',
    ]);
  });

  const accepted: [string, object[]][] = [
    [
      'every kind of component',
      [
        { type: 'header', text: 'Title', style: 'bold' },
        {
          type: 'body',
          text: '**bold** [here](https://example.com/a(b)c) [mail](mailto:a@example.com)',
          markdown: true,
        },
        { type: 'image', url: 'https://cdn.example.com/a.png', altText: '' },
        {
          type: 'video',
          label: 'Watch',
          url: 'https://cdn.example.com/a.mp4',
          poster: 'https://cdn.example.com/a.png',
        },
        { type: 'facts', items: [{ label: 'Status', value: 'Shipped' }] },
        { type: 'divider' },
        group(
          button({ style: 'primary' }),
          button({ action: 'webchat' }),
          button({ action: 'openUrl', payload: 'tel:+4912345' }),
        ),
        { type: 'quickReplies', replies: [{ label: 'Yes', payload: 'yes' }] },
        { type: 'carousel', cards: [{ components: [body] }, { components: [section([body])] }] },
      ],
    ],
    ['Markdown with escapes and safe autolinks', markdown('\\<a:b> \\[a]\\(b) <https://example.com/> a<b')],
    ['a tree four levels deep', [nested(4)]],
    ['20 components', repeat(20, body)],
    ['5 buttons', [group(...repeat(5, button()))]],
    [
      'the words javascript: and <script> in a text',
      [{ type: 'body', text: 'javascript: <script>alert(1)</script>' }],
    ],
  ];
  for (const [what, components] of accepted) {
    it(`takes ${what}`, async () => {
      const answer = await sandbox.postCard(conversation, card({ components }), token);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    });
  }

  const at = 'message.card';
  const refused: [string, object, string][] = [
    [
      'a tree five levels deep',
      { components: [nested(5)] },
      `${at}.components[0].components[0].components[0].components[0].components[0]`,
    ],
    [
      'depth hidden in a carousel',
      { components: [{ type: 'carousel', cards: [{ components: [nested(4)] }] }] },
      `${at}.components[0].cards[0].components[0].components[0].components[0].components[0]`,
    ],
    ['21 components', { components: repeat(21, body) }, `${at}.components[20]`],
    [
      '21 components in all',
      { components: [section(repeat(10, body)), section(repeat(9, body))] },
      `${at}.components[1].components[8]`,
    ],
    ['no component', { components: [] }, `${at}.components`],
    ['components that are no list', { components: { 0: body } }, `${at}.components`],
    ['6 buttons', { components: [group(...repeat(6, button()))] }, `${at}.components[0].buttons`],
    ['no button', { components: [group()] }, `${at}.components[0].buttons`],
    [
      'an unknown component',
      { components: [{ type: 'iframe', url: 'https://example.com' }] },
      `${at}.components[0].type`,
    ],
    ['an unknown key of a component', { components: [{ ...body, onclick: 'x' }] }, `${at}.components[0]`],
    ['an unknown key of the card', { script: 'x' }, at],
    [
      'an unknown button action',
      { components: [group(button({ action: 'run' }))] },
      `${at}.components[0].buttons[0].action`,
    ],
    [
      'a button without a label',
      { components: [group(button({ label: '' }))] },
      `${at}.components[0].buttons[0].label`,
    ],
    [
      'a javascript: link',
      { components: linkTo('javascript:alert(1)') },
      `${at}.components[0].buttons[0].payload`,
    ],
    [
      'a JaVaScRiPt: link',
      { components: linkTo('JaVaScRiPt:alert(1)') },
      `${at}.components[0].buttons[0].payload`,
    ],
    [
      'a link with a tab in its scheme',
      { components: linkTo('java\tscript:alert(1)') },
      `${at}.components[0].buttons[0].payload`,
    ],
    [
      'a link with a tab in it',
      { components: linkTo('https://exa\tmple.com') },
      `${at}.components[0].buttons[0].payload`,
    ],
    ['a data: link', { components: linkTo('data:text/html,x') }, `${at}.components[0].buttons[0].payload`],
    ['a http: link', { components: linkTo('http://example.com') }, `${at}.components[0].buttons[0].payload`],
    ['a relative link', { components: linkTo('//example.com') }, `${at}.components[0].buttons[0].payload`],
    [
      'a link with a user name',
      { components: linkTo('https://bank.example@evil.example') },
      `${at}.components[0].buttons[0].payload`,
    ],
    [
      'a javascript: link in Markdown',
      { components: markdown('[x](javascript:alert(1))') },
      `${at}.components[0].text`,
    ],
    [
      'a javascript: link in angle brackets',
      { components: markdown('[x](<javascript:alert(1)>)') },
      `${at}.components[0].text`,
    ],
    ['a javascript: autolink', { components: markdown('<javascript:alert(1)>') }, `${at}.components[0].text`],
    ['a http: picture', { components: picture('http://example.com/a.png') }, `${at}.components[0].url`],
    ['a data: picture', { components: picture('data:image/svg+xml,x') }, `${at}.components[0].url`],
    ['a mailto: picture', { components: picture('mailto:a@example.com') }, `${at}.components[0].url`],
    [
      'a picture without words',
      { components: [{ type: 'image', url: 'https://example.com/a.png' }] },
      `${at}.components[0].altText`,
    ],
    ['a text that is a number', { components: [{ type: 'header', text: 42 }] }, `${at}.components[0].text`],
    [
      'a text of 4001 characters',
      { components: [{ type: 'body', text: 'x'.repeat(4001) }] },
      `${at}.components[0].text`,
    ],
    [
      'a style that is CSS',
      { components: [{ type: 'header', text: 'x', style: 'color:red' }] },
      `${at}.components[0].style`,
    ],
    [
      '11 cards in a carousel',
      { components: [{ type: 'carousel', cards: repeat(11, { components: [{ type: 'divider' }] }) }] },
      `${at}.components[0].cards`,
    ],
    ['a messageId that is a number', { messageId: 1 }, `${at}.messageId`],
    ['a messageId with a line break', { messageId: 'a\r\nb' }, `${at}.messageId`],
    ['no template matrix', { templateMatrix: 'nope' }, `${at}.templateMatrix`],
    ['dynamic fields that are a list', { dynamicFields: [] }, `${at}.dynamicFields`],
  ];
  for (const [what, change, path] of refused) {
    it(`refuses ${what} and says where`, async () => {
      const answer = await sandbox.postCard(conversation, card(change), token);

      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      assert.equal(answer.body.status, 400);
      assert.equal(answer.body.contextId, answer.headers.get('inin-correlation-id'));
      assert.deepEqual(answer.body.errors, []);
      const fields = answer.body.details.map((detail: { fieldName: string }) => detail.fieldName);
      assert.ok(fields.includes(path), `${path} is not in ${fields}`);
      const { cards, complaints } = await sandbox.stats();
      assert.deepEqual({ shown: cards.shown, refused: cards.refused }, { shown: 0, refused: 1 });
      assert.equal(complaints[0].where, 'guest card');
    });
  }

  it('refuses bodies that are no post', async () => {
    const authorization = `Bearer ${token}`;
    const send = (raw: string, type = 'application/json') =>
      fetch(sandbox.url + guestPath, {
        method: 'POST',
        body: raw,
        headers: { authorization, 'content-type': type },
      });
    const post = (dynamicFields: object) => ({
      conversationId: conversation,
      message: { type: 'webchat', card: card({ dynamicFields }) },
    });
    const outcomes: [string, number, string?][] = [
      ['{', 400],
      ['', 400],
      ['[]', 400],
      ['null', 400],
      [JSON.stringify(post({ deep: JSON.parse('['.repeat(50) + ']'.repeat(50)) })), 400],
      [JSON.stringify(post({ deep: [[[[[]]]]] })), 200],
      ['{}', 415, 'text/plain'],
      [JSON.stringify({ conversationId: conversation, message: { type: 'sms', card: card() } }), 400],
      [`{"x":"${'y'.repeat(256 * 1024)}"}`, 413],
    ];
    for (const [raw, status, type] of outcomes)
      assert.equal((await send(raw, type)).status, status, raw.slice(0, 40));
  });

  it('refuses a body over 256 KiB that does not tell its length', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(64 * 1024));
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 6) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(sandbox.url + guestPath, {
      method: 'POST',
      body: stream,
      headers,
      duplex: 'half',
    });
    assert.equal(response.status, 413);
  });

  it('asks for a token that it knows and that has the scope', async () => {
    const withoutScope = await sandbox.token('conversations');
    const post = { conversationId: conversation, message: { type: 'webchat', card: card() } };
    const outcomes: [string | undefined, number, string][] = [
      [undefined, 401, 'authentication.required'],
      ['Basic abc', 401, 'authentication.required'],
      ['Bearer nonsense', 401, 'bad.credentials'],
      [`Bearer ${withoutScope}`, 403, 'missing.scope'],
    ];
    for (const [authorization, status, code] of outcomes) {
      const answer = await sandbox.call('POST', guestPath, post, authorization ? { authorization } : {});
      assert.deepEqual([answer.status, answer.body.code], [status, code]);
    }
  });

  it('takes cards only for conversations that are active, and says so in the session endpoint', async () => {
    const authorization = `Bearer ${token}`;
    const session = (id: string) =>
      sandbox.call('GET', `/api/v2/conversations/webchat/sessions/${id}`, undefined, { authorization });
    assert.equal((await session(conversation)).body.state, 'active');
    assert.equal((await session('nobody')).status, 404);

    await sandbox.call('POST', `/sandbox/conversations/${conversation}/end`);
    assert.equal((await session(conversation)).body.state, 'ended');
    for (const id of [conversation, 'nobody']) {
      const answer = await sandbox.postCard(id, card(), token);
      assert.deepEqual([answer.status, answer.body.code], [403, 'conversation.not.active']);
    }
  });

  it('takes cards for any conversation when told to', async () => {
    await sandbox.call('PUT', '/sandbox/faults', { acceptAnyConversation: true });
    assert.equal((await sandbox.postCard('anything', card(), token)).status, 200);
    const { body } = await sandbox.call('GET', '/sandbox/conversations/anything/messages');
    assert.equal(body.messages.length, 1);
  });

  it('answers a repeat alike without showing it again, whatever the order of its keys', async () => {
    const sent = card({ dynamicFields: { a: 1, b: 2 } });
    const reordered = {
      ...Object.fromEntries(Object.entries(sent).reverse()),
      dynamicFields: { b: 2, a: 1 },
    };
    const first = await sandbox.postCard(conversation, sent, token);
    const second = await sandbox.postCard(conversation, reordered, token);

    assert.equal(second.status, 200);
    assert.deepEqual(second.body, first.body);
    const { cards, ids } = await sandbox.stats('?ids=1');
    assert.deepEqual(cards, { distinct: 1, repeated: 1, shown: 1, refused: 0, shownTwice: 0, outOfOrder: 0 });
    assert.deepEqual(ids, [sent.messageId]);
  });

  it('shows a repeat again when told not to drop repeats', async () => {
    await sandbox.call('PUT', '/sandbox/faults', { dedupe: false });
    const sent = card();
    await sandbox.postCard(conversation, sent, token);
    await sandbox.postCard(conversation, sent, token);
    const { cards } = await sandbox.stats();
    assert.deepEqual(cards, { distinct: 1, repeated: 1, shown: 2, refused: 0, shownTwice: 1, outOfOrder: 0 });
  });

  it('refuses another card, or another conversation, under a known messageId', async () => {
    const sent = card();
    await sandbox.postCard(conversation, sent, token);
    const others: [string, object][] = [
      [conversation, { ...sent, dynamicFields: { title: 'Another' } }],
      [await sandbox.converse(), sent],
    ];
    for (const [id, other] of others) {
      const answer = await sandbox.postCard(id, other, token);
      assert.deepEqual([answer.status, answer.body.code], [409, 'message.id.conflict']);
    }
  });

  it('counts cards that overtake each other in a conversation', async () => {
    const other = await sandbox.converse();
    for (const [id, sequence] of [
      [conversation, 1],
      [conversation, 3],
      [other, 1],
      [conversation, 2],
      [conversation, 4],
    ] as const) {
      await sandbox.postCard(id, card({ dynamicFields: { sequence } }), token);
    }
    assert.equal((await sandbox.stats()).cards.outOfOrder, 1);
  });

  it('lets a token make its requests in any 60 seconds and no more', async () => {
    await sandbox.call('PUT', '/sandbox/faults', { requestsPerMinute: 2 });
    const post = () => sandbox.postCard(conversation, card(), token);
    assert.equal((await post()).headers.get('inin-ratelimit-allowed'), '2');
    clock += 30_000;
    assert.equal((await post()).status, 200);

    clock += 10_500;
    const over = await post();
    assert.equal(over.status, 429);
    assert.equal(over.body.code, 'too.many.requests.retry.after');
    assert.equal(over.body.limit.value, 2);
    assert.equal(over.headers.get('retry-after'), '20');
    assert.equal(over.headers.get('inin-ratelimit-reset'), '20');

    clock += 19_500;
    assert.equal((await post()).status, 200, 'the first request has left the window');
    assert.equal((await post()).status, 429, 'the second has not');
    const another = await sandbox.token();
    assert.equal(
      (await sandbox.postCard(conversation, card(), another)).status,
      200,
      'another token has its own',
    );
  });
});
