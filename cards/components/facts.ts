import { treatLine } from '../checks/treat.ts';
import { type CompileContext, within } from '../templates/compileContext.ts';
import { compileList, type TemplateNode } from '../templates/compileList.ts';
import { compileLine } from '../templates/compileText.ts';
import { objectPart } from '../templates/part.ts';
import { requireKeys } from '../templates/requireKeys.ts';
import type { ComponentModule, ComponentOf } from './componentModule.ts';
import { plainForAdaptive, plainForGenesys, said } from './texts.ts';

type Fact = ComponentOf<'facts'>['items'][number];

/** Labels with their values. */
export const facts: ComponentModule<'facts'> = {
  treat: (component, { path, policy }) => ({
    ...component,
    items: component.items.map((item, i) => ({
      label: treatLine(item.label, 'factLabel', policy, () => `${path}.items[${i}].label`),
      value: treatLine(item.value, 'factValue', policy, () => `${path}.items[${i}].value`),
    })),
  }),
  say: ({ items }) => items.map(lineOf).map(said),
  adaptive: ({ items }) => [
    {
      type: 'FactSet',
      facts: items.map(({ label, value }) => ({
        title: plainForAdaptive(label),
        value: plainForAdaptive(value),
      })),
    },
  ],
  draft: ({ items }, _path, draft) => draft.text(plainForGenesys(items.map(lineOf).join('\n'))),
  compile(node, context) {
    requireKeys(node, ['type', 'items'], context);
    return objectPart<ComponentOf<'facts'>>({
      type: { fixed: 'facts' },
      items: compileList(node.items, within(context, 'items'), compileFact, 'facts'),
    });
  },
};

const lineOf = ({ label, value }: Fact): string => `${label}: ${value}`;

function compileFact(node: TemplateNode, context: CompileContext) {
  requireKeys(node, ['label', 'value'], context);
  return objectPart<Fact>({
    label: compileLine(node.label, 'factLabel', within(context, 'label')),
    value: compileLine(node.value, 'factValue', within(context, 'value')),
  });
}
