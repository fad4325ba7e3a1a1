import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../bot/config/config.ts';
import { describeGenesys } from '../../bot/createParts.ts';

const region = {
  GENESYS_REGION: 'mypurecloud.ie',
  GENESYS_CLIENT_ID: 'client',
  GENESYS_CLIENT_SECRET: 'secret',
};
const ireland = { host: 'login.mypurecloud.ie', region: 'mypurecloud.ie', clientId: 'client' };

const rows: readonly [string, Record<string, string>, object | undefined][] = [
  ['no Genesys', {}, undefined],
  ['a region', region, ireland],
  [
    "hosts of one's own",
    {
      ...region,
      GENESYS_REGION: '',
      GENESYS_LOGIN_URL: 'http://127.0.0.1:1/',
      GENESYS_API_URL: 'http://127.0.0.2:2/',
      HTTPS_PROXY: 'http://127.0.0.3:3',
    },
    { host: '127.0.0.1', region: undefined, clientId: 'client' },
  ],
  [
    'a proxy, without its password',
    { ...region, HTTPS_PROXY: 'http://user:word@proxy.example:3128' },
    { ...ireland, proxy: 'proxy.example:3128' },
  ],
];
for (const [name, env, described] of rows)
  test(`the log names the host of tokens for ${name}`, () => {
    assert.deepEqual(describeGenesys(readConfig(env)), described);
  });
