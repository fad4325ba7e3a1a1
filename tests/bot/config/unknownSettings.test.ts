import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingNames } from '../../../bot/config/config.ts';
import { findUnknownSettings } from '../../../bot/config/environment.ts';

const misspelt: [name: string, meant: string | undefined][] = [
  ['GENESYS_REGON', 'GENESYS_REGION'],
  ['GENESYS_CLIENT_SECERT', 'GENESYS_CLIENT_SECRET'],
  ['GENESYS_CONNECTOR_SECRET', 'GENESYS_CONNECTOR_SECRETS'],
  ['DATABSE_URL', 'DATABASE_URL'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['MICROSOFTAPPID', 'MicrosoftAppId'],
  ['MicrosoftAppTenant', 'MicrosoftAppTenantId'],
  ['GENESYS_SOMETHING_ELSE', undefined],
];
for (const [name, meant] of misspelt) {
  test(`${name} is told${meant === undefined ? '' : ` as ${meant}`}`, () => {
    assert.deepEqual(findUnknownSettings({ [name]: 'x' }, settingNames), [
      { name, message: `${name} is not a setting${meant === undefined ? '' : `; did you mean ${meant}?`}` },
    ]);
  });
}

test('settings themselves and the names of other programs are not told', () => {
  const others = [
    'PATH',
    'HOSTNAME',
    'HOME',
    'npm_config_cache',
    'NODE_OPTIONS',
    'WEBSITE_SITE_NAME',
    'PGHOST',
  ];
  const env = Object.fromEntries([...others, ...settingNames].map((name) => [name, 'x']));
  assert.deepEqual(findUnknownSettings(env, settingNames), []);
});
