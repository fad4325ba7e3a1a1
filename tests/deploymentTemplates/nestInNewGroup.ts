import { writeFileSync } from 'node:fs';
import { asTemplate, layouts, parts, readTemplate, type Template, templatesFolder } from './arm/template.ts';

/**
 * Wraps a template for an existing resource group into one for the subscription that makes the group first.
 * The inner template stays as it is; `location` is the new group's, every other parameter is passed on.
 */
export function nestInNewGroup(inner: Template, deploymentName: string): Template {
  const passedOn = Object.entries(inner.parameters).filter(([name]) => name !== 'location');
  const passed = passedOn.map(([name]) => [name, { value: `[parameters('${name}')]` }]);
  if ('location' in inner.parameters) passed.push(['location', { value: "[parameters('groupLocation')]" }]);

  return asTemplate({
    $schema: 'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#',
    contentVersion: inner.contentVersion,
    metadata: inner.metadata,
    parameters: {
      groupName: {
        type: 'string',
        minLength: 1,
        maxLength: 90,
        metadata: { description: 'Name of the resource group; made if it does not exist.' },
      },
      groupLocation: {
        type: 'string',
        minLength: 1,
        metadata: { description: 'Azure region of the group and of all resources.' },
      },
      ...Object.fromEntries(passedOn),
    },
    resources: [
      {
        type: 'Microsoft.Resources/resourceGroups',
        apiVersion: '2025-04-01',
        name: "[parameters('groupName')]",
        location: "[parameters('groupLocation')]",
        properties: {},
      },
      {
        type: 'Microsoft.Resources/deployments',
        apiVersion: '2025-04-01',
        name: deploymentName,
        resourceGroup: "[parameters('groupName')]",
        dependsOn: [
          "[subscriptionResourceId('Microsoft.Resources/resourceGroups', parameters('groupName'))]",
        ],
        properties: {
          mode: 'Incremental',
          expressionEvaluationOptions: { scope: 'Inner' },
          parameters: Object.fromEntries(passed),
          template: inner,
        },
      },
    ],
    outputs: Object.fromEntries(
      Object.entries(inner.outputs).map(([name, { type }]) => [
        name,
        { type, value: `[reference('${deploymentName}').outputs.${name}.value]` },
      ]),
    ),
  });
}

if (import.meta.main) {
  const [existing, fresh] = layouts;
  for (const part of parts) {
    const nested = nestInNewGroup(
      readTemplate(`${existing.folder}/template-${part}-${existing.suffix}.json`),
      part,
    );
    const path = `${fresh.folder}/template-${part}-${fresh.suffix}.json`;
    writeFileSync(new URL(path, templatesFolder), `${JSON.stringify(nested, null, 2)}\n`);
    process.stdout.write(`${path}: written; now run: npx biome check --write deploymentTemplates\n`);
  }
}
