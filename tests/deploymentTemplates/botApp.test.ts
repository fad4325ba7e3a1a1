import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { readConfig, settingNames } from '../../bot/config/config.ts';
import { secretSettings } from '../../bot/config/rules.ts';
import { readTemplate, templateFile } from './arm/template.ts';
import { canaries, deploy, deployments } from './givenValues.ts';

const botApp = templateFile('BotApp', 'resourceGroup');
const azureBot = templateFile('AzureBot', 'resourceGroup');

/** App Service gives the port, the bot picks the host, and there is neither a sandbox nor an embedded store. */
const notSetOnAppService = [
  'PORT',
  'HOST',
  'SANDBOX_PORT',
  'DATA_DIR',
  'BOTS_FILE',
  // Files of secrets; set by hand.
  'GENESYS_ORGS_FILE',
  'GENESYS_CLIENT_CERT_FILE',
  'GENESYS_CLIENT_KEY_FILE',
];

/** Settings that App Service itself reads. */
const platformSettings = ['WEBSITE_RUN_FROM_PACKAGE', 'WEBSITES_CONTAINER_STOP_TIME_LIMIT'];

/** Node itself: npm and its shell do not hand SIGTERM on to the bot. */
const startCommand = 'node --disable-warning=ExperimentalWarning --max-semi-space-size=8 bot/start.js';

const siteSchema = z.looseObject({
  identity: z.strictObject({
    type: z.literal('UserAssigned'),
    userAssignedIdentities: z.record(z.string(), z.strictObject({})),
  }),
  properties: z.looseObject({
    httpsOnly: z.literal(true),
    clientAffinityEnabled: z.literal(false),
    virtualNetworkSubnetId: z.string(),
    keyVaultReferenceIdentity: z.string(),
    siteConfig: z.looseObject({
      linuxFxVersion: z.literal('NODE|24-lts'),
      appCommandLine: z.literal(startCommand),
      alwaysOn: z.literal(true),
      healthCheckPath: z.literal('/healthz'),
      http20Enabled: z.literal(true),
      minTlsVersion: z.enum(['1.2', '1.3']),
      scmMinTlsVersion: z.enum(['1.2', '1.3']),
      ftpsState: z.literal('Disabled'),
      remoteDebuggingEnabled: z.literal(false),
      appSettings: z.array(z.strictObject({ name: z.string(), value: z.string().min(1) })),
    }),
  }),
});

function resourcesOf(type: string, deployment: (typeof deployments)[number]) {
  return deploy(botApp, deployment).resources.filter(
    (resource) => resource.type === type && resource.deployed,
  );
}

function site(deployment: (typeof deployments)[number]) {
  return siteSchema.parse(resourcesOf('Microsoft.Web/sites', deployment)[0]?.body);
}

function appSettings(deployment: (typeof deployments)[number]): Map<string, string> {
  const settings = site(deployment).properties.siteConfig.appSettings;
  const map = new Map(settings.map(({ name, value }) => [name, value]));
  assert.equal(map.size, settings.length, 'a setting is there twice');
  return map;
}

const connectionString = 'InstrumentationKey=00000000-0000-4000-8000-000000000000';

/** The settings as the bot sees them: App Service puts the secret in the place of its reference. */
function resolved(deployment: (typeof deployments)[number]): [string, string][] {
  const secrets = resourcesOf('Microsoft.KeyVault/vaults/secrets', deployment);
  return [...appSettings(deployment)].map(([name, value]) => {
    const secret = secrets.find(({ id }) => value.endsWith(`;SecretName=${id.split('/').at(-1)})`));
    const kept = String(Object(secret?.body.properties).value)
      .replace(/^ConnectionString of .*/, connectionString)
      .replace(/@fullyQualifiedDomainName of [^:]+:/, '@server:');
    return [name, secret === undefined ? value : kept];
  });
}

test('the site speaks https only, stays awake and is asked for its health', () => {
  const { identity, properties } = site('least');
  assert.deepEqual(Object.keys(identity.userAssignedIdentities), [properties.keyVaultReferenceIdentity]);
});

test('the app settings are exactly the names that the bot reads, and those of App Service', () => {
  const expected = [...settingNames, ...platformSettings].filter(
    (name) => !notSetOnAppService.includes(name),
  );
  assert.deepEqual([...appSettings('everything').keys()].sort(), expected.sort());
});

for (const deployment of deployments) {
  test(`${deployment}: the bot starts with these settings`, () => {
    const config = readConfig(Object.fromEntries(resolved(deployment)));
    assert.equal(config.isProduction, true);
    assert.equal(config.host, '0.0.0.0');
    assert.match(config.databaseUrl ?? '', /^postgresql:/);
    assert.equal(config.genesys !== undefined, deployment === 'everything');
    assert.equal(config.analytics !== undefined, deployment === 'everything');
  });
}

test('a value that is not given is no setting: the bot sees its own default', () => {
  const settings = appSettings('least');
  for (const name of [
    'GENESYS_REGION',
    'GENESYS_CONNECTOR_SECRETS',
    'ORDERS_API_URL',
    'MicrosoftAppPassword',
  ]) {
    assert.equal(settings.has(name), false, name);
  }
});

test('every secret setting refers to a secret that is in the vault before the site starts', () => {
  const { resources } = deploy(botApp, 'everything');
  const dependsOn = resources.find(({ type }) => type === 'Microsoft.Web/sites')?.dependsOn ?? [];
  const settings = appSettings('everything');

  for (const [name, value] of settings) {
    const [, vault, secret] =
      /^@Microsoft\.KeyVault\(VaultName=([\w-]+);SecretName=([\w-]+)\)$/.exec(value) ?? [];
    assert.equal(
      secret !== undefined,
      secretSettings.some((one) => one === name),
      name,
    );
    if (secret === undefined) continue;
    const kept = resources.find(({ id }) => id.endsWith(`/vaults/${vault}/secrets/${secret}`));
    assert.equal(kept?.deployed, true, name);
    assert.ok(dependsOn.includes(kept.id), name);
  }
});

test('secrets that are not given are not kept', () => {
  assert.deepEqual(
    resourcesOf('Microsoft.KeyVault/vaults/secrets', 'least').map(({ id }) => id.split('/').at(-1)),
    ['DATABASE-URL', 'APPLICATIONINSIGHTS-CONNECTION-STRING'],
  );
});

test('without a password the bot is the managed identity, with one it is the app registration', () => {
  const identity = resourcesOf('Microsoft.ManagedIdentity/userAssignedIdentities', 'least')[0];
  assert.equal(appSettings('least').get('MicrosoftAppType'), 'UserAssignedMSI');
  assert.equal(appSettings('least').get('MicrosoftAppId'), `clientId of ${identity?.id}`);
  assert.equal(appSettings('everything').get('MicrosoftAppType'), 'SingleTenant');
  assert.equal(appSettings('everything').get('MicrosoftAppId'), '22222222-2222-4222-8222-222222222222');
});

test('the identity may read the secrets of the vault before the site starts, and nothing more', () => {
  const [role, ...others] = resourcesOf('Microsoft.Authorization/roleAssignments', 'least');
  const [vault] = resourcesOf('Microsoft.KeyVault/vaults', 'least');
  const [webApp] = resourcesOf('Microsoft.Web/sites', 'least');
  assert.ok(role && vault && webApp && others.length === 0);
  const keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6';
  assert.ok(String(Object(role.body.properties).roleDefinitionId).endsWith(keyVaultSecretsUser));
  assert.equal(role.body.scope, vault.id);
  assert.ok(webApp.dependsOn.includes(role.id));
});

test('the vault trusts roles only and cannot be purged', () => {
  const [vault] = resourcesOf('Microsoft.KeyVault/vaults', 'least');
  const { enableRbacAuthorization, enablePurgeProtection, accessPolicies } = Object(vault?.body.properties);
  assert.deepEqual([enableRbacAuthorization, enablePurgeProtection, accessPolicies], [true, true, undefined]);
});

test('the database is in the private network, takes TLS only, and is backed up', () => {
  const { resources } = deploy(botApp, 'least');
  const server = resources.find(({ type }) => type === 'Microsoft.DBforPostgreSQL/flexibleServers');
  const { network, backup } = Object(server?.body.properties);
  assert.match(network.delegatedSubnetResourceId, /\/subnets\/postgres$/);
  assert.match(network.privateDnsZoneArmResourceId, /\.private\.postgres\.database\.azure\.com$/);
  assert.ok(backup.backupRetentionDays >= 7);
  assert.deepEqual(
    resources.filter(({ type }) => type.toLowerCase().includes('firewallrules')),
    [],
  );
  const tls = resources.find(({ id }) => id.endsWith('/require_secure_transport'));
  assert.equal(Object(tls?.body.properties).value, 'on');
});

test('the database URL escapes the password and checks the server certificate', () => {
  const value = new Map(resolved('everything')).get('DATABASE_URL') ?? '';
  const url = new URL(value);
  assert.equal(decodeURIComponent(url.password), canaries.postgresAdminPassword);
  assert.deepEqual(
    [url.protocol, url.pathname, url.search],
    ['postgresql:', '/cards', '?sslmode=verify-full'],
  );
});

test('publishing with a password is switched off', () => {
  const policies = resourcesOf('Microsoft.Web/sites/basicPublishingCredentialsPolicies', 'least');
  assert.deepEqual(
    policies.map(({ id, body }) => [id.split('/').at(-1), Object(body.properties).allow]),
    [
      ['ftp', false],
      ['scm', false],
    ],
  );
});

test('telemetry is kept in the Log Analytics workspace', () => {
  const [workspace] = resourcesOf('Microsoft.OperationalInsights/workspaces', 'least');
  const [insights] = resourcesOf('Microsoft.Insights/components', 'least');
  assert.equal(Object(insights?.body.properties).WorkspaceResourceId, workspace?.id);
});

test('alerts reach the given address, and without one they are only shown', () => {
  for (const type of ['Microsoft.Insights/scheduledQueryRules', 'Microsoft.Insights/metricAlerts']) {
    for (const { id, body } of resourcesOf(type, 'everything')) {
      assert.match(JSON.stringify(Object(body.properties).actions), /actionGroups\/ag-CardBot"/, id);
    }
    for (const { id, body } of resourcesOf(type, 'least')) {
      assert.doesNotMatch(JSON.stringify(Object(body.properties).actions), /ag-CardBot/, id);
    }
  }
});

test('the Azure Bot has the app id, type and tenant of the bot app, and an identity when it is one', () => {
  const properties = (deployment: (typeof deployments)[number]) =>
    Object(deploy(azureBot, deployment).resources[0]?.body.properties);
  assert.equal(properties('least').msaAppType, 'UserAssignedMSI');
  assert.match(properties('least').msaAppMSIResourceId, /userAssignedIdentities\/id-CardBot$/);
  assert.equal(properties('everything').msaAppType, 'SingleTenant');
  assert.equal(properties('everything').msaAppMSIResourceId, '');
  assert.equal(properties('least').msaAppTenantId, '33333333-3333-4333-8333-333333333333');
});

test('the outputs of the bot app are what the Azure Bot asks for', () => {
  const { outputs } = deploy(botApp, 'least');
  const asked = readTemplate(azureBot.template).parameters;
  for (const name of ['botEndpoint', 'appId', 'UMSIName']) assert.ok(name in asked && name in outputs, name);
  assert.match(String(outputs.botEndpoint), /^https:\/\/.+\/api\/messages$/);
});
