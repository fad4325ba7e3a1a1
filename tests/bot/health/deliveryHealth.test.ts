import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { DeliveryHealth } from '../../../bot/health/deliveryHealth.ts';
import { describeHealth, presentRecords, readHealth } from '../../../bot/health/healthRecord.ts';
import { createLog } from '../../../bot/log/log.ts';
import type { Attempt } from '../../../cards/delivery/outbox.ts';
import { SqliteOperatorStore } from '../../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { CodedError } from '../../../cards/errors.ts';
import { converse, startBot } from '../../fakes/startBot.ts';

const start = Date.UTC(2026, 10, 29, 9);

/** A health with a clock of its own, and the lines that it logged. */
function rig() {
  const lines = new PassThrough();
  const clock = { now: start };
  const health = new DeliveryHealth({
    log: createLog('info', lines),
    genesys: { host: 'api.mypurecloud.ie', region: 'mypurecloud.ie', clientId: 'client' },
    now: () => clock.now,
  });
  return {
    health,
    clock,
    logged: (): Record<string, unknown>[] =>
      String(lines.read() ?? '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    /** What `status` says in another process. */
    status: () => describeHealth(readHealth([JSON.stringify(health.record)])[0] ?? health.record, clock.now),
  };
}

type Rig = ReturnType<typeof rig>;

const unavailable: Attempt = {
  result: 'retry',
  code: 'genesys.unavailable',
  status: 503,
  retryAfterMs: 1_000,
};
const noAnswer: Attempt = { result: 'unknown', code: 'genesys.unknownOutcome', errno: 'ECONNRESET' };
const tooFast: Attempt = {
  result: 'retry',
  code: 'genesys.rateLimited',
  status: 429,
  pauseAll: true,
  retryAfterMs: 5_000,
};
const unauthorized: Attempt = { result: 'retry', code: 'genesys.unauthorized', status: 401 };
const accepted: Attempt = { result: 'accepted', status: 200 };

/** Tells of an attempt. */
function hear(health: DeliveryHealth, attempt: Attempt): void {
  health.onCardEvent({ attempt });
}

/** Each trouble: how it begins and goes on, how it is over, and what is told of it. */
const troubles: {
  name: string;
  begin: (r: Rig) => void;
  end: (r: Rig) => void;
  begins: Record<string, unknown>;
  ends: Record<string, unknown>;
  status: RegExp;
}[] = [
  {
    name: 'Genesys answers 503',
    begin: ({ health }) => hear(health, unavailable),
    end: ({ health }) => hear(health, accepted),
    begins: { event: 'genesys.down', count: 3, code: 'genesys.unavailable', status: 503, nextTryMs: 1_000 },
    ends: { event: 'genesys.up', count: 6, status: 503 },
    status: /^Genesys: no answer for \d+ s, last 503, next try in 1 s$/,
  },
  {
    name: 'Genesys does not answer',
    begin: ({ health }) => hear(health, noAnswer),
    end: ({ health }) => hear(health, { result: 'rejected', code: 'genesys.rejected', status: 400 }),
    begins: { event: 'genesys.down', count: 3, code: 'genesys.unknownOutcome', errno: 'ECONNRESET' },
    ends: { event: 'genesys.up', count: 6, errno: 'ECONNRESET' },
    status: /^Genesys: no answer for \d+ s, last ECONNRESET$/,
  },
  {
    name: 'Genesys answers 429',
    begin: ({ health }) => {
      hear(health, tooFast);
      hear(health, accepted);
    },
    end: ({ health, clock }) => {
      clock.now += 60_000;
      health.tick();
    },
    begins: { event: 'genesys.rateLimited', count: 1, status: 429, nextTryMs: 5_000 },
    ends: { event: 'genesys.rateLimitOver', count: 6, status: 429 },
    status: /^Genesys: rate limited for \d+ s, last 429, next try in 5 s$/,
  },
  {
    name: 'Genesys refuses the token',
    begin: ({ health }) => hear(health, unauthorized),
    end: ({ health }) => hear(health, accepted),
    begins: { event: 'genesys.unauthorized', count: 1, status: 401 },
    ends: { event: 'genesys.authorized', count: 6 },
    status:
      /^Genesys: token rejected for \d+ s, last 401; check the roles of the OAuth client and GENESYS_SCOPE$/,
  },
  {
    name: 'the login host refuses the client',
    begin: ({ health }) => {
      health.onToken({ kind: 'refused', status: 401, nextTryMs: 4_000 });
      hear(health, { result: 'retry', code: 'genesys.unauthorized', pauseAll: true });
    },
    end: ({ health }) => health.onToken({ kind: 'received' }),
    begins: { event: 'token.refused', clientId: 'client', count: 1, status: 401, nextTryMs: 4_000 },
    ends: { event: 'token.received', host: 'api.mypurecloud.ie', region: 'mypurecloud.ie', count: 6 },
    status:
      /^Genesys: OAuth client rejected for \d+ s, last 401, next try in 4 s; check GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET$/,
  },
  {
    name: 'the login host is away',
    begin: ({ health }) => {
      health.onToken({ kind: 'unavailable', status: undefined, errno: 'ENOTFOUND', nextTryMs: 2_000 });
      hear(health, { result: 'retry', code: 'genesys.unavailable', pauseAll: true });
    },
    end: ({ health }) => health.onToken({ kind: 'received' }),
    begins: { event: 'token.unavailable', count: 1, errno: 'ENOTFOUND', nextTryMs: 2_000 },
    ends: { event: 'token.received', count: 6 },
    status:
      /^Genesys: no token for \d+ s, last ENOTFOUND, next try in 2 s; check GENESYS_REGION or GENESYS_LOGIN_URL, and the network$/,
  },
  {
    name: 'an error of this program fails cards',
    begin: ({ health }) => hear(health, { result: 'unknown', code: 'delivery.fault' }),
    end: ({ health }) => hear(health, accepted),
    begins: { event: 'delivery.failing', count: 3, code: 'delivery.fault' },
    ends: { event: 'delivery.working', count: 6 },
    status:
      /^Genesys: no problem.*\nBot: an error in this program fails cards for \d+ s, last delivery.fault; find delivery\.fault in the log$/,
  },
  {
    name: 'the circuit breaker opens',
    begin: ({ health }) => health.onCircuit(true),
    end: ({ health }) => health.onCircuit(false),
    begins: { event: 'circuit.opened', count: 1, nextTryMs: 2_000 },
    ends: { event: 'circuit.closed', count: 6 },
    status: /^Genesys: no problem, no card was sent yet$/,
  },
  {
    name: 'many cards wait',
    begin: ({ health }) => health.onStore({ depth: 150 }),
    end: ({ health }) => health.onStore({ depth: 0 }),
    begins: { event: 'queue.growing', count: 150 },
    ends: { event: 'queue.drained', count: 150 },
    status: /^Genesys: no problem/,
  },
  {
    name: 'the database is away',
    begin: ({ health }) =>
      health.onStoreFailure(
        new CodedError('store.unavailable', 'Away.', {
          cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
        }),
      ),
    end: ({ health }) => health.onStore({ depth: 0 }),
    begins: { event: 'store.away', code: 'store.unavailable', errno: 'ECONNREFUSED' },
    ends: { event: 'store.back', count: 6 },
    status: /\nStore: unavailable for \d+ s, last store\.unavailable$/,
  },
  {
    name: 'reading the store throws an error of this program',
    begin: ({ health }) => health.onStoreFailure(new TypeError('Jane Doe')),
    end: ({ health }) => health.onStore({ depth: 0 }),
    begins: {
      event: 'store.away',
      code: 'TypeError',
      msg: 'An error in this program prevents the check of the store',
    },
    ends: { event: 'store.back', count: 6 },
    status: /\nStore: unavailable for \d+ s, last TypeError$/,
  },
  {
    name: 'the webhook cannot be reached',
    begin: ({ health }) =>
      health.onWebhook({ count: 20, isTaken: false, errno: 'CERT_HAS_EXPIRED', nextTryMs: 3_000 }),
    end: ({ health }) => health.onWebhook({ count: 20, isTaken: true, status: 200 }),
    begins: { event: 'analytics.refused', count: 20, errno: 'CERT_HAS_EXPIRED', nextTryMs: 3_000 },
    ends: { event: 'analytics.taken' },
    status:
      /\nWebhook: does not accept events for \d+ s, last CERT_HAS_EXPIRED, next try in 3 s; check ANALYTICS_WEBHOOK_URL and its receiver$/,
  },
  {
    name: 'the webhook refuses its events',
    begin: ({ health }) => health.onWebhook({ count: 20, isTaken: false, status: 500, nextTryMs: 3_000 }),
    end: ({ health }) => health.onWebhook({ count: 20, isTaken: true, status: 200 }),
    begins: { event: 'analytics.refused', count: 20, status: 500, nextTryMs: 3_000 },
    ends: { event: 'analytics.taken', status: 500 },
    status:
      /\nWebhook: does not accept events for \d+ s, last 500, next try in 3 s; check ANALYTICS_WEBHOOK_URL and its receiver$/,
  },
];

for (const { name, begin, end, begins, ends, status } of troubles) {
  test(`when ${name}, that is told once, and once when it is over; status says it meanwhile`, () => {
    const r = rig();
    for (let i = 0; i < 6; i += 1) {
      r.clock.now += 1_000;
      begin(r);
    }
    const [first, ...more] = r.logged();
    assert.deepEqual(more, []);
    assert.deepEqual({ ...first, ...begins }, first);
    assert.doesNotMatch(JSON.stringify(first), /Jane/);
    assert.match(r.status().join('\n'), status);
    r.clock.now += 1_000;
    end(r);
    const [last, ...others] = r.logged();
    assert.deepEqual(others, []);
    assert.deepEqual({ ...last, ...ends }, last);
    assert.equal(typeof last?.durationMs, 'number');
    end(r);
    assert.deepEqual(r.logged(), []);
    assert.deepEqual(r.health.record.troubles, []);
  });
}

test('a single failure between cards that are taken is no trouble to tell', () => {
  const r = rig();
  for (let i = 0; i < 5; i += 1) {
    hear(r.health, unavailable);
    hear(r.health, unavailable);
    hear(r.health, accepted);
  }
  assert.deepEqual(r.logged(), []);
  assert.deepEqual(r.status(), ['Genesys: no problem, last card accepted 0 s ago']);
});

test('a queue is told at each of its steps', () => {
  const r = rig();
  for (const depth of [50, 100, 120, 1_000, 900, 5_000, 20_000]) r.health.onStore({ depth });
  assert.deepEqual(
    r.logged().map(({ event, count }) => [event, count]),
    [100, 1_000, 5_000].map((count) => ['queue.growing', count]),
  );
});

test('status says of a bot that has ended that it does not run', () => {
  const { health, clock } = rig();
  assert.deepEqual(describeHealth(health.record, clock.now + 600_000), [
    'Bot: not running; last seen 10 min ago',
  ]);
});

test('a process that was replaced is no trouble while another one runs', () => {
  const { health, clock } = rig();
  const { record } = health;
  const [now, old] = [
    { ...record, at: clock.now },
    { ...record, at: clock.now - 600_000 },
  ];
  assert.deepEqual(presentRecords([now, old], clock.now), [now]);
  assert.deepEqual(presentRecords([old, { ...old, at: 0 }], clock.now), [old]);
});

test('a record of another version counts as none', () => {
  assert.deepEqual(readHealth(['{"at":"yesterday"}', 'no JSON']), []);
});

test('a bot in an outage says so in its log and, to another process, in its store', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'health-'));
  const lines = new PassThrough();
  let text = '';
  lines.on('data', (data) => {
    text += data;
  });
  const has = async (event: string) => {
    while (!text.includes(`"event":"${event}"`)) await once(lines, 'data');
  };
  const bot = await startBot({ DATA_DIR: dataDir }, createLog('info', lines));
  t.after(async () => {
    await bot.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const faults = (body: object) =>
    fetch(`${bot.sandboxUrl}/sandbox/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await has('genesys.start');
  assert.match(
    text,
    /"event":"genesys.start","host":"127.0.0.1","clientId":"client","msg":"Genesys issued an access token"/,
  );
  await faults({ rate5xx: 1 });
  const customers = await Promise.all(Array.from({ length: 5 }, () => converse(bot.sandboxUrl)));
  await Promise.all(customers.map(({ say }) => say('where is my order 12345?')));
  await Promise.all([has('genesys.down'), has('circuit.opened')]);
  const operator = new SqliteOperatorStore(dataDir);
  t.after(() => operator.close());
  let said = '';
  while (!said.includes('no answer')) {
    const [record] = readHealth(await operator.health());
    said = record === undefined ? '' : describeHealth(record, Date.now()).join('\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.match(said, /^Genesys: no answer for \d+ s, last 5\d\d, next try (now|in \d+ s)$/);
  await faults({});
  await Promise.all([has('genesys.up'), has('circuit.closed'), has('card.accepted')]);
  for (const event of ['genesys.down', 'genesys.up', 'circuit.opened', 'circuit.closed'])
    assert.equal(text.split(`"event":"${event}"`).length, 2, event);
});
