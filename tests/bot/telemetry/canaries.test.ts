import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, mock, test } from 'node:test';
import { readConfig } from '../../../bot/config/config.ts';
import { createApp } from '../../../bot/createApp.ts';
import { createLog } from '../../../bot/log/log.ts';
import { SqliteOperatorStore } from '../../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { startIngestion } from '../../fakes/ingestion.ts';
import { json, listen } from '../../fakes/listen.ts';
import { post } from '../../fakes/startBot.ts';

const customer = {
  name: 'Wilhelmina Canaryfield',
  mail: 'w.canaryfield@example.com',
  card: '4929 1234 5678 1236',
  cardAsId: 'w-4929123456781236',
  phone: '+49 170 5550123',
};
const secrets = {
  token: 'canary-token-eyJhbGciOiJub25l',
  clientSecret: 'canary-client-secret-7b1d',
  connectorSecret: 'canary-connector-secret-0a9f',
  gatewaySecret: 'canary-gateway-secret-5c2e',
  webhookSecret: 'canary-webhook-secret-55e2',
};
const sentence = `I am ${Object.values(customer).join(' ')}, my token is ${secrets.token}`;

/** Parts of the canaries, so that a piece of one is found, too; none that a time or a random id could hold by chance. */
const needles = [
  'wilhelmina',
  'canary',
  'example.com',
  '4929 1234',
  '49291234567',
  '5678 1236',
  '170 5550123',
  'eyJhbGci',
  Buffer.from(`id:${secrets.clientSecret}`).toString('base64'),
];

/** Everything that leaves the bot besides what the customer reads, by where it is found. */
const found: Record<string, string> = {};
const dataDir = mkdtempSync(join(tmpdir(), 'canaries-'));
after(() => rmSync(dataDir, { recursive: true, force: true }));

/** Every field of an activity that a customer or a channel can fill, filled. */
function activity(parts: Record<string, unknown>): Record<string, unknown> {
  return {
    type: 'message',
    id: `${customer.cardAsId}-${Math.random()}`,
    channelId: customer.cardAsId,
    conversation: { id: customer.phone, name: customer.name },
    from: { id: customer.mail, name: customer.name, aadObjectId: customer.cardAsId },
    recipient: { id: customer.mail, name: customer.name },
    text: sentence,
    locale: 'en-US',
    name: customer.name,
    topicName: customer.name,
    replyToId: customer.cardAsId,
    entities: [{ type: customer.name, text: customer.mail }],
    attachments: [{ contentType: customer.name, name: customer.mail, content: sentence }],
    channelData: { note: sentence },
    deliveryMode: 'expectReplies',
    ...parts,
  };
}

const guest = { channelData: { genesys: { conversationId: 'genesys-1' }, note: sentence } };

before(async () => {
  const ingestion = await startIngestion();
  const webhook = await listen((_, response) => json(response, 200, {}));
  const gone = await listen(() => {});
  await gone.close();
  let status = 200;
  const genesys = await listen(({ path }, response) => {
    if (path.startsWith('/oauth/token'))
      return json(response, 200, { access_token: secrets.token, expires_in: 3600 });
    json(
      response,
      status,
      { message: sentence, code: customer.name },
      {
        'inin-correlation-id': customer.mail,
      },
    );
  });
  const orders = await listen(({ path }, response) =>
    json(
      response,
      200,
      path.startsWith('/offers')
        ? [
            {
              sku: 'LP-10',
              name: customer.name,
              description: sentence,
              price: 1,
              currency: 'EUR',
              imageUrl: `https://x.example.com/?token=${secrets.token}`,
            },
          ]
        : {
            orderId: /\/orders\/(\d+)/.exec(path)?.[1],
            status: 'shipped',
            itemCount: 1,
            total: 1,
            currency: 'EUR',
            placedOn: '2026-01-02',
            carrier: customer.name,
            // Refused by our checks, unless the order is another one.
            trackingUrl: path.endsWith('777')
              ? 'https://track.example/1'
              : `https://${customer.name.split(' ')[0]}:${secrets.token}@example.com/${customer.cardAsId}?m=${customer.mail}`,
          },
    ),
  );
  const lines: string[] = [];
  const printed = [process.stdout, process.stderr].map((stream) => mock.method(stream, 'write'));
  const app = await createApp(
    readConfig({
      PORT: '0',
      DATA_DIR: dataDir,
      GENESYS_LOGIN_URL: genesys.url,
      GENESYS_API_URL: genesys.url,
      GENESYS_CLIENT_ID: 'id',
      GENESYS_CLIENT_SECRET: secrets.clientSecret,
      GENESYS_CONNECTOR_SECRETS: secrets.connectorSecret,
      GUEST_GATEWAY_SECRETS: secrets.gatewaySecret,
      ORDERS_API_URL: orders.url,
      ANALYTICS_WEBHOOK_URL: webhook.url,
      ANALYTICS_WEBHOOK_SECRET: secrets.webhookSecret,
      APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString,
    }),
    createLog('trace', { write: (line) => void lines.push(line) }),
  );
  const url = await app.listen();
  const say = (parts: Record<string, unknown>) =>
    post(`${url}/api/messages`, activity(parts), { authorization: secrets.gatewaySecret });
  const texts = [sentence, `where is my order 12345, ${customer.name}?`, 'show me your offers'];
  for (const parts of [{}, guest]) for (const text of texts) await say({ ...parts, text });
  for (const code of [200, 400, 403, 404]) {
    status = code;
    await say({ ...guest, text: 'where is my order 777?' });
  }
  status = 200;
  await say({ text: '', value: { payload: `support ${customer.mail}`, text: customer.name } });
  await say({ deliveryMode: 'normal', serviceUrl: gone.url });

  const answers = [
    await say({ attachments: { [customer.name]: sentence } }),
    await say({ entities: [{ type: 5, [customer.mail]: customer.card }] }),
    await say({ serviceUrl: `http://${customer.cardAsId}.example.com/`, deliveryMode: undefined }),
    await post(`${url}/api/messages`, `{"text": "${sentence}"`),
    await post(`${url}/api/messages`, sentence, { 'content-type': customer.cardAsId }),
    await post(`${url}/${customer.cardAsId}`, { text: sentence }),
    await post(`${url}/api/genesys/v1/messages`, { text: sentence }, { authorization: secrets.token }),
  ];
  await app.close();
  await Promise.all([ingestion, webhook, genesys, orders].map((server) => server.close()));

  const store = new SqliteOperatorStore(dataDir);
  found.log = lines.join('');
  found.output = printed
    .map(({ mock: { calls } }) => calls.map((call) => String(call.arguments[0])).join(''))
    .join('');
  mock.restoreAll();
  found.audit = JSON.stringify(await store.auditAfter(0, 10_000));
  found.telemetry = ingestion.server.seen
    .map(({ path, headers, body }) => `${path}${JSON.stringify(headers)}${body}`)
    .join('\n');
  found.webhook = webhook.seen
    .map(({ path, headers, body }) => `${path}${JSON.stringify(headers)}${body}`)
    .join('\n');
  found.answers = answers.map(({ text }) => text).join('\n');
  await store.close();
});

const mustHold: [where: string, what: RegExp][] = [
  ['log', /"event":"card\.refused"/],
  ['log', /"event":"turn\.failed"/],
  ['audit', /\\"event\\":\\"refused\\"/],
  ['audit', /\\"event\\":\\"rejected\\"/],
  ['telemetry', /"card\.refused"/],
  ['telemetry', /"card\.rejected"/],
  ['telemetry', /"card\.accepted"/],
  ['telemetry', /"turn\.received"/],
  ['telemetry', /webchat\/sessions\/:sessionId/],
  ['webhook', /"event":"rejected"/],
  ['answers', /activity\.invalid/],
];
for (const [where, what] of mustHold) {
  test(`the ${where} tells of ${what.source}, so that looking there means something`, () => {
    assert.match(found[where] ?? '', what);
  });
}

for (const where of ['log', 'output', 'audit', 'telemetry', 'webhook', 'answers']) {
  test(`nothing of the customer and no secret is in the ${where}`, () => {
    const text = (found[where] ?? '').toLowerCase();
    const hits = needles.filter((needle) => text.includes(needle.toLowerCase()));
    assert.deepEqual(
      hits.map((hit) =>
        text.slice(Math.max(0, text.indexOf(hit.toLowerCase()) - 80), text.indexOf(hit.toLowerCase()) + 40),
      ),
      [],
    );
  });
}
