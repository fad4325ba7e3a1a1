import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CardSenderOptions, createCardSender } from '../../../cards/delivery/cardSender.ts';
import { createOrgsCardSender } from '../../../cards/delivery/orgsCardSender.ts';
import { openOperatorStore } from '../../../cards/delivery/store/openStore.ts';
import { json, listen, type SeenRequest } from '../../fakes/listen.ts';

const order = { conversationId: 'c-1', templateId: 'help-v1', fields: {} };

/** A Genesys that answers each card as it is told (default 200), and a way to open senders on one store. */
async function rig(t: TestContext, answer: (card: SeenRequest) => number = () => 200) {
  const genesys = await listen((request, response) => {
    if (request.path === '/oauth/token') json(response, 200, { access_token: 't', expires_in: 3_600 });
    else json(response, request.path.includes('/sessions/') ? 404 : answer(request), {});
  });
  const dataDir = mkdtempSync(join(tmpdir(), 'sender-'));
  const closers: (() => Promise<void>)[] = [];
  t.after(async () => {
    for (const close of closers.reverse()) await close();
    await genesys.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const options = {
    loginUrl: genesys.url,
    apiUrl: genesys.url,
    clientId: 'client',
    clientSecret: 'client-secret',
    dataDir,
    requestsPerMinute: 100_000,
  };
  return {
    dataDir,
    options,
    /** The cards that Genesys was sent, in their order. */
    sent: () =>
      genesys.seen
        .filter(({ path }) => path.endsWith('/webchat/messages'))
        .map(({ body }) => JSON.parse(body).message.card),
    open: async (more: Partial<CardSenderOptions> = {}) => {
      const sender = await createCardSender({ ...options, ...more });
      closers.push(() => sender.close());
      return sender;
    },
  };
}

test('a card is sent without a bot, and its outcome comes back', async (t) => {
  const { open, sent } = await rig(t);
  const sender = await open();
  const result = await sender.send(order);
  const { messageId, durationMs = -1, ...rest } = result;
  assert.deepEqual(rest, { outcome: 'accepted', attempts: 1 });
  assert.ok(durationMs >= 0);
  assert.deepEqual(
    sent().map((card) => [card.messageId, card.templateMatrix.templateId]),
    [[messageId, 'help-v1']],
  );
  const { successRate, lastHour } = await sender.stats();
  assert.deepEqual([successRate, lastHour.accepted], [1, 1]);
});

test('what Genesys refuses is rejected with its code, and counts against the success rate', async (t) => {
  const { open } = await rig(t, () => 400);
  const events: string[] = [];
  const sender = await open({ listeners: [({ entry }) => events.push(entry.event)] });
  const { outcome, code } = await sender.send(order);
  assert.deepEqual([outcome, code], ['rejected', 'genesys.rejected']);
  assert.deepEqual(events, ['stored', 'rejected']);
  assert.equal((await sender.stats()).successRate, 0);
});

test('the same order with the same id is sent once, in whatever order its keys are', async (t) => {
  const { open, sent } = await rig(t);
  const sender = await open();
  const { fields, ...rest } = sample;
  const first = await sender.send({ ...sample, messageId: 'm-1' });
  const again = await sender.send({
    fields: Object.fromEntries(Object.entries(fields).reverse()),
    messageId: 'm-1',
    ...rest,
  });
  assert.deepEqual([again.messageId, again.outcome], [first.messageId, 'accepted']);
  assert.equal(sent().length, 1);
});

const sample = {
  conversationId: 'c-1',
  templateId: 'order-status-v1',
  fields: {
    orderId: '12345',
    status: 'shipped',
    itemCount: 1,
    total: 5,
    currency: 'EUR',
    placedOn: '2026-11-20',
  },
};
const others: [name: string, other: object][] = [
  ['another field', { fields: { ...sample.fields, total: 6 } }],
  ['another conversation', { conversationId: 'c-2' }],
  ['another template', { templateId: 'help-v1', fields: {} }],
  ['another language', { locale: 'de' }],
];
for (const [name, other] of others) {
  test(`an id that was used is refused for ${name}`, async (t) => {
    const { open, sent } = await rig(t);
    const sender = await open();
    await sender.send({ ...sample, messageId: 'm-1' });
    await assert.rejects(sender.send({ ...sample, ...other, messageId: 'm-1' }), { code: 'store.conflict' });
    assert.equal(sent().length, 1);
  });
}

const refused: [name: string, wrong: unknown, code: string, path: string][] = [
  ['no object', 'x', 'card.schema', '$'],
  ['no conversation', { templateId: 'help-v1', fields: {} }, 'card.schema', '$.conversationId'],
  ['a conversation of blanks', { ...order, conversationId: ' ' }, 'card.schema', '$.conversationId'],
  ['an unknown key', { ...order, channel: 'x' }, 'card.schema', '$.channel'],
  ['an id that is none', { ...order, messageId: 'a b' }, 'card.schema', '$.messageId'],
  ['an unknown template', { ...order, templateId: 'nothing-v1' }, 'template.unknown', '$.templateId'],
  ['a missing field', { ...sample, fields: { orderId: '1' } }, 'template.missingField', '$.fields.status'],
  [
    'a wrong field',
    { ...sample, fields: { ...sample.fields, total: -1 } },
    'template.invalidField',
    '$.fields.total',
  ],
  [
    'an address that is not allowed',
    { ...sample, fields: { ...sample.fields, trackingUrl: 'javascript:alert(1)' } },
    'card.unsafeUrl',
    'template:$.card.components[6].buttons[0].payload',
  ],
];
for (const [name, wrong, code, path] of refused) {
  test(`an order with ${name} is refused with its path, and nothing is sent`, async (t) => {
    const { open, sent } = await rig(t);
    const sender = await open();
    await assert.rejects(sender.send(wrong), { code, path });
    assert.deepEqual(sent(), []);
  });
}

test('what our checks refuse is in the audit log, without a value', async (t) => {
  const { open, dataDir } = await rig(t);
  const sender = await open();
  await assert.rejects(sender.send({ ...sample, fields: { ...sample.fields, status: 'a secret' } }));
  const operator = await openOperatorStore({ dataDir });
  t.after(() => operator.close());
  const [entry] = await operator.auditAfter(0, 10);
  assert.match(entry?.entry ?? '', /"event":"refused".*"path":"\$\.fields\.status"/);
  assert.doesNotMatch(entry?.entry ?? '', /a secret/);
});

test('cards of one conversation are sent in the order in which they were submitted', async (t) => {
  const { open, sent } = await rig(t);
  const sender = await open();
  const ids = Array.from({ length: 20 }, (_, i) => `m-${i}`);
  const stored = [];
  for (const messageId of ids) stored.push(await sender.submit({ ...order, messageId }));
  await Promise.all(stored.map(({ outcome }) => outcome(60_000)));
  assert.deepEqual(
    sent().map(({ messageId }) => messageId),
    ids,
  );
});

test('what a former process left is sent at the next start, under the same id', async (t) => {
  let isAway = true;
  const { open, sent } = await rig(t, () => (isAway ? 503 : 200));
  const former = await open();
  const { outcome } = await former.send({ ...order, messageId: 'm-1' }, 0);
  assert.equal(outcome, 'pending');
  await former.close();
  isAway = false;
  const later = await open();
  assert.equal((await later.send({ ...order, messageId: 'm-1' })).outcome, 'accepted');
  assert.ok(sent().every(({ messageId }) => messageId === 'm-1'));
});

test('whoever waits for an outcome is told at the end that the card goes on later', async (t) => {
  const { open } = await rig(t, () => 503);
  const sender = await open();
  const waiting = sender.send({ ...order, messageId: 'm-1' });
  await sender.stats();
  await sender.close();
  assert.equal((await waiting).outcome, 'pending');
});

test('while another process has the store, that one sends the cards', async (t) => {
  const { open, sent } = await rig(t);
  await open();
  const beside = await open({ clientId: 'nobody', apiUrl: 'http://127.0.0.1:1' });
  assert.equal((await beside.send({ ...order, messageId: 'm-1' })).outcome, 'accepted');
  assert.deepEqual(
    sent().map(({ messageId }) => messageId),
    ['m-1'],
  );
});

test('every event of a card goes to the analytics webhook', async (t) => {
  const heard = Promise.withResolvers<void>();
  const events: string[] = [];
  const webhook = await listen(({ body }, response) => {
    for (const { data } of JSON.parse(body)) events.push(data.event);
    json(response, 200, {});
    if (events.includes('accepted')) heard.resolve();
  });
  t.after(() => webhook.close());
  const { open } = await rig(t);
  const sender = await open({ analytics: { url: webhook.url, secrets: ['webhook-secret'] } });
  await sender.send(order);
  await heard.promise;
  assert.deepEqual(events, ['stored', 'accepted']);
});

test('an error of this program in the feed of the webhook is reported', async (t) => {
  const fault = Promise.withResolvers<unknown>();
  const { open } = await rig(t);
  const bug = new TypeError('planned');
  const secrets = Object.assign(['webhook-secret'], { map: () => assert.fail(bug) });
  const sender = await open({ analytics: { url: 'http://127.0.0.1:1', secrets }, onFault: fault.resolve });
  await sender.send(order);
  assert.equal(await fault.promise, bug);
});

test('a start that fails by the address of a proxy leaves the store to the next sender', async (t) => {
  const { open, sent } = await rig(t);
  await assert.rejects(open({ proxyEnv: { HTTPS_PROXY: 'http://[' } }), { code: 'ERR_PROXY_INVALID_CONFIG' });
  const sender = await open();
  assert.equal((await sender.send(order, 20_000)).outcome, 'accepted');
  assert.equal(sent().length, 1);
});

const missing: [name: string, options: Partial<CardSenderOptions>][] = [
  ['an address', { apiUrl: undefined }],
  ['a client', { clientId: undefined }],
  ['a secret', { clientSecret: undefined }],
].map(([name, options]) => [String(name), Object(options)]);
for (const [name, options] of missing) {
  test(`a sender without ${name} of Genesys is refused at once`, async (t) => {
    const { open } = await rig(t);
    await assert.rejects(open(options), { code: 'config.invalid' });
  });
}

test('an order names its organisation, whose client and store send it', async (t) => {
  const acme = await rig(t);
  const globex = await rig(t);
  const sender = await createOrgsCardSender({ acme: acme.options, globex: globex.options });
  t.after(() => sender.close());
  await sender.send({ ...order, org: 'globex' });
  assert.deepEqual([acme.sent().length, globex.sent().length], [0, 1]);
  assert.deepEqual(
    [(await sender.stats('acme')).lastHour.accepted, (await sender.stats('globex')).lastHour.accepted],
    [0, 1],
  );
  const refused: [org: unknown, hint: RegExp][] = [
    ['globx', /Did you mean `globex`\? There are: acme, globex\./],
    ['__proto__', /There are: acme, globex\./],
    [7, /Add "org"\./],
    [undefined, /Add "org"\./],
  ];
  for (const [org, hint] of refused) {
    await assert.rejects(sender.submit({ ...order, org }), { code: 'card.schema', path: '$.org', hint });
  }
  assert.deepEqual([acme.sent().length, globex.sent().length], [0, 1]);
});

test('two organisations with one store are refused', async (t) => {
  const { options } = await rig(t);
  await assert.rejects(createOrgsCardSender({ acme: options, globex: options }), {
    code: 'config.invalid',
    message: /The organisations acme and globex name the same store\./,
  });
});
