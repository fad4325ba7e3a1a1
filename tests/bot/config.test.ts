import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig, secretSettings, settingNames } from '../../bot/config.ts';
import { CodedError } from '../../cards/errors.ts';

const genesys = {
  GENESYS_REGION: 'mypurecloud.ie',
  GENESYS_CLIENT_ID: 'id',
  GENESYS_CLIENT_SECRET: 'the-secret',
};
const app = { MicrosoftAppId: 'app', MicrosoftAppPassword: 'pw-value', MicrosoftAppTenantId: 'tenant' };

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
  assert.equal(readConfig({ ...app, NODE_ENV: 'production' }).host, '0.0.0.0');
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
  const env = { ...app, NODE_ENV: 'production ', MicrosoftAppType: ' UserAssignedMSI', LOG_LEVEL: 'warn\t' };
  const { isProduction, app: given, logLevel } = readConfig(env);
  assert.deepEqual([isProduction, given.type, logLevel], [true, 'UserAssignedMSI', 'warn']);
});

test('an IPv6 host may stand in brackets', () => {
  assert.deepEqual(
    ['::1', '[::1]'].map((HOST) => readConfig({ HOST }).host),
    ['::1', '::1'],
  );
});

const wrong: [name: string, env: Record<string, string>, problems: RegExp[]][] = [
  ['a port that is no number', { PORT: 'many' }, [/PORT: must be a number/]],
  ['a port out of range', { PORT: '70000' }, [/PORT: must be at most 65535/]],
  [
    'a region with a scheme',
    { ...genesys, GENESYS_REGION: 'https://mypurecloud.ie' },
    [/GENESYS_REGION: must be a domain/],
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
  ['a database of another kind', { DATABASE_URL: 'mysql://x' }, [/DATABASE_URL: must begin with postgres/]],
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
