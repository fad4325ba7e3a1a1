import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { z } from 'zod';
import type { EvaluatedResource } from './arm/evaluateTemplate.ts';
import { templateFiles } from './arm/template.ts';
import { deploy, deployments } from './givenValues.ts';
import { shapeOf } from './shapeOf.ts';

/**
 * Each resource type and version with the paths and values that were checked against the schemas that Azure publishes: so a
 * change of a template that nobody checked is seen without them. With AZURE_SCHEMAS and UPDATE_GOLDEN=1 it is written anew.
 */
const golden = join(import.meta.dirname, 'checkedResources.json');

const resources = templateFiles.flatMap((file) => deployments.flatMap((how) => deploy(file, how).resources));
const typeAndVersion = ({ type, body }: EvaluatedResource) => `${type}@${body.apiVersion}`;

const bodies = Map.groupBy(resources, typeAndVersion);
const shapes = Object.fromEntries(
  [...bodies]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, all]) => [name, shapeOf(all.map(({ body }) => body))]),
);

/** Folder `schemas` of a checkout of github.com/Azure/azure-resource-manager-schemas. */
const folder = process.env.AZURE_SCHEMAS;

test('each resource is, property by property, one that was checked against its published schema', () => {
  if (folder !== undefined && process.env.UPDATE_GOLDEN === '1')
    writeFileSync(golden, `${JSON.stringify(shapes, null, 2)}\n`);
  const hint = 'The templates changed: check them against the published schemas, see docs/deployment.md.';
  assert.deepEqual(shapes, JSON.parse(readFileSync(golden, 'utf8')), hint);
});

describe('published schemas', { skip: folder === undefined && 'AZURE_SCHEMAS names no folder' }, () => {
  for (const [name, all] of bodies) {
    test(`${name} fits its schema`, () => {
      for (const resource of all) assert.deepEqual(problems(resource.body), [], resource.id);
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
