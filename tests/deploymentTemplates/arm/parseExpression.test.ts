import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateTemplate } from './evaluateTemplate.ts';
import { isExpression } from './parseExpression.ts';
import { asTemplate, type Json } from './template.ts';

const evaluate = (expression: string, variables: Record<string, Json> = {}) =>
  evaluateTemplate(
    asTemplate({
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      parameters: {},
      variables,
      resources: [],
      outputs: { it: { type: 'string', value: expression } },
    }),
    {},
  ).outputs.it;

const values: ReadonlyArray<[string, Json]> = [
  ["['plain']", 'plain'],
  ["['it''s']", "it's"],
  ["[concat('a', 'b', 1)]", 'ab1'],
  ["[concat(createArray(1), createArray('x'))]", [1, 'x']],
  ["[if(equals('a', 'b'), variables('missing'), 'lazy')]", 'lazy'],
  ["[variables('list')[1].name]", 'second'],
  ["[filter(variables('list'), lambda('x', not(empty(lambdaVariables('x').name))))[0].name]", 'second'],
  ["[map(variables('list'), lambda('x', lambdaVariables('x').name))]", ['', 'second']],
  ["[format('{0}-{1}', 'a', toLower('B'))]", 'a-b'],
  ["[uriComponent('p@ss/word')]", 'p%40ss%2Fword'],
  ["[createObject('a', 1)]", { a: 1 }],
  ['[[not an expression]', '[[not an expression]'],
  ['plain', 'plain'],
];

for (const [expression, value] of values) {
  test(`${expression} gives ${JSON.stringify(value)}`, () => {
    assert.deepEqual(evaluate(expression, { list: [{ name: '' }, { name: 'second' }] }), value);
  });
}

const mistakes = [
  "[concat('a'",
  "[concat('a))]",
  "[concat('a' 'b')]",
  "[concat('a')) ]",
  "[variables('a'].b]",
  "[variables('a').'b']",
  '[]',
  '[name]',
  "[parameters('missing')]",
  "[variables('missing')]",
  "[nosuchfunction('a')]",
  "[resourceId('Microsoft.Web/sites')]",
  "[variables('list').missing]",
];

for (const mistake of mistakes) {
  test(`${mistake} is refused`, () => {
    assert.equal(isExpression(mistake), true);
    assert.throws(() => evaluate(mistake, { list: [], a: { b: 1 } }));
  });
}
