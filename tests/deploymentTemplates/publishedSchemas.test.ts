import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { z } from 'zod';
import type { EvaluatedResource } from './arm/evaluateTemplate.ts';
import { templateFiles } from './arm/template.ts';
import { deploy, deployments } from './givenValues.ts';

/** Resource types and versions that have been checked against the schemas that Azure publishes. */
const checked: readonly string[] = [
  'Microsoft.Authorization/roleAssignments@2022-04-01',
  'Microsoft.BotService/botServices@2022-09-15',
  'Microsoft.DBforPostgreSQL/flexibleServers/configurations@2025-08-01',
  'Microsoft.DBforPostgreSQL/flexibleServers/databases@2025-08-01',
  'Microsoft.DBforPostgreSQL/flexibleServers@2025-08-01',
  'Microsoft.Insights/actionGroups@2023-01-01',
  'Microsoft.Insights/components@2020-02-02',
  'Microsoft.Insights/diagnosticSettings@2021-05-01-preview',
  'Microsoft.Insights/metricAlerts@2026-01-01',
  'Microsoft.Insights/scheduledQueryRules@2026-03-01',
  'Microsoft.Insights/workbooks@2023-06-01',
  'Microsoft.KeyVault/vaults/secrets@2026-02-01',
  'Microsoft.KeyVault/vaults@2026-02-01',
  'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01',
  'Microsoft.Network/privateDnsZones@2024-06-01',
  'Microsoft.Network/virtualNetworks@2025-05-01',
  'Microsoft.OperationalInsights/workspaces@2025-07-01',
  'Microsoft.Resources/deployments@2025-04-01',
  'Microsoft.Resources/resourceGroups@2025-04-01',
  'Microsoft.Web/serverfarms@2024-11-01',
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01',
  'Microsoft.Web/sites@2024-11-01',
];

const resources = templateFiles.flatMap((file) => deployments.flatMap((how) => deploy(file, how).resources));
const typeAndVersion = ({ type, body }: EvaluatedResource) => `${type}@${body.apiVersion}`;

test('each resource type and version is one that was checked against its published schema', () => {
  assert.deepEqual([...new Set(resources.map(typeAndVersion))].sort(), [...checked].sort());
});

/** Folder `schemas` of a checkout of github.com/Azure/azure-resource-manager-schemas. */
const folder = process.env.AZURE_SCHEMAS;

describe('published schemas', { skip: folder === undefined && 'AZURE_SCHEMAS names no folder' }, () => {
  for (const name of checked) {
    test(`${name} fits its schema`, () => {
      for (const resource of resources.filter((one) => typeAndVersion(one) === name)) {
        assert.deepEqual(problems(resource.body), [], resource.id);
      }
    });
  }

  const mistakes: ReadonlyArray<[type: string, wrong: (body: Record<string, unknown>) => void]> = [
    ['Microsoft.Web/sites', (body) => Object.assign(Object(body.properties), { httpsOnli: true })],
    [
      'Microsoft.Web/sites',
      (body) => Object.assign(Object(Object(body.properties).siteConfig), { ftpsState: 'Off' }),
    ],
    [
      'Microsoft.BotService/botServices',
      (body) => Object.assign(Object(body.properties), { msaAppType: 'Any' }),
    ],
    ['Microsoft.KeyVault/vaults', (body) => delete Object(body.properties).tenantId],
    ['Microsoft.DBforPostgreSQL/flexibleServers', (body) => Object.assign(Object(body.sku), { tier: 'Big' })],
  ];
  for (const [type, wrong] of mistakes) {
    test(`${type} with ${wrong} is refused`, () => {
      const body = structuredClone(resources.find((one) => one.type === type)?.body);
      assert.ok(body);
      wrong(body);
      assert.notDeepEqual(problems(body), []);
    });
  }
});

type Schema = { [name: string]: unknown };

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });

// `scope` and `resourceGroup` say where to deploy. Some schemas know a child by its whole name, some by the last part.
function problems({ scope, resourceGroup: _, ...resource }: Readonly<Record<string, unknown>>): unknown[] {
  const type = String(resource.type);
  const name = String(resource.name);
  const validate = ajv.compile({
    $ref: definitionOf(type, String(resource.apiVersion), scope !== undefined),
  });
  const isValid = (body: unknown) => validate(body);
  if (isValid(resource) || isValid({ ...resource, name: name.split('/').at(-1) })) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => ({
    instancePath,
    message,
    params,
  }));
}

function definitionOf(type: string, version: string, isExtension: boolean): string {
  addSchema(join('common', 'definitions.json'));
  const files = readdirSync(join(String(folder), version)).filter((file) =>
    file.startsWith(`${type.split('/')[0]}.`),
  );
  for (const file of files) {
    const schema = addSchema(join(version, file));
    const kinds = Object.keys(schema).filter((key) => key.endsWith('esourceDefinitions'));
    const extensions = kinds.filter((kind) => isExtension && kind.startsWith('extension'));
    for (const kind of [...extensions, ...kinds]) {
      for (const [name, definition] of Object.entries(z.record(z.string(), z.any()).parse(schema[kind]))) {
        if (definition.properties?.type?.enum?.includes(type)) return `${schema.$id}#/${kind}/${name}`;
      }
    }
  }
  throw new Error(`no published schema of ${type}@${version}`);
}

const added = new Map<string, Schema>();

function addSchema(path: string): Schema {
  const known = added.get(path);
  if (known !== undefined) return known;
  const { id, $schema, ...schema } = z
    .looseObject({ id: z.string(), $schema: z.string() })
    .parse(JSON.parse(readFileSync(join(String(folder), path), 'utf8')));
  const converted = { ...z.record(z.string(), z.unknown()).parse(closed(schema)), $id: id.replace(/#$/, '') };
  ajv.addSchema(converted);
  added.set(path, converted);
  return converted;
}

// The published schemas leave objects open, so that a misspelt property would pass. A part of a larger object stays open.
function closed(schema: unknown, isPart = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => closed(item, isPart));
  if (schema === null || typeof schema !== 'object') return schema;
  const hasProperties = 'properties' in schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      closed(value, hasProperties && ['allOf', 'anyOf', 'oneOf'].includes(key)),
    ]),
  );
  const isWhole = copy.type === 'object' && hasProperties && !isPart;
  const isOpen = ['additionalProperties', 'allOf', 'anyOf', 'oneOf'].some((key) => key in copy);
  return isWhole && !isOpen ? { ...copy, additionalProperties: false } : copy;
}
