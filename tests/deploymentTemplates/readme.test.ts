import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { evaluateTemplate } from './arm/evaluateTemplate.ts';
import { readParameters, readTemplate, templateFiles, templatesFolder } from './arm/template.ts';

/** Fits every text that a person has to give: names, ids and passwords. */
const anything = 'x'.repeat(36);

for (const file of templateFiles) {
  const [folder, template] = file.template.split('/');

  test(`the readme's command for ${file.template} is enough, and names parameters that there are`, () => {
    const readme = readFileSync(new URL(`${folder}/readme.md`, templatesFolder), 'utf8');
    const command = readme.split('\n').find((line) => line.includes(`--template-file ${template} `));
    assert.ok(command);
    assert.ok(command.includes(`--parameters @${file.parameters.split('/')[1]} `));

    const given = [...command.matchAll(/ (\w+)=\w+/g)].map(([, name]) => [name, anything]);
    const { resources } = evaluateTemplate(readTemplate(file.template), {
      ...readParameters(file.parameters),
      ...Object.fromEntries(given),
    });
    assert.notEqual(resources.length, 0);
  });
}
