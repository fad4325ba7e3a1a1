import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { runCli } from '../../bot/cli/runCli.ts';
import { readOrgs } from '../../bot/config/orgs.ts';
import { createOrgsApp } from '../../bot/createOrgsApp.ts';
import type { Every } from '../../bot/health/chores.ts';
import { createLog } from '../../bot/log/log.ts';
import { startSandbox } from '../../sandbox/startSandbox.ts';
import { converse, post } from '../fakes/startBot.ts';

type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

interface Shown {
  type: string;
  text: string;
  system?: boolean;
}

/** Two organisations, each with a Genesys of its own, and a third that cannot start: its templates are wrong. */
const folder = mkdtempSync(join(tmpdir(), 'orgs-'));
const wrongTemplate = join(folder, 'broken', 'wrong.json');
const lines = new PassThrough();
let log = '';
lines.on('data', (chunk) => {
  log += chunk;
});
const env: Record<string, string> = {
  GENESYS_ORGS_FILE: join(folder, 'orgs.json'),
  PORT: '0',
  DATA_DIR: folder,
  IDENTITY_CHECK: 'off',
  GENESYS_DROPS_REPEATS: 'true',
};
let acme: Sandbox;
let globex: Sandbox;
let url = '';
let tryAgain: () => void;
let retry: () => Promise<void>;
let close: () => Promise<void>;

/** A Genesys of one organisation, and what the file says of it. */
async function makeOrg(id: string) {
  const secrets = {
    clientSecret: `client-secret-of-${id}`,
    connectorSecret: `connector-secret-of-${id}-0815`,
    gatewaySecret: `gateway-secret-of-${id}-4711`,
  };
  const sandbox = await startSandbox({ port: 0, clientId: id, messagesPerSecond: 1_000, ...secrets });
  for (const [name, secret] of Object.entries(secrets)) env[`${id}_${name}`] = secret;
  const entry = {
    loginUrl: sandbox.url,
    apiUrl: sandbox.url,
    clientId: id,
    clientSecretVariable: `${id}_clientSecret`,
    connectorSecretsVariable: `${id}_connectorSecret`,
    guestGatewaySecretsVariable: `${id}_gatewaySecret`,
    requestsPerMinute: 100_000,
  };
  return { sandbox, entry };
}

before(async () => {
  const [one, other] = [await makeOrg('acme'), await makeOrg('globex')];
  [acme, globex] = [one.sandbox, other.sandbox];
  mkdirSync(join(folder, 'broken'));
  writeFileSync(wrongTemplate, '{');
  const file = { orgs: { acme: one.entry, globex: other.entry, broken: { templatesDir: 'broken' } } };
  writeFileSync(env.GENESYS_ORGS_FILE ?? '', JSON.stringify(file));
  const [first, ...others] = readOrgs(env) ?? [];
  assert.ok(first);
  let callback = () => {};
  const every: Every = (again) => {
    callback = again;
    return { cancel: () => {} };
  };
  const app = createOrgsApp([first, ...others], createLog('info', lines), { retry: every });
  url = await app.listen();
  acme.setBotUrl(`${url}/orgs/acme`);
  globex.setBotUrl(`${url}/orgs/globex`);
  tryAgain = () => callback();
  retry = async () => {
    callback();
    while (!/"org":"broken","event":"org\.started"/.test(log))
      await new Promise((r) => lines.once('data', r));
  };
  close = () => app.close();
});

after(async () => {
  await close();
  await acme.close();
  await globex.close();
  rmSync(folder, { recursive: true, force: true });
});

async function get(path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url + path);
  return { status: response.status, text: await response.text() };
}

async function setFaults(sandbox: Sandbox, faults: object): Promise<void> {
  const response = await fetch(`${sandbox.url}/sandbox/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
  assert.ok(response.ok);
}

/** Runs a command of the command line on one organisation. */
async function cli(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = { out: '', err: '' };
  stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const code = await runCli(args, { env, stdin: new PassThrough(), stdout, stderr });
  return { code, ...said };
}

async function auditOf(org: string): Promise<{ event: string; conversationId: string }[]> {
  const { out } = await cli('audit', 'export', '--org', org);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Every way in which one organisation's Genesys fails. */
const troubles: [what: string, faults: object][] = [
  ['answers 5xx to everything', { rate5xx: 1 }],
  ['cuts every connection', { rateReset: 1 }],
  ['takes every card and never says so', { rateAmbiguous: 1 }],
  ['gives tokens that end at once, and none again', { tokenLifetimeSeconds: 1, tokenRate5xx: 1 }],
  ['answers 429 to everything', { rate429: 1, retryAfterSeconds: 300 }],
];
for (const [what, faults] of troubles) {
  test(`while the Genesys of one organisation ${what} and its doors are flooded, the other is served`, async () => {
    await setFaults(acme, faults);
    const { conversationId } = await converse(acme.url);
    const stuck = { type: 'message', id: what, text: 'where is my order 12345?' };
    const flood = Array.from({ length: 20 }, (_, i) =>
      post(
        `${url}/orgs/acme/api/messages`,
        {
          ...stuck,
          id: `${what} ${i}`,
          channelId: 'genesys',
          serviceUrl: acme.url,
          conversation: { id: `flood-${i}` },
          from: { id: 'user' },
          recipient: { id: 'bot' },
          channelData: { genesys: { conversationId: `${conversationId}` } },
        },
        { authorization: `Bearer ${env.acme_gatewaySecret}` },
      ),
    );
    const wrongKey = Array.from({ length: 20 }, () =>
      post(`${url}/orgs/acme/api/genesys/v2/messages`, {}, { authorization: 'Bearer wrong' }),
    );
    for (const route of ['guest', 'v1', 'v2']) {
      const { say } = await converse(globex.url, route);
      const shown: Shown[] = await say('where is my order 12345?');
      assert.ok(
        shown.some(({ text, type }) => type === 'Structured' || text.includes('12345')),
        JSON.stringify(shown),
      );
    }
    assert.ok((await Promise.all(wrongKey)).every(({ status }) => status === 401));
    assert.ok((await Promise.all(flood)).every(({ status }) => status === 200));
    await setFaults(acme, {});
  });
}

test('the cards, pauses, audit chains and counts of two organisations are apart', async () => {
  const [ofAcme, ofGlobex] = [await auditOf('acme'), await auditOf('globex')];
  assert.ok(ofAcme.length > 0);
  assert.deepEqual(new Set(ofGlobex.map(({ event }) => event)), new Set(['stored', 'accepted']));
  const conversations = new Set(ofAcme.map(({ conversationId }) => conversationId));
  assert.ok(ofGlobex.every(({ conversationId }) => !conversations.has(conversationId)));
  for (const org of ['acme', 'globex']) assert.equal((await cli('audit', 'verify', `--org=${org}`)).code, 0);
  const status = JSON.parse((await cli('status', '--json', '--org', 'globex')).out);
  assert.deepEqual([status.pending, status.lastHour.successRate], [0, 1]);
});

test('a door takes the secret of its own organisation only', async () => {
  const ask = (org: string, secret: string | undefined) =>
    post(`${url}/orgs/${org}/api/genesys/v1/messages`, {}, { authorization: `Bearer ${secret}` });
  assert.equal((await ask('acme', env.globex_connectorSecret)).status, 401);
  assert.equal((await ask('acme', env.acme_connectorSecret)).status, 400);
});

const paths: [path: string, status: number][] = [
  ['/healthz', 200],
  ['/readyz', 200],
  ['/orgs/acme/readyz', 200],
  ['//orgs//globex/healthz?x=1', 200],
  ['/orgs/acme', 200],
  ['/orgs/acme?x=1', 200],
  ['/orgs/acme/nothing', 404],
  ['/orgs/nobody/healthz', 404],
  ['/orgs/broken/healthz', 503],
  ['/api/messages', 404],
  ['/', 404],
];
for (const [path, status] of paths) {
  test(`GET ${path} is answered with ${status}`, async () => {
    assert.equal((await get(path)).status, status);
  });
}

test("an operator's page finds its files behind the path of its organisation", async () => {
  for (const path of ['/orgs/acme/ops', '/orgs/acme/ops/', '/orgs/acme/ops/?x=1']) {
    const page = await fetch(url + path);
    assert.deepEqual([page.status, new URL(page.url).pathname], [200, '/orgs/acme/ops']);
    const names = [...(await page.text()).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, name = '']) => name);
    assert.notEqual(names.length, 0);
    for (const name of names) {
      const file = await fetch(new URL(name, page.url));
      assert.equal(file.status, 200, name);
      assert.doesNotMatch(await file.text(), /['"`]\/ops/);
    }
  }
});

const wrong: [args: string[], code: number, err: RegExp][] = [
  [['status'], 2, /Name an organisation with --org: acme, globex, broken\./],
  [['watch', '--count', '1'], 2, /Name an organisation with --org: acme, globex, broken\./],
  [['status', '--org'], 2, /Missing the id/],
  [['status', '--org', 'globx'], 1, /Did you mean `globex`\?/],
];
for (const [args, code, err] of wrong) {
  test(`${args.join(' ')} says which organisations there are`, async () => {
    const result = await cli(...args);
    assert.equal(result.code, code);
    assert.match(result.err, err);
  });
}

test('a command for authors needs no organisation', async () => {
  assert.equal((await cli('list')).code, 0);
});

test('an organisation that could not start is served when its fault is mended', async () => {
  // It fails before anything is read or sent, so its retry is over with this turn of the event loop.
  tryAgain();
  await setImmediate();
  assert.equal(log.match(/"org":"broken","event":"org\.failed"/g)?.length, 1);
  assert.match(log, /"event":"org\.failed","code":"template\.invalid","what":"[^"]*wrong\.json/);
  rmSync(wrongTemplate);
  await retry();
  assert.equal((await get('/orgs/broken/readyz')).status, 200);
});
