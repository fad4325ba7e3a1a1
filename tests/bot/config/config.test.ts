import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig, settingNames } from '../../../bot/config/config.ts';
import { secretSettings } from '../../../bot/config/rules.ts';
import { CodedError } from '../../../cards/errors.ts';

const genesys = {
  GENESYS_REGION: 'mypurecloud.ie',
  GENESYS_CLIENT_ID: 'id',
  GENESYS_CLIENT_SECRET: 'the-secret',
};
const app = { MicrosoftAppId: 'app', MicrosoftAppPassword: 'pw-value', MicrosoftAppTenantId: 'tenant' };

const production = {
  ...app,
  MicrosoftAppPassword: 'x8Q~random-password-0f',
  NODE_ENV: 'production',
};

test('an empty environment is a bot on this machine without Genesys', () => {
  const config = readConfig({});
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.port, 3978);
  assert.equal(config.sandboxPort, 3979);
  assert.equal(config.genesys, undefined);
  assert.equal(config.requestsPerMinute, 100);
});

test('a region names the login and API hosts', () => {
  assert.deepEqual(readConfig(genesys).genesys, {
    loginUrl: 'https://login.mypurecloud.ie',
    apiUrl: 'https://api.mypurecloud.ie',
    clientId: 'id',
    clientSecret: 'the-secret',
    scope: 'webchat:guest:write',
  });
});

test('given addresses win over the region, without their last slash', () => {
  const { loginUrl, apiUrl } = readConfig({
    ...genesys,
    GENESYS_LOGIN_URL: 'https://login.gateway.example/',
    GENESYS_API_URL: 'https://api.gateway.example',
  }).genesys ?? { loginUrl: '', apiUrl: '' };
  assert.deepEqual([loginUrl, apiUrl], ['https://login.gateway.example', 'https://api.gateway.example']);
});

test('a bot with an app id listens on all addresses', () => {
  assert.equal(readConfig({ ...production }).host, '0.0.0.0');
});

for (const empty of ['', '  ']) {
  test(`a setting of ${empty.length} blanks is as good as none`, () => {
    const env = Object.fromEntries(settingNames.map((name) => [name, empty]));
    assert.deepEqual(readConfig(env), readConfig({}));
  });
}

test('only an empty scope is not the default, but no scope', () => {
  assert.equal(readConfig({ ...genesys, GENESYS_SCOPE: ' ' }).genesys?.scope, '');
});

test('blanks around a value do not count', () => {
  const env = {
    ...production,
    NODE_ENV: 'production ',
    MicrosoftAppType: ' UserAssignedMSI',
    LOG_LEVEL: 'warn\t',
  };
  const { isProduction, app: given, logLevel } = readConfig(env);
  assert.deepEqual([isProduction, given.type, logLevel], [true, 'UserAssignedMSI', 'warn']);
});

test('an IPv6 host may stand in brackets', () => {
  assert.deepEqual(
    ['::1', '[::1]'].map((HOST) => readConfig({ HOST }).host),
    ['::1', '::1'],
  );
});

for (const rest of [
  'db.example/cards?sslmode=verify-full',
  'db.example/cards?sslmode=require',
  'db.example/cards?ssl=true',
  'localhost:5432/cards',
  '127.0.0.1/cards',
  'me@/cards?host=/var/run/postgresql',
]) {
  test(`the database ${rest} is taken in production`, () => {
    const DATABASE_URL = `postgres://${rest}`;
    assert.equal(readConfig({ ...production, DATABASE_URL }).databaseUrl, DATABASE_URL);
  });
}

test('in production hosts of this machine need no encryption', () => {
  const url = 'http://127.0.0.1:3979';
  const env = { ...production, ORDERS_API_URL: url, GENESYS_LOGIN_URL: url, GENESYS_API_URL: url };
  const secret = { GENESYS_CLIENT_ID: 'id', GENESYS_CLIENT_SECRET: 'a8f7-0123-random-99' };
  assert.equal(readConfig({ ...env, ...secret }).genesys?.apiUrl, url);
});

const wrong: [name: string, env: Record<string, string>, problems: RegExp[]][] = [
  ['a port that is no number', { PORT: 'many' }, [/PORT: must be a number/]],
  ['a port out of range', { PORT: '70000' }, [/PORT: must be at most 65535/]],
  [
    'a region with a scheme',
    { ...genesys, GENESYS_REGION: 'https://mypurecloud.ie' },
    [/GENESYS_REGION: must be a domain of Genesys Cloud, one of mypurecloud\.com, /],
  ],
  [
    'a region that escapes into another host',
    { ...genesys, GENESYS_REGION: 'attacker.example/x#' },
    [/GENESYS_REGION/],
  ],
  [
    'a login address without the API address',
    { GENESYS_LOGIN_URL: 'https://l.example', GENESYS_CLIENT_ID: 'a', GENESYS_CLIENT_SECRET: 'b' },
    [/GENESYS_REGION: is missing/],
  ],
  [
    'an address with a user name',
    { ...genesys, GENESYS_API_URL: 'https://me@api.example' },
    [/GENESYS_API_URL/],
  ],
  [
    'a region alone',
    { GENESYS_REGION: 'mypurecloud.ie' },
    [/GENESYS_CLIENT_ID: is missing/, /GENESYS_CLIENT_SECRET: is missing/],
  ],
  [
    'a client without a region',
    { GENESYS_CLIENT_ID: 'a', GENESYS_CLIENT_SECRET: 'b' },
    [/GENESYS_REGION: is missing/],
  ],
  [
    'a certificate that is not there, without its key',
    { ...genesys, GENESYS_CLIENT_CERT_FILE: 'none.pem' },
    [/GENESYS_CLIENT_CERT_FILE: the file cannot be read \(ENOENT\)/, /GENESYS_CLIENT_KEY_FILE: is missing/],
  ],
  ['production without an app id', { NODE_ENV: 'production' }, [/MicrosoftAppId: is missing/]],
  ['production with a blank', { NODE_ENV: 'production ' }, [/MicrosoftAppId: is missing/]],
  [
    'an app id without password and tenant',
    { MicrosoftAppId: 'a' },
    [/MicrosoftAppPassword: is missing/, /MicrosoftAppTenantId: is missing/],
  ],
  ['a multi-tenant bot', { ...app, MicrosoftAppType: 'MultiTenant' }, [/MicrosoftAppType: must be one of/]],
  ['an open bot for everybody', { HOST: '0.0.0.0' }, [/HOST: must be a loopback address/]],
  ['an open bot for everybody by IPv6', { HOST: '[::]' }, [/HOST: must be a loopback address/]],
  ...['localhost:8080', 'ftp://orders.example', 'orders.example', 'https://orders.example?a=1'].map(
    (ORDERS_API_URL): [string, Record<string, string>, RegExp[]] => [
      `an order system at ${ORDERS_API_URL}`,
      { ORDERS_API_URL },
      [/ORDERS_API_URL: must be an http or https address/],
    ],
  ),
  [
    'a language service without its project',
    { RECOGNIZER: 'clu' },
    [/AZURE_LANGUAGE_ENDPOINT: is missing/, /_PROJECT: is missing/, /_DEPLOYMENT: is missing/],
  ],
  [
    'a recognizer that there is none of',
    { RECOGNIZER: 'luis' },
    [/RECOGNIZER: must be one of embedded, clu/],
  ],
  [
    'a webhook without a secret',
    { ANALYTICS_WEBHOOK_URL: 'https://hook.example' },
    [/ANALYTICS_WEBHOOK_SECRET: is missing/],
  ],
  [
    'a webhook without encryption',
    { ANALYTICS_WEBHOOK_URL: 'http://hook.example', ANALYTICS_WEBHOOK_SECRET: 'x' },
    [/ANALYTICS_WEBHOOK_URL: must be an https address/],
  ],
  [
    'a short connector secret',
    { GENESYS_CONNECTOR_SECRETS: 'long-enough-secret-1,short' },
    [/at least 16 characters/],
  ],
  [
    'a header name with a blank',
    { GENESYS_CONNECTOR_HEADER: 'x y' },
    [/GENESYS_CONNECTOR_HEADER: must be a header name/],
  ],
  ...[
    'me:pa/ss@db.example/cards',
    'me:pa#ss@db.example/cards',
    'me:1#2@db.example/cards',
    'db.example:x/cards',
  ].map((rest): [string, Record<string, string>, RegExp[]] => [
    `the database ${rest}`,
    { DATABASE_URL: `postgres://${rest}` },
    [/DATABASE_URL: is not an address; in its user and password write/],
  ]),
  [
    'a database at a socket with a wrong schema',
    { DATABASE_URL: 'postgres://me@/cards?host=/tmp&schema=A' },
    [/DATABASE_URL: its schema must be a name/],
  ],
  ['a database of another kind', { DATABASE_URL: 'mysql://x' }, [/DATABASE_URL: must begin with postgres/]],
  [
    'a region that is misspelt',
    { ...genesys, GENESYS_REGION: 'mypurecloud.eu' },
    [/GENESYS_REGION: must be a domain of Genesys Cloud/],
  ],
  ...['GENESYS_LOGIN_URL', 'GENESYS_API_URL'].map((name): [string, Record<string, string>, RegExp[]] => [
    `a path in ${name}`,
    { ...genesys, [name]: 'https://login.gateway.example/some/path' },
    [new RegExp(`${name}: must be an http or https address without a path`)],
  ]),
  [
    'a webhook with a user name',
    { ANALYTICS_WEBHOOK_URL: 'https://me:the-secret@hook.example', ANALYTICS_WEBHOOK_SECRET: 'x' },
    [/ANALYTICS_WEBHOOK_URL: must be an https address/],
  ],
  ...['GENESYS_LOGIN_URL', 'GENESYS_API_URL', 'ORDERS_API_URL'].map(
    (name): [string, Record<string, string>, RegExp[]] => [
      `${name} without encryption in production`,
      { ...production, [name]: 'http://host.example' },
      [new RegExp(`${name}: must be an https address with NODE_ENV=production`)],
    ],
  ),
  ...[
    'db.example/cards',
    'db.example/cards?sslmode=disable',
    'db.example/cards?sslmode=prefer',
    'db.example/cards?sslmode=no-verify',
    'localhost/cards?host=db.example',
    '/cards?host=db.example',
    'a%zz/cards',
    'localhost/cards?host=%25zz',
  ].map((rest): [string, Record<string, string>, RegExp[]] => [
    `the database ${rest} in production`,
    { ...production, DATABASE_URL: `postgres://me:the-secret@${rest}` },
    [/DATABASE_URL: must end with \?sslmode=verify-full/],
  ]),
  ...[
    'aaaaaaaaaaaaaaaaaaaa',
    'passwordpassword',
    '1234567890123456',
    'abcdefghijklmnopqr',
    '0101010101010101',
  ].map((secret): [string, Record<string, string>, RegExp[]] => [
    `the connector secret ${secret}`,
    { GENESYS_CONNECTOR_SECRETS: `long-enough-secret-1,${secret}` },
    [/GENESYS_CONNECTOR_SECRETS: is easy to guess/],
  ]),
  [
    'a short secret of callers for cards',
    { CARDS_API_SECRETS: 'long-enough-secret-1,short' },
    [/CARDS_API_SECRETS: every secret must have at least 16 characters/],
  ],
  [
    'a webhook secret that is not base64 behind whsec_',
    { ANALYTICS_WEBHOOK_SECRET: 'whsec_not base64' },
    [/ANALYTICS_WEBHOOK_SECRET: must be whsec_ and 24 to 64 bytes in base64/],
  ],
  [
    'an audience without a tenant',
    { CARDS_API_AUDIENCE: 'api://x', OPS_AUDIENCE: 'y' },
    [
      /MicrosoftAppTenantId: is missing; CARDS_API_AUDIENCE needs it/,
      /MicrosoftAppTenantId: is missing; OPS_AUDIENCE needs it/,
    ],
  ],
  [
    'a short gateway secret',
    { GUEST_GATEWAY_SECRETS: 'long-enough-secret-1,short' },
    [/GUEST_GATEWAY_SECRETS: every secret must have at least 16 characters/],
  ],
  [
    'a gateway secret that is easy to guess',
    { GUEST_GATEWAY_SECRETS: 'passwordpassword' },
    [/GUEST_GATEWAY_SECRETS: is easy to guess/],
  ],
  [
    'an app id of the gateway that is none',
    { ...production, GUEST_GATEWAY_APP_IDS: 'gateway' },
    [/GUEST_GATEWAY_APP_IDS: must be a comma-separated list of app ids/],
  ],
  [
    'an app id of the gateway while no token is verified',
    { GUEST_GATEWAY_APP_IDS: '33333333-3333-4333-8333-333333333333' },
    [/GUEST_GATEWAY_APP_IDS: needs MicrosoftAppId/],
  ],
  ...['GENESYS_CLIENT_SECRET', 'MicrosoftAppPassword', 'ANALYTICS_WEBHOOK_SECRET'].map(
    (name): [string, Record<string, string>, RegExp[]] => [
      `a short ${name} in production`,
      { ...production, [name]: 'the-secret' },
      [new RegExp(`${name}: every secret must have at least 16 characters`)],
    ],
  ),
  [
    'a limit of nothing',
    { GENESYS_REQUESTS_PER_MINUTE: '0' },
    [/GENESYS_REQUESTS_PER_MINUTE: must be at least 1/],
  ],
  [
    'a wait longer than a turn',
    { CARD_OUTCOME_WAIT_MS: '60000' },
    [/CARD_OUTCOME_WAIT_MS: must be at most 5000/],
  ],
  ['an unknown log level', { LOG_LEVEL: 'loud' }, [/LOG_LEVEL: must be one of/]],
  [
    'pictures without TLS',
    { PICTURES_BASE_URL: 'http://bot.example.com' },
    [/PICTURES_BASE_URL: must be the https address/],
  ],
  [
    'hosts that are addresses',
    { CARD_IMAGE_HOSTS: 'https://cdn.example.com' },
    [/CARD_IMAGE_HOSTS: must be a comma-separated list/],
  ],
  [
    'a connection string without a key',
    { APPLICATIONINSIGHTS_CONNECTION_STRING: 'x=y' },
    [/InstrumentationKey/],
  ],
  [
    'everything at once',
    { PORT: 'x', GENESYS_REGION: 'bad', MicrosoftAppId: 'a' },
    [/PORT/, /GENESYS_REGION/, /GENESYS_CLIENT_ID/, /MicrosoftAppPassword/],
  ],
];
for (const [name, env, problems] of wrong) {
  test(`${name} is refused in plain words, without any value`, () => {
    assert.throws(
      () => readConfig(env),
      (error: unknown) => {
        assert.ok(error instanceof CodedError);
        assert.equal(error.code, 'config.invalid');
        for (const problem of problems) assert.match(error.message, problem);
        for (const secret of ['the-secret', 'pw-value', 'long-enough-secret-1'])
          assert.doesNotMatch(error.message, new RegExp(secret));
        return true;
      },
    );
  });
}

test('every secret is one of the settings', () => {
  for (const name of secretSettings) assert.ok(settingNames.includes(name), name);
});
