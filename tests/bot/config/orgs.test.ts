import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findOrg, orgKeys, readOrgs } from '../../../bot/config/orgs.ts';
import { CodedError } from '../../../cards/errors.ts';

const acmeSecret = 'connector-secret-of-acme-4711';
const variables = {
  ACME_CLIENT: 'the-client-secret-of-acme',
  ACME_DOOR: acmeSecret,
  GLOBEX_CLIENT: 'the-client-secret-of-globex',
  GLOBEX_DOOR: 'connector-secret-of-globex-0815',
};
const acme = {
  region: 'mypurecloud.ie',
  clientId: 'acme-client',
  clientSecretVariable: 'ACME_CLIENT',
  connectorSecretsVariable: 'ACME_DOOR',
};
const globex = {
  loginUrl: 'https://login.globex.example',
  apiUrl: 'https://api.globex.example',
  clientId: 'globex-client',
  clientSecretVariable: 'GLOBEX_CLIENT',
  connectorSecretsVariable: 'GLOBEX_DOOR',
};

/** Reads a file of organisations. */
function read(t: TestContext, file: unknown, env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'orgs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'orgs.json');
  writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
  return { folder, orgs: () => readOrgs({ GENESYS_ORGS_FILE: path, ...variables, ...env }) ?? [] };
}

/** The problems that a file has, one a line. */
function problemsOf(t: TestContext, file: unknown, env?: Record<string, string>): string[] {
  try {
    read(t, file, env).orgs();
  } catch (error) {
    assert.ok(error instanceof CodedError);
    assert.equal(error.code, 'config.invalid');
    return error.message.split('\n- ').slice(1);
  }
  return [];
}

test('without the setting a process serves one organisation', () => {
  assert.equal(readOrgs({}), undefined);
  assert.equal(readOrgs({ GENESYS_ORGS_FILE: ' ' }), undefined);
});

test('each organisation has its own settings, the defaults of all, and a place of its own in the store', (t) => {
  const own = {
    ...acme,
    requestsPerMinute: 7,
    dropsRepeats: true,
    linkHosts: ['shop.acme.example', '*.acme.example'],
    templatesDir: 'acme-templates',
    botsFile: 'acme-bots.json',
    analyticsUrl: 'https://hook.acme.example/',
    analyticsSecretVariable: 'ACME_CLIENT',
    ordersUrl: 'https://orders.acme.example',
    guestGatewaySecretsVariable: 'ACME_CLIENT',
  };
  const database = 'postgres://user@127.0.0.1/cards?sslmode=disable';
  const env = { DATABASE_URL: database, DATA_DIR: 'data', IDENTITY_CHECK: 'off', PORT: '4000' };
  const { folder, orgs } = read(t, { orgs: { acme: own, 'globex-eu': globex } }, env);
  const [one, other] = orgs();
  assert.deepEqual([one?.id, other?.id], ['acme', 'globex-eu']);
  assert.deepEqual(one?.config.genesys, {
    loginUrl: 'https://login.mypurecloud.ie',
    apiUrl: 'https://api.mypurecloud.ie',
    clientId: 'acme-client',
    clientSecret: variables.ACME_CLIENT,
    scope: 'webchat:guest:write',
  });
  assert.deepEqual(one?.config.connector.secrets, [acmeSecret]);
  assert.equal(one?.config.requestsPerMinute, 7);
  assert.equal(one?.config.dropsRepeats, true);
  assert.deepEqual(one?.config.cards.policy.linkHosts, ['shop.acme.example', '*.acme.example']);
  assert.equal(one?.config.cards.templateDirs.at(-1), join(folder, 'acme-templates'));
  assert.equal(one?.config.connector.bots, join(folder, 'acme-bots.json'));
  assert.deepEqual(one?.config.analytics, { url: own.analyticsUrl, secrets: [variables.ACME_CLIENT] });
  assert.equal(one?.config.dataDir, join('data', 'orgs', 'acme'));
  assert.equal(one?.config.databaseUrl, `${database}&schema=genesys_cards_acme`);
  assert.equal(other?.config.databaseUrl, `${database}&schema=genesys_cards_globex_eu`);
  assert.equal(other?.config.requestsPerMinute, 100);
  assert.equal(other?.config.analytics, undefined);
  assert.equal(other?.config.ordersApiUrl, undefined);
  for (const org of [one, other])
    assert.deepEqual([org?.config.identityCheck, org?.config.port], ['off', 4000]);
});

const problems: [what: string, file: unknown, problem: RegExp, env?: Record<string, string>][] = [
  [
    'a mistyped key',
    { orgs: { acme: { ...acme, regoin: 'x' } } },
    /^\$\.orgs\.acme\.regoin: is not known; did you mean region\?$/,
  ],
  [
    'a key that is close to none',
    { orgs: { acme: { ...acme, [acmeSecret]: 1 } } },
    /^\$\.orgs\.acme: has a key that is not known; the keys are region, /,
  ],
  [
    'a mistyped key at the top',
    { orgz: {} },
    /orgz: is not known; did you mean orgs\?|\$\.orgs: must be an object/,
  ],
  ['no organisation', { orgs: {} }, /^\$\.orgs: must name at least one organisation$/],
  [
    'an id that is no part of a path',
    { orgs: { 'Acme Inc': acme } },
    /^\$\.orgs\.Acme Inc: an id begins with a-z/,
  ],
  [
    'an id whose schema would be the queue of another',
    { orgs: { acme, 'acme-queue': globex } },
    /^\$\.orgs\.acme-queue: an id .* does not end with queue$/,
  ],
  ['no object', [], /^\$: must be an object$/],
  ['an organisation that is no object', { orgs: { acme: null } }, /^\$\.orgs\.acme: must be an object$/],
  [
    'an unknown region',
    { orgs: { acme: { ...acme, region: 'mars' } } },
    /^\$\.orgs\.acme\.region: must be a domain of Genesys Cloud/,
  ],
  [
    'a missing host',
    { orgs: { acme: { ...acme, region: undefined } } },
    /^\$\.orgs\.acme\.region: is missing; set it, or both loginUrl and apiUrl$/,
  ],
  [
    'a missing client',
    { orgs: { acme: { ...acme, clientId: undefined } } },
    /^\$\.orgs\.acme\.clientId: is missing/,
  ],
  [
    'a number out of its range',
    { orgs: { acme: { ...acme, requestsPerMinute: 0 } } },
    /^\$\.orgs\.acme\.requestsPerMinute: must be at least 1$/,
  ],
  [
    'a value of another shape',
    { orgs: { acme: { ...acme, scope: {} } } },
    /^\$\.orgs\.acme\.scope: must be a text, a number/,
  ],
  [
    'a secret in place of its variable',
    { orgs: { acme: { ...acme, clientSecretVariable: 'p4ss word!' } } },
    /^\$\.orgs\.acme\.clientSecretVariable: must be the name of a variable, not a secret$/,
  ],
  [
    'a variable that is not set',
    { orgs: { acme: { ...acme, clientSecretVariable: 'NOT_SET' } } },
    /^\$\.orgs\.acme\.clientSecretVariable: names a variable that is not set$/,
  ],
  [
    'a weak secret of a door',
    { orgs: { acme } },
    /^\$\.orgs\.acme\.connectorSecretsVariable: every secret must have at least 16/,
    { ACME_DOOR: 'short' },
  ],
  [
    'a secret that opens two doors',
    { orgs: { acme, globex } },
    /^\$\.orgs\.globex\.connectorSecretsVariable: has a secret of acme, too/,
    { GLOBEX_DOOR: `x-of-globex-4711-0815,${acmeSecret}` },
  ],
  [
    'a password that opens the pages of two operators',
    {
      orgs: {
        acme: { ...acme, opsSecretVariable: 'OPS' },
        globex: { ...globex, opsSecretVariable: 'OPS' },
      },
    },
    /^\$\.orgs\.globex\.opsSecretVariable: has a secret of acme, too/,
    { OPS: 'operations-password-4711' },
  ],
  [
    "a password of every operator's page",
    { orgs: { acme } },
    /^OPS_SECRET: cannot be set beside GENESYS_ORGS_FILE; write it into that file as opsSecretVariable$/,
    { OPS_SECRET: 'operations-password-4711' },
  ],
  [
    'an audience whose tokens open every door',
    { orgs: { acme } },
    /^CARDS_API_AUDIENCE: cannot be set beside GENESYS_ORGS_FILE; write it into that file as cardsApiAudience$/,
    { CARDS_API_AUDIENCE: 'api://cards' },
  ],
  [
    'a webhook without a secret',
    { orgs: { acme: { ...acme, analyticsUrl: 'https://a.example' } } },
    /^\$\.orgs\.acme\.analyticsSecretVariable: is missing/,
  ],
  [
    'a setting of one organisation for all',
    { orgs: { acme } },
    /^GENESYS_CLIENT_ID: cannot be set beside GENESYS_ORGS_FILE; write it into that file as clientId$/,
    { GENESYS_CLIENT_ID: 'x' },
  ],
  [
    'an open bot in production',
    { orgs: { acme } },
    /^\$\.orgs\.acme\.appId: is missing; with NODE_ENV=production/,
    { NODE_ENV: 'production' },
  ],
  ['text that is not JSON', '{"orgs": {', /^\$: The text is not JSON\.$/],
];
for (const [what, file, problem, env] of problems) {
  test(`a file with ${what} is refused in words, without any value`, (t) => {
    const found = problemsOf(t, file, env);
    assert.ok(
      found.some((one) => problem.test(one)),
      found.join('\n'),
    );
    assert.doesNotMatch(found.join('\n'), /p4ss|4711|the-client-secret/);
  });
}

test('the example of the docs can be copied', (t) => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'organisations.md'), 'utf8');
  const [, file = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const names = file.match(/\b[A-Z]+_[A-Z_]+\b/g) ?? [];
  const env = Object.fromEntries(names.map((name) => [name, `the-own-value-of-${name}`]));
  const { folder, orgs } = read(t, file, env);
  mkdirSync(join(folder, 'acme', 'templates'), { recursive: true });
  assert.deepEqual(
    orgs().map(({ id }) => id),
    ['acme', 'globex'],
  );
});

test('every problem of every organisation is told at once', (t) => {
  const found = problemsOf(t, {
    orgs: { acme: { ...acme, region: 'mars' }, globex: { ...globex, clientId: undefined } },
  });
  assert.equal(found.length, 2);
});

test('a file that cannot be read is named by its setting', () => {
  assert.throws(() => readOrgs({ GENESYS_ORGS_FILE: '/no/such/file.json' }), {
    code: 'config.invalid',
    message: /GENESYS_ORGS_FILE: the file cannot be read \(ENOENT\)/,
  });
});

for (const [database, named] of [
  ['me@/cards?host=/var/run/postgresql', 'me@/cards?host=/var/run/postgresql&schema=genesys_cards_acme'],
  ['me@/cards?schema=shop&host=/tmp', 'me@/cards?schema=shop_acme&host=/tmp'],
  ['127.0.0.1/cards', '127.0.0.1/cards?schema=genesys_cards_acme'],
])
  test(`in the database ${database} an organisation has a schema of its own`, (t) => {
    const { orgs } = read(t, { orgs: { acme } }, { DATABASE_URL: `postgres://${database}` });
    assert.equal(orgs()[0]?.config.databaseUrl, `postgres://${named}`);
  });

test('an id that is not in the file has a hint with those that are', (t) => {
  const orgs = read(t, { orgs: { acme, globex } }).orgs();
  assert.equal(findOrg(orgs, 'globex').id, 'globex');
  assert.throws(() => findOrg(orgs, 'amce'), {
    hint: 'Did you mean `acme`? The organisations are: acme, globex.',
  });
});

test('a key of an organisation stands for one setting', () => {
  assert.equal(new Set(orgKeys).size, orgKeys.length);
});
