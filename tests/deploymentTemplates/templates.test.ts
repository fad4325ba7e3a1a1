import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { evaluateTemplate } from './arm/evaluateTemplate.ts';
import { isExpression } from './arm/parseExpression.ts';
import { readParameters, readTemplate, templateFiles, templatesFolder } from './arm/template.ts';
import { canaries, deploy, deployments } from './givenValues.ts';

for (const file of templateFiles) {
  describe(file.template, () => {
    const template = readTemplate(file.template);

    test('every parameter is in the parameter file and the other way round, with the same default', () => {
      const expected = Object.entries(template.parameters)
        .filter(([, { defaultValue }]) => typeof defaultValue !== 'string' || !isExpression(defaultValue))
        .map(([name, { defaultValue }]) => [name, defaultValue ?? '']);
      assert.deepEqual(readParameters(file.parameters), Object.fromEntries(expected));
    });

    test('every parameter and variable is used', () => {
      const used = deployments.map((deployment) => deploy(file, deployment).used);
      for (const kind of ['parameters', 'variables'] as const) {
        const names = used.flatMap((one) => [...one[kind]]);
        assert.deepEqual([...new Set(names)].sort(), Object.keys(template[kind]).sort(), kind);
      }
    });

    test('the parameter file alone is refused: names and passwords have no default', () => {
      assert.throws(() => evaluateTemplate(template, readParameters(file.parameters)), /has a wrong length/);
    });

    test('secrets are secure strings without a default, and no other parameter sounds like one', () => {
      for (const [name, parameter] of Object.entries(template.parameters)) {
        const secret = /secret|password/i.test(name);
        assert.equal(parameter.type === 'securestring', secret, name);
        if (secret) assert.equal(parameter.defaultValue, undefined, name);
      }
    });

    test('MultiTenant is nowhere', () => {
      assert.doesNotMatch(readFileSync(new URL(file.template, templatesFolder), 'utf8'), /multitenant/i);
    });

    for (const deployment of deployments) {
      test(`${deployment}: what a resource depends on is in the template, and nothing waits for itself`, () => {
        const { resources } = deploy(file, deployment);
        const ready = new Set<string>();
        for (let left = [...resources]; left.length > 0; ) {
          const next = left.filter((resource) => resource.dependsOn.every((id) => ready.has(id)));
          assert.notEqual(next.length, 0, `never ready: ${left.map(({ id }) => id)}`);
          for (const { id } of next) ready.add(id);
          left = left.filter(({ id }) => !ready.has(id));
        }
      });

      test(`${deployment}: a resource waits for every resource whose state it reads`, () => {
        for (const { id, reads, dependsOn } of deploy(file, deployment).resources) {
          for (const read of reads) assert.ok(dependsOn.includes(read), `${id} reads ${read}`);
        }
      });

      test(`${deployment}: ids of this template that a resource names are in its dependencies`, () => {
        const { resources } = deploy(file, deployment);
        for (const { id, body, dependsOn } of resources) {
          const waitsFor = (needed: string): boolean =>
            dependsOn.includes(needed) ||
            resources.some((other) => dependsOn.includes(other.id) && other.dependsOn.includes(needed));
          const text = JSON.stringify(body);
          for (const other of resources) {
            if (other.id === id || !other.deployed || !text.includes(`${other.id}"`)) continue;
            assert.ok(waitsFor(other.id), `${id} names ${other.id}`);
          }
        }
      });
    }

    test('a secret goes into Key Vault and the database server, and nowhere else', () => {
      const { resources, outputs } = deploy(file, 'everything');
      const mayHold = [
        'Microsoft.KeyVault/vaults/secrets',
        'Microsoft.DBforPostgreSQL/flexibleServers',
        'Microsoft.Resources/deployments',
      ];
      assert.deepEqual(secretsIn(outputs), []);
      for (const { type, body } of resources) {
        if (!mayHold.includes(type)) assert.deepEqual(secretsIn(body), [], type);
      }
      const kept = resources.flatMap(({ body }) => secretsIn(body));
      assert.deepEqual(new Set(kept), new Set(file.part === 'BotApp' ? Object.keys(canaries) : []));
    });
  });
}

function secretsIn(value: unknown): string[] {
  const text = decodeURIComponent(JSON.stringify(value));
  return Object.entries(canaries).flatMap(([name, canary]) => (text.includes(canary) ? [name] : []));
}
