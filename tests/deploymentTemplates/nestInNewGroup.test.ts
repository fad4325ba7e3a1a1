import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateTemplate } from './arm/evaluateTemplate.ts';
import { layouts, parts, readParameters, readTemplate, templateFile } from './arm/template.ts';
import { deploy, innermost } from './givenValues.ts';
import { nestInNewGroup } from './nestInNewGroup.ts';

const [existing, fresh] = layouts;

for (const part of parts) {
  const inner = readTemplate(`${existing.folder}/template-${part}-${existing.suffix}.json`);
  const outer = readTemplate(`${fresh.folder}/template-${part}-${fresh.suffix}.json`);

  test(`${part}: both layouts hold equal resources (else: node tests/deploymentTemplates/nestInNewGroup.ts)`, () => {
    assert.deepEqual(innermost(outer).resources, inner.resources);
    assert.deepEqual(outer, nestInNewGroup(inner, part));
  });

  test(`${part}: the parameter files of both layouts hold equal values`, () => {
    const { groupName, groupLocation, ...shared } = readParameters(
      `${fresh.folder}/parameters-for-template-${part}-${fresh.suffix}.json`,
    );
    assert.deepEqual([groupName, groupLocation], ['', '']);
    assert.deepEqual(
      shared,
      readParameters(`${existing.folder}/parameters-for-template-${part}-${existing.suffix}.json`),
    );
  });

  test(`${part}: the nested deployment accepts what the outer one passes on, and gives its outputs`, () => {
    const { resources, outputs } = deploy(templateFile(part, 'subscription'), 'everything');
    const nested = resources.find(({ type }) => type === 'Microsoft.Resources/deployments');
    assert.ok(nested);

    const passed: Parameters<typeof evaluateTemplate>[1] = Object.fromEntries(
      Object.entries(Object(nested.body.properties).parameters).map(([name, given]) => [
        name,
        Object(given).value,
      ]),
    );
    const { resources: made, outputs: given } = evaluateTemplate(innermost(outer), passed);

    assert.deepEqual(
      made.map(({ id }) => id),
      deploy(templateFile(part, 'resourceGroup'), 'everything').resources.map(({ id }) => id),
    );
    assert.deepEqual(Object.keys(outputs), Object.keys(given));
    for (const [name, value] of Object.entries(outputs))
      assert.match(String(value), new RegExp(`^output ${name} of`));
  });
}
